"""The process of a run's kernel: it ends with the process that started it, and goes first where the system is out of memory."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from mindzie.core.system_users import end_with_parent


def main() -> None:
    """Start a kernel."""
    _ends_with_its_parent()
    begin(sys.argv[1:])


def begin(arguments: list[str]) -> None:
    """Be a kernel.

    Parameters
    ----------
    arguments : list of str
        Of ipykernel.
    """
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("1000")
    numpy = sys.modules.get("numpy")
    if numpy is not None:
        numpy.random.seed()  # all that are forked from one process would draw the same
    from ipykernel.kernelapp import launch_new_instance

    launch_new_instance(argv=arguments)


def _ends_with_its_parent() -> None:
    parent = os.environ.get("JPY_PARENT_PID", "")
    end_with_parent()
    if parent not in ("", str(os.getppid())):
        sys.exit(1)  # it was gone already


if __name__ == "__main__":
    main()
