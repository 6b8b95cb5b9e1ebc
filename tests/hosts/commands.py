"""The commands that serve: each in a home of its own."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mindzie as mz
from tests.hosts.servers import Server, free_port, serve

CASES = 400


def small_log(folder: Path) -> Path:
    """Return a data set whose figures a test computes itself."""
    return mz.demo("order-to-cash", cases=CASES).save(folder / "orders")


@contextmanager
def mindzie(folder: Path, root: Path, *arguments: str, until: str = "/") -> Iterator[Server]:
    """Run a serving command until the block ends."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mindzie", *arguments, f"--port={port}", "--no-browser"]
    own = {
        name: str(folder / name.lower())
        for name in (
            "MINDZIE_HOME",
            "JUPYTER_CONFIG_DIR",
            "JUPYTER_RUNTIME_DIR",
            "JUPYTER_DATA_DIR",
            "IPYTHONDIR",
        )
    }
    with serve(
        command,
        url + until,
        log=folder / "server.log",
        cwd=folder,
        env={**own, "PYTHONPATH": str(root)},
    ) as made:
        yield Server(url, made.log)
