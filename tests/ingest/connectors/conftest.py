"""The same rows in four databases, for the same tests on each."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import psycopg
import pytest
from pydantic import SecretStr

from mindzie.ingest.connectors import connect
from mindzie.ingest.connectors.source import Source
from tests.servers import mariadb as maria
from tests.servers import postgresql as postgres
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL

_numbers = itertools.count(1)
BACKENDS = ("postgresql", "mariadb", "sqlite", "duckdb")
TABLE = """CREATE TABLE events (id INTEGER PRIMARY KEY, case_no VARCHAR(20), step VARCHAR(40), happened TIMESTAMP NULL,
 clerk VARCHAR(20), amount NUMERIC(10, 2), urgent BOOLEAN, changed TIMESTAMP NULL)"""
ROWS = (
    "(1, '0012', 'Register', '2025-03-01 09:00:00', 'Ana', 120.50, TRUE, '2025-03-01 09:00:00')",
    "(2, '0012', 'Pay', '2025-03-13 10:00:00', 'Ben', 120.50, TRUE, '2025-03-13 10:00:00')",
    "(3, '0013', 'Register', '2025-03-02 08:00:00', 'Ana', 80, FALSE, '2025-03-02 08:00:00')",
    "(4, '0013', 'Pay', NULL, NULL, NULL, NULL, '2025-03-02 08:30:00')",
)


@dataclass
class Place:
    """A database of one kind, and how to change and to read it."""

    kind: str
    run: Callable[[str], None]
    said: dict[str, object]

    def source(self, **more: object) -> Source:
        """Return a source of it."""
        return connect(self.kind, **{**self.said, **more})  # type: ignore[arg-type]

    def add(self, *rows: str, table: str = "events") -> None:
        """Add rows."""
        self.run(f"INSERT INTO {table} VALUES {', '.join(rows)}")


@pytest.fixture
def postgresql_place(postgresql: PostgreSQL) -> Iterator[Place]:
    """Return an empty database of PostgreSQL."""
    name = f"source_{next(_numbers)}"
    url = postgresql.create(name)

    def run(statement: str) -> None:
        with psycopg.connect(url) as connection:
            connection.execute(statement)

    said = {
        "host": "127.0.0.1",
        "port": postgresql.port,
        "database": name,
        "user": postgres.ROLE,
        "password": SecretStr(postgres.PASSWORD),
    }
    yield Place("postgresql", run, said)
    postgresql.drop(name)


@pytest.fixture
def mariadb_place(mariadb: MariaDB) -> Iterator[Place]:
    """Return an empty database of MariaDB."""
    name = f"source_{next(_numbers)}"
    mariadb.create(name)
    said = {
        "host": "127.0.0.1",
        "port": mariadb.port,
        "database": name,
        "user": maria.ROLE,
        "password": SecretStr(maria.PASSWORD),
    }
    yield Place("mariadb", lambda statement: mariadb.run(statement, database=name), said)
    mariadb.run(f"DROP DATABASE {name}")


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    """Return an empty file of SQLite."""
    path = tmp_path / "source.db"
    path.touch()

    def run(statement: str) -> None:
        connection = sqlite3.connect(path)
        with connection:
            connection.execute(statement)
        connection.close()

    return Place("sqlite", run, {"database": path})


@pytest.fixture
def duckdb_place(tmp_path: Path) -> Place:
    """Return an empty file of DuckDB."""
    path = tmp_path / "source.duckdb"
    duckdb.connect(path).close()

    def run(statement: str) -> None:
        with duckdb.connect(path) as connection:
            connection.execute(statement)

    return Place("duckdb", run, {"database": path})


@pytest.fixture(params=BACKENDS)
def empty(request: pytest.FixtureRequest) -> Place:
    """Return an empty database of each kind."""
    place: Place = request.getfixturevalue(f"{request.param}_place")
    return place


@pytest.fixture
def place(empty: Place) -> Place:
    """Return a database with the table of events."""
    empty.run(TABLE)
    empty.add(*ROWS)
    return empty
