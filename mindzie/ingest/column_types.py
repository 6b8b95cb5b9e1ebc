"""The type of an attribute, from its whole column."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.settings import AttributeType
from mindzie.ingest.time_formats import formats_of
from mindzie.ingest.times import Times, read_times

SAMPLE = 200
# At most 15 digits survive as a number anywhere; a leading zero means an id, not a quantity.
WHOLE = r"^[+-]?(?:0|[1-9]\d{0,14})$"
DECIMAL = r"^[+-]?(?:0|[1-9]\d{0,14})?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$"
COMMA = r"^[+-]?(?:0|[1-9]\d{0,14})(?:,\d+)?$"
COMMA_GROUPED = r"^[+-]?(?:0|[1-9]\d{0,2}(?:\.\d{3})*)(?:,\d+)?$"
THOUSANDS = r"^[+-]?[1-9]\d{0,2}(?:,\d{3})+$"
PLAIN_MARKS = ("?", "#N/A", "NULL", "null", "n/a", "N/A")
MARKS = (
    "?",
    "-",
    "--",
    "n/a",
    "N/A",
    "NA",
    "NaN",
    "nan",
    "NULL",
    "null",
    "None",
    "none",
    "#N/A",
    "NIL",
    "nil",
    ".",
)
LARGEST = 10**15


@dataclass(frozen=True, slots=True)
class Typed:
    """A column with its type; ``marks`` are the texts that kept it from being a number or date."""

    values: pl.Series
    type: AttributeType
    times: Times | None = None
    decimal: str | None = None
    marks: tuple[str, ...] = ()


def typed(
    series: pl.Series,
    zone: str,
    *,
    wanted: str | None = None,
    day_first: bool | None = None,
    date_format: str | None = None,
    decimal: str | None = None,
) -> Typed:
    """Give a column its type: as the source typed it, or as every one of its texts can be read."""
    if wanted:
        return _forced(series, wanted, zone, day_first, date_format, decimal)
    if series.dtype != pl.String:
        return _from_typed(series, zone)
    sample = _sample(series)
    if not sample:
        return Typed(series, "text")
    return (
        _boolean(series, sample)
        or _number(series, sample, decimal)
        or _date(series, sample, zone, day_first, date_format)
        or Typed(series, "text", marks=_marks(series, sample))
    )


def as_text(series: pl.Series) -> pl.Series:
    """Return ids and names as text: 7 and 7.0 are "7"; the empty text is missing."""
    kind = series.dtype
    if kind == pl.String:
        return empty_is_missing(series)
    if kind.is_float():
        whole = series.cast(pl.Int64, strict=False)
        same = (whole.cast(kind) == series) | series.is_nan()
        if same.all():
            return series.fill_nan(None).cast(pl.Int64).cast(pl.String)
    return series.cast(pl.String)


def empty_is_missing(series: pl.Series) -> pl.Series:
    """Return the texts with null for every empty one; no copy where there is none."""
    if not (series == "").any():
        return series
    return (
        series.to_frame()
        .select(pl.when(pl.first() != "").then(pl.first()))
        .to_series()
        .alias(series.name)
    )


def _sample(series: pl.Series) -> list[str]:
    values = series.drop_nulls() if series.null_count() else series
    return values.gather_every(max(1, len(values) // SAMPLE)).to_list()[:SAMPLE]


def _fits(series: pl.Series, pattern: str) -> bool:
    return bool(series.str.contains(pattern).all())


def _sample_fits(sample: list[str], pattern: str) -> bool:
    return bool(pl.Series(sample).str.contains(pattern).all())


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
            if _sample_fits(sample, pattern) and _fits(series, pattern):
                if kind == pl.Float64 and not series.str.contains(".", literal=True).any():
                    return None
                values = series.cast(kind, strict=False)
                return Typed(values, "number") if values.count() == series.count() else None
    if decimal == ".":
        return None
    for pattern in (COMMA, COMMA_GROUPED):
        if _sample_fits(sample, pattern) and _fits(series, pattern):
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


def _date(
    series: pl.Series, sample: list[str], zone: str, day_first: bool | None, date_format: str | None
) -> Typed | None:
    if not all(_is_date(text) for text in sample):
        return None
    for chosen in dict.fromkeys((date_format, None)):
        times = read_times(series, zone, day_first=day_first, date_format=chosen, numbers=False)
        if times.values.count() == series.count():
            return Typed(times.values, "date", times)
    return None


def _is_date(text: str) -> bool:
    form = formats_of(text.strip())
    return form is not None and not text.isdigit() and "%y" not in form.text


def _marks(series: pl.Series, sample: list[str]) -> tuple[str, ...]:
    """Return the texts that seem to mean "missing": in any column, or where all the rest are numbers or dates."""
    met = tuple(sorted(set(sample) & set(MARKS)))
    if not met:
        return ()
    plain = tuple(mark for mark in met if mark in PLAIN_MARKS)
    rest = [text for text in sample if text not in MARKS]
    if not rest or not (_sample_fits(rest, DECIMAL) or all(_is_date(text) for text in rest)):
        return plain
    others = series.filter(~series.is_in(MARKS))
    if (
        _fits(others, WHOLE)
        or _fits(others, DECIMAL)
        or all(_is_date(text) for text in _sample(others))
    ):
        return tuple(sorted(series.filter(series.is_in(MARKS)).unique().to_list()))
    return plain


def _from_typed(series: pl.Series, zone: str) -> Typed:
    kind = series.dtype
    if not series.count():
        return Typed(series.cast(pl.String) if kind == pl.Null else _nulls(series), "text")
    if kind == pl.Boolean:
        return Typed(series, "boolean")
    if kind.is_integer():
        wide = series.cast(pl.Int64, strict=False)
        if wide.count() < series.count() or int(wide.abs().max() or 0) >= LARGEST:  # type: ignore[call-overload]
            return Typed(series.cast(pl.String), "text")
        return Typed(wide, "number")
    if kind.is_float() or kind.is_decimal():
        values = series.cast(pl.Float64).fill_nan(None)
        return Typed(values, "number") if values.count() else Typed(_nulls(series), "text")
    if kind == pl.Duration:
        return Typed(series.dt.total_microseconds(), "duration")
    if kind in (pl.Date, pl.Datetime):
        times = read_times(series, zone)
        return Typed(times.values, "date", times)
    return Typed(series.cast(pl.String), "text")


def _nulls(series: pl.Series) -> pl.Series:
    return pl.Series(series.name, [None], dtype=pl.String).new_from_index(0, len(series))


def _forced(
    series: pl.Series,
    wanted: str,
    zone: str,
    day_first: bool | None,
    date_format: str | None,
    decimal: str | None,
) -> Typed:
    """Read a column as the caller says; a value that cannot be is an error, never a silent null."""
    text = as_text(series)
    times = None
    comma: str | None = None
    if wanted == "text":
        return Typed(text, "text")
    if wanted == "number":
        comma = "," if decimal == "," else None
        plain = text.str.replace_all(".", "", literal=True).str.replace(",", ".") if comma else text
        values = plain.str.strip_chars().cast(pl.Float64, strict=False)
        whole = plain.str.strip_chars().cast(pl.Int64, strict=False)
        values = whole if whole.count() == values.count() else values
    elif wanted == "boolean":
        lower = text.str.to_lowercase()
        values = lower.replace_strict(
            ["true", "1", "yes", "false", "0", "no"],
            [True] * 3 + [False] * 3,
            default=None,
            return_dtype=pl.Boolean,
        )
    elif wanted == "date":
        times = read_times(series, zone, day_first=day_first, date_format=date_format)
        values = times.values
    elif wanted == "duration" and series.dtype == pl.Duration:
        return Typed(series.dt.total_microseconds(), "duration")
    else:
        raise SettingError(
            f"types[{series.name!r}] = {wanted!r} cannot be: use 'text', 'number', 'boolean' or 'date'."
        )
    if values.count() < text.count():
        bad = text.filter(values.is_null() & text.is_not_null())
        raise SettingError(
            f"{len(bad):,} values of column {series.name!r} are not of type {wanted!r}, the first is {bad[0]!r}. "
            "Leave the type out, or list what means missing in null_values=."
        )
    return Typed(values.alias(series.name), wanted, times, comma)  # type: ignore[arg-type]
