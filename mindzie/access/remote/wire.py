"""How values travel between a notebook and the hub: JSON, in which what JSON has no word for is an object with a ``$``."""

from __future__ import annotations

import base64
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from os import PathLike, fspath
from typing import Any, Final
from uuid import UUID

from pydantic import BaseModel, SecretStr

from mindzie.core.errors import SettingError
from mindzie.core.operation import Operation
from mindzie.operations import load

MARK: Final = "$"
Custom = Callable[[Any], tuple[str, Any] | None]
"""Says how an object travels: a mark and JSON; None for what it does not know."""


def packed(value: Any, custom: Custom) -> Any:
    """Return a value as JSON.

    Parameters
    ----------
    value : object
        Plain values, times, identifiers, operations, and what ``custom`` knows.
    custom : callable
        Asked first.

    Returns
    -------
    object
        JSON.

    Raises
    ------
    SettingError
        For what cannot travel.

    Examples
    --------
    >>> unpacked(packed({"at": date(2025, 1, 2), 3: (1, None)}, lambda _: None), {})
    {'at': datetime.date(2025, 1, 2), 3: (1, None)}
    """
    known = custom(value)
    if known is not None:
        return {MARK: known[0], "v": known[1]}
    if value is None or isinstance(value, bool | str):
        return str(value) if isinstance(value, str) else value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, list):
        return [packed(item, custom) for item in value]
    mark, said = _marked(value, custom)
    return {MARK: mark, "v": said}


def _marked(value: Any, custom: Custom) -> tuple[str, Any]:
    for kind, mark, plain in _PLAIN:
        if isinstance(value, kind):
            return mark, plain(value)
    if isinstance(value, Mapping):
        pairs = value.items()
        return "dict", [[packed(key, custom), packed(item, custom)] for key, item in pairs]
    for kinds, mark in ((tuple, "tuple"), (set | frozenset, "set")):
        if isinstance(value, kinds):
            return mark, [packed(item, custom) for item in value]
    raise SettingError(
        f"A {type(value).__name__} cannot be sent to the hub: give texts, numbers, times, lists, objects of the workspace, operations or an event log."
    )


def _seconds(value: timedelta) -> list[int]:
    return [value.days, value.seconds, value.microseconds]


_PLAIN: Final[tuple[tuple[Any, str, Callable[[Any], Any]], ...]] = (
    (float, "float", str),
    (datetime, "datetime", datetime.isoformat),
    (date, "date", date.isoformat),
    (timedelta, "timedelta", _seconds),
    (UUID, "uuid", str),
    (bytes, "bytes", lambda value: base64.b64encode(value).decode()),
    (SecretStr, "secret", SecretStr.get_secret_value),
    (Operation, "operation", Operation.to_json),
    (BaseModel, "model", lambda value: value.model_dump(mode="json")),
    (PathLike, "path", fspath),
)
_BACK: Final[Mapping[str, Callable[[Any], Any]]] = {
    "float": float,
    "datetime": datetime.fromisoformat,
    "date": date.fromisoformat,
    "timedelta": lambda said: timedelta(*said),
    "uuid": UUID,
    "bytes": base64.b64decode,
    "secret": SecretStr,
    "operation": load,
    "model": lambda said: said,
    "path": str,
}


def unpacked(said: Any, custom: Mapping[str, Callable[[Any], Any]]) -> Any:
    """Return the value of what ``packed`` made.

    Parameters
    ----------
    said : object
        JSON.
    custom : mapping
        What makes a value, by mark.

    Returns
    -------
    object
        The value.

    Raises
    ------
    SettingError
        Where it is nothing that ``packed`` makes.
    """
    if isinstance(said, list):
        return [unpacked(item, custom) for item in said]
    if not isinstance(said, dict):
        return said
    mark, value = str(said.get(MARK)), said.get("v")
    if mark in custom:
        return custom[mark](value)
    if mark in _BACK:
        return _BACK[mark](value)
    if not isinstance(value, list):
        raise SettingError("What was sent is not understood: both sides need the same version.")
    if mark == "dict":
        return {unpacked(key, custom): unpacked(item, custom) for key, item in value}
    items = [unpacked(item, custom) for item in value]
    return set(items) if mark == "set" else tuple(items)
