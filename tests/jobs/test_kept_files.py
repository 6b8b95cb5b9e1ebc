"""Connectors to files of SQLite and DuckDB: for others they are read from a worker's folders only, and never the workspace itself."""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from mindzie.access.datasets import Dataset
from mindzie.access.identity import Identity
from mindzie.access.importing import ImportJob
from mindzie.access.installation import LAPTOP, Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, SourceError
from mindzie.ingest.connectors import connect
from mindzie.ingest.connectors.kept import file_of, of_connector
from mindzie.ingest.jobs.worker import work_off
from tests.faults.office import DATASET, Office
from tests.servers.databases import on_sqlite

ANA = Identity(LAPTOP, "sso", "ana")
READING = {"case": "orders", "activity": "step", "timestamp": "happened"}
ROWS = (
    "CREATE TABLE events (orders TEXT, step TEXT, happened TIMESTAMP)",
    "INSERT INTO events VALUES ('a', 'Pay', '2025-01-01 10:00:00')",
)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a file with a table."""
    path = tmp_path / "incoming" / "erp.db"
    path.parent.mkdir()
    with sqlite3.connect(path) as connection:
        for statement in ROWS:
            connection.execute(statement)
    connection.close()
    return path


@pytest.fixture
def asking(office: Office, orders: Dataset, ws: Workspace) -> Any:
    """Return what a developer asks for, by a connector of her own."""
    with office.place() as place:
        Installation(place).enrol(ANA, name="Ana", role="developer")
        ws.projects["Sales"].share(user=ws.users["Ana"], level="edit")
        theirs = Workspace.open(place, ANA)

        def ask(kind: str = "sqlite", table: str = "events", **settings: Any) -> ImportJob:
            kept = theirs.projects["Sales"].connectors
            made = kept.create(f"c {len(kept)}", kind=kind, settings=settings)
            said = {"table": table, "reading": READING}
            return theirs.datasets[DATASET].request_import(said, connector=made)

        yield ask


WAYS: list[Callable[[Path], tuple[str, dict[str, str]]]] = [
    lambda path: ("sqlite", {"database": str(path)}),
    lambda path: ("sqlite", {"url": f"sqlite:///{path}"}),
    lambda path: ("postgresql", {"url": f"sqlite:///{path}"}),
    lambda path: ("duckdb", {"database": str(path)}),
]


@on_sqlite
@pytest.mark.parametrize("way", WAYS, ids=["parts", "address", "another kind", "duckdb"])
def test_a_file_of_a_connector_waits_for_a_worker_with_its_folder(
    ws: Workspace, asking: Any, source: Path, way: Any
) -> None:
    kind, settings = way(source)
    if kind == "duckdb":
        source.unlink()
        with duckdb.connect(source) as connection:
            for statement in ROWS:
                connection.execute(statement)
    job = asking(kind, **settings)
    elsewhere = str(source.parent / "other")
    assert list(work_off(ws)) == list(work_off(ws, folders=[elsewhere])) == []
    with pytest.raises(ConflictError, match="a file for somebody else"):
        ws.import_jobs[job.id].run()
    assert [each.state for each in work_off(ws, folders=[str(source.parent)])] == ["done"]


@on_sqlite
@pytest.mark.parametrize("path", ["~nobody-of-that-name/x.db", "loop/x.db"], ids=["home", "loop"])
def test_a_path_that_leads_nowhere_keeps_no_other_job_waiting(
    ws: Workspace, asking: Any, source: Path, path: str
) -> None:
    (source.parent / "loop").symlink_to(source.parent / "loop")
    nowhere = path if path.startswith("~") else str(source.parent / path)
    mine = asking(database=nowhere)
    asking(database=str(source))
    folders = [str(source.parent)]
    assert [job.state for job in work_off(ws, folders=folders) if job.id != mine.id] == ["done"]
    with pytest.raises(SourceError, match=r"leads to no file|no file"):
        mine.run()


@on_sqlite
def test_who_asked_reads_a_file_in_their_own_program(asking: Any, source: Path) -> None:
    assert asking(database=str(source)).run().version_number == 1


@on_sqlite
def test_a_link_is_where_it_leads_to(ws: Workspace, asking: Any, source: Path) -> None:
    folder = source.parent / "given"
    folder.mkdir()
    (folder / "erp.db").symlink_to(source)
    asking(database=str(folder / "erp.db"))
    asking(database=str(folder / ".." / "erp.db"))
    assert list(work_off(ws, folders=[str(folder)])) == []


@on_sqlite
def test_a_connector_that_changes_its_file_after_the_job_was_taken_gains_nothing(
    ws: Workspace, asking: Any, source: Path
) -> None:
    asking(database=str(source))
    (kept,) = ws.projects["Sales"].connectors
    with pytest.raises(SourceError, match="is not read for somebody else"):
        of_connector(kept, opens=lambda path: path != source)


def itself(own: Path, folder: Path) -> Path:
    return own


def by_link(own: Path, folder: Path) -> Path:
    (folder / "link.db").symlink_to(own)
    return folder / "link.db"


def by_hard_link(own: Path, folder: Path) -> Path:
    os.link(own, folder / "link.db")
    return folder / "link.db"


def a_copy(own: Path, folder: Path) -> Path:
    shutil.copy(own, folder / "copy.db")
    return folder / "copy.db"


def a_snapshot(own: Path, folder: Path) -> Path:
    path = folder / "snapshots" / "tenant" / "x.db"
    path.parent.mkdir(parents=True)
    shutil.copy(folder / "incoming" / "erp.db", path)
    return path


@on_sqlite
@pytest.mark.parametrize("way", [itself, by_link, by_hard_link, a_copy, a_snapshot])
def test_the_workspace_itself_is_never_a_source(
    ws: Workspace, asking: Any, source: Path, way: Any, tmp_path: Path
) -> None:
    path = way(Path(str(ws._door.database.url.database)), tmp_path)
    asking(table="api_keys", database=str(path))
    (job,) = work_off(ws, folders=["/"])
    assert job.state == "failed"
    assert "belongs to a workspace" in job.error
    (kept,) = ws.projects["Sales"].connectors
    with pytest.raises(SourceError, match="belongs to a workspace"):
        connect(kept).tables()


@on_sqlite
def test_snapshots_are_no_files_to_import(
    ws: Workspace, asking: Any, orders: Dataset, file: Path, tmp_path: Path
) -> None:
    orders.request_import(file).run()
    (events, *_) = sorted((tmp_path / "snapshots").rglob("*.parquet"))
    orders.request_import(str(events))
    (job,) = work_off(ws, folders=["/"])
    assert "belongs to a workspace" in job.error


@pytest.mark.parametrize(
    ("kind", "settings", "file"),
    [
        ("sqlite", {"database": "a.db"}, "a.db"),
        ("duckdb:////srv/a.db", {}, "/srv/a.db"),
        ("x", {"url": "sqlite:///a.db?mode=rw"}, "a.db"),
        ("kafka", {"url": "kafka://h/t", "database": "t"}, None),
        ("postgresql", {"database": "erp"}, None),
        ("nothing", {"database": "erp"}, None),
        ("sqlite", {}, None),
    ],
)
def test_the_file_of_a_connector(kind: str, settings: dict[str, str], file: str | None) -> None:
    assert file_of(kind, settings) == file
