"""Times of which each can be written in one way only: digits at fixed places, and all else the same in every row."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mindzie.ingest.clock import DAY, SECOND, Times, localise
from mindzie.ingest.time_formats import format_of
from mindzie.ingest.time_texts import offset_ahead

_WRITTEN: Final = re.compile(
    r"(?P<clock>\d{4}([-/.])\d\d\2\d\d[T ]\d\d:\d\d:\d\d(?:\.(?:\d{3}|\d{6}))?)(?P<tail>Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?"
)
_LATEST: Final = {"month": 12, "hour": 23, "minute": 59, "second": 59}

_Numbers = NDArray[Any]


@dataclass(frozen=True, slots=True)
class ExactTimes:
    """A way to write times, such as ``2024-05-06T07:08:09+0000``, by which a text and its time tell each other.

    So a column can be held as times, in half of the memory, and still be given as it was written.

    Parameters
    ----------
    example : str
        One time.
    format : str
        As chrono has it, with the offset.
    tail : str
        The offset that all have, or nothing.
    """

    example: str
    format: str
    tail: str

    @classmethod
    def of(cls, sample: list[str]) -> ExactTimes | None:
        """Return the way in which texts are written, None where it is another or not the same."""
        found = _WRITTEN.fullmatch(sample[0]) if sample else None
        form = format_of(sample[0]) if sample else None
        if found is None or form is None or len({len(text) for text in sample}) > 1:
            return None
        tail = found["tail"] or ""
        if tail and offset_ahead(tail) is None:
            return None
        made = cls(sample[0], form.text, tail)
        return made if made.read(pl.Series(sample)) is not None else None

    def read(self, texts: pl.Series) -> pl.Series | None:
        """Return what the clock said, None where a text is written in another way or is no time."""
        if texts.null_count() == len(texts):
            return pl.repeat(None, len(texts), dtype=pl.Datetime("us"), eager=True)
        whole = texts.fill_null(self.example) if texts.null_count() else texts
        if not (whole.str.len_bytes() == len(self.example)).all():
            return None
        values = self._values(whole)
        if values is None:
            return None
        clock = pl.Series(texts.name, values).cast(pl.Datetime("us"))
        if not texts.null_count():
            return clock
        return pl.select(pl.when(texts.is_not_null()).then(clock)).to_series()

    def write(self, clock: pl.Series) -> pl.Series:
        """Return the texts that were read."""
        return clock.dt.strftime(self._clock_format) + self.tail

    def times(self, clock: pl.Series, zone: str) -> Times:
        """Return the moments, as reading the texts gives them."""
        if not self.tail:
            return replace(localise(clock, zone), formats=(self.format,))
        ahead = offset_ahead(self.tail) or timedelta()
        moments = clock - ahead if ahead else clock  # in UTC no copy is needed
        values = moments.dt.epoch("us").alias(clock.name)
        return Times(values, (self.format,), offsets=(self.tail,))

    @property
    def _clock_format(self) -> str:
        return self.format.removesuffix("%#z").removesuffix(self.tail or "%#z")

    def _values(self, texts: pl.Series) -> _Numbers | None:
        """Return microseconds of the clock since 1970."""
        width = len(self.example)
        row = pl.Array(pl.UInt8, width)
        letters = texts.cast(pl.Binary).bin.reinterpret(dtype=row).to_numpy()
        clock = self.example[: width - len(self.tail)]
        number = [place for place, letter in enumerate(clock) if letter.isdigit()]
        other = [place for place in range(width) if place not in number]
        if (letters[:, other] != np.frombuffer(self.example.encode(), np.uint8)[other]).any():
            return None
        digits = np.ascontiguousarray(letters.T[number]) - np.uint8(ord("0"))
        if digits.max() > 9:  # noqa: PLR2004 - digits
            return None
        return _since_1970(digits.astype(np.int32))


def _since_1970(digits: _Numbers) -> _Numbers | None:
    def number(begin: int, end: int) -> _Numbers:
        made: _Numbers = digits[begin]
        for place in range(begin + 1, end):
            made = made * 10 + digits[place]
        return made

    year, fraction = number(0, 4), digits[14:]
    part = {name: number(4 + 2 * n, 6 + 2 * n) for n, name in enumerate(("month", "day", "hour", "minute", "second"))}  # fmt: skip
    if any(part[name].max() > most for name, most in _LATEST.items()):
        return None
    if year.min() < 1 or part["month"].min() < 1 or part["day"].min() < 1:
        return None
    month = (year - 1970) * 12 + part["month"] - 1
    first = int(month.min())
    begins = np.arange(first, int(month.max()) + 2).astype("datetime64[M]")
    begins = begins.astype("datetime64[D]").astype(np.int64)
    place = month - first
    if (part["day"] > np.diff(begins)[place]).any():
        return None
    seconds = (part["hour"] * 60 + part["minute"]) * 60 + part["second"]
    made: _Numbers = (begins[place] + part["day"] - 1) * DAY + seconds * np.int64(SECOND)
    if len(fraction):
        made += number(14, len(digits)) * 10 ** (6 - len(fraction))
    return made
