"""Settings in words, for the titles of filters."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from mindzie.core.settings import microseconds
from mindzie.core.words import cell, count, counted, plural, typed


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
    words = [value(item) for item in items]
    if len(words) > 6:  # noqa: PLR2004 - what fits a line
        return f"{', '.join(words[:5])} {joint} {len(words) - 5} more"
    return f"{', '.join(words[:-1])} {joint} {words[-1]}" if len(words) > 1 else "".join(words)


def value(item: Any) -> str:
    """Return a value as it stands in a sentence: truth as yes or no, in quotes where it could not be seen."""
    if isinstance(item, bool):
        return cell(item)
    text = str(item)
    return text if text == text.strip() and text else f'"{text}"'


def percent(share: float) -> str:
    """Return a share that is set, unlike one that is measured, without rounding it.

    Examples
    --------
    >>> percent(0.8), percent(0.125)
    ('80 %', '12.5 %')
    """
    return f"{count(share * 100)} %"


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
    return typed(microseconds(text), units, longest)


def span(low: Any, high: Any, thing: str = "") -> str:
    """Return a range in words, either end of which may be missing.

    Parameters
    ----------
    low, high : any
        The ends, included; None means no limit.
    thing : str
        What is counted, one of it; said after the numbers.

    Returns
    -------
    str
        Such as ``"2 to 5 events"``.

    Examples
    --------
    >>> span(2, None, "event"), span(1, 1, "event")
    ('at least 2 events', '1 event')
    """
    if low is None and high is None:
        return f"any number of {plural(thing)}" if thing else "any length"
    if thing:
        least, most = (None if end is None else counted(end, thing) for end in (low, high))
    else:
        least, most = low, high
    if high is None:
        return f"at least {least}"
    if low is None:
        return f"at most {most}"
    return str(most) if low == high else f"{count(low) if thing else low} to {most}"
