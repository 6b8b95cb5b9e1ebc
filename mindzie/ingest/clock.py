"""Times as microseconds in UTC, and the clocks of time zones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

SECOND = 1_000_000
DAY = 86_400 * SECOND
# So much earlier the clock was surely not yet changed, also where a whole day was skipped.
BEFORE = timedelta(hours=25)


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times and how it was read."""

    values: pl.Series
    """Microseconds UTC; null where missing or unreadable."""
    formats: tuple[str, ...] = ()
    day_first: bool | None = None
    """None where the column has no such question."""
    ambiguous: bool = False
    """Whether day or month first was a choice that no value decides."""
    contrary: int = 0
    """How many fit the other order of day and month alone, while some fit this one alone."""
    offsets: tuple[str, ...] = ()
    naive: int = 0
    """How many had no offset."""
    gaps: pl.Series | None = None
    """Which never were on a clock of the zone (spring); None where all were."""
    overlaps: pl.Series | None = None
    """Which were twice on a clock of the zone (autumn); None where none was."""


def localise(naive: pl.Series, zone: str) -> Times:
    """Take clock times of a zone to UTC.

    A time that was on the clock twice is its first; a time the clock skipped is read as if the
    clock had not been changed.
    """
    name, count = naive.name, naive.count()
    if zone == "UTC":
        return Times(naive.dt.epoch("us").alias(name), naive=count)
    early = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = naive.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    gaps, overlaps = early.is_null() & naive.is_not_null(), (early != late).fill_null(value=False)
    values = early.dt.epoch("us")
    if gaps.any():
        before = (naive - BEFORE).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        values = values.fill_null(before.dt.epoch("us") + BEFORE // timedelta(microseconds=1))
    return Times(
        values.alias(name),
        naive=count,
        gaps=gaps if gaps.any() else None,
        overlaps=overlaps if overlaps.any() else None,
    )


def no_times(series: pl.Series) -> Times:
    """Return a column in which nothing is a time."""
    return Times(pl.repeat(None, len(series), dtype=pl.Int64, eager=True).alias(series.name))
