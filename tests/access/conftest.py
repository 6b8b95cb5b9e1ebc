"""The world of these tests, built once for each database, and stages on which calls do not disturb each other."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from os import link
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access import heart
from mindzie.access.door import Door
from mindzie.access.entrance import Place
from mindzie.access.identity import Actor
from mindzie.access.items import Item
from mindzie.access.keyring import new_key, write_keys
from mindzie.access.workspace import Workspace
from mindzie.core.log import EventLog
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles
from tests.access.world import ADMIN, FULL, World, build, items, opened
from tests.servers.postgresql import PostgreSQL


@dataclass
class Built:
    """A database and a storage, what was built there, a new log, and who acts."""

    database: Database
    folder: Path
    world: World
    log: EventLog
    actors: dict[str, Door] = field(default_factory=dict)
    targets: dict[str, dict[str, Item]] = field(default_factory=dict)

    def place(self, folder: Path | None = None) -> Place:
        """Return the place, with its own storage or another."""
        folder = folder or self.folder
        return Place(self.database, SnapshotFiles(str(folder / "snapshots")), folder)

    def workspace(self, place: Place, who: str) -> Workspace:
        """Return the workspace of "acme" as who opened it before, say, being stopped."""
        return Workspace(place.door(self.actors[who].tenant, self.actors[who].actor))

    @contextmanager
    def undone(self, folder: Path | None = None) -> Iterator[Place]:
        """Give a place where all that is committed is rolled back in the end.

        A folder is for a copy of the snapshots, where a call writes or removes some.
        """
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)
            # snapshots are never written to, only removed
            shutil.copytree(self.folder / "snapshots", folder / "snapshots", copy_function=link)
        database = self.database
        engines = database._writer, database._reader
        with engines[0].connect() as connection, connection.begin() as all_of_it:
            connection.begin_nested()  # what sessions commit goes into this one
            database._writer = database._reader = connection  # type: ignore[assignment]
            try:
                yield self.place(folder)
            finally:
                database._writer, database._reader = engines
                all_of_it.rollback()


@pytest.fixture(scope="session")
def _worlds(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], Built]]:
    """Return what builds the world in a database, the first time it is asked for."""
    found: dict[str, Built] = {}

    def of(backend: str) -> Built:
        if backend not in found:
            found[backend] = _built(request, backend, tmp_path_factory.mktemp(backend))
        return found[backend]

    yield of
    for built in found.values():
        built.database.close()


def _built(request: pytest.FixtureRequest, backend: str, folder: Path) -> Built:
    if backend == "sqlite":
        shutil.copy(request.getfixturevalue("sqlite_template"), folder / "workspace.db")
        url = f"sqlite:///{folder / 'workspace.db'}"
    else:
        server: PostgreSQL = request.getfixturevalue("postgresql")
        url = server.create("world", request.getfixturevalue("postgresql_template"))
    first, more, new = (mz.demo("order-to-cash", cases=cases) for cases in (4, 6, 3))
    built = Built(Database(url), folder, World({}, {}), new)
    place = built.place()
    write_keys(folder / "keys", [new_key()])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDZIE_KEY_FILE", str(folder / "keys"))
        built.world = build(place, first, more)
    for tenant in FULL:
        chief = opened(place, built.world, tenant, ADMIN)
        built.targets[tenant] = items(chief, tenant)
    chief = opened(place, built.world, "acme", ADMIN)
    for user in chief.users:
        built.actors[user.name] = place.door(chief._door.tenant, Actor("user", user.id, user.name))
    for who in ("operator", "service"):
        built.actors[who] = opened(place, built.world, "acme", who)._door
    return built


@pytest.fixture
def built(backend: str, _worlds: Callable[[str], Built], monkeypatch: pytest.MonkeyPatch) -> Built:
    """Return the world in a database."""
    found = _worlds(backend)
    # what is undone goes over one connection, which a heart must not use beside the call
    monkeypatch.setattr(heart, "SECONDS", 3_600)
    monkeypatch.setenv("MINDZIE_KEY_FILE", str(found.folder / "keys"))
    return found
