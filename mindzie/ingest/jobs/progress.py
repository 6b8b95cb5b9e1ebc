"""How far an import is."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Self

from mindzie.core.repeating import Repeating

Step = Literal["read", "map", "check", "write", "publish"]
AFTER_READING: Final[dict[Step, float]] = {"map": 0.25, "check": 0.9, "write": 0.2, "publish": 0.05}
"""Seconds a million rows, as measured."""
_TICK: Final = 0.5
_FAR: Final = 1.1
"""Times as many rows as were expected, from which nobody knows how many come."""


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
        About how long it takes from here; None while nobody knows how many rows come.
    rows_expected : int or None
        About how many rows come: counted or estimated by a database, told by a Parquet file or the ends of a stream, or guessed
        from a file's size and first lines.
    share : float or None
        How much of a file was fetched or unpacked, from 0 to 1.
    """

    step: Step
    rows_read: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    rate: float | None = None
    seconds_left: float | None = None
    rows_expected: int | None = None
    share: float | None = None

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Self:
        """Make one of JSON, of whatever version of Mindzie.

        Examples
        --------
        >>> Progress.of({"step": "map", "rows_read": 7, "later": 1}).rows_read
        7
        """
        known = {field.name for field in fields(cls)}
        said = {name: value for name, value in stored.items() if name in known}
        return cls(**{"step": "read"} | said)

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    def __str__(self) -> str:
        """Say it in a line.

        Examples
        --------
        >>> str(Progress("read", 20_000, rate=10_000.0, seconds_left=3.2, rows_expected=50_000))
        'read: 20,000 of about 50,000 rows, 10,000 rows/s, about 4 s left'
        """
        said = f"{self.step}: {self.rows_read:,}"
        if self.step == "read" and self.rows_expected is not None:
            said += f" of about {self.rows_expected:,}"
        said += " rows"
        if self.share is not None:
            said += f", {self.share:.0%} of the file here"
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
        self._begin = self._here = time.monotonic()
        self._reading = self._whole = 0.0
        self._share: float | None = None
        self.read = self.loaded = self.rejected = 0
        self.expected: int | None = None

    @property
    def told(self) -> bool:
        """Whether anybody hears it."""
        return self._tell is not None

    def expect(self, rows: int | None, seconds: float = 0.0) -> None:
        """Hear about how many rows come, and how long reading them takes where they come all at once."""
        self.expected, self._whole, self._here = rows, seconds, time.monotonic()
        self._share = None

    def rows(self, read: int) -> None:
        """Tell how many rows came so far."""
        self.read, self._share = read, None
        if self.expected is not None and read > self.expected * _FAR:
            self.expected = None  # it was a guess, and a bad one
        self._reading = time.monotonic() - self._begin
        self._say("read")

    def bytes(self, came: int, size: int) -> None:
        """Tell how much of a file was fetched or unpacked; its rows come after that."""
        self._share = min(came / size, 1.0) if size else None
        self._say("read")

    def step(self, step: Step, *, loaded: int | None = None, rejected: int | None = None) -> None:
        """Tell that a step begins."""
        self.loaded = self.loaded if loaded is None else loaded
        self.rejected = self.rejected if rejected is None else rejected
        self._say(step)

    def heard(self, progress: Progress) -> None:
        """Tell on what another meter told."""
        self.read, self.loaded = progress.rows_read, progress.rows_loaded
        self.rejected, self.expected = progress.rows_rejected, progress.rows_expected
        self._reading = self.read / progress.rate if progress.rate else 0.0
        if self._tell is not None:
            self._tell(progress)

    def ticking(self) -> Repeating:
        """Tell every half second while rows are read that come all at once."""

        def tick() -> bool:
            if not self.read and self.expected is not None:
                self._say("read")
            return not self.read

        return Repeating(tick, _TICK, "mindzie-progress")

    def _say(self, step: Step) -> None:
        if self._tell is None:
            return
        rate = self.read / self._reading if self.read and self._reading else None
        self._tell(
            Progress(
                step, self.read, self.loaded, self.rejected, rate, self._left(step, rate), self.expected, self._share
            )
        )  # fmt: skip

    def _left(self, step: Step, rate: float | None) -> float | None:
        steps = tuple(AFTER_READING)
        if step in steps:
            rest = sum(AFTER_READING[each] for each in steps[steps.index(step) :])
            return rest * self.read / 1_000_000
        if self.expected is None:
            return None
        left = max(self.expected - self.read, 0)
        reading = left / rate if rate else self._whole - (time.monotonic() - self._here)
        return max(reading, 0.0) + sum(AFTER_READING.values()) * self.expected / 1_000_000
