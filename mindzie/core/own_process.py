"""Modules of Mindzie that run in a process of their own, which can be ended, and whose faults are its own.

One that talks gets what to do as a line on its input, which stays open as long as its answer is wanted, and says how far it is as lines on
its output.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Said = dict[str, Any]


def command(module: str) -> list[str]:
    """Return the command that runs a module in another process."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Return the environment in which that process finds what is found here."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


def answers(process: subprocess.Popen[str], asked: Mapping[str, Any]) -> Iterator[Said]:
    """Ask a process, begun in a group of its own and with pipes, and yield what it says until it ends."""
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("The process has no pipes.")
    with contextlib.suppress(BrokenPipeError):
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()  # and stays open: where it closes, the process ends
    for line in process.stdout:
        yield json.loads(line)


def end(process: subprocess.Popen[str]) -> None:
    """End a process and those that it started in its group."""
    with contextlib.suppress(OSError):  # it has ended already
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()


def heard() -> tuple[Said, Callable[[Said], None]]:
    """Return what this process is asked for, and how it answers; what is printed goes to standard error from now on."""
    talk = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)

    def say(said: Said) -> None:
        talk.write(json.dumps(said) + "\n")

    return json.loads(sys.stdin.readline()), say


def end_when_alone(first: Callable[[], object], line: int = 0) -> None:
    """End this process and its group, once something is done, where the one that asked has closed its line, a file."""

    def wait() -> None:
        with contextlib.suppress(OSError):
            os.read(line, 1)
        with contextlib.suppress(Exception):
            first()
        if os.name == "posix" and os.getpgrp() == os.getpid():
            os.killpg(os.getpid(), signal.SIGKILL)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()
