"""The process of a run's kernel: it ends with the process that started it, and goes first where the system is out of memory."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
from pathlib import Path
from typing import Final

_PARENT_DEATH: Final = 1
"""PR_SET_PDEATHSIG of Linux."""


def main() -> None:
    """Start a kernel."""
    if sys.platform == "linux":
        _ends_with_its_parent()
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance()


def _ends_with_its_parent() -> None:
    parent = os.environ.get("JPY_PARENT_PID", "")
    ctypes.CDLL(None).prctl(_PARENT_DEATH, signal.SIGKILL)
    if parent not in ("", str(os.getppid())):
        sys.exit(1)  # it was gone already


if __name__ == "__main__":
    main()
