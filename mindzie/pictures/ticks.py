"""Where an axis is marked, and how its marks are said."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from mindzie.core import words
from mindzie.core.results import Column

Kind = str
"""What a value is: ``"count"``, ``"share"``, or the unit of a duration."""
_UNITS: Final = (31_536_000, 86_400, 3_600, 60, 1)
"""Seconds of what durations are counted in."""


def kind_of(column: Column) -> Kind:
    """Return how a column's values are said."""
    if column.type == "duration" or words.is_duration(column.unit):
        return column.unit or "s"
    return "share" if column.unit == "share" else "count"


def ticks(most: float, kind: Kind = "count", least: float = 0) -> list[float]:
    """Return marks from 0 to at least a value, some four steps of round size; below 0 where the least is.

    Parameters
    ----------
    most : float
        The largest value; of durations in seconds.
    kind : str
        ``"count"``, ``"share"`` or the unit of a duration, of which whole days, hours or minutes are round.
    least : float
        The smallest value, where that is negative.

    Returns
    -------
    list of float
        Ascending.

    Examples
    --------
    >>> ticks(9119)
    [0, 2500, 5000, 7500, 10000]
    >>> ticks(30, least=-12)
    [-20, 0, 20, 40]
    >>> ticks(300_000, "s") == [0, 86_400, 172_800, 259_200, 345_600]
    True
    """
    high, low = max(most, 0), min(least, 0)
    span = high - low
    if not span:
        return [0]
    unit = next((size for size in _sizes(kind) if span >= 2 * size), 1)
    raw = span / unit / 4
    size = 10 ** math.floor(math.log10(raw))
    things = kind == "count" and float(high).is_integer() and float(low).is_integer()
    whole = unit > 1 or things
    # half a case is none
    factors = (1, 2, 5, 10) if things and size == 1 else (1, 2, 2.5, 5, 10)
    nice = next(size * factor for factor in factors if size * factor >= raw)
    step = max(int(whole), nice) * unit
    return [step * number for number in range(math.floor(low / step), math.ceil(high / step) + 1)]


def between(low: float, high: float, begin: float, end: float) -> Callable[[float], float]:
    """Return where a value lies on an axis that goes from one to another place.

    Examples
    --------
    >>> between(-10, 10, 0, 100)(5)
    75.0
    """
    scale = (end - begin) / ((high - low) or 1)
    return lambda value: begin + (value - low) * scale


def _sizes(kind: Kind) -> tuple[int, ...]:
    if kind == "s":
        return _UNITS
    day = kind.partition("/")[2]
    return (*((int(day),) if day else ()), *_UNITS[2:]) if words.is_duration(kind) else ()


def tick_words(tick: float, kind: Kind = "count") -> str:
    """Say a mark; of durations it is in seconds.

    Examples
    --------
    >>> tick_words(2500), tick_words(172_800, "s"), tick_words(0.25, "share")
    ('2.5 k', '2 d', '25 %')
    """
    if words.is_duration(kind):
        return words.duration(tick, kind)
    return words.share(tick) if kind == "share" else words.count(tick, short=True)
