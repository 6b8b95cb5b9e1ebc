"""How far an import is."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

Step = Literal["read", "map", "check", "write", "publish"]
AFTER_READING: Final[dict[Step, float]] = {"map": 0.25, "check": 0.9, "write": 0.2, "publish": 0.05}
"""Seconds a million rows, as measured; how long reading takes only the source knows."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is.

    Parameters
    ----------
    step : {"read", "map", "check", "write", "publish"}
        What is done now.
    rows_read, rows_loaded, rows_rejected : int
        Rows of the source that came, that are events, and that were kept aside.
    rate : float or None
        Rows read a second, up to now.
    seconds_left : float or None
        About how long it takes from here; None while rows are still read, as nobody knows how many come.
    """

    step: Step
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rate: float | None = None
    seconds_left: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it in a line.

        Examples
        --------
        >>> str(Progress("read", rows_read=20_000, rate=10_000.0, seconds_left=3.2))
        'read: 20,000 rows, 10,000 rows/s, about 4 s left'
        """
        said = f"{self.step}: {self.rows_read:,} rows"
        if self.rows_rejected:
            said += f", {self.rows_rejected:,} rejected"
        if self.rate is not None:
            said += f", {self.rate:,.0f} rows/s"
        if self.seconds_left is not None:
            said += f", about {int(self.seconds_left) + 1:,} s left"
        return said


Tell = Callable[[Progress], None]
"""Is told how far an import is; what it raises stops the import, which then changes nothing."""


class Meter:
    """Counts, and tells.

    Parameters
    ----------
    tell : callable, optional
        Is told.
    """

    def __init__(self, tell: Tell | None) -> None:
        self._tell = tell
        self._begin = time.monotonic()
        self.read = self.loaded = self.rejected = 0
        self._reading = 0.0

    def rows(self, read: int) -> None:
        """Tell how many rows came so far."""
        self.read = read
        self._reading = time.monotonic() - self._begin
        self._say("read")

    def step(self, step: Step, *, loaded: int | None = None, rejected: int | None = None) -> None:
        """Tell that a step begins."""
        self.loaded = self.loaded if loaded is None else loaded
        self.rejected = self.rejected if rejected is None else rejected
        self._say(step)

    def _say(self, step: Step) -> None:
        if self._tell is None:
            return
        rate = self.read / self._reading if self.read and self._reading else None
        self._tell(Progress(step, self.read, self.loaded, self.rejected, rate, self._left(step)))

    def _left(self, step: Step) -> float | None:
        steps = tuple(AFTER_READING)
        if step not in steps:
            return None
        rest = sum(AFTER_READING[each] for each in steps[steps.index(step) :])
        return rest * self.read / 1_000_000
