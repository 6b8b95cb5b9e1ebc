"""Times of any kind, as microseconds in UTC; decided over the whole column."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import timedelta

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.ingest.time_formats import Format, formats_of

SECOND = 1_000_000
DAY = 86_400 * SECOND
ROUNDS = 12
SAMPLE = 250
# The largest number of each unit that is still a time before the year 2286, by its digits.
EPOCHS = ((1e8, 1e10, SECOND, "epoch seconds"), (1e11, 1e13, 1_000, "epoch milliseconds"))
EPOCHS_SMALL = ((1e14, 1e16, 1, "epoch microseconds"), (1e17, 1e19, 1_000, "epoch nanoseconds"))
EXCEL = (20_000, 80_000)
EXCEL_EPOCH = 25_569


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times and how it was read."""

    values: pl.Series
    """Microseconds UTC; null where missing or unreadable."""
    formats: tuple[str, ...] = ()
    day_first: bool | None = None
    """None where the column has no such question."""
    ambiguous: bool = False
    offsets: tuple[str, ...] = ()
    naive: int = 0
    """How many had no offset."""
    gaps: int = 0
    """How many never were on a clock of the zone (spring)."""
    overlaps: int = 0
    """How many were twice on a clock of the zone (autumn)."""


def looks_like_times(series: pl.Series, *, numbers: bool = False) -> bool:
    """Return whether most of a column's first values are times; judged by the column's sample."""
    if series.dtype.is_temporal():
        return series.dtype in (pl.Date, pl.Datetime)
    values = series.drop_nulls().head(SAMPLE)
    if not len(values):
        return False
    if series.dtype == pl.String:
        texts = [str(value).strip() for value in values.to_list()]
        known = [formats_of(text) for text in texts]
        if (
            sum(
                f is not None and (numbers or not text.isdigit())
                for f, text in zip(known, texts, strict=True)
            )
            > len(texts) / 2
        ):
            return True
        values = values.cast(pl.Float64, strict=False).drop_nulls()
        return numbers and len(values) > len(texts) / 2 and _unit(values) is not None
    return numbers and series.dtype.is_numeric() and _unit(values) is not None


def read_times(
    series: pl.Series,
    zone: str,
    *,
    day_first: bool | None = None,
    date_format: str | None = None,
    numbers: bool = True,
) -> Times:
    """Read a column as times; what cannot be read becomes null."""
    if isinstance(series.dtype, pl.Datetime):
        return _typed(series, zone)
    if series.dtype == pl.Date:
        return replace(localise(series.cast(pl.Datetime("us")), zone), formats=("date",))
    if series.dtype.is_numeric():
        return _numbers(series, zone)
    if series.dtype != pl.String:
        return Times(pl.Series(series.name, [None] * len(series), dtype=pl.Int64))
    if date_format:
        return _known_format(series, zone, date_format)
    found = _texts(series, zone, day_first)
    if not found.formats and numbers:
        numeric = series.cast(pl.Float64, strict=False)
        if numeric.count():
            exact = series.cast(pl.Int64, strict=False)
            return _numbers(exact if exact.count() == numeric.count() else numeric, zone)
    return found


def localise(naive: pl.Series, zone: str) -> Times:
    """Take clock times of a zone to UTC.

    A time that was on the clock twice is its first; a time the clock skipped is read as if the clock had not been changed.
    """
    name, count = naive.name, naive.count()
    if zone == "UTC":
        return Times(naive.dt.epoch("us").alias(name), naive=count)
    early = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    late = naive.dt.replace_time_zone(zone, ambiguous="latest", non_existent="null")
    gaps = count - early.count()
    values = early.dt.epoch("us")
    if gaps:
        # 25 hours earlier the clock was surely before the change, also where a whole day was skipped.
        before = (naive - timedelta(hours=25)).dt.replace_time_zone(
            zone, ambiguous="earliest", non_existent="null"
        )
        values = values.fill_null(before.dt.epoch("us") + 25 * 3600 * SECOND)
    return Times(values.alias(name), naive=count, gaps=gaps, overlaps=int((early != late).sum()))


def _typed(series: pl.Series, zone: str) -> Times:
    fine = series.cast(pl.Datetime("us", series.dtype.time_zone))  # type: ignore[attr-defined]
    if series.dtype.time_zone is None:  # type: ignore[attr-defined]
        return replace(localise(fine, zone), formats=("timestamp",))
    text = f"timestamp in {series.dtype.time_zone}"  # type: ignore[attr-defined]
    return Times(fine.dt.epoch("us"), (text,))


def _unit(values: pl.Series) -> tuple[float, str] | None:
    """Return the factor to microseconds and the name of the unit by the middle of the column."""
    middle = values.cast(pl.Float64).abs().median()
    if not isinstance(middle, float):
        return None
    for low, high, factor, name in EPOCHS:
        if low <= middle < high:
            return factor, name
    for low, high, factor, name in EPOCHS_SMALL:
        if low <= middle < high:
            return (1 if factor == 1 else 1 / factor), name
    return (DAY, "Excel days") if EXCEL[0] <= middle < EXCEL[1] else None


def _numbers(series: pl.Series, zone: str) -> Times:
    unit = _unit(series)
    if unit is None:
        return Times(pl.Series(series.name, [None] * len(series), dtype=pl.Int64))
    factor, name = unit
    if factor == DAY:
        days = ((series.cast(pl.Float64) - EXCEL_EPOCH) * 86_400).round() * SECOND
        naive = days.cast(pl.Int64, strict=False).cast(pl.Datetime("us"))
        return replace(localise(naive, zone), formats=(name,))
    if series.dtype.is_float():
        values = (series * factor).round().cast(pl.Int64, strict=False)
    else:
        whole = series.cast(pl.Int64, strict=False)
        values = whole * int(factor) if factor >= 1 else whole // round(1 / factor)
    return Times(values, (name,))


def _known_format(series: pl.Series, zone: str, date_format: str) -> Times:
    wanted = Format(date_format.replace(".%f", "%.f").replace("%z", "%#z").replace("%##z", "%#z"))
    try:
        found = _parse(series, wanted, wanted.text)
    except pl.exceptions.PolarsError as error:
        raise SettingError(
            f"date_format={date_format!r} is not a date format: {error}. Use one such as '%d.%m.%Y %H:%M'."
        ) from None
    if wanted.has_offset:
        return Times(found.dt.epoch("us"), (wanted.text,), offsets=_offsets(series, found))
    return replace(localise(found, zone), formats=(wanted.text,))


def _parse(texts: pl.Series, form: Format, text: str) -> pl.Series:
    """Parse by one format to UTC or clock times; null where it does not fit."""
    if not form.has_clock:
        return texts.str.to_date(text, strict=False).cast(pl.Datetime("us"))
    parsed = texts.str.to_datetime(text, strict=False, time_unit="us")
    return parsed.dt.replace_time_zone(None) if form.has_offset else parsed


def _texts(series: pl.Series, zone: str, day_first: bool | None) -> Times:
    """Parse round by round: the commonest format of what is left, until nothing more is understood."""
    texts, total = series, series.count()
    clock = pl.Series(series.name, [None], dtype=pl.Datetime("us")).new_from_index(0, len(series))
    utc = clock
    tried: set[str] = set()
    formats: list[str] = []
    order: bool | None = None
    ambiguous = False
    for _ in range(ROUNDS):
        left = (
            texts if not formats else texts.zip_with(clock.is_null() & utc.is_null(), _nulls(texts))
        )
        form, spaced = _commonest(left, tried)
        if form is None:
            break
        texts, left = (texts.str.strip_chars(), left.str.strip_chars()) if spaced else (texts, left)
        tried.add(form.text)
        text = form.text
        parsed = None
        if form.swapped:
            wanted = day_first if day_first is not None else order
            text, parsed, unsure = _day_or_month(left, form, wanted)
            ambiguous = ambiguous or unsure
            order = text == form.text
        parsed = _parse(left, form, text) if parsed is None else parsed
        if not parsed.count():
            continue
        formats.append(text)
        if form.has_offset:
            utc = (
                parsed if utc.null_count() == len(utc) else utc.zip_with(utc.is_not_null(), parsed)
            )
        else:
            clock = (
                parsed
                if clock.null_count() == len(clock)
                else clock.zip_with(clock.is_not_null(), parsed)
            )
        if utc.count() + clock.count() >= total:
            break
    return _joined(texts, clock, utc, zone, formats, order, ambiguous)


def _nulls(like: pl.Series) -> pl.Series:
    return pl.Series(like.name, [None], dtype=like.dtype).new_from_index(0, len(like))


def _commonest(left: pl.Series, tried: set[str]) -> tuple[Format | None, bool]:
    """Return the commonest format not yet tried of a sample spread over the values left."""
    values = left.drop_nulls()
    sample = values.gather_every(max(1, len(values) // SAMPLE)).to_list()
    found = Counter(
        form for text in sample if (form := formats_of(text.strip())) and form.text not in tried
    )
    if not found:
        return None, False
    return found.most_common(1)[0][0], any(text != text.strip() for text in sample)


def _day_or_month(
    left: pl.Series, form: Format, day_first: bool | None
) -> tuple[str, pl.Series, bool]:
    """Decide which of the first two numbers is the day: the reading that fits more rows."""
    swapped = form.swapped or form.text
    if day_first is not None:
        text = form.text if day_first else swapped
        return text, _parse(left, form, text), False
    as_day = _parse(left, form, form.text)
    if as_day.count() == left.count() and (as_day.dt.day() > 12).any():  # noqa: PLR2004
        return form.text, as_day, False
    as_month = _parse(left, form, swapped)
    if as_day.count() != as_month.count():
        better = as_day.count() > as_month.count()
        return (form.text, as_day, False) if better else (swapped, as_month, False)
    return (swapped, as_month, True) if form.month_first else (form.text, as_day, True)


def _joined(
    texts: pl.Series,
    clock: pl.Series,
    utc: pl.Series,
    zone: str,
    formats: list[str],
    order: bool | None,
    ambiguous: bool,
) -> Times:
    local = localise(clock, zone) if clock.count() else Times(clock.dt.epoch("us"))
    values, offsets = local.values, ()
    if utc.count():
        values = utc.dt.epoch("us").fill_null(values) if local.naive else utc.dt.epoch("us")
        offsets = _offsets(texts, utc)
    return replace(
        local,
        values=values,
        formats=tuple(formats),
        day_first=order,
        ambiguous=ambiguous,
        offsets=offsets,
    )


def _offsets(texts: pl.Series, parsed: pl.Series) -> tuple[str, ...]:
    """Return the different offsets written in the texts that have one."""
    tails = texts.filter(parsed.is_not_null()).str.tail(6).unique()
    marks = tails.str.extract(r"(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)$").drop_nulls().unique()
    return tuple(sorted(marks.to_list()))
