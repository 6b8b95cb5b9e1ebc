"""Modules of Mindzie that run in a process of their own, which can be ended, and whose faults are its own."""

from __future__ import annotations

import os
import sys


def command(module: str) -> list[str]:
    """Return the command that runs a module in another process."""
    return [sys.executable, "-P", "-m", module]


def environment() -> dict[str, str]:
    """Return the environment in which that process finds what is found here."""
    return {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
