"""What to know about a source's times before trusting durations and order."""

from __future__ import annotations

import numpy as np
import polars as pl

from mindzie.core.readiness import Finding
from mindzie.ingest.clock import DAY, Times
from mindzie.ingest.raw import Options
from mindzie.ingest.sample import sample_rows

BULK = (0.01, 0.99)
OFTEN = 0.05


def time_findings(
    table: pl.DataFrame, time: Times, start: Times | None, options: Options
) -> list[Finding]:
    """Return the findings about the times of the usable rows."""
    if table.is_empty():
        return []
    found = [*_outliers(table), *_midnight(table, options.zone), *_reading(table, time, options)]
    return found + (_starts(table) if start else [])


def _outliers(table: pl.DataFrame) -> list[Finding]:
    """Find times further from the middle 98 % than that is long (at least a day)."""
    times = table["time"]
    places = [int(share * (table.height - 1)) for share in BULK]
    low, high = (int(value) for value in np.partition(times.to_numpy(), places)[places])
    spread = max(high - low, DAY)
    least, most = low - spread, high + spread
    mask = (times < least) | (times > most)
    if not mask.any():
        return []
    return [
        Finding(
            id="clock_outliers",
            title=f"{int(mask.sum()):,} events are far from all others in time",
            count=int(mask.sum()),
            severity="warning",
            sample=sample_rows(table, mask),
            done="They were kept. Far means further from the middle 98 % of events than these last.",
            change="Correct the source, or keep a period with filters.TimePeriod.",
        )
    ]


def _midnight(table: pl.DataFrame, zone: str) -> list[Finding]:
    times = table["time"]
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
            else f"{count:,} events are exactly at midnight: perhaps only their date is known",
            count=count,
            severity="warning",
            sample=sample_rows(table, mask),
            done="They were taken as they are; their order within a day may be chance.",
            change="Give a source with times of day, or order= or expected_order= for the order within a day.",
        )
    ]


def _reading(table: pl.DataFrame, time: Times, options: Options) -> list[Finding]:
    rows = table.height
    found = []
    if time.ambiguous:
        first = "day" if time.day_first else "month"
        found.append(
            Finding(
                id="ambiguous_day_first",
                title=f"Nothing tells whether day or month comes first in {time.formats[0]!r}",
                count=rows,
                severity="warning",
                sample=sample_rows(table, table["row"] > 0),
                done=f"The {first} was taken as first.",
                change=f"Give day_first={not time.day_first} if that is wrong.",
            )
        )
    if time.offsets and time.naive:
        found.append(
            Finding(
                id="mixed_time_zones",
                title=f"{time.naive:,} times have no offset, the others have ({', '.join(time.offsets)})",
                count=time.naive,
                severity="warning",
                done=f"Those without were read in {options.zone}.",
                change="Give timezone= if they are of another zone.",
            )
        )
    elif len(time.offsets) > 1:
        found.append(
            Finding(
                id="mixed_time_zones",
                title=f"Times are written in {len(time.offsets)} offsets: {', '.join(time.offsets)}",
                count=rows,
                done="All were taken to UTC.",
                change="Give timezone= for the zone in which days and hours are to be counted.",
            )
        )
    return found + _clock_changes(time, options)


def _clock_changes(time: Times, options: Options) -> list[Finding]:
    pairs = (
        (
            "clock_gaps",
            time.gaps,
            "never were on a clock of",
            "Read as if the clock had not yet gone forward.",
        ),
        (
            "clock_overlaps",
            time.overlaps,
            "were twice on a clock of",
            "Read as the first of the two.",
        ),
    )
    return [
        Finding(
            id=name,
            title=f"{count:,} times {what} {options.zone}",
            count=count,
            severity="warning",
            done=done,
            change="Give times with offset, or another timezone=.",
        )
        for name, count, what, done in pairs
        if count
    ]


def _starts(table: pl.DataFrame) -> list[Finding]:
    begun = table["start_time"]
    late = (begun > table["time"]).fill_null(value=False)
    found = []
    if begun.null_count():
        found.append(
            Finding(
                id="missing_starts",
                title=f"{begun.null_count():,} events have no start that can be read",
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
                title=f"{int(late.sum()):,} events end before they start",
                count=int(late.sum()),
                severity="warning",
                sample=sample_rows(table, late, "start_time", "time"),
                done="They were kept as they are; they are ordered by their start.",
                change="Give start= and timestamp= the other way round if the columns are swapped.",
            )
        )
    return found
