"""Working time between two moments: one small table, then arithmetic on columns.

The table says for each day (UTC) how much working time lies before it, and from when to when work is done on it. So the
working time before any moment is a look-up of its day and a few comparisons, and a duration is a difference of two of these.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import narwhals as nw
import numpy as np
import polars as pl

from mindzie.core.calendar_holidays import holidays_of, holidays_version
from mindzie.core.calendar_hours import intervals
from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from mindzie.core.calendar import WorkingCalendar
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

    Numbers = NDArray[np.int64]

_SECOND: Final = 1_000_000
_MINUTE: Final = 60 * _SECOND
_DAY: Final = 86_400 * _SECOND
_EPOCH: Final = date(1970, 1, 1)
_FIRST: Final = (date.min - _EPOCH).days
_LAST: Final = (date.max - _EPOCH).days
_CLOCKS: Final = tuple((date(year, 1, 1) - _EPOCH).days for year in (1900, 2200))
"""Days between which clocks are looked up; beyond, they stay as they are at the end."""
_THURSDAY: Final = 3


def working_time(
    log: EventLog, frame: Frame, calendar: WorkingCalendar, begin: str, end: str, *, name: str
) -> Frame:
    """Add the working time between two columns of moments.

    Parameters
    ----------
    log : EventLog
        Whose engine and time zone are used.
    frame : Frame
        It is looked at once, for the first and the last moment.
    calendar : WorkingCalendar
        When work is done.
    begin, end : str
        Columns of microseconds UTC.
    name : str
        The column to add: microseconds, negative where the end is before the beginning, null where one of them is.

    Returns
    -------
    Frame
        Same rows in the same order.

    Raises
    ------
    SettingError
        Where a moment is beyond the years 1 to 9999.
    """
    moments = (nw.col(begin), nw.col(end))
    ends = log.collect(
        frame.select(
            **{f"low_{at}": moment.min() for at, moment in enumerate(moments)},
            **{f"high_{at}": moment.max() for at, moment in enumerate(moments)},
        )
    ).row(0)
    days = [moment // _DAY for moment in ends if moment is not None] or [0]
    if min(days) < _FIRST or max(days) > _LAST:
        message = "A working calendar knows the years 1 to 9999: filter out the cases with times before or after."
        raise SettingError(message)
    table = working_days(calendar, calendar.zone(log.time_zone), min(days), max(days))
    for column, made in ((begin, "_begin"), (end, "_end")):
        frame = _before(log, frame, table, min(days), column=column, name=made)
    worked = (nw.col("_end") - nw.col("_begin")).alias(name)
    return frame.with_columns(worked).drop("_begin", "_end")


def _before(
    log: EventLog, frame: Frame, table: pl.DataFrame, first: int, *, column: str, name: str
) -> Frame:
    """Add the working time before the moments of a column, from the table's beginning on."""
    moment = nw.col(column)
    frame = frame.with_columns(_day=(moment - first * _DAY) // _DAY)
    frame = log.rel.engine.look_up(frame, "_day", table)
    done = nw.col("_done")
    for begin, end in _pairs(table):
        reached = nw.when(moment >= end).then(end - begin).when(moment > begin).then(moment - begin)
        done = done + reached.otherwise(0)
    return frame.with_columns(done.alias(name)).drop("_day", *table.columns)


def _pairs(table: pl.DataFrame) -> list[tuple[nw.Expr, nw.Expr]]:
    return [
        (nw.col(name), nw.col(name.replace("from", "to")))
        for name in table.columns
        if name.startswith("_from")
    ]


_MOST: Final = 8_000_000
"""Stretches of work in a table: two a day for ten thousand years."""


@lru_cache(maxsize=4)
def working_days(calendar: WorkingCalendar, zone: str, first: int, last: int) -> pl.DataFrame:
    """Return the table of days, the same for every engine.

    Parameters
    ----------
    calendar : WorkingCalendar
        When work is done.
    zone : str
        IANA name of the zone of its hours.
    first, last : int
        Days since 1970 (UTC), both included.

    Returns
    -------
    polars.DataFrame
        One row a day: ``_done`` before it (microseconds since the first day), and pairs of ``_from_0``, ``_to_0``...: when work is done
        on it (microseconds UTC).

    Examples
    --------
    >>> from mindzie.core.calendar import WorkingCalendar
    >>> working_days(WorkingCalendar(), "UTC", 0, 3)["_done"].to_list()  # Thursday to Sunday
    [0, 28800000000, 57600000000, 57600000000]
    """
    local = _local(calendar, first - 1, last + 1)
    if len(local[0]) > _MOST:
        raise SettingError(
            f"Times lie {(last - first) // 365:,} years apart, too far for a working calendar of so many hours a day: leave out the dates that cannot be, with a filter on time_period."
        )
    begins, ends = _utc(*local, zone, first, last)
    midnight = (begins // _DAY + 1) * _DAY
    over = ends > midnight  # on two days of UTC
    begins, ends = (
        np.concatenate([begins, midnight[over]]),
        np.concatenate([np.minimum(ends, midnight), ends[over]]),
    )
    order = np.argsort(begins, kind="stable")
    inside = order[(begins[order] >= first * _DAY) & (begins[order] < (last + 1) * _DAY)]
    begins, ends = begins[inside], ends[inside]
    day = begins // _DAY
    nth = np.arange(len(day)) - np.searchsorted(day, day)
    width = int(nth.max(initial=-1)) + 1
    parts = np.zeros((2, last - first + 1, width), dtype=np.int64)
    parts[:, day - first, nth] = begins, ends
    done = np.cumsum((parts[1] - parts[0]).sum(axis=1))
    columns: dict[str, Any] = {"_done": np.concatenate([[0], done[:-1]])}
    for at in range(width):
        columns |= {f"_from_{at}": parts[0, :, at], f"_to_{at}": parts[1, :, at]}
    return pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.Int64))


def _local(calendar: WorkingCalendar, first: int, last: int) -> tuple[Numbers, Numbers]:
    """Return begins and ends of work on local days, in microseconds of the local clock."""
    hours = [intervals(text) for text in calendar.hours]
    width = max(map(len, hours))
    plan = np.zeros((2, len(hours) + 1, width), dtype=np.int64)  # the last row is a free day
    for weekday, of_day in enumerate(hours):
        plan[:, weekday, : len(of_day)] = np.array(of_day, dtype=np.int64).reshape(-1, 2).T
    days = np.arange(first, last + 1)
    row = (days + _THURSDAY) % len(hours)
    usual = next(weekday for weekday, of_day in enumerate(hours) if of_day)
    extra = np.isin(days, _numbers(calendar.extra_days))
    row[_free(calendar, days) & ~extra] = len(hours)
    row[extra & np.isin(row, [at for at, of_day in enumerate(hours) if not of_day])] = usual
    begins, ends = (days[:, None] * _DAY + plan[:, row] * _MINUTE).reshape(2, -1)
    work = begins < ends
    return begins[work], ends[work]


def _free(calendar: WorkingCalendar, days: Numbers) -> NDArray[np.bool_]:
    free = _numbers(calendar.closures)
    if calendar.country:
        years = (_year(int(days[0])), _year(int(days[-1])))
        free += [
            (day - _EPOCH).days for day in holidays_of(calendar.country, calendar.region, *years)
        ]
    return np.isin(days, free)


def _numbers(dates: tuple[str, ...]) -> list[int]:
    return [(date.fromisoformat(day) - _EPOCH).days for day in dates]


def _year(day: int) -> int:
    return (_EPOCH + timedelta(days=min(max(day, _FIRST), _LAST))).year


def _utc(
    begins: Numbers, ends: Numbers, zone: str, first: int, last: int
) -> tuple[Numbers, Numbers]:
    """Say local intervals in UTC: an hour that clocks leave out is none, one that they repeat is two."""
    turns = _turns(zone, first, last)
    limits = [*(moment for moment, _ in turns[1:]), (last + 2) * _DAY]
    made = []
    for (moment, offset), limit in zip(turns, limits, strict=True):
        low, high = moment + offset, limit + offset
        at = slice(np.searchsorted(ends, low, side="right"), np.searchsorted(begins, high))
        made.append((np.maximum(begins[at], low) - offset, np.minimum(ends[at], high) - offset))
    return tuple(np.concatenate(parts) for parts in zip(*made, strict=True))  # type: ignore[return-value]


@lru_cache(maxsize=64)
def _turns(zone: str, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return the moments (UTC) from which on clocks are ahead of UTC by an offset, in microseconds."""
    low, high = (min(max(day, _CLOCKS[0]), _CLOCKS[1]) for day in (first - 1, last + 2))
    there = ZoneInfo(zone)
    turns = [((first - 1) * _DAY, _offset(there, low * 86_400))]
    for day in range(low + 1, high + 1):
        if _offset(there, day * 86_400) != turns[-1][1]:
            before, after = (day - 1) * 86_400, day * 86_400
            while after - before > 1:
                middle = (before + after) // 2
                if _offset(there, middle) == turns[-1][1]:
                    before = middle
                else:
                    after = middle
            turns.append((after * _SECOND, _offset(there, day * 86_400)))
    return tuple(turns)


def _offset(zone: ZoneInfo, seconds: int) -> int:
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ahead = moment.astimezone(zone).utcoffset() or timedelta()
    return ahead // timedelta(microseconds=1)


def resolved_calendar(calendar: WorkingCalendar | None, log: EventLog) -> dict[str, Any]:
    """Return what a calendar came to on a log, for the provenance of figures.

    Parameters
    ----------
    calendar : WorkingCalendar, optional
        None gives nothing.
    log : EventLog
        Whose time zone is used where the calendar has none.

    Returns
    -------
    dict
        ``calendar`` with its time zone, and the collection of holidays where there is a country.
    """
    if calendar is None:
        return {}
    found = {"time_zone": calendar.zone(log.time_zone)}
    if calendar.country:
        found["holidays"] = holidays_version()
    return {"calendar": found}
