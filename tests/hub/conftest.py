"""A workspace whose people come through a hub, and the directory that vouches for them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mindzie.access.entrance import Place
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles
from tests.hub.fake_entra import Entra


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[Place]:
    """Return the workspace of the hubs of a module, without tenants."""
    folder = tmp_path_factory.mktemp("hub")
    (folder / "workspace.db").write_bytes(sqlite_template.read_bytes())
    database = Database(f"sqlite:///{folder / 'workspace.db'}")
    yield Place(database, SnapshotFiles(str(folder / "snapshots")), folder)
    database.close()


@pytest.fixture(scope="module")
def directories() -> Iterator[Entra]:
    """Return the server of all directories."""
    server = Entra()
    yield server
    server.stop()


@pytest.fixture
def entra(directories: Entra) -> Iterator[Entra]:
    """Return the server of all directories, which behaves again after the test."""
    yield directories
    directories.calm()
