"""The attributes every log has, and finding one by its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mindzie.core.errors import WrongTypeError, unknown
from mindzie.core.manifest import Attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mindzie.core.engine import TimeUnit
    from mindzie.core.settings import AttributeType, Level


def _built_in(name: str, column: str, kind: AttributeType, level: Level) -> Attribute:
    return Attribute(name=name, column=column, type=kind, level=level, kind="built-in")


BUILT_IN: tuple[Attribute, ...] = (
    _built_in("case_id", "case_id", "text", "case"),
    _built_in("case_start", "start", "date", "case"),
    _built_in("case_end", "end", "date", "case"),
    _built_in("case_duration", "duration", "duration", "case"),
    _built_in("event_count", "event_count", "number", "case"),
    _built_in("variant", "variant", "number", "case"),
    _built_in("start_activity", "start_activity", "text", "case"),
    _built_in("end_activity", "end_activity", "text", "case"),
    _built_in("first_resource", "first_resource", "text", "case"),
    _built_in("has_rework", "has_rework", "boolean", "case"),
    _built_in("start_year", "start_year", "number", "case"),
    _built_in("start_quarter", "start_quarter", "number", "case"),
    _built_in("start_month", "start_month", "number", "case"),
    _built_in("start_weekday", "start_weekday", "number", "case"),
    _built_in("activity", "activity_name", "text", "event"),
    _built_in("timestamp", "time", "date", "event"),
    _built_in("start_timestamp", "start_time", "date", "event"),
    _built_in("resource", "resource", "text", "event"),
)
"""Logical name and physical column; a source attribute of the same name is renamed at ingest."""

_MARK = " (source)"
_NAMES = frozenset(attribute.name for attribute in BUILT_IN)

LOCAL_UNITS: dict[str, TimeUnit] = {
    "start_year": "year_number", "start_quarter": "quarter_of_year", "start_month": "month_of_year", "start_weekday": "weekday",
}  # fmt: skip
"""Built-in numbers that follow from the case's start in the log's time zone (Monday is 1)."""


def free_name(name: str, taken: Iterable[str] = ()) -> str:
    """Return what an attribute of the source is called where its name is a built-in one's, or taken.

    Parameters
    ----------
    name : str
        As in the source.
    taken : iterable of str
        Names given already.

    Returns
    -------
    str
        The name, marked as the source's as often as needed.

    Examples
    --------
    >>> free_name("variant")
    'variant (source)'
    """
    known = set(taken)
    while name in _NAMES or name in known:
        name += _MARK
    return name


def source_name(name: str) -> str:
    """Return the name in the source of an attribute that a built-in one's name was kept from.

    Parameters
    ----------
    name : str
        As in the log.

    Returns
    -------
    str
        As ``free_name`` was given it.

    Examples
    --------
    >>> source_name("variant (source)"), source_name("amount (source)")
    ('variant', 'amount (source)')
    """
    plain = name.removesuffix(_MARK)
    return plain if plain in _NAMES else name


def resolve(
    known: Iterable[Attribute],
    name: str,
    types: tuple[AttributeType, ...] = (),
    level: Level | None = None,
) -> Attribute:
    """Find an attribute by its name and check that it fits.

    Parameters
    ----------
    known : iterable of Attribute
        What the log has.
    name : str
        What is asked for.
    types : tuple of str
        Types allowed; none means any.
    level : {"case", "event"}, optional
        The level needed.

    Returns
    -------
    Attribute
        The one of that name.

    Raises
    ------
    UnknownNameError, WrongTypeError
        Where it is missing or does not fit.
    """
    attributes = {attribute.name: attribute for attribute in known}
    if name not in attributes:
        raise unknown("attribute", name, attributes)
    found = attributes[name]
    if types and found.type not in types:
        fitting = [
            a.name for a in attributes.values() if a.type in types and level in (None, a.level)
        ]
        message = (
            f"The attribute {name!r} is a {found.type}, but a {' or '.join(types)} is needed here."
        )
        raise WrongTypeError(
            message + (f" There are: {', '.join(map(repr, fitting[:8]))}." if fitting else "")
        )
    if level and found.level != level:
        fitting = [
            a.name
            for a in attributes.values()
            if a.level == level and (not types or a.type in types)
        ]
        message = f"{name!r} is an attribute of each {found.level}, but one of each {level} is needed here."
        raise WrongTypeError(
            message + (f" There are: {', '.join(map(repr, fitting[:8]))}." if fitting else "")
        )
    return found
