"""Workers killed without notice at any moment, two at a time: each run is done once, and nothing of the others is left."""

from __future__ import annotations

import contextlib
import os
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from mindzie.access import turns
from mindzie.access.health import problems, repaired
from mindzie.access.workspace import Workspace
from mindzie.investigations.rooms import PASSES, Rooms
from mindzie.investigations.warm_rooms import WarmRooms
from mindzie.investigations.worker import work_off
from mindzie.store.database import Database
from mindzie.store.upgrade import upgrade
from tests.faults.office import AT_ONCE, Office
from tests.faults.work import cut
from tests.servers.killing import begun, ended, prepare

prepare("mindzie.investigations.worker", "tests.faults.work")
MARK = "MINDZIE_OF_TESTS"
"""The variable by which processes of the test are found."""
ROUNDS = 3
"""Two workers are killed in each."""
RUNS = 2
LONGEST = 4.0
"""Seconds after which a worker is killed at the latest."""
SILENT = timedelta(seconds=2)


@contextmanager
def doing(office: Office, warm: bool) -> Iterator[Callable[[], Any]]:
    """Do all runs that wait, and those of workers that are gone."""
    vars(turns)["MOST"] = 10**6
    os.environ.update({PASSES: MARK, MARK: str(office.folder)})
    with WarmRooms() if warm else Rooms() as rooms, office.workspace() as ws:
        yield lambda: list(work_off(ws, silence=SILENT, rooms=rooms))


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    """Return a workspace with runs that wait."""
    for name in ("MINDZIE_KEYS", "MINDZIE_KEY_FILE", "MINDZIE_WORKSPACE", "MINDZIE_STORAGE"):
        monkeypatch.delenv(name, raising=False)
    found = Office(f"sqlite:///{tmp_path / 'workspace.db'}", tmp_path)
    database = Database(found.url)
    upgrade(database)
    database.close()
    found.set_up_empty(())
    with found.workspace() as ws:
        asked = ws.projects["Sales"].investigations.create("why")
        tagged = new_code_cell("n: int = 0", metadata={"tags": ["parameters"]})
        asked.save(new_notebook(cells=[tagged, new_code_cell("import time\ntime.sleep(0.2)")]))
        for n in range(RUNS):
            asked.request_run({"n": n})
    yield found
    found.close()


def _left(office: Office) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            own = process.environ().get(MARK) == str(office.folder)
            if own and process.pid != os.getpid():
                found.append(process)
    return found


def _all_gone(office: Office) -> None:
    until = time.monotonic() + 60
    while _left(office):
        assert time.monotonic() < until, "a kernel outlived its worker"
        time.sleep(0.05)


def test_runs_are_done_once_whoever_is_killed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(2026)
    for _ in range(ROUNDS):
        workers = [begun(cut, 0, doing, office, warm) for warm in (True, False)]
        moments = sorted(chance.uniform(0, LONGEST) for _ in workers)
        for worker, before, moment in zip(workers, (0.0, moments[0]), moments, strict=True):
            ended(worker, moment - before)
        _all_gone(office)
    # not before: what starts the workers would have it, and stays
    monkeypatch.setenv(PASSES, MARK)
    monkeypatch.setenv(MARK, str(office.folder))
    monkeypatch.setattr(turns, "MOST", 10**6)
    with office.workspace() as ws:
        list(work_off(ws, silence=AT_ONCE))
        _each_done_once(ws)
    with office.place() as place:
        found = problems(place, patience=AT_ONCE)
        assert {one.kind for one in found} <= {"orphan"}
        repaired(place, found)
        assert problems(place, patience=AT_ONCE) == []
    _all_gone(office)


def _each_done_once(ws: Workspace) -> None:
    runs = list(ws.runs)
    assert [run.state for run in runs] == ["done"] * RUNS
    said = ws.audit.entries(action="runs.done", limit=1000)
    assert Counter(one["object_id"] for one in said) == {str(run.id): 1 for run in runs}
    for run in runs:
        assert run.full_results["parameters"] == {"n": run.parameters["n"]}
