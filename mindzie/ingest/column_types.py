"""The type of an attribute, from its whole column."""

from __future__ import annotations

from dataclasses import dataclass, replace

import polars as pl

from mindzie.core.settings import AttributeType
from mindzie.ingest.clock import Times
from mindzie.ingest.raw import Hints
from mindzie.ingest.texts import (
    DECIMAL,
    WHOLE,
    as_text,
    fits,
    is_date,
    marks_of,
    sample_fits,
    sample_of,
)
from mindzie.ingest.times import read_times

COMMA = r"^[+-]?(?:0|[1-9]\d{0,14})(?:,\d+)?$"
COMMA_GROUPED = r"^[+-]?(?:0|[1-9]\d{0,2}(?:\.\d{3})*)(?:,\d+)?$"
THOUSANDS = r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+$"
LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Typed:
    """A column with its type; ``marks`` are the texts that kept it from being a number or date."""

    values: pl.Series
    type: AttributeType
    times: Times | None = None
    decimal: str | None = None
    marks: tuple[str, ...] = ()


def typed(series: pl.Series, hints: Hints) -> Typed:
    """Give a column its type: as the source typed it, or as every one of its texts can be read."""
    if series.dtype != pl.String:
        return _from_typed(series, hints)
    return typed_texts(series, sample_of(series), hints)


def typed_texts(series: pl.Series, sample: list[str], hints: Hints) -> Typed:
    """Give a column of texts the type that a sample of it has, if all of it has."""
    if not sample:
        return Typed(series, "text")
    return (
        _boolean(series, sample)
        or _number(series, sample, hints.decimal)
        or _date(series, sample, hints)
        or Typed(series, "text", marks=marks_of(series, sample))
    )


def _boolean(series: pl.Series, sample: list[str]) -> Typed | None:
    if {text.lower() for text in sample} - {"true", "false"}:
        return None
    lower = series.str.to_lowercase()
    if not lower.is_in(["true", "false"]).all():
        return None
    return Typed((lower == "true").alias(series.name), "boolean")


def _number(series: pl.Series, sample: list[str], decimal: str | None) -> Typed | None:
    if decimal != ",":
        for pattern, kind in ((WHOLE, pl.Int64), (DECIMAL, pl.Float64)):
            if sample_fits(sample, pattern) and fits(series, pattern):
                if kind == pl.Float64 and not series.str.contains(".", literal=True).any():
                    return None
                values = series.cast(kind, strict=False)
                return Typed(values, "number") if values.count() == series.count() else None
    if decimal == ".":
        return None
    for pattern in (COMMA, COMMA_GROUPED):
        if sample_fits(sample, pattern) and fits(series, pattern):
            # 1,234 alone may be a thousand: only a value that cannot be grouped so proves a decimal comma.
            if decimal is None and (pattern == COMMA and not _proves_comma(series)):
                return None
            plain = series.str.replace_all(".", "", literal=True).str.replace(
                ",", ".", literal=True
            )
            kind = pl.Float64 if series.str.contains(",", literal=True).any() else pl.Int64
            return Typed(plain.cast(kind), "number", decimal=",")
    return None


def _proves_comma(series: pl.Series) -> bool:
    has = series.filter(series.str.contains(",", literal=True))
    return bool(len(has)) and not has.str.contains(THOUSANDS).all()


def _date(series: pl.Series, sample: list[str], hints: Hints) -> Typed | None:
    if not all(is_date(text) for text in sample):
        return None
    for date_format in dict.fromkeys((hints.date_format, None)):
        times = read_times(series, replace(hints, date_format=date_format), numbers=False)
        if times.values.count() == series.count():
            return Typed(times.values, "date", times)
    return None


def _from_typed(series: pl.Series, hints: Hints) -> Typed:
    """Keep the meaning of a typed column; one without any value is text, as it would be in a CSV."""
    kind = series.dtype
    plain = (
        series.cast(pl.Float64).fill_nan(None) if kind.is_float() or kind.is_decimal() else series
    )
    if not plain.count():
        return Typed(pl.repeat(None, len(series), dtype=pl.String, eager=True), "text")
    if kind.is_integer():
        return _integers(series)
    if isinstance(kind, (pl.Date, pl.Datetime)):
        times = read_times(series, hints)
        return Typed(times.values, "date", times)
    if kind == pl.Duration:
        return Typed(series.dt.total_microseconds(), "duration")
    if kind == pl.Boolean:
        return Typed(series, "boolean")
    return Typed(plain, "number") if kind.is_numeric() else Typed(as_text(series), "text")


def _integers(series: pl.Series) -> Typed:
    wide = series.cast(pl.Int64, strict=False)
    beyond = (wide >= LARGEST) | (wide <= -LARGEST)
    if wide.count() < series.count() or beyond.any():
        return Typed(series.cast(pl.String), "text")
    return Typed(wide, "number")
