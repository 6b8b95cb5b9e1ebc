"""Settings in words, for the titles of filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from mindzie.core.settings import MICROSECONDS, microseconds


def listed(items: Iterable[Any], joint: str = "or") -> str:
    """Return things in one phrase.

    Parameters
    ----------
    items : iterable
        What to list; from the seventh on only their number is said.
    joint : str
        The word before the last.

    Returns
    -------
    str
        Such as ``"A, B or C"``.

    Examples
    --------
    >>> listed(["A", "B", "C"])
    'A, B or C'
    """
    words = [str(item) for item in items]
    if len(words) > 6:  # noqa: PLR2004 - what fits a line
        return f"{', '.join(words[:5])} {joint} {len(words) - 5} more"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def duration(text: str, units: int = 2, longest: Literal["d", "h"] = "d") -> str:
    """Return a duration setting as people say it.

    Parameters
    ----------
    text : str
        A value of the type ``Duration``.
    units : int
        How many units to say at most; the last is rounded.
    longest : {"d", "h"}
        The longest unit to say: of working time a day is easily misunderstood.

    Returns
    -------
    str
        Such as ``"3 d 4 h"``.

    Examples
    --------
    >>> duration("P3DT4H")
    '3 d 4 h'
    >>> duration("P3DT23H59M59S")
    '4 d'
    >>> duration("P3DT4H", longest="h")
    '76 h'
    """
    whole = microseconds(text)
    sign, left = ("-" if whole < 0 else ""), abs(whole)
    names = ("d", "h", "min", "s", "ms", "us")[longest == "h" :]
    # Twice, because rounding may carry into a larger unit.
    for _ in range(2):
        largest = next((at for at, name in enumerate(names) if left >= MICROSECONDS[name]), 0)
        step = MICROSECONDS[names[min(largest + units, len(names)) - 1]]
        left = (left + step // 2) // step * step
    parts = []
    for name in names:
        count, left = divmod(left, MICROSECONDS[name])
        if count:
            parts.append(f"{count} {name}")
    return sign + " ".join(parts) if parts else "0 s"


def span(low: Any, high: Any, unit: str = "") -> str:
    """Return a range in words, either end of which may be missing.

    Parameters
    ----------
    low, high : any
        The ends, included; None means no limit.
    unit : str
        Said after the numbers.

    Returns
    -------
    str
        Such as ``"2 to 5 events"``.

    Examples
    --------
    >>> span(2, None, "events")
    'at least 2 events'
    """
    after = f" {unit}" if unit else ""
    if low is None and high is None:
        return "any number of " + unit if unit else "any length"
    if high is None:
        return f"at least {low}{after}"
    if low is None:
        return f"at most {high}{after}"
    return f"{low}{after}" if low == high else f"{low} to {high}{after}"
