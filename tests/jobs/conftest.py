"""A workspace with a project, on both databases, and files to import."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from mindzie.access.datasets import Dataset
from mindzie.access.entrance import Place
from mindzie.access.workspace import Workspace
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles
from tests.faults.office import DATASET, ME, Office

ROWS = "order,step,time,note\n1,Pay,2025-01-01 10:00,a\n1,Ship,2025-01-02 11:00,=1+2\n2,Pay,soon,=3\n,Pay,2025-01-02 11:00,x\n"


@pytest.fixture(autouse=True)
def no_keys_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the workspace make its own keys."""
    for name in ("MINDZIE_KEYS", "MINDZIE_KEY_FILE", "MINDZIE_WORKSPACE", "MINDZIE_STORAGE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def office(store_url: str, tmp_path: Path) -> Iterator[Office]:
    """Return a workspace with an empty data set."""
    found = Office(store_url, tmp_path)
    found.set_up_empty()
    yield found
    found.close()


@contextmanager
def elsewhere(office: Office) -> Iterator[Workspace]:
    """Open it once more, with connections of its own, as another program does."""
    database = Database(office.url)
    try:
        place = Place(database, SnapshotFiles(str(office.storage)), office.folder)
        yield Workspace.open(place, ME)
    finally:
        database.close()


@pytest.fixture
def ws(office: Office) -> Iterator[Workspace]:
    """Open it."""
    with office.workspace() as workspace:
        yield workspace


@pytest.fixture
def orders(ws: Workspace) -> Dataset:
    """Return its data set, without a pipeline."""
    return ws.datasets[DATASET].change(pipeline_id=None)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file with two good rows and two bad ones."""
    path = tmp_path / "orders.csv"
    path.write_text(ROWS, "utf-8")
    return path
