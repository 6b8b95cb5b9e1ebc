"""Installations with people and data in them, on both databases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text

import mindzie as mz
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.keyring import as_text, new_key
from mindzie.access.workspace import Workspace
from mindzie.core.log import EventLog
from mindzie.store.database import Database, Scope
from mindzie.store.files import SnapshotFiles
from mindzie.store.migrations import MARK_TABLE
from mindzie.store.owner import owner_of
from tests.servers.postgresql import PostgreSQL

SETTINGS = ("MINDZIE_KEYS", "MINDZIE_KEY_FILE", "MINDZIE_WORKSPACE", "MINDZIE_STORAGE")


@pytest.fixture
def keys(backend: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give PostgreSQL its keys; the embedded workspace makes its own."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    if backend == "postgresql":
        monkeypatch.setenv("MINDZIE_KEYS", as_text(new_key()))


@pytest.fixture
def place(keys: None, database: Database, tmp_path: Path) -> Place:
    """Return an installation without tenants."""
    return located(database, tmp_path)


@pytest.fixture
def place_on(
    request: pytest.FixtureRequest, tmp_path: Path, opened: Callable[..., Database]
) -> Iterator[Callable[[str], Place]]:
    """Return what makes another installation without tenants, on a database of a kind."""
    made: list[str] = []

    def make(kind: str) -> Place:
        folder = tmp_path / f"other-{len(made)}"
        folder.mkdir()
        if kind == "sqlite":
            path = folder / "workspace.db"
            path.write_bytes(request.getfixturevalue("sqlite_template").read_bytes())
            database = opened(f"sqlite:///{path}")
        else:
            server: PostgreSQL = request.getfixturevalue("postgresql")
            name = f"other_{len(made)}"
            database = opened(server.create(name, request.getfixturevalue("postgresql_template")))
        made.append(kind)
        return located(database, folder)

    yield make
    for at, kind in enumerate(made):
        if kind == "postgresql":
            request.getfixturevalue("postgresql").drop(f"other_{at}")


def located(database: Database, folder: Path) -> Place:
    """Return the place of a database with the storage in a folder."""
    with database.writing(Scope(None)) as session:  # it is a copy of a template
        session.execute(text(f"UPDATE {MARK_TABLE} SET id = '{uuid4().hex}'"))
    files = SnapshotFiles(str(folder / "snapshots"), owner=owner_of(database))
    return Place(database, files, folder)


def tenant(place: Place, name: str = "acme") -> Workspace:
    """Make a tenant, and return its workspace as its administrator sees it."""
    here, ada = Installation(place), Identity(name, "local", "ada")
    here.create(name)
    here.enrol(ada, name="Ada", role="tenant admin")
    return Workspace.open(place, ada)


def orders(cases: int = 20, seed: int = 1) -> EventLog:
    """Return a small log; another one for another seed."""
    return mz.demo("order-to-cash", cases=cases, seed=seed)
