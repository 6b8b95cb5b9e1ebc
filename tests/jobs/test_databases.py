"""Jobs that read a database by a connector: what is new only, again after the server was away, stopped in the middle."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest

from mindzie.access.datasets import Dataset
from mindzie.access.work import Connector
from mindzie.access.workspace import Workspace
from mindzie.core.errors import CancelledError, SourceError
from mindzie.ingest.connectors import connect
from mindzie.ingest.jobs import ImportPlan, Progress, import_log, worker
from tests.servers.databases import on_sqlite
from tests.servers.postgresql import PASSWORD, ROLE, PostgreSQL

ROWS = 45_000
MAKE = """CREATE TABLE events AS SELECT n AS id, 'o' || n / 3 AS orders, 'step ' || n % 3 AS step,
 TIMESTAMP '2025-01-01' + n * INTERVAL '1 minute' AS happened FROM generate_series(1, {rows}) AS n"""
READING = {"case": "orders", "activity": "step", "timestamp": "happened"}


def lite(path: Path, *statements: str) -> None:
    connection = sqlite3.connect(path)
    with connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()


@pytest.fixture
def erp(ws: Workspace, tmp_path: Path) -> Connector:
    """Return a connector to a small database."""
    path = tmp_path / "erp.db"
    lite(
        path,
        "CREATE TABLE events (id INTEGER PRIMARY KEY, orders TEXT, step TEXT, happened TIMESTAMP)",
        "INSERT INTO events VALUES (1, 'a', 'Pay', '2025-01-01 10:00:00'), (2, 'a', 'Ship', '2025-01-02 10:00:00')",
    )
    settings = {"database": str(path)}
    return ws.projects["Sales"].connectors.create("erp", kind="sqlite", settings=settings)


def test_each_job_reads_only_what_is_new(orders: Dataset, erp: Connector, tmp_path: Path) -> None:
    said = {"table": "events", "reading": READING, "increments": {"cursor": "id", "key": ["id"]}}
    said["reading"] = {**READING, "attributes": ["id"]}
    assert orders.request_import(said, connector=erp).run().version_number == 1
    lite(tmp_path / "erp.db", "INSERT INTO events VALUES (3, 'b', 'Pay', '2025-01-03 10:00:00')")
    second = orders.request_import(said, connector=erp).run()
    assert second.version_number == 2
    assert second.progress["rows_read"] == 2  # the last one again, as the cursor may stand still
    assert orders.log().event_count == 3
    nothing = orders.request_import(said, connector=erp).run()
    assert (nothing.state, nothing.version_number) == ("done", None)
    assert orders.versions.names() == ["1", "2"]


def test_rows_of_a_table_are_counted_first_and_those_of_a_view_are_not(
    orders: Dataset, erp: Connector, tmp_path: Path
) -> None:
    lite(tmp_path / "erp.db", "CREATE VIEW seen AS SELECT * FROM events")
    for table, expected in (("events", 2), ("seen", None)):
        told: list[Progress] = []
        job = orders.request_import({"table": table, "reading": READING}, connector=erp)
        job.run(told.append)
        assert {each.rows_expected for each in told[1:]} == {expected}
    source = connect(erp)
    assert source.count("main.events") == 2
    assert source.count("nothing") is None


def test_another_version_meanwhile_lets_it_begin_again(
    orders: Dataset, erp: Connector, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: dict[str, Any] = {"table": "events", "increments": {"cursor": "id", "key": ["id"]}}
    said["reading"] = {**READING, "attributes": ["id"]}
    orders.request_import(said, connector=erp).run()
    lite(tmp_path / "erp.db", "INSERT INTO events VALUES (3, 'b', 'Pay', '2025-01-03 10:00:00')")
    monkeypatch.setattr(worker, "PAUSES", (0.0,) * 4)
    others = [orders.request_import(said, connector=erp)]

    def meanwhile(progress: Progress) -> None:
        if progress.step == "write" and others:
            others.pop().run(lambda _: None)

    job = orders.request_import(said, connector=erp).run(meanwhile)
    assert (job.state, job.version_number, job.attempts) == ("done", None, 2)
    assert orders.versions.names() == ["1", "2"]
    assert orders.log().event_count == 3


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """Start a server that a test may stop."""
    found = PostgreSQL()
    url = found.create("erp")
    with psycopg.connect(url) as connection:
        connection.execute(MAKE.format(rows=ROWS))
    yield found
    found.remove()


@pytest.fixture
def far(ws: Workspace, server: PostgreSQL, monkeypatch: pytest.MonkeyPatch) -> Connector:
    """Return a connector to that server."""
    monkeypatch.setenv("MINDZIE_SOURCE_HOSTS", "127.0.0.1")
    secret = ws.secrets.keep("erp", PASSWORD)
    settings = {"host": "127.0.0.1", "port": server.port, "database": "erp", "user": ROLE}
    connectors = ws.projects["Sales"].connectors
    return connectors.create("far", kind="postgresql", settings=settings, secret_id=secret)


@on_sqlite
def test_after_a_server_was_away_all_rows_come_once(
    orders: Dataset, far: Connector, server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            server.start()

    monkeypatch.setattr(worker, "time", SimpleNamespace(sleep=pause))
    seen: list[int] = []

    def cut(progress: Progress) -> None:
        if progress.rows_read and not seen:
            seen.append(progress.rows_read)
            server.stop()

    # a query with a value is read by a cursor, batch by batch
    query = "SELECT * FROM events WHERE id > :least"
    said = {"query": query, "parameters": {"least": 0}, "reading": READING}
    job = orders.request_import(said, connector=far)
    job.run(cut)
    assert pauses == [2.0, 8.0]
    assert seen[0] < ROWS
    assert (job.state, job.attempts, job.version_number) == ("done", 3, 1)
    assert orders.log().event_count == ROWS


@on_sqlite
def test_stopped_in_the_middle_of_reading(orders: Dataset, far: Connector) -> None:
    job = orders.request_import({"table": "events", "reading": READING}, connector=far)

    def enough(progress: Progress) -> None:
        if progress.rows_read:
            assert progress.rows_expected == ROWS
            assert progress.rate
            assert progress.seconds_left
            raise CancelledError("enough")

    with pytest.raises(CancelledError, match="enough"):
        job.run(enough)
    assert (job.state, orders.refresh().current) == ("cancelled", None)


@on_sqlite
def test_a_wrong_password_is_no_fault_that_passes(
    orders: Dataset, far: Connector, ws: Workspace
) -> None:
    ws.secrets["erp"].replace("hunter2-wrong")
    job = orders.request_import({"table": "events"}, connector=far)
    with pytest.raises(SourceError, match="refuses the user or the password"):
        job.run()
    assert (job.state, job.attempts) == ("failed", 1)
    assert "hunter2" not in job.error


def test_a_database_by_its_kind_needs_no_workspace(tmp_path: Path, erp: Connector) -> None:
    assert erp.settings["database"] == str(tmp_path / "erp.db")
    source = {"kind": "sqlite", "database": str(tmp_path / "erp.db"), "table": "events"}
    log = import_log(ImportPlan(source=source, reading=READING))
    assert log.event_count == 2
