"""How large a setting may be: operations come from browsers and files, and are checked before anything is made of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

from mindzie.core.errors import SettingError
from mindzie.core.words import count

LARGEST = 2**53
"""Whole numbers beyond it do not survive JSON."""
LONGEST = 100_000
"""Letters of a text."""
DEEPEST = 60
"""Objects and lists within each other: some twenty filters made of filters."""


def refuse_excess(value: Any, depth: int = 0) -> None:
    """Refuse values that no engine or no JSON can hold, wherever they are in a setting.

    Parameters
    ----------
    value : any
        A setting, or what is in one.
    depth : int
        How deep it lies.

    Raises
    ------
    ValueError
        Saying what is too large, and how large it may be.

    Examples
    --------
    >>> refuse_excess({"min": 5})
    """
    if depth > DEEPEST:
        message = f"settings lie more than {DEEPEST} levels deep in each other: use fewer levels"
        raise ValueError(message)
    if isinstance(value, str):
        _refuse_text(value)
    elif isinstance(value, int) and abs(value) > LARGEST:
        message = (
            f"a number of {value.bit_length()} bits is too large: use one up to {count(LARGEST)}"
        )
        raise ValueError(message)
    elif isinstance(value, float) and not math.isfinite(value):
        message = f"{value} is no number to compare with or to calculate with: give a finite one"
        raise ValueError(message)
    elif isinstance(value, Mapping | list | tuple | set | frozenset):
        for part in _parts(value):
            refuse_excess(part, depth + 1)


def _parts(value: Any) -> Iterable[Any]:
    return [*value.keys(), *value.values()] if isinstance(value, Mapping) else value


def _refuse_text(text: str) -> None:
    if len(text) > LONGEST:
        message = f"a text of {count(len(text))} letters is too long: use at most {LONGEST:,}"
        raise ValueError(message)
    if not text.isascii() and any("\ud800" <= letter <= "\udfff" for letter in text):
        message = f"{text[:40]!r} is not text: it has half of a character"
        raise ValueError(message)


def shortened(value: Any, most: int = 120) -> str:
    """Return a value as a message can bear it.

    Parameters
    ----------
    value : any
        What was given.
    most : int
        Letters at most.

    Returns
    -------
    str
        Its ``repr``, cut in the middle where it is longer.

    Examples
    --------
    >>> shortened("a" * 300, 20)
    "'aaaaaaaa...aaaaaaa'"
    """
    if isinstance(value, str) and len(value) > most:
        value = value[:most] + value[-most:]  # a repr of a megabyte is a megabyte
    said = repr(value)
    if len(said) <= most:
        return said
    kept = most - 3
    return f"{said[: kept - kept // 2]}...{said[-(kept // 2) :]}"


def too_large() -> SettingError:
    """Build the error for a sum that 64 bits cannot hold."""
    message = (
        "A sum is too large (beyond 9.2e18, or 292,000 years of time): filter out values that are far away, "
        "such as dates of the year 9999, or take the mean or median."
    )
    return SettingError(message)
