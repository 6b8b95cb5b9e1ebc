"""What the texts of a column are like: numbers, dates, or marks that mean missing."""

from __future__ import annotations

import polars as pl

from mindzie.ingest.time_formats import format_of

SAMPLE = 200
DAYS = (-719_162, 2_932_896)
"""The first and the last day of the calendar, as days since 1970."""
# At most 15 digits survive as a number anywhere; a leading zero means an id, not a quantity.
WHOLE = r"^[+-]?(?:0|[1-9]\d{0,14})$"
DECIMAL = r"^[+-]?(?:0|[1-9]\d{0,14})?(?:\.\d*)?(?:[eE][+-]?\d{1,3})?$"
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


def written(frame: pl.DataFrame) -> pl.DataFrame:
    """Return every column as text, for reading by people."""
    spans = [column for column, kind in frame.schema.items() if kind == pl.Duration]
    shown = frame.with_columns(pl.col(spans).dt.to_string("iso")) if spans else frame
    if days := [column for column, kind in frame.schema.items() if kind == pl.Date]:
        # a day that no calendar has cannot be written
        inside = pl.col(days).cast(pl.Int32).is_between(*DAYS)
        shown = shown.with_columns(pl.when(inside).then(pl.col(days)).name.keep())
    return shown.select(pl.all().cast(pl.String, strict=False))


def as_text(series: pl.Series) -> pl.Series:
    """Return ids and names as text: 7 and 7.0 are "7"; the empty text is missing."""
    kind = series.dtype
    if isinstance(kind, (pl.String, pl.Categorical)):
        return empty_is_missing(series)
    if kind.is_float():
        whole = series.cast(pl.Int64, strict=False)
        same = (whole.cast(kind) == series) | series.is_nan()
        if same.all():
            return series.fill_nan(None).cast(pl.Int64).cast(pl.String)
    return written(series.to_frame()).to_series()


def empty_is_missing(series: pl.Series) -> pl.Series:
    """Return a column with null for every empty text; no copy where there is none."""
    kind = series.dtype
    if not isinstance(kind, (pl.String, pl.Categorical)):
        return series
    looked = series if kind == pl.String else series.unique().cast(pl.String)
    if not (looked == "").any():
        return series
    texts = series.cast(pl.String).to_frame().select(pl.when(pl.first() != "").then(pl.first()))
    return texts.to_series().cast(kind).alias(series.name)


def sample_of(series: pl.Series) -> list[str]:
    """Return texts spread over the whole column."""
    values = series.drop_nulls() if series.null_count() else series
    return values.gather_every(max(1, len(values) // SAMPLE)).to_list()[:SAMPLE]


def fits(series: pl.Series, pattern: str) -> bool:
    """Return whether every text fits a pattern."""
    return bool(series.str.contains(pattern).all())


def sample_fits(sample: list[str], pattern: str) -> bool:
    """Return whether every text of a sample fits a pattern."""
    return bool(pl.Series(sample).str.contains(pattern).all())


def is_date(text: str) -> bool:
    """Return whether a text is a date that no other thing is written like."""
    form = format_of(text.strip())
    return form is not None and not text.isdigit() and "%y" not in form.text


def marks_of(series: pl.Series, sample: list[str]) -> tuple[str, ...]:
    """Return the texts that seem to mean "missing": in any column, or where all the rest are numbers or dates."""
    met = tuple(sorted(set(sample) & set(MARKS)))
    if not met:
        return ()
    plain = tuple(mark for mark in met if mark in PLAIN_MARKS)
    rest = [text for text in sample if text not in MARKS]
    if not rest or not (sample_fits(rest, DECIMAL) or all(is_date(text) for text in rest)):
        return plain
    others = series.filter(~series.is_in(MARKS))
    if (
        fits(others, WHOLE)
        or fits(others, DECIMAL)
        or all(is_date(text) for text in sample_of(others))
    ):
        return tuple(sorted(series.filter(series.is_in(MARKS)).unique().to_list()))
    return plain
