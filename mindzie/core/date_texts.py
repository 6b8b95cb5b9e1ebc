"""Dates as people type them, where they can mean one day only."""

from __future__ import annotations

import re
from datetime import datetime

_CLOCK = r"(?:,?[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2}))?)?"
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_NAME = "(" + "|".join(_MONTHS) + ")[a-z]*\\.?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[/.](\d{{1,2}})[/.](\d{{1,2}}){_CLOCK}")
_DOTTED = re.compile(rf"(\d{{1,2}})\.\s?(\d{{1,2}})\.\s?(\d{{4}}){_CLOCK}")
_DAY_NAMED = re.compile(rf"(\d{{1,2}})\.? {_NAME} (\d{{4}}){_CLOCK}", re.IGNORECASE)
_NAMED_DAY = re.compile(rf"{_NAME} (\d{{1,2}}),? (\d{{4}}){_CLOCK}", re.IGNORECASE)
_EITHER = re.compile(rf"(\d{{1,2}})[/-](\d{{1,2}})[/-](\d{{4}}){_CLOCK}")


def iso_date(text: str) -> str:
    """Return a date or time in ISO 8601.

    Parameters
    ----------
    text : str
        ISO 8601, ``31.1.2025``, ``2025/01/31``, ``31 Jan 2025``, ``Jan 31, 2025``, or ``31/1/2025`` where day and month
        cannot be taken for each other; a time of day may follow.

    Returns
    -------
    str
        What is ISO 8601 already, as it is.

    Raises
    ------
    ValueError
        Where it is no date or may be two; it says what to type.

    Examples
    --------
    >>> iso_date("01.06.2011"), iso_date("1 Jun 2011 09:03")
    ('2011-06-01', '2011-06-01 09:03:00')
    """
    text = text.strip()
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return _read(text)
    return text


def _read(text: str) -> str:
    if found := _YEAR_FIRST.fullmatch(text):
        return _iso(text, found[1], found[2], found[3], found.groups()[3:])
    if found := _DOTTED.fullmatch(text):
        return _iso(text, found[3], found[2], found[1], found.groups()[3:])
    if found := _DAY_NAMED.fullmatch(text):
        return _iso(text, found[3], _number(found[2]), found[1], found.groups()[3:])
    if found := _NAMED_DAY.fullmatch(text):
        return _iso(text, found[3], _number(found[1]), found[2], found.groups()[3:])
    if found := _EITHER.fullmatch(text):
        return _either(text, found)
    raise _no_date(text)


def _either(text: str, found: re.Match[str]) -> str:
    first, second = int(found[1]), int(found[2])
    if first != second and max(first, second) <= 12:  # noqa: PLR2004 - months
        year = int(found[3])
        message = (
            f"{text!r} may be two days: write '{year}-{second:02}-{first:02}' where the day comes first, "
            f"or '{year}-{first:02}-{second:02}' where the month does"
        )
        raise ValueError(message)
    day, month = (first, second) if second <= first else (second, first)
    return _iso(text, found[3], month, day, found.groups()[3:])


def _number(month: str) -> int:
    return _MONTHS.index(month[:3].lower()) + 1


def _iso(
    text: str, year: str, month: str | int, day: str | int, clock: tuple[str | None, ...]
) -> str:
    try:
        hour, minute, second = (int(part or 0) for part in clock)
        moment = datetime(int(year), int(month), int(day), hour, minute, second)  # noqa: DTZ001 - local
    except ValueError:
        raise _no_date(text) from None
    return moment.isoformat(" ") if clock[0] else moment.date().isoformat()


def _no_date(text: str) -> ValueError:
    return ValueError(
        f"{text[:40]!r} is no date: write one such as '2025-01-31' or '2025-01-31 12:30'"
    )
