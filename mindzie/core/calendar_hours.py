"""Hours of weekdays, as people write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import groupby, pairwise
from typing import Any, Final

from mindzie.core.errors import nearest
from mindzie.core.limits import shortened

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES: Final = (
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
)  # fmt: skip
_SHORTEST: Final = 2
_CLOCK: Final = r"(\d{1,2})(?:[:.](\d{2}))?"
_SPAN: Final = re.compile(rf"{_CLOCK}\s*[-\u2013]\s*{_CLOCK}")
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR
_MOST: Final = 12
_HINT: Final = "write such as '9-17', a night shift as '17-24' and, on the next day, '0-9'"


def intervals(text: str) -> tuple[tuple[int, int], ...]:
    """Return the hours of a day as minutes since midnight.

    Parameters
    ----------
    text : str
        Such as ``"8-12, 13-17:30"``; empty for a free day.

    Returns
    -------
    tuple of (int, int)
        Begin and end of each interval, in order.

    Raises
    ------
    ValueError
        Where an interval is not within a day, ends before it begins, or overlaps another.

    Examples
    --------
    >>> intervals("13-17:30, 8-12")
    ((480, 720), (780, 1050))
    """
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) > _MOST:
        message = f"a day has {len(parts)} intervals of work: use at most {_MOST}"
        raise ValueError(message)
    found = sorted(_interval(part) for part in parts)
    for (_, end), (begin, _) in pairwise(found):
        if begin < end:
            message = f"{text!r} counts {_clock(begin)} to {_clock(end)} twice: let its intervals not overlap"
            raise ValueError(message)
    return tuple(found)


def _interval(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if not found:
        message = f"{shortened(text, 40)} is no interval of hours: {_HINT}"
        raise ValueError(message)
    hour, minute, end_hour, end_minute = (int(part or 0) for part in found.groups())
    begin, end = hour * _HOUR + minute, end_hour * _HOUR + end_minute
    if max(minute, end_minute) >= _HOUR or max(begin, end) > _DAY:
        message = f"{text!r} is not within a day: hours go from 0 to 24, minutes to 59"
        raise ValueError(message)
    if end <= begin:
        message = f"{text!r} ends before it begins: {_HINT}"
        raise ValueError(message)
    return begin, end


def _clock(minutes: int) -> str:
    hour, minute = divmod(minutes, _HOUR)
    return f"{hour}:{minute:02}" if minute else str(hour)


def _said(text: Any) -> str:
    if not isinstance(text, str):
        message = f"{shortened(text, 40)} is no text of hours: {_HINT}"
        raise ValueError(message)  # noqa: TRY004 - pydantic gathers value errors
    return ", ".join(f"{_clock(begin)}-{_clock(end)}" for begin, end in intervals(text))


def week(value: Any) -> tuple[str, ...]:
    """Return the hours of the seven weekdays, written one way.

    Parameters
    ----------
    value : str, mapping or iterable
        Hours of Monday to Friday; or hours by weekday or range of weekdays; or seven texts, Monday first.

    Returns
    -------
    tuple of str
        Seven texts, empty for free days.

    Raises
    ------
    ValueError
        Where hours or weekdays are not understood, or all days are free.

    Examples
    --------
    >>> week({"mon-wed": "08:00-12:00", "Saturday": "10-14"})
    ('8-12', '8-12', '8-12', '', '', '10-14', '')
    """
    if isinstance(value, str):
        value = {"mon-fri": value}
    made = _by_name(value) if isinstance(value, Mapping) else _seven(value)
    if not any(made):
        message = "no weekday has hours: give at least one, such as {'mon-fri': '9-17'}"
        raise ValueError(message)
    return made


def _seven(value: Any) -> tuple[str, ...]:
    texts = tuple(value) if isinstance(value, Iterable) else ()
    if len(texts) != len(DAYS):
        message = f"{shortened(value, 60)} are no hours of a week: write '9-17' for Monday to Friday, {{'mon-thu': '9-17', 'fri': '9-14'}}, or seven texts"
        raise ValueError(message)
    return tuple(_said(text) for text in texts)


def _by_name(value: Mapping[Any, Any]) -> tuple[str, ...]:
    made: dict[int, str] = {}
    for days, text in value.items():
        for day in _range(days):
            if day in made:
                message = f"{DAYS[day]} is given twice: name each weekday once"
                raise ValueError(message)
            made[day] = _said(text)
    return tuple(made.get(day, "") for day in range(len(DAYS)))


def _range(days: Any) -> Iterable[int]:
    first, joint, last = str(days).partition("-")
    begin = _day(first)
    end = _day(last) if joint else begin
    if end < begin:
        message = f"{days!r} goes back in the week: name its parts, such as 'sat-sun' and 'mon'"
        raise ValueError(message)
    return range(begin, end + 1)


def _day(text: str) -> int:
    word = text.strip().lower()
    for place, name in enumerate(_NAMES):
        if len(word) >= _SHORTEST and name.startswith(word):
            return place
    close = nearest(word, (*DAYS, *_NAMES))
    hint = f"did you mean {close[0]!r}?" if close else f"use {', '.join(DAYS)}"
    message = f"{shortened(text, 40)} is no weekday: {hint}"
    raise ValueError(message)


def week_said(hours: tuple[str, ...]) -> dict[str, str]:
    """Return the hours of working days, days in a row with the same hours together.

    Parameters
    ----------
    hours : tuple of str
        Of the seven weekdays.

    Returns
    -------
    dict of str to str
        To be read again by ``week``.

    Examples
    --------
    >>> week_said(("9-17", "9-17", "", "", "8-12", "", ""))
    {'mon-tue': '9-17', 'fri': '8-12'}
    """
    said = {}
    for text, group in groupby(range(len(DAYS)), key=lambda day: hours[day]):
        days = list(group)
        if text:
            first, last = DAYS[days[0]], DAYS[days[-1]]
            said[first if first == last else f"{first}-{last}"] = text
    return said
