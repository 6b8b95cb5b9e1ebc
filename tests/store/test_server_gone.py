"""A server that goes, comes back, refuses or was never there: an error that says so, and nothing half done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from uuid import uuid4

import pytest
from sqlalchemy import select, text

from mindzie.core.errors import StoreError
from mindzie.store.database import Database, Scope
from mindzie.store.models import Project
from mindzie.store.upgrade import state
from tests.servers.databases import on_postgresql
from tests.servers.postgresql import PASSWORD, PostgreSQL, free_port
from tests.store.filling import fill, rows
from tests.store.refusals import refused

pytestmark = on_postgresql


@pytest.fixture
def server(postgresql: PostgreSQL) -> Iterator[PostgreSQL]:
    """Return the server, which runs again afterwards."""
    yield postgresql
    postgresql.stop()
    postgresql.start()


@pytest.mark.parametrize("signal", ["INT", "QUIT"])
def test_after_a_restart_the_next_transaction_works(
    backend: str, database: Database, server: PostgreSQL, signal: str
) -> None:
    scope = Scope(fill(database, "one")["tenants"])
    server.stop(signal)
    with refused(StoreError, "cannot be reached"), database.reading(scope) as session:
        session.scalars(select(Project)).all()
    server.start()
    with database.writing(scope) as session:
        session.scalars(select(Project)).one().description = "after"
    with database.reading(scope) as session:
        assert session.scalars(select(Project.description)).all() == ["after"]


@pytest.mark.parametrize("signal", ["INT", "QUIT"])
@pytest.mark.parametrize("when", ["at a statement", "at the commit"])
def test_a_transaction_cut_in_the_middle_changes_nothing(
    backend: str, database: Database, server: PostgreSQL, signal: str, when: str
) -> None:
    scope = Scope(fill(database, "one")["tenants"])
    before = rows(database)
    with refused(StoreError, "Nothing was changed"), database.writing(scope) as session:
        session.scalars(select(Project)).one().description = "half"
        session.add(Project(name="half"))
        session.flush()
        server.stop(signal)
        if when == "at a statement":
            session.scalars(select(Project)).all()
    server.start()
    assert rows(database) == before


def test_one_connection_that_is_cut_does_not_matter_to_the_next(
    backend: str, database: Database, postgresql: PostgreSQL
) -> None:
    scope = Scope(fill(database, "one")["tenants"])
    name = database.url.database
    cut = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    before = rows(database)
    with refused(StoreError, "Nothing was changed"), database.writing(scope) as session:
        session.add(Project(name="half"))
        session.flush()
        postgresql.run(cut)
        session.scalars(select(Project)).all()
    assert rows(database) == before
    postgresql.run(cut)
    assert rows(database) == before


def test_a_wrong_password_is_said_and_never_shown(
    backend: str, store_url: str, opened: Callable[..., Database]
) -> None:
    database = opened(store_url.replace(f":{PASSWORD}@", f":{PASSWORD}-wrong@"))
    assert PASSWORD not in f"{database} {database!r} {database.engine!r} {database.url!r}"
    with refused(StoreError, "refuses the name or the password"):
        state(database)
    with (
        refused(StoreError, "refuses the name or the password"),
        database.reading(Scope(uuid4())) as session,
    ):
        session.execute(text("SELECT 1"))


def test_a_database_that_is_not_there_is_said(
    backend: str, postgresql: PostgreSQL, opened: Callable[..., Database]
) -> None:
    with refused(StoreError, "is not there, or its role is not"):
        state(opened(postgresql.url("nowhere")))


def test_a_server_that_is_not_there_is_said(
    backend: str, store_url: str, postgresql: PostgreSQL, opened: Callable[..., Database]
) -> None:
    url = store_url.replace(f":{postgresql.port}/", f":{free_port()}/")
    with refused(StoreError, "cannot be reached"):
        state(opened(url))


@pytest.mark.parametrize(
    "url", ["", "nonsense", f"mysql://mindzie:{PASSWORD}@host/name", f"postgresql:{PASSWORD}"]
)
def test_an_address_of_something_else_is_refused(backend: str, url: str) -> None:
    with refused(StoreError, "sqlite:///PATH or postgresql://USER"):
        Database(url)


def test_a_table_that_is_missing_is_said(backend: str, database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TABLE projects CASCADE"))
    with refused(StoreError, "run `mindzie admin upgrade`"), database.reading(Scope(uuid4())) as _:
        _.scalars(select(Project)).all()
