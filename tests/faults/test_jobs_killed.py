"""Workers killed without notice at any moment: each job is taken up again, and makes exactly one version with all rows."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from mindzie.access.datasets import Dataset
from mindzie.access.workspace import Workspace
from mindzie.ingest.jobs.apart import MODULE
from tests.faults.moments import kills, settle
from tests.faults.office import DATASET, TEN, Office, all_seen
from tests.faults.work import working_off, working_off_apart
from tests.servers.databases import on_sqlite
from tests.servers.killing import prepare

prepare("mindzie.ingest.jobs.worker", "mindzie.ingest.connectors", "sqlglot")
MOMENTS = {"sqlite": 24, "postgresql": 8}
OF_A_TABLE, APART = 12, 4
EACH = 7
"""Rows that come between two imports of a table."""


def ask(workspace: Workspace, name: str, files: tuple[Path, Path]) -> int:
    """Ask for the file that is not there yet, and return how many cases it has."""
    dataset = workspace.datasets[name]
    cases = 30 if dataset.log().case_count != 30 else 20
    dataset.request_import(files[0] if cases == 20 else files[1])
    return cases


def taken_up(dataset: Dataset, work: Any, *, done: bool, before: int) -> None:
    """Do what is left of the last job, which made one version."""
    job = list(dataset.imports)[-1]
    assert job.state == "done" or not done
    work()
    job, dataset = job.refresh(), dataset.refresh()
    assert (job.state, len(dataset.versions)) == ("done", before + 1)
    assert job.version_number == dataset.current
    assert job.attempts <= 2


def test_killed_at_any_moment_and_taken_up_again(
    ten: Office, backend: str, files: tuple[Path, Path]
) -> None:
    wanted: list[tuple[str, int, int]] = []

    def arguments() -> tuple[Any, ...]:
        name = TEN[len(wanted) % len(TEN)]
        with ten.workspace() as workspace:
            before = len(workspace.datasets[name].versions)
            wanted.append((name, before, ask(workspace, name, files)))
        return (ten,)

    cut_short = 0
    for done in kills(MOMENTS[backend], working_off, arguments):
        settle(ten)
        name, before, cases = wanted[-1]
        with ten.workspace() as workspace, working_off(ten) as work:
            cut_short += not done
            dataset = workspace.datasets[name]
            taken_up(dataset, work, done=done, before=before)
            assert dataset.log().case_count == cases
            assert dataset.log().event_count == 3 * cases
    assert cut_short >= MOMENTS[backend] // 3
    all_seen(ten, TEN)


def _reads() -> bool:
    lines = (process.info["cmdline"] for process in psutil.process_iter(["cmdline"]))
    return any(MODULE in (line or ()) for line in lines)


@on_sqlite
def test_what_reads_a_file_apart_ends_too(
    office: Office, tmp_path: Path, files: tuple[Path, Path]
) -> None:
    meanwhile = tmp_path / "meanwhile"
    meanwhile.mkdir()
    wanted: list[tuple[int, int]] = []

    def arguments() -> tuple[Any, ...]:
        with office.workspace() as workspace:
            before = len(workspace.datasets[DATASET].versions)
            wanted.append((before, ask(workspace, DATASET, files)))
        return office, meanwhile

    cut_short = 0
    for done in kills(APART, working_off_apart, arguments):
        cut_short += not done
        while _reads():  # whoever reads notices soon that nobody listens
            time.sleep(0.01)
        with office.workspace() as workspace, working_off(office) as work:
            before, cases = wanted[-1]
            dataset = workspace.datasets[DATASET]
            taken_up(dataset, work, done=done, before=before)
            assert dataset.log().event_count == 3 * cases
    assert cut_short >= APART // 3


@on_sqlite
def test_of_a_table_each_row_comes_once(office: Office, tmp_path: Path) -> None:
    source = tmp_path / "erp.db"
    with office.workspace() as workspace:
        project = workspace.projects["Sales"]
        settings = {"database": str(source)}
        connector = project.connectors.create("erp", kind="sqlite", settings=settings).id
        dataset = project.datasets.create("events").id
    reading = {"case": "orders", "activity": "step", "timestamp": "happened", "attributes": ["id"]}
    said = {"table": "events", "reading": reading}
    said["increments"] = {"cursor": "id", "key": ["id"], "overlap": 3}
    rows = 0

    def arguments() -> tuple[Any, ...]:
        nonlocal rows
        rows = more_rows(source, rows)
        with office.workspace() as workspace:
            there = workspace.datasets[dataset]
            there.request_import(said, connector=workspace.connectors[connector])
        return (office,)

    cut_short = 0
    for before, done in enumerate(kills(OF_A_TABLE, working_off, arguments)):
        cut_short += not done
        with office.workspace() as workspace, working_off(office) as work:
            there = workspace.datasets[dataset]
            taken_up(there, work, done=done, before=before)
            numbers = there.log().events["id"].sort().to_list()
            assert numbers == list(range(rows))
    assert cut_short >= OF_A_TABLE // 3


def more_rows(source: Path, there: int) -> int:
    """Add rows to a table, and return how many it has."""
    new = [(n, f"o{n // 3}", f"step {n % 3}") for n in range(there, there + EACH)]
    with closing(sqlite3.connect(source)) as connection, connection:
        connection.execute(
            "CREATE TABLE IF NOT EXISTS events (id INTEGER PRIMARY KEY, orders TEXT, step TEXT, happened TEXT)"
        )
        insert = "INSERT INTO events VALUES (?, ?, ?, datetime(1735700000 + 60 * ?1, 'unixepoch'))"
        connection.executemany(insert, new)
    return there + EACH
