"""Comparing an attribute with values, by its type: shared by filters on cases and on events.

A null never equals anything: it matches ``is_null`` and ``not_equals`` (the exact opposite of ``equals``), nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import narwhals as nw
from pydantic import BeforeValidator

from mindzie.core.date_texts import iso_date
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.manifest import Attribute
from mindzie.core.moments import span
from mindzie.core.patterns import literal, portable
from mindzie.core.settings import AttributeType, Pick, Scalar, microseconds
from mindzie.core.words import typed

Comparison = Literal[
    "equals", "not_equals", "one_of", "begins_with", "ends_with", "contains", "matches", "less", "at_most", "more", "at_least",
    "between", "is_true", "is_false", "is_null", "is_not_null",
]  # fmt: skip
"""How an attribute is compared; ``matches`` is a regular expression, ``between`` includes both ends."""

_ANY = ("equals", "not_equals", "one_of", "is_null", "is_not_null")
_ORDERS = ("less", "at_most", "more", "at_least", "between")
FITTING: Mapping[AttributeType, tuple[str, ...]] = {
    "text": (*_ANY, "begins_with", "ends_with", "contains", "matches"),
    "number": (*_ANY, *_ORDERS),
    "date": (*_ANY, *_ORDERS),
    "duration": (*_ANY, *_ORDERS),
    "boolean": (*_ANY, "is_true", "is_false"),
}
"""Comparisons that make sense for each type."""
_EXPECTED: Mapping[AttributeType, str] = {
    "text": "a text such as 'North'",
    "number": "a number such as 5",
    "boolean": "True or False",
    "date": "a date such as '2025-01-31' or '2025-01-31 12:30'",
    "duration": "a duration with its unit such as '3 d' or '90 min'",
}
WORDS: Mapping[str, str] = {
    "equals": "is", "not_equals": "is not", "one_of": "is", "begins_with": "begins with", "ends_with": "ends with",
    "contains": "contains", "matches": "matches", "less": "is less than", "at_most": "is at most", "more": "is more than",
    "at_least": "is at least", "between": "is between", "is_true": "is true", "is_false": "is false", "is_null": "has no value",
    "is_not_null": "has a value",
}  # fmt: skip
"""Each comparison in a sentence."""


def _plain(value: Any) -> Any:
    if isinstance(value, timedelta):
        return typed(value // timedelta(microseconds=1))
    if isinstance(value, date):
        return value.isoformat()
    return value


def _all_plain(values: Any) -> Any:
    if isinstance(values, str | bool | int | float | date | timedelta):
        values = (values,)
    if isinstance(values, Iterable) and not isinstance(values, dict):
        return tuple(_plain(value) for value in values)
    return values


ComparedValue = Annotated[Scalar, Pick("value", of="attribute"), BeforeValidator(_plain)]
"""One value of an attribute; Python's dates and timedeltas become text."""
ComparedValues = Annotated[
    tuple[Scalar, ...], Pick("value", of="attribute"), BeforeValidator(_all_plain)
]
"""Values of an attribute; a single one need not be a tuple."""


def needed(comparison: str) -> int | None:
    """Return how many values a comparison compares with.

    Parameters
    ----------
    comparison : str
        A ``Comparison``.

    Returns
    -------
    int or None
        None for any number but none at all.

    Examples
    --------
    >>> needed("between"), needed("is_null"), needed("one_of")
    (2, 0, None)
    """
    if comparison.startswith("is_"):
        return 0
    return {"one_of": None, "between": 2}.get(comparison, 1)


def check_count(comparison: str, values: tuple[Scalar, ...]) -> None:
    """Refuse too many or too few values.

    Parameters
    ----------
    comparison : str
        A ``Comparison``.
    values : tuple
        What it is given.

    Raises
    ------
    ValueError
        Saying how many are needed.

    Examples
    --------
    >>> check_count("between", (1, 2))
    """
    count = needed(comparison)
    if count == 0:
        if values:
            message = f"{comparison!r} compares with no value: leave values empty"
            raise ValueError(message)
    elif count is None:
        if not values:
            message = "'one_of' needs at least one value"
            raise ValueError(message)
    elif len(values) != count:
        many = comparison in ("equals", "not_equals") and len(values) > 1
        hint = ": for several use comparison 'one_of'" if many else ""
        if many and comparison == "not_equals":
            hint += " with keep=False"
        message = f"{comparison!r} needs {'two values' if count > 1 else 'one value'}, not {len(values)}{hint}"
        raise ValueError(message)
    if comparison == "matches":
        portable(str(values[0]))


def condition(
    attribute: Attribute,
    comparison: str,
    values: tuple[Scalar, ...],
    *,
    zone: str,
    column: str | None = None,
    ignore_case: bool = False,
) -> nw.Expr:
    """Return a comparison as an expression that is never null.

    A date without a time stands for its whole day: ``at_most`` includes it, ``more`` begins after it.

    Parameters
    ----------
    attribute : Attribute
        What is compared; its type says how values are read.
    comparison : str
        A ``Comparison``.
    values : tuple
        As many as it needs, see ``check_count``.
    zone : str
        IANA name of the zone in which dates are read.
    column : str, optional
        Where the values are; by default the attribute's own column.
    ignore_case : bool
        For text: capital and small letters are the same.

    Returns
    -------
    narwhals.Expr
        True where it holds.

    Raises
    ------
    WrongTypeError
        Where comparison or value do not fit the attribute's type.
    SettingError
        Where a range ends before it begins.

    Examples
    --------
    >>> region = Attribute(name="Region", column="region", type="text", level="case")
    >>> isinstance(condition(region, "equals", ("North",), zone="UTC"), nw.Expr)
    True
    """
    if comparison not in FITTING[attribute.type]:
        fitting = ", ".join(FITTING[attribute.type])
        message = f"{comparison!r} does not fit {attribute.name!r}, which is a {attribute.type}. Use one of: {fitting}."
        raise WrongTypeError(message)
    if ignore_case and attribute.type != "text":
        message = (
            f"ignore_case is for texts, but {attribute.name!r} is a {attribute.type}: leave it out."
        )
        raise WrongTypeError(message)
    at = nw.col(column or attribute.column)
    if comparison in ("is_null", "is_not_null"):
        return at.is_null() if comparison == "is_null" else ~at.is_null()
    if attribute.type == "boolean" and not values:
        values = (comparison == "is_true",)
    read = [_read(attribute, value, zone) for value in values]
    if attribute.type == "text":
        texts = [str(value) for value in values]
        made = _folded(at, comparison, texts) if ignore_case else _text(at, comparison, texts)
    else:
        made = _ordered(at, comparison, read, attribute)
    known = nw.coalesce(made, nw.lit(value=False))
    return ~known if comparison == "not_equals" else known


def _read(attribute: Attribute, value: Scalar, zone: str) -> tuple[Any, Any]:
    """Return the least value meant, and the first beyond it (for numbers, both are the value)."""
    kind = attribute.type
    try:
        if kind == "date" and isinstance(value, str):
            return span(iso_date(value), zone)
        if kind == "duration" and isinstance(value, str):
            return microseconds(value), microseconds(value)
    except (ValueError, OverflowError):
        pass
    fits = {"text": isinstance(value, str), "boolean": isinstance(value, bool)}
    fits["number"] = isinstance(value, int | float) and not isinstance(value, bool)
    if not fits.get(kind):
        message = (
            f"{attribute.name!r} is a {kind}: compare it with {_EXPECTED[kind]}, not {value!r}."
        )
        raise WrongTypeError(message)
    return value, value


def _text(at: nw.Expr, comparison: str, texts: list[str]) -> nw.Expr:
    first = texts[0]
    if comparison == "begins_with":
        return at.str.starts_with(first)
    if comparison == "ends_with":
        return at.str.ends_with(first)
    if comparison == "contains":
        return at.str.contains(first, literal=True)
    if comparison == "matches":
        return at.str.contains(portable(first))
    return at.is_in(texts) if len(texts) > 1 else at == first


def _folded(at: nw.Expr, comparison: str, texts: list[str]) -> nw.Expr:
    """Compare by pattern: engines fold letters alike there, but not when they lower them."""
    if comparison == "matches":
        return at.str.contains("(?i)" + portable(texts[0]))
    before = "" if comparison in ("contains", "ends_with") else r"\A"
    after = "" if comparison in ("contains", "begins_with") else r"\z"
    return at.str.contains(f"(?i){before}(?:{'|'.join(map(literal, texts))}){after}")


def _ordered(
    at: nw.Expr, comparison: str, read: list[tuple[Any, Any]], attribute: Attribute
) -> nw.Expr:
    (low, beyond), last = read[0], read[-1]
    if comparison == "between" and low > last[0]:
        message = f"The range of {attribute.name!r} ends before it begins: swap the two values."
        raise SettingError(message)
    until: Callable[[Any], nw.Expr] = at.__lt__ if attribute.type == "date" else at.__le__
    after: Callable[[Any], nw.Expr] = at.__ge__ if attribute.type == "date" else at.__gt__
    orders: dict[str, Callable[[], nw.Expr]] = {
        "less": lambda: at < low,
        "at_least": lambda: at >= low,
        "more": lambda: after(beyond),
        "at_most": lambda: until(beyond),
        "between": lambda: (at >= low) & until(last[1]),
    }
    if comparison in orders:
        return orders[comparison]()
    if attribute.type == "date":
        return _any([(at >= begin) & (at < end) for begin, end in read])
    return _any([at == value for value, _ in read])


def _any(conditions: list[nw.Expr]) -> nw.Expr:
    return nw.any_horizontal(*conditions, ignore_nulls=True)
