"""The fields that somebody may give, read off the tables: one declaration, checked everywhere alike."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Annotated, Any, get_args, get_type_hints
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    create_model,
)
from sqlalchemy import inspect
from sqlalchemy.orm import Mapped

from mindzie.access.given import given_json, in_utc
from mindzie.access.identity import storable
from mindzie.access.secret_settings import looks_secret, refuse_secrets
from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.limits import shortened
from mindzie.core.operation import Operation
from mindzie.core.refusals import explained, refusal
from mindzie.core.words import with_article
from mindzie.operations import load
from mindzie.store.base import Record
from mindzie.store.types import StoredOperations, UtcTime

_CONTROL = r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]+$"


_OF_COLUMNS = frozenset({"definition"})
"""Fields whose names are those of a source's columns: one may be called "token"."""


class _Fields(BaseModel):
    model_config = ConfigDict(
        extra="forbid", str_strip_whitespace=True, arbitrary_types_allowed=True
    )


@cache
def fields_of(record: type[Record]) -> type[BaseModel]:
    """Return the model of the fields that may be given for a table's rows.

    Parameters
    ----------
    record : type of Record
        The table.

    Returns
    -------
    type of pydantic.BaseModel
        Needed fields have no default.
    """
    hints = get_type_hints(record, include_extras=True, localns={"Mapped": Mapped})
    fields: dict[str, Any] = {}
    for item in inspect(record).column_attrs:
        column = item.columns[0]
        if not column.info.get("given"):
            continue
        annotation = get_args(hints[item.key])[0]
        options: dict[str, Any] = {"description": column.doc}
        if isinstance(column.type, StoredOperations):
            annotation = Annotated[tuple[Operation, ...], _operations(column.type.kind)]
        elif isinstance(column.type, UtcTime):
            annotation = Annotated[annotation, AfterValidator(_in_utc)]
        elif (length := getattr(column.type, "length", None)) is not None:
            options["max_length"] = length
        if item.key == "name":
            options |= {"min_length": 1, "pattern": _CONTROL}
        if item.key == "email":
            annotation = Annotated[annotation, AfterValidator(_email)]
        if column.nullable or column.default is not None:
            options["default"] = None
        fields[item.key] = (annotation, Field(**options))
    return create_model(f"{record.__name__}Fields", __base__=_Fields, **fields)


def is_email(text: str) -> bool:
    """Return whether a text can be an e-mail address: something, an @ and something, in one word that can be shown.

    Examples
    --------
    >>> is_email("ada@acme.example"), is_email("@"), is_email("ada@acme.example, eve@acme.example")
    (True, False, False)
    """
    name, _, host = text.rpartition("@")
    return bool(name and host) and text.isprintable() and " " not in text


def _email(value: str | None) -> str | None:
    if value is not None and not is_email(value):
        raise ValueError("it is no e-mail address: write it as name@example.org.")
    return value


def _in_utc(value: datetime | None) -> datetime | None:
    return None if value is None else in_utc(value)


def _operations(kind: str | None) -> BeforeValidator:
    def validate(value: Any) -> tuple[Operation, ...]:
        items = value if isinstance(value, list | tuple) else (value,)
        return tuple(load(item, kind) for item in items)

    return BeforeValidator(validate)


def checked(record: type[Record], given: Mapping[str, Any], *, new: bool) -> dict[str, Any]:
    """Return fields as they are kept, or say all that is wrong with them.

    Parameters
    ----------
    record : type of Record
        The table.
    given : mapping
        What was given; an object of the workspace stands for its identifier.
    new : bool
        Whether all needed fields must be there.

    Returns
    -------
    dict
        Only what was given.

    Raises
    ------
    SettingError
        For unknown, missing or bad fields.
    """
    model = fields_of(record)
    values = {name: _plain(value) for name, value in given.items()}
    known = {} if new else _present(model, values)
    try:
        for name, value in values.items():
            _check_storable(record, name, value)
            if isinstance(value, Mapping):
                refuse_secrets(value, name, names=name not in _OF_COLUMNS)
        made = model(**{**known, **values})
    except ValidationError as error:
        said = _explained(record, model, error)
    except MindzieError as error:
        said = str(error)
    else:
        return {name: getattr(made, name) for name in values}
    # out here: the error that was caught knows every value that was given, and would go along as the cause
    raise SettingError(said)


def _plain(value: Any) -> Any:
    key = getattr(value, "id", None)
    return key if isinstance(key, UUID) else value


def _check_storable(record: type[Record], name: str, value: Any) -> None:
    where = f"{name} of {with_article(title_of(record))}"
    if isinstance(value, str) and not storable(value):
        raise SettingError(f"{where} has letters that no database can hold (zeros, or halves).")
    if isinstance(value, Mapping):
        given_json(value, where)


def _present(model: type[BaseModel], values: Mapping[str, Any]) -> dict[str, Any]:
    # a change gives some fields; the others are there already and are not checked again
    blanks: dict[Any, Any] = {str: "-", UUID: UUID(int=0), int: 0, bool: False}
    needed = {name: field for name, field in model.model_fields.items() if field.is_required()}
    return {
        name: blanks.get(field.annotation, {} if "dict" in str(field.annotation) else ())
        for name, field in needed.items()
        if name not in values
    }


def _explained(record: type[Record], model: type[BaseModel], error: ValidationError) -> str:
    title = title_of(record)

    def said(item: Mapping[str, Any]) -> str:
        where = ".".join(map(str, item["loc"]))
        why = refusal(item).removesuffix(".")
        return f"{where} of {with_article(title)}: {why}{_got(model, item)}."

    return explained(error, with_article(title, first=True), "field", model.model_fields, said)


def _got(model: type[BaseModel], item: Any) -> str:
    # where settings belong, a text may be an address with its password
    field = model.model_fields.get(str(item["loc"][0])) if item["loc"] else None
    said = str(item["input"])
    if (field is not None and "dict" in str(field.annotation)) or looks_secret(said):
        return ""
    return f" (got {shortened(item['input'])})"


def title_of(record: type[Record]) -> str:
    """Return what a table's rows are called.

    Examples
    --------
    >>> from mindzie.store.models import FilterPreset
    >>> title_of(FilterPreset)
    'filter preset'
    """
    if record.called:
        return record.called
    name = record.__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
