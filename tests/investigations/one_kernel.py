"""What nbval needs to look at the templates quickly: one kernel for all of them, which forgets after each, and of outputs the words alone."""

from __future__ import annotations

import io
import sys
from typing import Any

import nbval.plugin
import pytest
from nbval.kernel import RunningKernel

PAGES = (
    *("text/html", "image/svg+xml", "stderr"),
    *("application/vnd.jupyter.widget-view+json", "application/vnd.mindzie.results+json"),
)
"""Outputs that are of their session, or no text to compare."""
_SECONDS = 60


class OneKernel(RunningKernel):
    """A kernel that is started for the first notebook."""

    started: Any = None

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Return the one that there is."""
        return cls.started or super().__new__(cls)

    def __init__(self, kernel_name: str, cwd: str | None = None, startup_timeout: int = 60) -> None:
        if OneKernel.started is None:
            super().__init__(kernel_name, cwd, startup_timeout)
            OneKernel.started = self

    def stop(self) -> None:
        """Forget what the notebook made."""
        asked = self.execute_cell_input("%reset -f")
        self.await_reply(asked, _SECONDS)
        self.await_idle(asked, _SECONDS)


def pytest_configure() -> None:
    """Let nbval use it."""
    nbval.plugin.RunningKernel = OneKernel


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Compare words."""
    if hasattr(collector, "skip_compare"):
        collector.skip_compare = (*collector.skip_compare, *PAGES)


def pytest_unconfigure() -> None:
    """End the kernel."""
    if OneKernel.started is not None:
        RunningKernel.stop(OneKernel.started)


if __name__ == "__main__":
    sys.stdout = io.TextIOWrapper(sys.stdout.buffer, "utf-8")
    options = ["-c", sys.argv[1], "-p", "no:cacheprovider", "--nbval", "--nbval-current-env"]
    sys.exit(pytest.main([*options, "-q", "--tb=short", *sys.argv[2:]], [sys.modules[__name__]]))
