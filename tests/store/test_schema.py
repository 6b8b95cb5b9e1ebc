"""The steps make exactly what the models say, and every table keeps tenants apart."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from mindzie.store.database import Database
from mindzie.store.migrations import MARK_TABLE, VERSION_TABLE
from mindzie.store.models import Base
from tests.servers.databases import on_postgresql, on_sqlite

OWN = {VERSION_TABLE, MARK_TABLE}
"""Tables that say what the database is; no rows of programs are in them."""


def described(database: Database) -> dict[str, Any]:
    """Return all that the database says of its tables, whatever the order it was made in."""
    found = inspect(database.engine)
    return {
        table: {
            "columns": {
                column["name"]: (str(column["type"]), column["nullable"], column["default"])
                for column in found.get_columns(table)
            },
            "key": found.get_pk_constraint(table),
            "references": sorted(found.get_foreign_keys(table), key=str),
            "unique": sorted(found.get_unique_constraints(table), key=str),
            "checks": sorted(found.get_check_constraints(table), key=str),
            "indexes": sorted(found.get_indexes(table), key=str),
        }
        for table in found.get_table_names()
        if table not in OWN
    }


def test_alembic_finds_nothing_to_do(database: Database) -> None:
    options = {
        "version_table": VERSION_TABLE,
        "compare_type": True,
        "compare_server_default": True,
        "include_name": lambda name, kind, _: (kind, name) != ("table", MARK_TABLE),
    }
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, Base.metadata) == []


def test_the_steps_make_what_the_models_make(database: Database, empty_database: Database) -> None:
    with empty_database.engine.begin() as connection:
        Base.metadata.create_all(connection)
    made, meant = described(database), described(empty_database)
    assert set(made) == set(meant) == set(Base.metadata.tables)
    for table in meant:
        assert made[table] == meant[table], table


def test_every_table_belongs_to_a_tenant() -> None:
    without = {name for name, table in Base.metadata.tables.items() if "tenant_id" not in table.c}
    assert without == {"tenants"}


def test_references_stay_within_the_tenant() -> None:
    for table in Base.metadata.tables.values():
        for reference in table.foreign_key_constraints:
            if reference.referred_table.name != "tenants":
                assert reference.column_keys[0] == "tenant_id", reference
                assert reference.elements[0].column.name == "tenant_id", reference


@on_postgresql
def test_every_table_of_a_tenant_has_row_level_security(database: Database) -> None:
    statement = """
        SELECT c.relname, c.relrowsecurity, c.relforcerowsecurity,
               (SELECT count(*) FROM pg_policy p WHERE p.polrelid = c.oid)
        FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
    """
    with database.engine.connect() as connection:
        found = {name: tuple(rest) for name, *rest in connection.execute(text(statement))}
    for name in OWN:
        assert found.pop(name) == (False, False, 0)
    assert found == dict.fromkeys(Base.metadata.tables, (True, True, 1))


@on_sqlite
def test_a_table_forgotten_by_the_steps_would_be_noticed(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE shares"))
        context = MigrationContext.configure(
            connection,
            opts={
                "version_table": VERSION_TABLE,
                "include_name": lambda name, *_: name != MARK_TABLE,
            },
        )
        found = compare_metadata(context, Base.metadata)
    act, table = found[0]
    assert (act, table.name) == ("add_table", "shares")
    assert {act for act, _ in found[1:]} == {"add_index"}
