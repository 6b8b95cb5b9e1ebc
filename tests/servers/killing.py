"""Work in a process of its own, killed without notice at a moment of one's choice."""

from __future__ import annotations

import multiprocessing
import signal
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
"""Its processes start at once, with what ``prepare`` names already imported."""
_modules = [
    "pytest",
    "alembic.command",
    "mindzie.access.installation",
    "mindzie.demos",
    "mindzie.ingest",
]


def prepare(*modules: str) -> None:
    """Have modules imported before a process starts, so that it dies at work and not at import."""
    _modules.extend(modules)
    FORKS.set_forkserver_preload(_modules)


def started(work: Callable[..., Any], *args: Any) -> multiprocessing.process.BaseProcess:
    """Start work, a function of a module, in another process."""
    process = FORKS.Process(target=work, args=args, daemon=True)
    process.start()
    return process


def seconds_of(work: Callable[..., Any], *args: Any) -> float:
    """Let work end, and return how long its process took."""
    begin = time.perf_counter()
    process = started(work, *args)
    process.join()
    assert process.exitcode == 0, f"{work.__name__} failed by itself."
    return time.perf_counter() - begin


def begun(work: Callable[..., Any], *args: Any) -> multiprocessing.process.BaseProcess:
    """Start work that is given a ``Connection`` and says by it that it begins, and return when it has."""
    here, there = FORKS.Pipe(duplex=False)
    with here:
        with there:
            process = started(work, there, *args)
        here.recv_bytes()
    return process


def say(there: Connection) -> None:
    """Say that the work begins."""
    there.send_bytes(b"begin")


def ended(process: multiprocessing.process.BaseProcess, seconds: float | None) -> bool:
    """Kill a process after so many seconds, never where None, and return whether it had done its work."""
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}, "The work failed by itself."
    return process.exitcode == 0


def killed(work: Callable[..., Any], args: Sequence[Any], seconds: float) -> bool:
    """Start work, kill its process after so many seconds, and return whether it was still at work."""
    process = started(work, *args)
    process.join(seconds)
    process.kill()
    process.join()
    assert process.exitcode in {0, -signal.SIGKILL}, f"{work.__name__} failed by itself."
    return process.exitcode != 0
