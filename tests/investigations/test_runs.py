"""Runs of the workspace in processes of their own: what they see and leave, how they are stopped, and that nothing outlives them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import mindzie as mz
from mindzie.access.health import problems
from mindzie.access.investigating import Investigation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError
from mindzie.investigations.rooms import PASSES
from mindzie.investigations.warm_rooms import rooms_of_worker
from mindzie.investigations.worker import Ended, Limits, run_here, work_off
from tests.faults.office import Office

PATIENCE = 60.0
AT_ONCE = timedelta(0)
MARK = "MINDZIE_OF_TESTS"
"""The variable by which processes of a test are found."""
GIVEN = "dataset: str | None = None\ncases: int = 0"


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing of this machine lead elsewhere."""
    for name in ("MINDZIE_KEYS", "MINDZIE_KEY_FILE", "MINDZIE_WORKSPACE", "MINDZIE_STORAGE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_API_KEY", "mz_of_the_worker")
    monkeypatch.setenv(PASSES, MARK)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a workspace with a data set."""
    from mindzie.store.database import Database
    from mindzie.store.upgrade import upgrade

    found = Office(f"sqlite:///{tmp_path / 'workspace.db'}", tmp_path)
    database = Database(found.url)
    upgrade(database)
    database.close()
    found.set_up_empty()
    with found.workspace() as ws:
        ws.datasets["orders"].change(pipeline_id=None).publish(mz.demo("order-to-cash", cases=20))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MARK, str(tmp_path))
        yield found
    found.close()
    assert not _processes(found), "a kernel outlived its run"


@pytest.fixture
def ws(office: Office) -> Iterator[Workspace]:
    """Open it."""
    with office.workspace() as workspace:
        yield workspace


def _asked(ws: Workspace, *cells: str) -> Investigation:
    made = ws.projects["Sales"].investigations.create("why", dataset_id=ws.datasets["orders"])
    tagged = new_code_cell(GIVEN, metadata={"tags": ["parameters"]})
    made.save(new_notebook(cells=[tagged, *map(new_code_cell, cells)]))
    return made


def _processes(office: Office) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            own = process.environ().get(MARK) == str(office.folder)
            if own and process.pid != os.getpid():
                found.append(process)
    return found


def _until(seen: Callable[[], Any]) -> Any:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("It never came.")


def _worker(office: Office, *options: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "mindzie", "runs", "work", *options]
    own = {**os.environ, "MINDZIE_WORKSPACE": office.url, "MINDZIE_STORAGE": str(office.storage)}
    own.pop("MINDZIE_API_KEY")
    return subprocess.Popen(
        command, env=own, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_a_run_sees_its_version_and_leaves_everything(ws: Workspace, office: Office) -> None:
    asked = _asked(
        ws,
        "import os, mindzie as mz\nlog = mz.open(dataset)\nmz.record(log.case_count, 'cases')\nprint('hello')",
        "log.calculate(mz.calculators.ProcessMap())",
        "mz.record(os.environ.get('MINDZIE_API_KEY', 'none'), 'key')",
    )
    first, second = asked.request_run({"cases": "7"}), asked.request_run({"cases": "7"})
    ws.datasets["orders"].publish(mz.demo("order-to-cash", cases=30))
    told: list[dict[str, int]] = []
    assert first.run(told.append).state == "done"
    assert told[0] == {"cell": 0, "cells": 5}
    assert told[-1] == {"cell": 5, "cells": 5}
    assert first.results["cases"]["value"] == 20
    assert first.results["key"]["value"] == "none"
    full = first.full_results
    data = ws.datasets["orders"]
    assert full["data"] == {"name": "orders", "version": 1, "fingerprint": data.log(1).fingerprint}
    assert (full["parameters"], full["asked_by"]) == ({"cases": 7, "dataset": "data"}, "Me")
    assert full["results"][1]["provenance"]["fingerprint"] == data.log(1).fingerprint
    assert "<svg" in first.report
    assert str(office.folder) not in first.report + json.dumps(first.notebook)
    assert "cell 5 of 5 done" in first.log
    assert first.notebook["cells"][2]["outputs"][0]["text"] == ["hello\n"]
    assert second.run().same_as == first.id
    with office.place() as place:
        assert problems(place) == []


def test_what_a_failed_run_did_is_kept_and_it_may_be_tried_again(ws: Workspace) -> None:
    asked = _asked(
        ws,
        "import mindzie as mz\nws = mz.workspace()\nprint(ws.me['name'], ws.datasets.names())",
        "1 / cases",
        "print('never')",
    )
    run = asked.run()
    assert (run.state, run.error) == (
        "failed",
        "Cell 4 failed: ZeroDivisionError: division by zero",
    )
    assert run.notebook["cells"][2]["outputs"][0]["text"] == ["Me ['orders']\n"]
    assert run.notebook["cells"][4]["outputs"] == []
    assert "This run stopped at an error" in run.report
    assert "division by zero" in run.log
    run.retry()
    assert run.state == "waiting"
    assert run.report  # until there is another
    run.cancel()
    with pytest.raises(ConflictError, match="is cancelled"):
        run_here(run)


def test_what_cannot_begin_says_why(ws: Workspace) -> None:
    asked = _asked(ws, "1")
    assert asked.run({"csaes": 1}).error == (
        "There is no parameter 'csaes' in the notebook of 'why'. Did you mean 'cases'?"
    )
    assert "is 'many'" in str(asked.run({"cases": "many"}).error)
    asked.save({"cells": [{}]})
    assert "What 'why' runs is not a notebook" in str(asked.run().error)


def test_time_and_memory_have_limits(ws: Workspace) -> None:
    asked = _asked(ws, "kept = b'x' * (900_000_000 * cases)", "while True: pass")
    large = asked.request_run({"cases": 1})
    with rooms_of_worker() as rooms:
        (first,) = work_off(ws, limits=Limits(seconds=None, memory=600_000_000), rooms=rooms)
        long = asked.request_run({"cases": 0})
        (second,) = work_off(ws, limits=Limits(seconds=2), rooms=rooms)
    assert first.error is not None
    assert "took more than 600 MB of memory" in first.error
    assert second.error is not None
    assert "The run took longer than 2 s" in second.error
    assert (large.refresh().state, long.refresh().state) == ("failed", "failed")
    assert long.log.splitlines()[-1].endswith(second.error)


def test_a_run_is_cancelled_while_it_runs(ws: Workspace, office: Office) -> None:
    run = _asked(ws, "1", "while True: pass").request_run()
    ended: list[Ended] = []
    worker = threading.Thread(target=lambda: ended.extend(work_off(ws)), daemon=True)
    worker.start()
    _until(lambda: (run.refresh().progress or {}).get("cell") == 3)
    assert len(_processes(office)) == 2
    run.refresh().cancel()
    worker.join(PATIENCE)
    assert [one.state for one in ended] == ["cancelled"]
    assert run.refresh().state == "cancelled"
    _until(lambda: not _processes(office))


def test_kernels_end_with_their_killed_worker_and_another_takes_the_run_up(
    ws: Workspace, office: Office, tmp_path: Path
) -> None:
    mark = tmp_path / "go"
    cell = f"import os, time\nwhile not os.path.exists({str(mark)!r}): time.sleep(0.05)"
    run = _asked(ws, "1", cell).request_run()
    with _worker(office) as worker:
        _until(lambda: (run.refresh().progress or {}).get("cell") == 3)
        worker.send_signal(signal.SIGKILL)
    _until(lambda: not _processes(office))
    assert run.refresh().state == "running"
    mark.touch()
    (ended,) = work_off(ws, silence=AT_ONCE)
    assert (ended.state, run.refresh().attempts) == ("done", 2)
    with office.place() as place:
        assert problems(place) == []


def test_a_worker_that_is_asked_to_stop_gives_its_run_back(ws: Workspace, office: Office) -> None:
    run = _asked(ws, "import time\ntime.sleep(3600)").request_run()
    with _worker(office, "--watch") as worker:
        _until(lambda: (run.refresh().progress or {}).get("cell") == 2)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    run = run.refresh()
    assert (run.state, run.error) == ("waiting", "Its worker was stopped: it is begun again.")
    assert run.attempts == 0  # however often that happens
    _until(lambda: not _processes(office))
