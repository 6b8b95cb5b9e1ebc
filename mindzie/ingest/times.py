"""Times of any kind, as microseconds in UTC; decided over the whole column."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import polars as pl

from mindzie.ingest.clock import DAY, Times, localise, no_times
from mindzie.ingest.raw import Hints
from mindzie.ingest.time_formats import format_of
from mindzie.ingest.time_numbers import read_numbers, unit_of
from mindzie.ingest.time_texts import read_known, read_texts

SAMPLE = 250


def looks_like_times(
    series: pl.Series, date_format: str | None = None, *, numbers: bool = False
) -> bool:
    """Return whether most of a column's first values are times, numbers too where they may be; texts of one format, where it is given."""
    if series.dtype.is_temporal():
        return isinstance(series.dtype, (pl.Date, pl.Datetime))
    values = series.drop_nulls().head(SAMPLE)
    if values.is_empty():
        return False
    if series.dtype != pl.String:
        return numbers and series.dtype.is_numeric() and unit_of(values) is not None
    if date_format is not None:
        fitting = read_known(values, Hints(date_format=date_format)).values.count()
        return fitting > len(values) / 2
    texts = [str(value).strip() for value in values.to_list()]
    known = sum((numbers or not text.isdigit()) and bool(format_of(text)) for text in texts)
    if known > len(texts) / 2:
        return True
    values = values.cast(pl.Float64, strict=False).drop_nulls()
    return numbers and len(values) > len(texts) / 2 and unit_of(values) is not None


def read_times(series: pl.Series, hints: Hints, *, numbers: bool = True) -> Times:
    """Read a column as times; what cannot be read becomes null, and so does what no calendar has."""
    return within_calendar(_read(series, hints, numbers=numbers), hints.zone)


def within_calendar(found: Times, zone: str) -> Times:
    """Make missing what no calendar has."""
    values, (first, last) = found.values, _calendar(zone)
    if values.is_between(first, last).all():
        return found
    # the last moment of all is an hour after it elsewhere: it stays the last one
    near = values.is_between(first - DAY, last + DAY)
    kept = pl.select(pl.when(near).then(values.clip(first, last))).to_series()
    return replace(found, values=kept.alias(values.name))


def _calendar(zone: str) -> tuple[int, int]:
    """Return the first and the last moment that have a date both in UTC and in a zone."""
    ends = pl.Series([datetime.min, datetime.max])  # noqa: DTZ901 - the zone follows
    local = ends.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    (first, last), (begin, end) = ends.dt.epoch("us"), local.dt.epoch("us")
    return max(first, begin), min(last, end)


def _read(series: pl.Series, hints: Hints, *, numbers: bool) -> Times:
    kind = series.dtype
    if isinstance(kind, pl.Datetime):
        return _typed(series, kind, hints.zone)
    if kind == pl.Date:
        return replace(localise(series.cast(pl.Datetime("us")), hints.zone), formats=("date",))
    if kind.is_numeric():
        return read_numbers(series, hints.zone)
    if kind != pl.String:
        return no_times(series)
    found = read_known(series, hints) if hints.date_format else read_texts(series, hints)
    if found.formats or not numbers:
        return found
    return _number_texts(series, hints.zone) or found


def _typed(series: pl.Series, kind: pl.Datetime, zone: str) -> Times:
    fine = series.cast(pl.Datetime("us", kind.time_zone))
    if kind.time_zone is None:
        return replace(localise(fine, zone), formats=("timestamp",))
    return Times(fine.dt.epoch("us"), (f"timestamp in {kind.time_zone}",))


def _number_texts(series: pl.Series, zone: str) -> Times | None:
    numbers = series.cast(pl.Float64, strict=False)
    if not numbers.count():
        return None
    whole = series.cast(pl.Int64, strict=False)
    return read_numbers(whole if whole.count() == numbers.count() else numbers, zone)
