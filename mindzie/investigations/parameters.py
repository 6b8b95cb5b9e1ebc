"""The parameters of a notebook: read from its cell tagged ``parameters``, and given values converted to their types."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import TypeAdapter, ValidationError

from mindzie.core.errors import SettingError, SourceError, unknown
from mindzie.core.refusals import refusal

_TYPES: Final[dict[str, Any]] = {
    "Any": Any, "bool": bool, "bytes": bytes, "dict": dict, "float": float, "int": int, "list": list, "object": Any, "str": str, "tuple": tuple,
    "date": str, "datetime": str,
}  # fmt: skip
_PARTS: Final = {"list": 1, "dict": 2}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a notebook.

    Parameters
    ----------
    name : str
        Its name in the notebook.
    default : object
        Its value where the cell writes it literally, else None.
    type : object
        What values are converted to; ``Any`` where the cell does not tell.
    """

    name: str
    default: Any
    type: Any

    def convert(self, value: Any) -> Any:
        """Return a value of the parameter's type; text is read as people type it.

        Raises
        ------
        SettingError
            Where the value does not fit.
        """
        adapter = TypeAdapter(self.type)
        try:
            if not isinstance(value, str):
                return adapter.validate_python(value)
            return self._read(adapter, value)
        except ValidationError as error:
            message = f"The parameter {self.name!r} is {value!r:.80}: {refusal(error.errors()[0])}."
            raise SettingError(message) from None

    def _read(self, adapter: TypeAdapter[Any], text: str) -> Any:
        if text in ("None", "null") and _fits(adapter, None):
            return None
        if _fits(adapter, text) and self.type is not Any:
            return adapter.validate_python(text)
        try:
            return adapter.validate_json(text)
        except ValidationError:
            return adapter.validate_python(text)


def _fits(adapter: TypeAdapter[Any], value: Any) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def declared(notebook: Mapping[str, Any]) -> tuple[Parameter, ...]:
    """Return the parameters that a notebook declares.

    Parameters
    ----------
    notebook : mapping
        As nbformat reads it.

    Returns
    -------
    tuple of Parameter
        Empty where no cell is tagged ``parameters``.

    Raises
    ------
    SourceError
        Where such a cell is not Python.

    Examples
    --------
    >>> cell = {"metadata": {"tags": ["parameters"]}, "source": "cases: int | None = 5"}
    >>> declared({"cells": [cell]})[0].convert("7")
    7
    """
    return tuple(
        parameter
        for cell in notebook["cells"]
        if "parameters" in cell["metadata"].get("tags", ())
        for parameter in _in(cell["source"])
    )


def _in(source: str) -> Iterator[Parameter]:
    try:
        lines = ast.parse(source).body
    except SyntaxError as error:
        raise SourceError(
            f"The cell of parameters is not plain Python in line {error.lineno}: {(error.text or '').strip()!r:.80}. Put magics and commands into a cell of their own."
        ) from None
    for line in lines:
        if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name):
            yield Parameter(line.target.id, _literal(line.value), _type(line.annotation))
        elif isinstance(line, ast.Assign) and isinstance(line.targets[0], ast.Name):
            default = _literal(line.value)
            yield Parameter(line.targets[0].id, default, Any if default is None else type(default))


def _literal(node: ast.expr | None) -> Any:
    try:
        return ast.literal_eval(node) if node is not None else None
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _type(node: ast.expr) -> Any:
    """Type of an annotation, without running it; what it does not know takes anything."""
    match node:
        case ast.Name(id=name):
            return _TYPES.get(name, Any)
        case ast.Constant(value=None):
            return None
        case ast.Constant(value=str(text)):
            return _type(_expression(text))
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Any if Any in (_type(left), _type(right)) else _type(left) | _type(right)
        case ast.Subscript(value=ast.Name(id=outer), slice=inner):
            return _of(outer, inner.elts if isinstance(inner, ast.Tuple) else [inner])
    return Any


def _of(outer: str, parts: list[ast.expr]) -> Any:
    """Type of an annotation that has others in brackets."""
    match outer:
        case "Literal":
            values = tuple(_literal(part) for part in parts)
            fit = bool(values) and all(isinstance(one, str | int) for one in values)
            return Literal[values] if fit else Any
        case "list" | "dict" | "tuple" if len(parts) == _PARTS.get(outer, len(parts)):
            kinds = [
                ... if isinstance(part, ast.Constant) and part.value is ... else _type(part)
                for part in parts
            ]
            return _TYPES[outer][tuple(kinds)]
    return Any


def _expression(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError:
        return ast.Constant(value=...)


def given(
    parameters: tuple[Parameter, ...], values: Mapping[str, Any], where: str
) -> dict[str, Any]:
    """Return the values given, converted.

    Parameters
    ----------
    parameters : tuple of Parameter
        What the notebook declares.
    values : mapping
        By name; text is converted.
    where : str
        Name of the notebook, for the message.

    Returns
    -------
    dict
        What to inject.

    Raises
    ------
    UnknownNameError
        Where the notebook has no such parameter; the nearest are named.
    SettingError
        Where a value does not fit.
    """
    known = {parameter.name: parameter for parameter in parameters}
    for name in values:
        if name not in known:
            raise unknown("parameter", name, known, where)
    return {name: _writable(known[name].convert(value)) for name, value in values.items()}


def _writable(value: Any) -> Any:
    """Return a value that can be written into a cell as Python."""
    return value.isoformat() if isinstance(value, dt.date) else value
