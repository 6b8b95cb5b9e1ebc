"""Figures in words: counts, durations, shares and dates, as people say them.

The one place in Python that decides; ``shared/words.ts`` says the same in browsers, and tests hold both to the same examples.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any, Final, Literal

THIN: Final = "\u202f"
MINUS: Final = "\u2212"
UNKNOWN: Final = "not computed"
NOTHING: Final = "\u2013"
"""In a table, where a value is missing."""
# Of no locale: what is said must not depend on the machine that says it.
_MONTHS: Final = [
    "Jan",
    "Feb",
    "Mar",
    "Apr",
    "May",
    "Jun",
    "Jul",
    "Aug",
    "Sep",
    "Oct",
    "Nov",
    "Dec",
]
_WEEKDAYS: Final = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
_UNITS: Final = (
    ("y", 31_536_000_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("min", 60_000),
    ("s", 1000),
    ("ms", 1),
)
_WORKING: Final = tuple((f"w{name}", size) for name, size in _UNITS[2:])
_TYPED: Final = (
    ("d", 86_400_000_000),
    ("h", 3_600_000_000),
    ("min", 60_000_000),
    ("s", 1_000_000),
    ("ms", 1000),
    ("us", 1),
)
_MAGNITUDES: Final = ("", "k", "M", "G", "T", "P")
_AGGREGATIONS: Final = {
    "count": "number of values",
    "distinct": "number of different values",
    "std": "standard deviation",
    "min": "minimum",
    "max": "maximum",
    "first": "first value",
    "last": "last value",
    "mode": "commonest value",
}
_FIGURES: Final = 3
_SMALLEST: Final = 20


def count(value: float | None, *, short: bool = False) -> str:
    """Say a count, or any other number.

    Parameters
    ----------
    value : float or None
        How many; ``None`` where unknown.
    short : bool
        Three significant figures, for where space is short.

    Returns
    -------
    str
        Thousands apart by a thin space, as ``12.4 k`` where short; at most two decimals, below 1 three figures.

    Examples
    --------
    >>> count(12_431, short=True)
    '12.4 k'
    >>> count(0.01234)
    '0.0123'
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    sign, amount = MINUS if value < 0 else "", Decimal(abs(value))
    if short:
        amount = _in_figures(amount)
    if short and amount >= 1000:  # noqa: PLR2004
        return sign + _short(amount)
    if amount < 1:
        amount = _in_figures(amount)
    elif amount != amount.to_integral_value():
        amount = amount.quantize(Decimal("0.01"), ROUND_HALF_UP)
    said = _grouped(amount)
    return said if said == "0" else sign + said


def _in_figures(amount: Decimal) -> Decimal:
    if not amount:
        return amount
    step = Decimal(1).scaleb(max(amount.adjusted() - _FIGURES + 1, -_SMALLEST))
    return (amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step


def _grouped(amount: Decimal) -> str:
    text = f"{amount:,f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(",", THIN)


def _short(amount: Decimal) -> str:
    # Already rounded: 999,950 is 1 M and not 1000 k.
    thousands = min(amount.adjusted() // 3, len(_MAGNITUDES) - 1)
    return f"{_grouped(amount.scaleb(-3 * thousands))} {_MAGNITUDES[thousands]}"


def counted(value: int, thing: str, *, short: bool = False) -> str:
    """Say a number with its thing, in the plural where it is not one.

    Parameters
    ----------
    value : int
        How many.
    thing : str
        One of them.
    short : bool
        As in ``count``.

    Returns
    -------
    str
        Such as ``"2 activities"``.

    Examples
    --------
    >>> counted(1, "case"), counted(2, "activity"), counted(3, "day")
    ('1 case', '2 activities', '3 days')
    """
    return f"{count(value, short=short)} {thing if value == 1 else plural(thing)}"


def with_article(thing: str, *, first: bool = False) -> str:
    """Say a thing with "a" or "an".

    Parameters
    ----------
    thing : str
        Such as ``data set``.
    first : bool, default False
        Whether a sentence begins with it.

    Returns
    -------
    str
        The same with its article.

    Examples
    --------
    >>> with_article("data set"), with_article("user"), with_article("API key", first=True)
    ('a data set', 'a user', 'An API key')
    """
    article = "an" if thing[:1].lower() in set("aeio") else "a"
    return f"{article.capitalize() if first else article} {thing}"


def plural(thing: str) -> str:
    """Return the plural of a word such as ``case``, ``activity`` or ``day``."""
    return f"{thing[:-1]}ies" if thing.endswith("y") and thing[-2] not in "aeou" else f"{thing}s"


def aggregated(aggregation: str, of: str) -> str:
    """Say what is computed of an attribute's values.

    Parameters
    ----------
    aggregation : str
        An ``Aggregation``.
    of : str
        The attribute.

    Returns
    -------
    str
        For titles.

    Examples
    --------
    >>> aggregated("p90", "Amount"), aggregated("median", "Amount")
    ('90th percentile of Amount', 'median of Amount')
    """
    if aggregation[:1] == "p" and aggregation[1:].isdigit():
        return f"{aggregation[1:]}th percentile of {of}"
    return f"{_AGGREGATIONS.get(aggregation, aggregation)} of {of}"


def is_duration(unit: str) -> bool:
    """Return whether a unit is seconds, of all time (``"s"``) or of working time (``"ws"``, ``"ws/28800"``)."""
    return unit == "s" or unit.partition("/")[0] == "ws"


def _units_of(unit: str) -> tuple[tuple[str, int], ...]:
    if not unit.startswith("ws"):
        return _UNITS
    day = unit.partition("/")[2]
    return (("wd", int(day) * 1000), *_WORKING) if day else _WORKING


def duration(seconds: float | None, unit: str = "s") -> str:
    """Say a duration in its two largest units.

    Parameters
    ----------
    seconds : float or None
        How long; ``None`` where unknown.
    unit : str
        ``"s"``, or of working time ``"ws"``, or ``"ws/28800"`` where a working day has so many seconds.

    Returns
    -------
    str
        Such as ``3 d 4 h``, ``12 min`` or ``850 ms``; working time ``3 wd 4 wh``, or ``28 wh`` where working days differ.

    Examples
    --------
    >>> duration(273_600)
    '3 d 4 h'
    >>> duration(0.85)
    '850 ms'
    >>> duration(100_800, "ws/28800"), duration(100_800, "ws")
    ('3 wd 4 wh', '28 wh')
    """
    if seconds is None or not math.isfinite(seconds * 1000):
        return UNKNOWN
    units = _units_of(unit)
    rest = _round_to_two_units(math.floor(abs(seconds) * 1000 + 0.5), units)
    if rest == 0:
        return f"< 1 {units[-1][0]}" if seconds else f"0 {units[-2][0]}"
    parts = []
    for name, size in units:
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(f"{count(amount)} {name}")
    return (MINUS if seconds < 0 else "") + " ".join(parts[:2])


def _round_to_two_units(milliseconds: int, units: tuple[tuple[str, int], ...]) -> int:
    # twice, because rounding may carry into a larger unit: 23 h 59 min 50 s is 1 d
    for _ in range(2):
        for (_, size), (_, smaller) in pairwise(units):
            if milliseconds >= size:
                # 35 s 108 ms tells no more than 35 s.
                step = size if size == 1000 and milliseconds >= 10 * size else smaller  # noqa: PLR2004
                whole, rest = divmod(milliseconds, size)
                # A working day may be no whole number of hours.
                rest = min((rest + step // 2) // step * step, size)
                milliseconds = whole * size + rest
                break
    return milliseconds


def share(value: float | None) -> str:
    """Say a share in percent.

    Parameters
    ----------
    value : float or None
        Between 0 and 1; ``None`` where unknown.

    Returns
    -------
    str
        One decimal below 10 %, else none; never 0 % or 100 % for what is only nearly so.

    Examples
    --------
    >>> share(0.0312), share(0.62), share(0.9999)
    ('3.1 %', '62 %', '> 99 %')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if value < 0:
        return MINUS + share(-value)
    percent = value * 100
    if 0 < percent < 0.05:  # noqa: PLR2004
        return "< 0.1 %"
    if 99.5 <= percent < 100:  # noqa: PLR2004
        return "> 99 %"
    if percent == 0 or percent >= 9.95:  # noqa: PLR2004
        return f"{math.floor(percent + 0.5)} %"
    return f"{Decimal(percent).quantize(Decimal('0.1'), ROUND_HALF_UP)} %"


def changed_by(part: float) -> str:
    """Say a change in percent, with its sign.

    Parameters
    ----------
    part : float
        Of what it was before.

    Returns
    -------
    str
        Three significant figures.

    Examples
    --------
    >>> changed_by(0.5), changed_by(0.0123)
    ('+50 %', '+1.23 %')
    """
    return f"{MINUS if part < 0 else '+'}{count(abs(part) * 100, short=True)} %"


def date(value: dt.date) -> str:
    """Say a date, or a point in time to the minute.

    Parameters
    ----------
    value : datetime.date or datetime.datetime
        Already in the zone of the log.

    Returns
    -------
    str
        Such as ``31 Jan 2025 14:05``; midnight is the day alone.

    Examples
    --------
    >>> date(dt.datetime(2025, 1, 31, 14, 5))
    '31 Jan 2025 14:05'
    """
    day = f"{value.day} {month(value)}"
    timed = isinstance(value, dt.datetime) and value.time() != dt.time.min
    return f"{day} {value:%H:%M}" if timed else day


def month(value: dt.date) -> str:
    """Say a month, such as ``Jan 2025``."""
    return f"{_MONTHS[value.month - 1]} {value.year}"


def cell(value: Any, unit: str = "") -> str:
    """Say a cell of a table.

    Parameters
    ----------
    value : object
        As in the table's frame.
    unit : str
        Of its column: durations (``is_duration``), ``"share"``, ``"points"`` (percentage points) and ``"weekday"`` (Monday is 1) are said as such.

    Returns
    -------
    str
        Text for people.

    Examples
    --------
    >>> cell(7200, "s"), cell(2.5, "points"), cell(True), cell(["Order", "Ship"])
    ('2 h', '2.5 points', 'yes', 'Order → Ship')
    """
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.timedelta):
        value, unit = value.total_seconds(), unit or "s"
    if isinstance(value, int | float):
        return _figure(value, unit)
    if isinstance(value, dt.date):
        return date(value)
    listed = isinstance(value, Iterable) and not isinstance(value, str)
    return " \u2192 ".join(map(cell, value)) if listed else str(value)


def _figure(value: float, unit: str) -> str:
    if is_duration(unit):
        return duration(value, unit)
    if unit == "weekday" and 1 <= value <= len(_WEEKDAYS):
        return _WEEKDAYS[int(value) - 1]
    if unit == "share":
        return share(value)
    return f"{count(value)} points" if unit == "points" else count(value)


def typed(microseconds: int, units: int = len(_TYPED), longest: Literal["d", "h"] = "d") -> str:
    """Say a duration as it may be typed in a setting.

    Parameters
    ----------
    microseconds : int
        How long.
    units : int
        How many units to say at most; the last is rounded.
    longest : {"d", "h"}
        The longest unit to say.

    Returns
    -------
    str
        Such as ``"30 d"`` or ``"1 h 30 min"``.

    Examples
    --------
    >>> typed(5_400_000_000), typed(345_599_000_000, units=2)
    ('1 h 30 min', '4 d')
    """
    sign, left = "-" if microseconds < 0 else "", abs(microseconds)
    known = _TYPED[longest == "h" :]
    # Twice, because rounding may carry into a larger unit.
    for _ in range(2):
        largest = next((at for at, (_, size) in enumerate(known) if left >= size), 0)
        step = known[min(largest + units, len(known)) - 1][1]
        left = (left + step // 2) // step * step
    parts = []
    for name, size in known:
        amount, left = divmod(left, size)
        if amount:
            # Each with its sign, as they are read.
            parts.append(f"{sign}{amount} {name}")
    return " ".join(parts) or "0 s"
