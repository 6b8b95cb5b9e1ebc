"""What is wrong with a setting, in plain words: the one place that knows how pydantic says it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from mindzie.core.errors import nearest
from mindzie.core.limits import shortened
from mindzie.core.words import counted

if TYPE_CHECKING:
    from pydantic import ValidationError

_SIMPLE: Final = {
    "missing": "is needed",
    "extra_forbidden": "is not known",
    "string_type": "must be text",
    "string_unicode": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "is too large a number",
    "int_from_float": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "set_type": "must be a list",
    "frozen_set_type": "must be a list",
    "dict_type": "must be an object of names and values",
    "mapping_type": "must be an object of names and values",
    "model_type": "must be an object of names and values",
    "model_attributes_type": "must be an object of names and values",
    "is_instance_of": "must be of the kind {class}",
    "datetime_type": "must be a date with its time",
    "timezone_aware": "needs a time zone, such as 2026-01-31T14:00+00:00",
    "none_required": "must be left out",
    "string_pattern_mismatch": "must look like {pattern}",
    "greater_than": "must be more than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "literal_error": "must be {expected}",
    "enum": "must be {expected}",
    "union_tag_invalid": "has {tag!r} as its {discriminator}, which must be one of {expected_tags}",
    "union_tag_not_found": "must be an object that says its {discriminator}",
}


def refusal(item: Mapping[str, Any]) -> str:
    """Say in plain words what is wrong with a setting.

    Parameters
    ----------
    item : mapping
        One of ``ValidationError.errors()``.

    Returns
    -------
    str
        What follows the setting's name, without a full stop.

    Examples
    --------
    >>> refusal({"type": "greater_than", "ctx": {"gt": 0}, "msg": "Input should be greater than 0"})
    'must be more than 0'
    >>> refusal({"type": "too_short", "ctx": {"min_length": 1, "actual_length": 0}, "msg": ""})
    'needs at least 1 value'
    """
    kind, about = item["type"], item.get("ctx", {})
    if kind == "too_short":
        return f"needs at least {counted(about['min_length'], 'value')}"
    if kind == "too_long":
        return f"takes at most {counted(about['max_length'], 'value')}"
    if kind == "string_too_short":
        least = about["min_length"]
        return "must not be empty" if least == 1 else f"needs at least {counted(least, 'letter')}"
    if kind == "string_too_long":
        return f"takes at most {counted(about['max_length'], 'letter')}"
    if kind in _SIMPLE:
        return _SIMPLE[kind].format_map(about)
    return str(item["msg"]).removeprefix("Value error, ")


def explained(
    error: ValidationError,
    owner: str,
    thing: str,
    known: Collection[str],
    otherwise: Callable[[Mapping[str, Any]], str],
    *,
    example: Callable[[], str] = str,
) -> str:
    """Say all that is wrong with what was given to an owner of settings, a line each.

    Parameters
    ----------
    error : ValidationError
        As pydantic raised it.
    owner : str
        Whose settings, such as ``"A project"``.
    thing : str
        What they are called: ``"setting"`` or ``"field"``.
    known : collection of str
        Their names.
    otherwise : callable
        Says what is wrong with a value.
    example : callable
        Says what follows where one is missing.

    Returns
    -------
    str
        With the nearest name for each that is not known.

    Examples
    --------
    >>> from pydantic import BaseModel, ValidationError
    >>> class Room(BaseModel, extra="forbid"):
    ...     name: str
    >>> try:
    ...     Room(nam="x")
    ... except ValidationError as error:
    ...     print(explained(error, "A room", "field", ["name"], spoken))
    A room needs the field 'name'.
    A room has no field 'nam'. Did you mean 'name'?
    """
    lines = []
    for item in error.errors(include_url=False):
        where = ".".join(str(part) for part in item["loc"])
        if item["type"] == "extra_forbidden":
            close = nearest(where, known)
            there = f"It has: {', '.join(known) or 'none'}."
            hint = f"Did you mean {close[0]!r}?" if close else there
            lines.append(f"{owner} has no {thing} {shortened(where)}. {hint}")
        elif item["type"] == "missing":
            lines.append(f"{owner} needs the {thing} {where!r}.{example()}")
        else:
            lines.append(otherwise(cast("Mapping[str, Any]", item)))
    return "\n".join(lines)


def spoken(item: Mapping[str, Any]) -> str:
    """Return the same after the setting's name, as ``bins must be at least 1``; what a check of ours says stands after a colon.

    Examples
    --------
    >>> spoken({"type": "missing", "loc": ("hours",), "msg": "Field required"})
    'hours is needed'
    """
    where, said = ".".join(str(part) for part in item["loc"]), refusal(item)
    if not where:
        return said
    ours = item["type"] in ("value_error", "assertion_error")
    return f"{where}: {said}" if ours else f"{where} {said}"
