"""What to know about a source's times before trusting durations and order."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, floor
from typing import Any

import numpy as np
import polars as pl

from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.clock import DAY, SECOND, Times
from mindzie.ingest.packed import Ways, text_of
from mindzie.ingest.raw import Options
from mindzie.ingest.sample import sample_rows
from mindzie.ingest.time_texts import OFFSET

BULK = (0.01, 0.99)
OFTEN = 0.05
STEP = 300 * SECOND
STEPS_SINCE = 1_096 * DAY
"""Since 1973 every zone is so many whole steps from UTC."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """The usable rows, how all rows' times were read and written, and which are usable."""

    table: pl.DataFrame
    time: Times
    written: pl.Series
    good: pl.Series | None
    ways: Ways = field(default_factory=dict)

    def sample(self, mask: pl.Series) -> tuple[dict[str, Any], ...]:
        """Return sample rows with the time as written, by a mask over all rows."""
        written = text_of(self.written, self.ways).cast(pl.String).alias("written")
        if self.good is not None:
            mask, written = mask.filter(self.good), written.filter(self.good)
        return sample_rows(self.table.with_columns(written), mask, "written", "time")


def time_findings(clocks: Clocks, start: Times | None, options: Options) -> list[Finding]:
    """Return the findings about the times of the usable rows."""
    table = clocks.table
    if table.is_empty():
        return []
    found = [*_outliers(table), *_midnight(table, options.zone), *_day_first(clocks)]
    found += [*_offsets(clocks, options), *_clock_changes(clocks, options)]
    return found + (_starts(table) if start else [])


def _outliers(table: pl.DataFrame) -> list[Finding]:
    """Find times further from the middle 98 % than that is long (at least a day)."""
    times = table["time"]
    last = table.height - 1
    places = [floor(BULK[0] * last), ceil(BULK[1] * last)]
    low, high = (int(value) for value in np.partition(times.to_numpy(), places)[places])
    spread = max(high - low, DAY)
    least, most = low - spread, high + spread
    if times.is_between(least, most).all():
        return []
    mask = (times < least) | (times > most)
    return [
        Finding(
            id="clock_outliers",
            title=counted(int(mask.sum()), "event") + " far from all others in time",
            count=int(mask.sum()),
            severity="warning",
            sample=sample_rows(table, mask),
            done="They were kept. Far means further from the middle 98 % of events than these last.",
            change="Correct the source, or keep a period with filters.TimePeriod.",
        )
    ]


def _midnight(table: pl.DataFrame, zone: str) -> list[Finding]:
    times = table["time"]
    # only these can be midnight anywhere, and mostly they are few
    maybe = (times % STEP == 0) | (times < STEPS_SINCE)
    if int(maybe.sum()) <= OFTEN * table.height:
        return []
    if zone != "UTC":
        local = times.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        times = local.dt.replace_time_zone(None).dt.epoch("us")
    mask = times % DAY == 0
    count = int(mask.sum())
    if count <= OFTEN * table.height:
        return []
    every = count == table.height
    return [
        Finding(
            id="midnight_timestamps",
            title="All events are at midnight: only their date is known"
            if every
            else f"{counted(count, 'event')} exactly at midnight: perhaps only the date is known",
            count=count,
            severity="warning",
            sample=sample_rows(table, mask),
            done="They were taken as they are; their order within a day may be chance.",
            change="Give a source with times of day, or order= or expected_order= for the order within a day.",
        )
    ]


def _day_first(clocks: Clocks) -> list[Finding]:
    time = clocks.time
    if time.contrary:
        return [_both_orders(clocks)]
    if not time.ambiguous:
        return []
    # where the year comes first, so does the month before the day
    asked = [form for form in time.formats if not form.startswith("%Y")]
    return [
        Finding(
            id="ambiguous_day_first",
            title=f"Nothing tells whether day or month comes first in {', '.join(asked or time.formats)}",
            count=clocks.table.height,
            severity="warning",
            sample=clocks.sample(clocks.written.is_not_null()),
            done=f"The {'day' if time.day_first else 'month'} was taken as first.",
            change=f"Give day_first={not time.day_first} if that is wrong.",
        )
    ]


def _both_orders(clocks: Clocks) -> Finding:
    first, second = ("day", "month") if clocks.time.day_first else ("month", "day")
    written = text_of(clocks.written, clocks.ways)
    unread = written.filter(clocks.time.values.is_null() & written.is_not_null())
    return Finding(
        id="both_day_first",
        title=f"Day and month stand in both orders: {counted(clocks.time.contrary, 'date')} can only have the {second} first, others only the {first}",
        count=clocks.time.contrary,
        severity="error",
        sample=tuple({"written": text} for text in unread.head(5).to_list()),
        done=f"The {first} was taken as first in all; what cannot be read so was kept aside in log.rejected.",
        change="Export the dates in one order: nothing tells the two apart in dates such as 02/03.",
    )


def _offsets(clocks: Clocks, options: Options) -> list[Finding]:
    time, offsets = clocks.time, ", ".join(clocks.time.offsets)
    if not offsets or (len(time.offsets) == 1 and not time.naive):
        return []
    marks = clocks.written.str.strip_chars().str.extract(OFFSET)
    if time.naive:
        # the end of 2020-01-01 is no offset
        bare = marks.is_null() | ~clocks.written.str.contains("[:T]")
        return [
            Finding(
                id="mixed_time_zones",
                title=f"{counted(time.naive, 'time')} without offset, the others with ({offsets})",
                count=time.naive,
                severity="warning",
                sample=clocks.sample(bare & clocks.written.is_not_null()),
                done=f"Those without were read in {options.zone}.",
                change="Give timezone= if they are of another zone.",
            )
        ]
    return [
        Finding(
            id="mixed_time_zones",
            title=f"Times are written in {len(time.offsets)} offsets: {offsets}",
            count=clocks.table.height,
            sample=clocks.sample(marks.is_first_distinct() & marks.is_not_null()),
            done="All were taken to UTC.",
            change="Give timezone= for the zone in which days and hours are to be counted.",
        )
    ]


def _clock_changes(clocks: Clocks, options: Options) -> list[Finding]:
    gaps, overlaps = clocks.time.gaps, clocks.time.overlaps
    forward, twice = (
        "Read as if the clock had not yet gone forward.",
        "Read as the first of the two.",
    )
    kinds = (
        ("clock_gaps", gaps, "never on a clock of", forward),
        ("clock_overlaps", overlaps, "twice on a clock of", twice),
    )
    return [
        Finding(
            id=name,
            title=f"{counted(int(mask.sum()), 'time')} {what} {options.zone}",
            count=int(mask.sum()),
            severity="warning",
            sample=clocks.sample(mask),
            done=done,
            change="Give times with offset, or another timezone=.",
        )
        for name, mask, what, done in kinds
        if mask is not None
    ]


def _starts(table: pl.DataFrame) -> list[Finding]:
    begun = table["start_time"]
    late = (begun > table["time"]).fill_null(value=False)
    found = []
    if begun.null_count():
        found.append(
            Finding(
                id="missing_starts",
                title=counted(begun.null_count(), "event") + " without a readable start",
                count=begun.null_count(),
                severity="info",
                sample=sample_rows(table, begun.is_null()),
                done="Their completion was taken as their start.",
                change="Correct the source, or give another start=.",
            )
        )
    if late.any():
        found.append(
            Finding(
                id="end_before_start",
                title=counted(int(late.sum()), "event") + " with the end before the start",
                count=int(late.sum()),
                severity="warning",
                sample=sample_rows(table, late, "start_time", "time"),
                done="They were kept as they are; they are ordered by their start.",
                change="Give start= and timestamp= the other way round if the columns are swapped.",
            )
        )
    return found
