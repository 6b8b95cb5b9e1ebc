"""Databases for any test: the same test runs on SQLite and on a real PostgreSQL."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mindzie.store.database import Database
from mindzie.store.upgrade import upgrade
from tests.servers.mariadb import MariaDB
from tests.servers.postgresql import PostgreSQL

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize("backend", ["postgresql"], indirect=True)
_numbers = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Return which database the test runs on."""
    return str(request.param)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgreSQL]:
    """Start a PostgreSQL server of these tests."""
    try:
        server = PostgreSQL()
    except FileNotFoundError as error:
        pytest.fail(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def mariadb() -> Iterator[MariaDB]:
    """Start a MariaDB server of these tests."""
    try:
        server = MariaDB()
    except FileNotFoundError as error:
        pytest.fail(str(error))
    yield server
    server.remove()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file with all tables and no rows."""
    path = tmp_path_factory.mktemp("template") / "workspace.db"
    _set_up(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: PostgreSQL) -> str:
    """Return the name of a database with all tables and no rows."""
    _set_up(postgresql.create("template_mindzie"))
    return "template_mindzie"


def _set_up(url: str) -> None:
    database = Database(url)
    upgrade(database)
    database.close()


@pytest.fixture
def empty_store_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a database without tables."""
    if backend == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.db'}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"empty_{next(_numbers)}"
    yield server.create(name)
    server.drop(name)


@pytest.fixture
def store_url(backend: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return the address of a database with all tables and no rows."""
    if backend == "sqlite":
        path = tmp_path / "workspace.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    name = f"store_{next(_numbers)}"
    yield server.create(name, request.getfixturevalue("postgresql_template"))
    server.drop(name)


@pytest.fixture
def opened() -> Iterator[Callable[..., Database]]:
    """Return what opens a database, to be closed when the test is over."""
    found: list[Database] = []

    def database(url: str, **options: int) -> Database:
        found.append(Database(url, **options))
        return found[-1]

    yield database
    for one in found:
        one.close()


@pytest.fixture
def database(store_url: str, opened: Callable[..., Database]) -> Database:
    """Return a database with all tables and no rows."""
    return opened(store_url)


@pytest.fixture
def empty_database(empty_store_url: str, opened: Callable[..., Database]) -> Database:
    """Return a database without tables."""
    return opened(empty_store_url)
