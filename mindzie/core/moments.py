"""Dates in settings: absolute ones, and those relative to now, said in the log's time zone."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, Field

from mindzie.core.date_texts import iso_date
from mindzie.core.errors import SettingError
from mindzie.core.words import count, counted
from mindzie.core.words import date as date_words

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_UNITS = {
    "s": "s", "sec": "s", "second": "s", "min": "min", "minute": "min", "h": "h", "hour": "h", "d": "d", "day": "d",
    "w": "w", "week": "w", "month": "month", "quarter": "quarter", "year": "year", "y": "year",
}  # fmt: skip
_CLOCK = {"s": timedelta(seconds=1), "min": timedelta(minutes=1), "h": timedelta(hours=1)}
_DAYS = {"d": 1, "w": 7}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_BACK = re.compile(r"([+-])\s*(\d{1,6})\s*([a-z]+?)s?", re.IGNORECASE)
_START = re.compile(
    r"start\s+of\s+(day|week|month|quarter|year)(?:\s*([+-])\s*(\d{1,6}))?", re.IGNORECASE
)


def _bound_text(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text.lower() == "now":
        return "now"
    if found := _START.fullmatch(text):
        period, sign, number = found.groups()
        shift = f" {sign}{int(number)}" if number and int(number) else ""
        return f"start of {period.lower()}{shift}"
    if (found := _BACK.fullmatch(text)) and (
        unit := _UNITS.get(found[3].lower(), _UNITS.get(found[3].lower() + "s"))
    ):
        return f"{found[1]}{int(found[2])} {unit}"
    try:
        return iso_date(text)
    except ValueError as error:
        message = f"{error}, a time back from now such as '-30 d', or 'start of month -1'"
        raise ValueError(message) from None


Bound = Annotated[
    str,
    BeforeValidator(_bound_text),
    Field(json_schema_extra={"x-mindzie": {"pick": "moment"}}),
]
"""An end of a period: a date or time (``"2025-01-31"``), a distance from now (``"-30 d"``, ``"-3 month"``, ``"now"``), or
the start of a day, week, month, quarter or year some periods away (``"start of month -1"`` is last month's first moment)."""


def bound_words(bound: str) -> str:
    """Say a bound.

    Parameters
    ----------
    bound : str
        A value of the type ``Bound``.

    Returns
    -------
    str
        For sentences.

    Examples
    --------
    >>> bound_words("2025-01-31"), bound_words("-30 d"), bound_words("start of month -1")
    ('31 Jan 2025', '30 d ago', 'the start of last month')
    """
    if bound == "now":
        return bound
    if found := _START.fullmatch(bound):
        period, sign, number = found.groups()
        away = int(f"{sign}{number}") if number else 0
        which = {-1: "last", 0: "this", 1: "next"}.get(away)
        distance = f"{counted(abs(away), period)} {'ago' if away < 0 else 'ahead'}"
        if period == "day":
            which = {-1: "yesterday", 0: "today", 1: "tomorrow"}.get(away)
            return f"the start of {which or 'the day ' + distance}"
        return f"the start of {f'{which} {period}' if which else f'the {period} {distance}'}"
    if found := _BACK.fullmatch(bound):
        number, unit = int(found[2]), found[3].lower()
        said = counted(number, unit) if unit in _MONTHS else f"{count(number)} {unit}"
        return f"{said} {'ago' if found[1] == '-' else 'from now'}"
    return date_words(datetime.fromisoformat(bound))


def microseconds_of(moment: datetime) -> int:
    """Return a point in time as microseconds UTC.

    Parameters
    ----------
    moment : datetime
        With a time zone.

    Returns
    -------
    int
        Microseconds since 1970.

    Examples
    --------
    >>> microseconds_of(datetime(1970, 1, 2, tzinfo=UTC))
    86400000000
    """
    return (moment - _EPOCH) // _MICROSECOND


def moment_of(microseconds: int, zone: str) -> datetime:
    """Return microseconds UTC as a point in time of a zone.

    Parameters
    ----------
    microseconds : int
        Since 1970, UTC.
    zone : str
        IANA name.

    Returns
    -------
    datetime
        With the zone.

    Examples
    --------
    >>> moment_of(0, "Europe/Berlin").isoformat()
    '1970-01-01T01:00:00+01:00'
    """
    try:
        return (_EPOCH + timedelta(microseconds=microseconds)).astimezone(ZoneInfo(zone))
    except OverflowError:  # the first or last moment there is, or one beyond
        outermost = datetime.min if microseconds < 0 else datetime.max  # noqa: DTZ901 - the zone follows
        return outermost.replace(tzinfo=ZoneInfo(zone))


def span(text: str, zone: str) -> tuple[int, int]:
    """Return what an ISO 8601 text covers: a date the whole local day, a time its one microsecond.

    Parameters
    ----------
    text : str
        Without an offset it is in the zone.
    zone : str
        IANA name.

    Returns
    -------
    tuple of int
        First microsecond (UTC), and the first one after it.

    Raises
    ------
    ValueError
        Where the text is not ISO 8601.

    Examples
    --------
    >>> span("1970-01-01", "UTC")
    (0, 86400000000)
    """
    try:
        day = date.fromisoformat(text)
    except ValueError:
        moment = datetime.fromisoformat(text)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
        return microseconds_of(moment), microseconds_of(moment) + 1
    begin = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - local, the zone follows
    if day == date.max:  # often stands for "for ever", and has no day after it
        return _utc(begin, zone), _utc(datetime.max, zone) + 1  # noqa: DTZ901
    return _utc(begin, zone), _utc(begin + timedelta(days=1), zone)


def _utc(local: datetime, zone: str) -> int:
    return microseconds_of(local.replace(tzinfo=ZoneInfo(zone)))


def _months_on(local: datetime, months: int) -> datetime:
    year, month = divmod(local.year * 12 + local.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return local.replace(year=year, month=month + 1, day=min(local.day, last))


def _start_of(local: datetime, period: str) -> datetime:
    day = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period == "day":
        return day
    if period == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _shifted(local: datetime, unit: str, count: int) -> datetime:
    if unit in _MONTHS:
        return _months_on(local, count * _MONTHS[unit])
    return local + timedelta(days=count * _DAYS[unit])


def resolve(bound: str, *, now: int, zone: str, end: bool = False) -> int:
    """Return the moment a bound stands for.

    Days and longer units are counted on the local calendar, hours and shorter ones on the clock. As the end of a period
    a date includes its whole day and a time that very moment, while the start of a period is not part of what ends there.

    Parameters
    ----------
    bound : str
        A value of the type ``Bound``.
    now : int
        Microseconds UTC.
    zone : str
        IANA name of the log's time zone.
    end : bool
        Whether it ends a period; then the first microsecond *after* the period is returned.

    Returns
    -------
    int
        Microseconds UTC.

    Raises
    ------
    SettingError
        Where the moment is before the year 1 or after 9999.

    Examples
    --------
    >>> resolve("start of month -1", now=resolve("2025-03-15", now=0, zone="UTC"), zone="UTC") == resolve("2025-02-01", now=0, zone="UTC")
    True
    """
    try:
        return _resolve(bound, now, zone, end)
    except (OverflowError, ValueError):
        message = (
            f"{bound!r} is out of the range of dates: choose one between the years 1 and 9999."
        )
        raise SettingError(message) from None


def _resolve(bound: str, now: int, zone: str, end: bool) -> int:
    local = moment_of(now, zone).replace(tzinfo=None)
    if found := _START.fullmatch(bound):
        period, sign, number = found.groups()
        count = int(f"{sign}{number}") if number else 0
        return _utc(
            _shifted(
                _start_of(local, period), {"day": "d", "week": "w"}.get(period, period), count
            ),
            zone,
        )
    if bound == "now":
        return now + end
    if found := _BACK.fullmatch(bound):
        unit, count = found[3].lower(), int(found[1] + found[2])
        if unit in _CLOCK:
            return now + count * (_CLOCK[unit] // _MICROSECOND) + end
        return _utc(_shifted(local, unit, count), zone) + end
    begin, after = span(bound, zone)
    return after if end else begin
