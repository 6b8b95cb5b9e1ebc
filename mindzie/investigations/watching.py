"""Watching what a run takes: its kernel is ended where that is too long, or too much memory.

Memory is what the kernel and all that it started have in use, with what this process keeps of their output, looked at four times a second. A limit of the address space would be kept by
the system itself, but Polars and Arrow reserve many times of what they ever use.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, Self

from mindzie.core.repeating import Repeating
from mindzie.core.words import duration

if TYPE_CHECKING:
    import psutil

_LOOKS: Final = 0.25
"""Seconds between two looks."""


class Watch(Repeating):
    """Ends the processes that this one has started where they reach a limit.

    Parameters
    ----------
    seconds : float, optional
        Longest time.
    memory : int, optional
        Most bytes in use at once.
    """

    def __init__(self, seconds: float | None = None, memory: int | None = None) -> None:
        super().__init__(self._goes_on, _LOOKS, "mindzie-watch")
        self._most_seconds, self._memory = seconds, memory
        self._began, self._own = 0.0, 0
        self.reached: str | None = None
        """The limit that was reached, in words."""

    def __enter__(self) -> Self:
        """Begin to look, where there is a limit."""
        self._began, self._own = time.monotonic(), own()
        limited = self._most_seconds is not None or self._memory is not None
        return super().__enter__() if limited else self

    def _goes_on(self) -> bool:
        most = self._most_seconds
        if most is not None and time.monotonic() - self._began > most:
            self.reached = too_long(most)
        elif self._memory is not None and in_use() + own() - self._own > self._memory:
            self.reached = f"The run took more than {self._memory / 1_000_000:,.0f} MB of memory: allow more, or give it less to do."
        if self.reached is not None:
            end(children())
        return self.reached is None


def too_long(seconds: float) -> str:
    """Say that a run took longer than it may."""
    return f"The run took longer than {duration(seconds)}: allow more time, or give it less to do."


def own() -> int:
    """Return the bytes that this process has in use, which keeps what a notebook shows."""
    import psutil

    return int(psutil.Process().memory_info().rss)


def in_use() -> int:
    """Return the bytes that the processes started here have in use."""
    import psutil

    found = 0
    for process in children():
        with contextlib.suppress(psutil.Error):
            found += process.memory_info().rss
    return found


def children() -> set[psutil.Process]:
    """Return the processes started here, and those that they started."""
    import psutil

    return set(psutil.Process().children(recursive=True))


def end(processes: Iterable[psutil.Process]) -> None:
    """End processes; what has ended already is none of them."""
    import psutil

    for process in processes:
        with contextlib.suppress(psutil.Error):
            process.kill()
