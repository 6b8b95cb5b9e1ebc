"""Columns read as the caller says."""

from __future__ import annotations

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.settings import AttributeType
from mindzie.core.words import counted
from mindzie.ingest.clock import Times
from mindzie.ingest.column_types import Typed
from mindzie.ingest.raw import Hints
from mindzie.ingest.texts import as_text
from mindzie.ingest.times import read_times

TRUTHS = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}


def forced(series: pl.Series, wanted: AttributeType, hints: Hints) -> Typed:
    """Read a column as a type; a value that is not of it is an error, never a silent null."""
    text = as_text(series)
    times: Times | None = None
    if wanted == "text":
        return Typed(text, "text")
    if wanted == "number":
        values = numbers(text, hints.decimal)
    elif wanted == "boolean":
        values = text.str.to_lowercase().replace_strict(
            TRUTHS, default=None, return_dtype=pl.Boolean
        )
    elif wanted == "date":
        times = read_times(series, hints)
        values = times.values
    elif series.dtype == pl.Duration:
        values = series.dt.total_microseconds()
    else:
        raise SettingError(
            f"types[{series.name!r}] = 'duration' cannot be: the column does not hold durations. "
            "Use 'number', or give a frame with a column of durations."
        )
    if values.count() < text.count():
        bad = text.filter(values.is_null() & text.is_not_null())
        raise SettingError(
            f"{counted(len(bad), 'value')} of column {series.name!r} are not of type {wanted!r}, the first "
            f"is {bad[0]!r}. Leave the type out, or list what means missing in null_values=."
        )
    return Typed(values.alias(series.name), wanted, times)


def numbers(text: pl.Series, decimal: str | None) -> pl.Series:
    """Read texts as numbers, whole ones where all are; what is none is null."""
    plain = text.str.strip_chars()
    if decimal == ",":
        plain = plain.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    values, whole = plain.cast(pl.Float64, strict=False), plain.cast(pl.Int64, strict=False)
    return whole if whole.count() == values.count() else values
