"""Periods of the calendar, in a log's time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.settings import Period
from mindzie.core.words import count, date

_EVERY = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}
_HOURS = {"hour": 1, "day": 24, "week": 168, "month": 730, "quarter": 2190, "year": 8766}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_HOUR = 3_600_000_000


def calendar(first: int, last: int, period: Period, limit: int) -> pl.Series:
    """Return the starts of all periods from the first to the last.

    Parameters
    ----------
    first, last : int
        Starts of two periods, microseconds of local time.
    period : str
        Length of the periods.
    limit : int
        Most periods allowed.

    Returns
    -------
    polars.Series
        Microseconds of local time, the first and the last included.

    Raises
    ------
    SettingError
        Where there would be more.

    Examples
    --------
    >>> len(calendar(0, 2_678_400_000_000, "day", 100))
    32
    """
    needed = (last - first) // (_HOURS[period] * _HOUR) + 1
    if needed > limit:
        begin, end = (datetime(1970, 1, 1) + timedelta(microseconds=at) for at in (first, last))  # noqa: DTZ001 - local time
        message = (
            f"From {date(begin)} to {date(end)} there are {count(needed)} periods of one {period}, more than {count(limit)}: "
            "choose a longer period, filter out times that are far away, or set max_periods higher."
        )
        raise SettingError(message)
    ends = pl.Series([first, last], dtype=pl.Int64).cast(pl.Datetime("us"))
    starts = pl.datetime_range(ends[0], ends[1], _EVERY[period], time_unit="us", eager=True)
    return starts.cast(pl.Int64)


def in_zone(frame: pl.DataFrame, column: str, zone: str) -> pl.DataFrame:
    """Turn local microseconds into times of a zone.

    A local hour that the clock skips is left out, as no event can be in it; a day that begins with one begins an hour
    later. The hour that the clock repeats is one hour.
    """
    naive = pl.col(column).cast(pl.Datetime("us"))

    def at(local: pl.Expr) -> pl.Expr:
        return local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")

    local_midnight = naive.dt.hour() == 0
    later = pl.when(local_midnight).then(at(naive + pl.duration(hours=1)))
    return frame.with_columns(pl.coalesce(at(naive), later).alias(column)).filter(
        pl.col(column).is_not_null()
    )


def bounds(start: datetime | str, period: Period) -> tuple[str, str]:
    """Return where a period starts and where the next one does, as local time without offset.

    Examples
    --------
    >>> bounds("2024-10-01T00:00:00+02:00", "quarter")
    ('2024-10-01T00:00:00', '2025-01-01T00:00:00')
    """
    begin = datetime.fromisoformat(start) if isinstance(start, str) else start
    begin = begin.replace(tzinfo=None)
    if period in _MONTHS:
        month = begin.month - 1 + _MONTHS[period]
        end = begin.replace(year=begin.year + month // 12, month=month % 12 + 1)
    else:
        end = begin + timedelta(hours=_HOURS[period])
    return begin.isoformat(), end.isoformat()
