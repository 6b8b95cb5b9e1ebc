"""Times written as numbers: since 1970 in some unit, or Excel's days."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from mindzie.ingest.clock import DAY, SECOND, Times, localise, no_times

# From, below, name, and how many microseconds one is (negative: how many make a microsecond).
# Seconds from 1973 to 2286; the same times in finer units have three digits more each.
UNITS = (
    (1e8, 1e10, ("epoch seconds", SECOND)),
    (1e11, 1e13, ("epoch milliseconds", 1_000)),
    (1e14, 1e16, ("epoch microseconds", 1)),
    (1e17, 1e19, ("epoch nanoseconds", -1_000)),
    (20_000, 80_000, ("Excel days", DAY)),
)
EXCEL_EPOCH = 25_569
LARGEST = 2**62


def unit_of(values: pl.Series) -> tuple[str, int] | None:
    """Return the unit that the middle of a column is a time in, None where there is none."""
    middle = values.cast(pl.Float64).abs().median()
    if not isinstance(middle, float):
        return None
    return next((unit for low, high, unit in UNITS if low <= middle < high), None)


def read_numbers(series: pl.Series, zone: str) -> Times:
    """Read numbers as times; where their size is no time's, nothing is."""
    unit = unit_of(series)
    if unit is None:
        return no_times(series)
    name, factor = unit
    if factor == DAY:
        seconds = ((series.cast(pl.Float64) - EXCEL_EPOCH) * (DAY // SECOND)).round()
        naive = (seconds * SECOND).cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
        return replace(localise(naive, zone), formats=(name,))
    if not series.dtype.is_integer():
        scaled = series.cast(pl.Float64) * factor if factor > 0 else series / -factor
        return Times(scaled.round().cast(pl.Int64, strict=False), (name,))
    whole = series.cast(pl.Int64, strict=False)
    if factor < 0:
        return Times(whole // -factor, (name,))
    # a larger one is no time, and its product would wrap around to one
    fits = whole.is_between(-LARGEST // factor, LARGEST // factor)
    return Times(pl.select(pl.when(fits).then(whole * factor)).to_series(), (name,))
