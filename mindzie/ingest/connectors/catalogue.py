"""What a source has: schemas, tables, columns with their types."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchTableError

from mindzie.core.errors import unknown
from mindzie.ingest.connectors.kinds import Kind
from mindzie.ingest.connectors.source_values import SourceColumn


def schemas(connection: sa.Connection, kind: Kind) -> tuple[str, ...]:
    """Return the schemas that are not the system's."""
    names = sa.inspect(connection).get_schema_names()
    return tuple(sorted(name for name in names if not _is_hidden(name, kind)))


def _is_hidden(name: str, kind: Kind) -> bool:
    return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in kind.hidden)


def tables(connection: sa.Connection, schema: str | None) -> tuple[str, ...]:
    """Return the tables and views of a schema."""
    look = sa.inspect(connection)
    found = {*look.get_table_names(schema), *look.get_view_names(schema)}
    if connection.dialect.name == "postgresql":
        found |= {*look.get_materialized_view_names(schema)}
    return tuple(sorted(found))


def located(connection: sa.Connection, table: str, schema: str | None) -> tuple[str, str | None]:
    """Return table and schema; ``schema.table`` is taken apart where no table has the whole as its name."""
    if schema is None and "." in table and table not in tables(connection, None):
        schema, _, table = table.partition(".")
    return table, schema


def columns(
    connection: sa.Connection, table: str, schema: str | None, where: str
) -> tuple[SourceColumn, ...]:
    """Return the columns of a table or view.

    Raises
    ------
    UnknownNameError
        Where there is none of that name; the nearest are listed.
    """
    try:
        found = sa.inspect(connection).get_columns(table, schema)
    except NoSuchTableError:
        found = []
    if not found:
        place = where if schema is None else f"schema {schema!r} of {where}"
        raise unknown("table", table, tables(connection, schema), place) from None
    return tuple(SourceColumn(c["name"], type_of(c["type"]), _declared(c["type"])) for c in found)


def type_of(declared: Any) -> str:
    """Return the type that a column has here.

    Examples
    --------
    >>> type_of(sa.Integer()), type_of(sa.Date()), type_of(sa.JSON())
    ('number', 'date', 'text')
    """
    if isinstance(declared, sa.Boolean):
        return "boolean"
    if isinstance(declared, sa.Integer | sa.Numeric):
        return "number"
    if isinstance(declared, sa.Date | sa.DateTime):
        return "date"
    if declared.__visit_name__.upper() == "INTERVAL":
        return "duration"
    return "bytes" if isinstance(declared, sa.LargeBinary) else "text"


def _declared(kind: Any) -> str:
    try:
        return str(kind)
    except Exception:  # noqa: BLE001 - a type that only its own dialect can write
        return type(kind).__name__
