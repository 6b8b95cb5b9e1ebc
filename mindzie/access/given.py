"""What somebody gives: of the kind it must be, or refused by its name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from os import PathLike
from pathlib import Path
from typing import Annotated, Any, Final

from annotated_types import Ge, Le
from pydantic import AfterValidator, TypeAdapter, ValidationError

from mindzie.access.identity import storable
from mindzie.core.errors import SettingError
from mindzie.core.refusals import spoken

LARGEST: Final = 2**63 - 1
"""The largest number that every database can hold."""
_LONGEST: Final = 255
"""Bytes of a file's name."""
_UNFIT: Final = "has letters that no database can hold (zeros, or halves)"


def _fit(text: str) -> str:
    if not storable(text):
        raise ValueError(f"it {_UNFIT}.")
    return text


Text = Annotated[str, AfterValidator(_fit)]


def in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC; without a time zone as it is. One of which UTC has no year is refused."""
    try:
        return moment if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("it lies outside of the years 1 to 9999.") from None


Number = Annotated[int, Ge(0), Le(LARGEST)]


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def given(kind: Any, value: Any, called: str) -> Any:
    """Return a value that is of a kind.

    Parameters
    ----------
    kind : type
        As pydantic knows it, ``InstanceOf`` for a class; nothing is taken for something else.
    value : object
        What was given; a message does not repeat it.
    called : str
        What it is called.

    Returns
    -------
    object
        The value.

    Raises
    ------
    SettingError
        Where it is not.

    Examples
    --------
    >>> given(Number, 3, "number")
    3
    """
    try:
        return _adapter(kind).validate_python(value, strict=True)
    except ValidationError as error:
        said = spoken({**error.errors(include_url=False)[0], "loc": (called,)})
    raise SettingError(f"{said.rstrip('.')}.")


def given_path(value: Any, called: str) -> Path:
    """Return the path that was given as text or path."""
    text = str(value) if isinstance(value, str | PathLike) else ""
    longest = max(len(part.encode(errors="replace")) for part in Path(text).parts or (text,))
    if not text or not storable(text) or longest > _LONGEST:
        raise SettingError(
            f"{called} is a path, as text or pathlib.Path, of names with at most {_LONGEST} letters."
        )
    return Path(text)


def given_json(value: Any, called: str) -> dict[str, Any]:
    """Return a mapping that can be kept as JSON.

    Examples
    --------
    >>> given_json({"rows": 3}, "results")
    {'rows': 3}
    """
    if not isinstance(value, Mapping):
        raise SettingError(f"{called} must be an object of names and values.")
    try:
        said = json.dumps(dict(value), allow_nan=False, ensure_ascii=False)
    except (TypeError, ValueError, RecursionError):
        said = ""
    if not said:
        raise SettingError(
            f"{called} is JSON: texts, finite numbers, true, false, null, lists and objects only."
        )
    if "\\u0000" in said or not storable(said):
        raise SettingError(f"{called} {_UNFIT}.")
    found: dict[str, Any] = json.loads(said)
    return found
