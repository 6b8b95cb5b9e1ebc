"""A notebook that means harm: it finds neither the worker's keys nor other runs, and nobody answers it when its run is over."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import mindzie as mz
from mindzie.access.entrance import opened_anew
from mindzie.access.identity import LOCAL, Identity
from mindzie.access.installation import LAPTOP, Installation
from mindzie.access.remote.link import Link
from mindzie.access.remote.objects import workspace_of
from mindzie.access.run_door import ADDRESS, SECRET
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError, SignInError, StoreError
from mindzie.core.system_users import left_by
from tests.hub_work.conftest import NEEDS_ROOT
from tests.hub_work.running import SERVICE_UID, python_for_all

ROOT = os.name == "posix" and os.geteuid() == 0
HIDDEN = "of-the-worker-alone"
FIRST = 3_900_000
CODE = """
import glob, json, os, subprocess
import mindzie as mz
ws, log = mz.workspace(), mz.open(dataset)
found = {"uid": os.getuid(), "environment": dict(os.environ), "read": [], "closed": {}, "cases": log.case_count}
found["projects"], found["data"] = ws.projects.names(), ws.datasets["orders"].log().case_count
# with Polars' threads, in a process that was forked
found["activities"] = len(log.calculate(mz.calculators.ProcessMap()).nodes)
for path in [*PATHS, *glob.glob("/proc/[0-9]*/environ")]:
    try:
        with open(path, "rb") as file:
            text = file.read()
        if path in PATHS or HIDDEN.encode() in text:
            found["read"].append(path)
    except OSError:
        pass
try:
    found["others"] = os.listdir(os.path.dirname(os.path.dirname(os.getcwd())))
except OSError as error:
    found["others"] = type(error).__name__
for name in ("users", "secrets", "audit", "account", "roles", "invite", "schedules"):
    try:
        found["closed"][name] = str(getattr(ws, name)())
    except Exception as error:
        found["closed"][name] = type(error).__name__
os.symlink(PATHS[0], "../left/loot.db") if os.path.isdir("../left") else None
if os.getuid() == FIRST:
    open(f"/dev/shm/mz-of-{FIRST}", "w").close()
found["sleeper"] = subprocess.Popen(["sleep", "600"], start_new_session=True).pid
ws.projects["Sales"].change(description="by a run")
print(json.dumps(found))
"""
OWNER = Identity(LAPTOP, LOCAL, "owner")


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a folder that other system users may enter."""
    found = Path(tempfile.mkdtemp(prefix="mz-run-"))
    found.chmod(0o755)
    yield found
    shutil.rmtree(found)


@pytest.fixture
def home(folder: Path) -> Path:
    """Return the home of two organisations, with a run that waits."""
    found = folder / "home"
    place = opened_anew(f"sqlite:///{found / 'workspace.db'}", "")
    here = Installation(place)
    for name in (LAPTOP, "other"):
        here.create(name)
    here.enrol(OWNER, name="Me", role="tenant admin")
    ws = Workspace.open(place, OWNER)
    project = ws.projects.create("Sales")
    data = project.datasets.create("orders")
    data.publish(mz.demo("order-to-cash", cases=20))
    ws.secrets.keep("mail", "the secret")
    known = [str(path) for path in sorted(found.rglob("*")) if path.is_file()]
    paths = [str(found / "workspace.db"), *known]
    given = new_code_cell("dataset: str | None = None", metadata={"tags": ["parameters"]})
    code = new_code_cell(f"PATHS, HIDDEN, FIRST = {paths!r}, {HIDDEN!r}, {FIRST}\n{CODE}")
    made = project.investigations.create("why", dataset_id=data)
    made.save(new_notebook(cells=[given, code]))
    made.request_run()
    place.database.close()
    return found


def worked(home: Path, *options: str, python: str = sys.executable) -> dict[str, Any]:
    """Let a worker do the run, and return what its notebook found."""
    keys = {name: value for name, value in os.environ.items() if not name.startswith("MINDZIE_")}
    keys |= {"MINDZIE_HOME": str(home), "MINDZIE_SOURCE_PASSWORD": HIDDEN}
    command = [python, "-m", "mindzie", "runs", "work", *options]
    done = subprocess.run(command, env=keys, text=True, capture_output=True, check=False)
    place = opened_anew(f"sqlite:///{home / 'workspace.db'}", "")
    ws = Workspace.open(place, OWNER)
    (run,) = ws.runs
    assert run.state == "done", (done.stdout, done.stderr, run.error)
    (output,) = run.notebook["cells"][-1]["outputs"]
    found: dict[str, Any] = json.loads("".join(output["text"]))
    (entry,) = ws.audit.entries(action="projects.change", limit=1)
    found["entry"] = entry
    found["run"], found["left"] = str(run.id), sorted(run._row.files)
    place.database.close()
    return found


def seen_through_the_window(found: dict[str, Any]) -> None:
    """Look at what holds whoever the system user is."""
    given = found["environment"]
    assert HIDDEN not in str(given)
    ours = {"MINDZIE_HOME", "MINDZIE_RECORD", ADDRESS, SECRET}
    assert {name for name in given if name.startswith("MINDZIE_")} == ours
    assert given[ADDRESS].startswith("unix:" if sys.platform == "linux" else "http:")
    assert (found["cases"], found["data"], found["projects"]) == (20, 20, ["Sales"])
    assert found["activities"] > 3
    assert set(found["closed"].values()) == {ForbiddenError.__name__}
    assert "loot.db" not in found["left"]
    assert found["entry"]["actor_name"] == "Me"
    origin = found["entry"]["origin"]
    assert (origin["surface"], origin["run"]) == ("run", found["run"])
    with pytest.raises((SignInError, StoreError)):
        workspace_of(Link(given[ADDRESS], given[SECRET])).projects.names()
    with contextlib.suppress(psutil.NoSuchProcess):  # the system may take a moment to bury it
        psutil.Process(found["sleeper"]).wait(60)


def test_a_notebook_gets_no_address_and_no_key(home: Path) -> None:
    found = worked(home)
    seen_through_the_window(found)
    if not ROOT:  # root reads everything
        assert not [path for path in found["read"] if path.startswith("/proc/")]


@pytest.mark.skipif(not ROOT, reason=NEEDS_ROOT)
def test_a_run_that_is_a_system_user_reads_nothing_of_the_workers(home: Path, folder: Path) -> None:
    python = python_for_all(folder)
    for path in (home, *home.rglob("*")):
        os.chown(path, SERVICE_UID, SERVICE_UID)
    numbers = ["--first-uid", str(FIRST), "--own-uid", str(SERVICE_UID)]
    places = ["--state", str(folder / "state"), "--runtime", str(folder / "r")]
    found = worked(home, *numbers, *places, python=str(python))
    seen_through_the_window(found)
    assert found["uid"] == FIRST
    assert found["read"] == []
    assert found["others"] == "PermissionError"
    assert not (folder / "r").exists()
    until = time.monotonic() + 60
    while left_by(FIRST):
        assert time.monotonic() < until, "what a run left stays"
        time.sleep(0.05)
