"""A time whose date and time of day stand in two columns: found, told and joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import polars as pl

from mindzie.core.plain_names import plain
from mindzie.core.readiness import Finding
from mindzie.core.words import share
from mindzie.ingest.clock import DAY
from mindzie.ingest.column_pairs import PAIRS
from mindzie.ingest.role_names import MAYBE, name_score
from mindzie.ingest.texts import DAYS
from mindzie.ingest.time_formats import MIDNIGHT, format_of
from mindzie.ingest.times import SAMPLE

_CLOCK: Final = re.compile(r"\d{1,2}:\d{2}(:\d{2}([.,]\d{1,9})?)?\s?([AaPp][Mm])?")
_DIGITS: Final = re.compile(r"([01]\d|2[0-3])[0-5]\d[0-5]\d")
_FIRST_DAY: Final = (
    r"^(?:1899-12-3[01]|3[01][./]12[./]1899|12/3[01]/1899|1900-01-0[01]|1904-01-01)[T ]+"
)
"""The day that spreadsheets and databases write before a time of day that has none."""
_FIRST_DAYS: Final = [-25_569, -25_568, -25_567, -24_107]
"""The same as days since 1970."""
_CALENDAR: Final = ((DAYS[0] + 1) * DAY, (DAYS[1] - 1) * DAY)
"""Moments that have a date in every zone."""
_DAY_MARKS: Final = (r"^((?:19|20)\d\d)(\d\d)(\d\d)$", "$1-$2-$3")
_CLOCK_MARKS: Final = (r"^(\d?\d)(\d\d)(\d\d)$", "$1:$2:$3")
"""Digits alone, as SAP writes them, with what they are read by."""
_WORDS: Final = re.compile(
    r"\b(date|day|time|clock|hour|at|datum|tag|zeit|uhrzeit|fecha|hora|heure|data|ora|tijd|dato|tid|czas)\b|(datum|zeit|tijd)$"
)


def is_clock(column: pl.Series) -> bool:
    """Return whether a column holds times of day alone.

    Parameters
    ----------
    column : polars.Series
        The first values.

    Returns
    -------
    bool
        Six digits without marks, and spans within a day, count where the column is called like a time.

    Examples
    --------
    >>> is_clock(pl.Series("at", ["08:15", "9:30 PM"])), is_clock(pl.Series("n", ["081500"]))
    (True, False)
    """
    if column.dtype == pl.Time:
        return True
    if isinstance(column.dtype, pl.Datetime):
        moments = _on_the_clock(column.drop_nulls())
        dayless = len(moments) > 0 and (moments // DAY).is_in(_FIRST_DAYS).all()
        return bool(dayless and (moments % DAY != 0).any())
    named = name_score(column.name, "timestamp") >= MAYBE
    if column.dtype == pl.Duration:
        spans = column.drop_nulls().dt.total_microseconds()
        return named and len(spans) > 0 and bool(spans.is_between(0, DAY - 1).all())
    texts = _some(column)
    bare = [re.sub(_FIRST_DAY, "", text) for text in texts]
    if bare != texts:
        # dates that stand for none are at midnight, or beside others
        dayless = all(_CLOCK.fullmatch(text) for text in bare)
        return dayless and not all(re.search(MIDNIGHT, text) for text in texts)
    found = sum(
        bool(_CLOCK.fullmatch(text) or (named and _DIGITS.fullmatch(text))) for text in texts
    )
    return found > len(texts) / 2


def is_day(column: pl.Series) -> bool:
    """Return whether a column of times says the day alone.

    Parameters
    ----------
    column : polars.Series
        The first values.

    Returns
    -------
    bool
        True also where each is at midnight, as tables write a date that has no time of day.

    Examples
    --------
    >>> is_day(pl.Series(["2024-05-06", "2024-05-07 00:00:00"])), is_day(pl.Series(["2024-05-06 07:08"]))
    (True, False)
    """
    if column.dtype == pl.Date:
        return True
    if isinstance(column.dtype, pl.Datetime):
        moments = _on_the_clock(column.drop_nulls())
        return len(moments) > 0 and bool((moments % DAY == 0).all())
    texts = [re.sub(MIDNIGHT, "", text) for text in _some(column)]
    forms = [form for form in map(format_of, texts) if form]
    return len(forms) > len(texts) / 2 and not any(form.has_clock for form in forms)


def clocks_of(head: pl.DataFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Return for the roles whose column says the day alone the column with the time of day.

    Parameters
    ----------
    head : polars.DataFrame
        The first rows, texts as texts.
    roles : mapping
        Role to column.

    Returns
    -------
    dict of str to str
        ``timestamp`` and ``start`` to a column; of several columns that which is called most alike, then the next on the right.

    Examples
    --------
    >>> head = pl.DataFrame({"Date": ["2024-05-06"], "Time": ["07:08"]})
    >>> clocks_of(head, {"timestamp": "Date"})
    {'timestamp': 'Time'}
    """
    days = {role: roles[role] for role in PAIRS if role in roles and is_day(head[roles[role]])}
    found = dict[str, str]()
    if not days:
        return found
    clocks = [name for name in clock_columns(head) if name not in roles.values()]
    for role, day in days.items():
        free = [name for name in clocks if name not in found.values()]
        if free:
            found[role] = min(free, key=lambda name: _distance(head.columns, day, name))
    return found


def clock_columns(head: pl.DataFrame) -> list[str]:
    """Return the columns that hold times of day alone."""
    return [name for name in head.columns if is_clock(head[name])]


def joined(days: pl.Series, clocks: pl.Series) -> pl.Series:
    """Return dates and times of day as one text each, missing where either is.

    Parameters
    ----------
    days, clocks : polars.Series
        Texts, dates or times.

    Returns
    -------
    polars.Series
        Texts such as ``2024-05-06 07:08``, as the columns wrote them.

    Examples
    --------
    >>> joined(pl.Series(["6.5.2024 00:00"]), pl.Series(["7:08"])).to_list()
    ['6.5.2024 7:08']
    """
    if isinstance(days.dtype, pl.Datetime):
        days = (_on_the_clock(days) // DAY).cast(pl.Int32).cast(pl.Date)
    if days.dtype == pl.Date:
        inside = days.cast(pl.Int32).is_between(*DAYS)
        days = pl.select(pl.when(inside).then(days)).to_series()
    if isinstance(clocks.dtype, pl.Datetime):
        clocks = (_on_the_clock(clocks) % DAY * 1_000).cast(pl.Time)
    day = days.cast(pl.String, strict=False).str.strip_chars().str.replace(MIDNIGHT, "")
    clock = _as_text(clocks).str.strip_chars().str.replace(_FIRST_DAY, "")
    day, clock = day.str.replace(*_DAY_MARKS), clock.str.replace(*_CLOCK_MARKS)
    both = pl.DataFrame({"day": day, "clock": clock})
    both = both.with_columns(pl.when(pl.all() != "").then(pl.all()))
    return both.select(pl.concat_str("day", "clock", separator=" ")).to_series()


def with_clocks(
    findings: Iterable[Finding], head: pl.DataFrame, roles: Mapping[str, str], rows: int
) -> list[Finding]:
    """Return findings, in place of events at midnight the column with the time of day where there is one."""
    found = list(findings)
    if not any(each.id == "midnight_timestamps" for each in found):
        return found
    clocks = clocks_of(head, roles)
    told = [_told(role, roles[role], clock, head, rows) for role, clock in clocks.items()]
    known = {"midnight_timestamps"} if "timestamp" in clocks else set()
    return [*(each for each in found if each.id not in known), *told]


def _told(role: str, day: str, clock: str, head: pl.DataFrame, rows: int) -> Finding:
    texts = [head[day].cast(pl.String), _as_time(head[clock]).cast(pl.String).alias(clock)]
    some = pl.DataFrame(texts).drop_nulls()
    filled = 1 - head[clock].null_count() / max(head.height, 1)
    partly = "" if filled == 1 else f", which {share(filled)} of the rows have"
    return Finding(
        id="separate_time_of_day",
        title=f"{day!r} says the day alone; the time of day is in {clock!r}{partly}",
        count=rows,
        severity="warning",
        sample=tuple(some.head(5).to_dicts()),
        done="The day alone was taken, so the order within a day may be chance.",
        change=f"Give {role}=[{day!r}, {clock!r}] to read both together.",
    )


def _as_text(clocks: pl.Series) -> pl.Series:
    clocks = _as_time(clocks)
    if clocks.dtype == pl.Time:
        return clocks.dt.to_string("%H:%M:%S%.6f")
    return clocks.cast(pl.String, strict=False)


def _as_time(clocks: pl.Series) -> pl.Series:
    """Return spans since midnight, as drivers of MySQL and MariaDB give a TIME, as times of day."""
    if clocks.dtype != pl.Duration:
        return clocks
    spans = clocks.dt.total_microseconds()
    inside = pl.when(spans.is_between(0, DAY - 1)).then(spans * 1_000)
    return pl.select(inside).to_series().cast(pl.Time)


def _on_the_clock(moments: pl.Series) -> pl.Series:
    """Return microseconds of the clock, null for what no calendar has."""
    inside = moments.dt.epoch("us").is_between(*_CALENDAR)
    kept = pl.select(pl.when(inside).then(moments)).to_series()
    return kept.dt.replace_time_zone(None).dt.epoch("us")


def _some(column: pl.Series) -> list[str]:
    if column.dtype != pl.String:
        return []
    return [text.strip() for text in column.drop_nulls().head(SAMPLE).to_list() if text.strip()]


def _distance(columns: Sequence[str], day: str, clock: str) -> tuple[bool, int]:
    """Return how little two columns belong together: by the words of their names, then by their places."""
    alike = _bare(day) == _bare(clock)
    places = columns.index(clock) - columns.index(day)
    return not alike, places if places > 0 else len(columns) - places


def _bare(name: str) -> str:
    return re.sub(r"\W+", " ", _WORDS.sub("", plain(name))).strip()
