"""Times written as text: the formats are found out from the whole column."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.ingest.clock import Times, localise
from mindzie.ingest.raw import Hints
from mindzie.ingest.time_formats import Format, format_of, known_format, pointed

ROUNDS = 12
SAMPLE = 250
LAST_MONTH, LAST_HOUR, LAST_MINUTE = 12, 23, 59
OFFSET = r"(Z|UTC|GMT|[+-]\d{2}:\d{2}|[+-]\d{4}|[+-]\d{2})$"


def read_texts(series: pl.Series, hints: Hints) -> Times:
    """Read round by round, the commonest format of what is left, until nothing is understood."""
    reading = _Reading(series, hints.day_first)
    for _ in range(ROUNDS):
        if not reading.next_format():
            break
    return reading.times(hints.zone)


def read_known(series: pl.Series, hints: Hints) -> Times:
    """Read by the one format that the caller gave, written as Python or chrono do."""
    try:
        form = Format(known_format(hints.date_format or ""))
    except SettingError as error:
        raise SettingError(f"date_format={error}") from None
    try:
        parsed = _parse(series, form, form.text)
    except pl.exceptions.PolarsError as error:
        raise SettingError(
            f"date_format={hints.date_format!r} is not a date format: {error}. "
            "Use one such as '%d.%m.%Y %H:%M'."
        ) from None
    if form.has_offset:
        return Times(parsed.dt.epoch("us"), (form.text,), offsets=_offsets(series, parsed))
    return replace(localise(parsed, hints.zone), formats=(form.text,))


class _Reading:
    """What of a column has been understood so far."""

    def __init__(self, texts: pl.Series, day_first: bool | None) -> None:
        self.texts, self.wanted = texts, day_first
        self.total = texts.count()
        self.clock: pl.Series | None = None
        self.utc: pl.Series | None = None
        self.tried: set[str] = set()
        self.formats: list[str] = []
        self.day_first: bool | None = None
        self.ambiguous = False
        self.contrary = 0

    def next_format(self) -> bool:
        """Read the commonest format of what is left; return whether more may be left."""
        left = self._left()
        form, spaced = _commonest(left, self.tried)
        if form is None:
            return False
        if spaced:
            self.texts, left = self.texts.str.strip_chars(), left.str.strip_chars()
        self.tried.add(form.text)
        if form.swapped:
            text, parsed = self._decide(left, form)
        else:
            text, parsed = form.text, _parse(left, form, form.text)
        if parsed.count():
            self.formats.append(text)
            if form.has_offset:
                self.utc = _filled(self.utc, parsed)
            else:
                self.clock = _filled(self.clock, parsed)
        return sum(part.count() for part in (self.clock, self.utc) if part is not None) < self.total

    def times(self, zone: str) -> Times:
        """Return all that was understood, in UTC."""
        empty = pl.repeat(None, len(self.texts), dtype=pl.Datetime("us"), eager=True)
        found = localise(empty if self.clock is None else self.clock, zone)
        values, offsets = found.values, found.offsets
        if self.utc is not None:
            zoned = self.utc.dt.epoch("us")
            values = zoned.fill_null(values) if found.naive else zoned
            offsets = _offsets(self.texts, self.utc)
        return replace(
            found,
            values=values.alias(self.texts.name),
            formats=tuple(self.formats),
            day_first=self.day_first,
            ambiguous=self.ambiguous,
            contrary=self.contrary,
            offsets=offsets,
        )

    def _left(self) -> pl.Series:
        """Return the texts with null for each that is understood."""
        parts = [part for part in (self.clock, self.utc) if part is not None]
        if not parts:
            return self.texts
        open_rows = pl.all_horizontal(part.is_null() for part in parts)
        return pl.select(pl.when(open_rows).then(self.texts)).to_series()

    def _decide(self, left: pl.Series, form: Format) -> tuple[str, pl.Series]:
        """Decide whether the first of two numbers is the day."""
        swapped = form.swapped or form.text
        known = self.wanted if self.wanted is not None else self.day_first
        if known is None:
            as_day = _parse(left, form, form.text)
            if not self._settled_by(as_day, left):
                return self._the_likelier(left, form, as_day, swapped)
            known, parsed = True, as_day
        else:
            parsed = _parse(left, form, form.text if known else swapped)
        self.day_first = known
        return (form.text if known else swapped), self._weighed(left, form, parsed)

    def _settled_by(self, as_day: pl.Series, left: pl.Series) -> bool:
        return as_day.count() == left.count() and _decides(as_day)

    def _the_likelier(
        self, left: pl.Series, form: Format, as_day: pl.Series, swapped: str
    ) -> tuple[str, pl.Series]:
        """Take the order that more rows fit."""
        as_month = _parse(left, form, swapped)
        if not as_day.count() and not as_month.count():
            return form.text, as_day  # no date, so no question
        even = as_day.count() == as_month.count()
        self.ambiguous = even and not _decides(as_day)
        self.day_first = not form.month_first if even else as_day.count() > as_month.count()
        chosen = as_day if self.day_first else as_month
        return (form.text if self.day_first else swapped), self._weighed(left, form, chosen)

    def _weighed(self, left: pl.Series, form: Format, parsed: pl.Series) -> pl.Series:
        """Count what fits the other order alone, where some fit this one alone."""
        if parsed.count() < left.count() and _decides(parsed):
            rest = left.filter(parsed.is_null())
            other = (form.swapped or form.text) if self.day_first else form.text
            self.contrary += _parse(rest, form, other).count()
        return parsed


def _decides(parsed: pl.Series) -> bool:
    """Return whether a date can be read in the order alone that it was read in."""
    return bool((parsed.dt.day() > LAST_MONTH).any())


def _filled(old: pl.Series | None, new: pl.Series) -> pl.Series:
    return new if old is None else old.zip_with(old.is_not_null(), new)


def _commonest(left: pl.Series, tried: set[str]) -> tuple[Format | None, bool]:
    """Return the commonest untried format of a sample spread over what is left."""
    values = left.drop_nulls()
    sample = values.gather_every(max(1, len(values) // SAMPLE)).to_list()
    forms = (format_of(text.strip()) for text in sample)
    found = Counter(form for form in forms if form and form.text not in tried)
    if not found:
        return None, False
    return found.most_common(1)[0][0], any(text != text.strip() for text in sample)


def _parse(texts: pl.Series, form: Format, text: str) -> pl.Series:
    """Parse by one format to UTC or clock times; null where it does not fit."""
    if not form.has_clock:
        return texts.str.to_date(text, strict=False).cast(pl.Datetime("us"))
    texts, text = pointed(texts, text)
    if form.has_offset and (tail := _tail_of_all(texts)) and text.endswith(("%#z", tail)):
        # without an offset Polars reads several times faster
        clock = text.removesuffix("%#z").removesuffix(tail)
        bare = texts.str.strip_suffix(tail)
        return bare.str.to_datetime(clock, strict=False, time_unit="us") - offset_ahead(tail)
    parsed = texts.str.to_datetime(text, strict=False, time_unit="us")
    return parsed.dt.replace_time_zone(None) if form.has_offset else parsed


def _tail_of_all(texts: pl.Series) -> str | None:
    """Return the offset that every text ends with, None where they differ."""
    first = texts.first(ignore_nulls=True)
    if not isinstance(first, str) or not (found := re.search(OFFSET, first)):
        return None
    tail = found[0]
    return tail if texts.str.ends_with(tail).all() and offset_ahead(tail) is not None else None


def offset_ahead(tail: str) -> timedelta | None:
    """Return how far an offset is ahead of UTC, None where no clock is."""
    if tail.isalpha():
        return timedelta()
    hours, minutes = int(tail[1:3]), int(tail[3:].lstrip(":") or 0)
    if hours > LAST_HOUR or minutes > LAST_MINUTE:
        return None
    ahead = timedelta(hours=hours, minutes=minutes)
    return -ahead if tail[0] == "-" else ahead


def _offsets(texts: pl.Series, parsed: pl.Series) -> tuple[str, ...]:
    """Return the different offsets written in the texts that have one."""
    if tail := _tail_of_all(texts):
        return (tail,)
    tails = texts.filter(parsed.is_not_null()).str.tail(6).unique()
    marks = tails.str.extract(OFFSET).drop_nulls().unique()
    return tuple(sorted(marks.to_list()))
