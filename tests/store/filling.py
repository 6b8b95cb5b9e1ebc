"""Rows for every table, made through the models, with nothing left out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Integer,
    LargeBinary,
    String,
    Uuid,
    inspect,
)
from sqlalchemy import text as sql
from sqlalchemy.orm import Session
from sqlalchemy.types import JSON

from mindzie.store.database import Database, Scope
from mindzie.store.models import Base
from mindzie.store.types import StoredOperations, UtcTime

OPERATIONS = {
    "filter": [{"op": "cases_with_activity", "settings": {"activities": ["Ü 'x' \"y\"; --"]}}],
    "calculator": [{"op": "active_cases"}],
    "enrichment": [{"op": "upper", "settings": {"name": "Ü 2", "attribute": "Ü"}}],
}
VALUES: dict[type[Any], Any] = {
    UtcTime: datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC),
    BigInteger: 2**40 + 1,
    Integer: 7,
    Boolean: True,
    LargeBinary: bytes(range(256)),
}
# a row has one holder and one object, whichever; a tenant on its way out has no guards
EMPTY = {
    "tenants": {"removed"},
    "role_assignments": {"group_id", "service_account_id"},
    "shares": {"dashboard_id", "group_id"},
    "grants": {"link_id"},
}


def fill(database: Database, name: str) -> dict[str, UUID]:
    """Make a tenant with one row in every table, and return the identifiers by table."""
    ids: dict[str, UUID] = {}
    models = {mapper.local_table.name: mapper.class_ for mapper in Base.registry.mappers}
    with database.writing(Scope(None)) as session:
        for table in Base.metadata.sorted_tables:
            row = models[table.name](**_values(table.name, name, ids))
            session.add(row)
            session.flush()
            ids[table.name] = getattr(row, "id", None) or row.tenant_id
    return ids


def _values(table: str, name: str, ids: dict[str, UUID]) -> dict[str, Any]:
    columns = Base.metadata.tables[table].columns
    return {
        column.name: _value(column, name, ids)
        for column in columns
        if column.name not in {"id", "revision", *EMPTY.get(table, ())}
    }


def _value(column: Column[Any], name: str, ids: dict[str, UUID]) -> Any:
    for key in column.foreign_keys:
        if key.column.name == "id":
            return ids[key.column.table.name]
    said = f"{name}-{column.table.name}-{column.name}-é"
    if isinstance(column.type, StoredOperations):
        return OPERATIONS[column.type.kind or "filter"]
    if isinstance(column.type, String):
        return said if column.type.length is None else said[: column.type.length]
    if isinstance(column.type, JSON):
        return {"b": [1, None, 2.5], "a": said}
    if isinstance(column.type, Uuid):
        return uuid4()
    return next(value for kind, value in VALUES.items() if isinstance(column.type, kind))


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything that is in the database, by table, as the database has it."""
    with database.reading(Scope(None)) as session:
        return {name: _content(session, name) for name in inspect(session.bind).get_table_names()}


def _content(session: Session, name: str) -> list[tuple[Any, ...]]:
    found = session.execute(sql(f"SELECT * FROM {name}"))
    names = list(found.keys())
    return sorted((tuple(zip(names, map(repr, row), strict=True)) for row in found), key=str)


def within(found: list[tuple[Any, ...]], names: set[str]) -> list[tuple[Any, ...]]:
    """Return rows with some of their columns only."""
    return [tuple(pair for pair in row if pair[0] in names) for row in found]
