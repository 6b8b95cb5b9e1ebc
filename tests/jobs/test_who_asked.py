"""A job does nothing for somebody who might not ask for it any more when it is done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from mindzie.access import health_work
from mindzie.access.datasets import Dataset
from mindzie.access.health_work import work_notes
from mindzie.access.identity import Identity
from mindzie.access.importing import ImportJob
from mindzie.access.installation import LAPTOP, Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, ForbiddenError
from mindzie.ingest.jobs import Progress
from mindzie.ingest.jobs.worker import work_off
from mindzie.store.types import now
from tests.faults.office import DATASET, Office

ANA = Identity(LAPTOP, "sso", "ana")


@pytest.fixture
def asked(office: Office, orders: Dataset, ws: Workspace, file: Path) -> ImportJob:
    """Return a job that Ana asked for, with a mapping, as its worker sees it."""
    with office.place() as place:
        Installation(place).enrol(ANA, name="Ana", role="analyst")
        project = ws.projects["Sales"]
        project.share(user=ws.users["Ana"], level="edit")
        project.mappings.create("orders", definition={})
        theirs = Workspace.open(place, ANA)
        key = theirs.datasets[DATASET].request_import(file, mapping=theirs.mappings["orders"]).id
    return ws.import_jobs[key]


def closed(ws: Workspace) -> None:
    ws.projects["Sales"].unshare(user=ws.users["Ana"])


def lowered(ws: Workspace) -> None:
    ws.projects["Sales"].share(user=ws.users["Ana"], level="view")


def stopped(ws: Workspace) -> None:
    ws.users["Ana"].stop()


def archived(ws: Workspace) -> None:
    ws.projects["Sales"].archive()


CHANGES = [
    (closed, "is not open to them"),
    (lowered, "no permission 'imports.start'"),
    (stopped, "their account has no access"),
    (archived, "is archived"),
]


def work(ws: Workspace, file: Path) -> list[str]:
    return [job.state for job in work_off(ws, folders=[str(file.parent)])]


@pytest.mark.parametrize(("change", "said"), CHANGES)
def test_what_was_closed_meanwhile_stays_closed(
    ws: Workspace, asked: ImportJob, file: Path, change: Callable[[Workspace], None], said: str
) -> None:
    change(ws)
    assert work(ws, file) == ["failed"]
    job = asked.refresh()
    assert (job.state, job.attempts, job.next_at) == ("failed", 1, None)
    assert said in job.error
    assert list(ws.datasets[DATASET].versions) == []


@pytest.mark.parametrize("change", [closed, stopped])
@pytest.mark.parametrize("step", ["read", "write"])
def test_what_is_closed_while_it_runs_is_not_published(
    ws: Workspace, asked: ImportJob, file: Path, change: Callable[[Workspace], None], step: str
) -> None:
    changes = [change]

    def meanwhile(progress: Progress) -> None:
        if progress.step == step and changes:
            changes.pop()(ws)

    told = [job.state for job in work_off(ws, folders=[str(file.parent)], told=lambda _: meanwhile)]
    assert told == ["failed"]
    assert list(ws.datasets[DATASET].versions) == []
    assert asked.refresh().version_number is None


def test_what_is_still_open_is_done(ws: Workspace, asked: ImportJob, file: Path) -> None:
    assert work(ws, file) == ["done"]
    assert ws.datasets[DATASET].current == 1
    closed(ws)
    assert asked.refresh().state == "done"


def test_the_installation_s_worker_does_jobs_as_who_asked(
    office: Office, ws: Workspace, asked: ImportJob, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with office.place() as place:
        # not even for the operator is a file read that was not given
        assert list(work_off(place)) == []
        later = now() + timedelta(minutes=16)
        monkeypatch.setattr(health_work, "now", lambda: later)
        (note,) = work_notes(place)
        assert "1 import waits for a worker" in str(note)
        assert [job.state for job in work_off(place, folders=[str(file.parent)])] == ["done"]
        assert list(work_notes(place)) == []
    assert asked.refresh().state == "done"
    version = ws.datasets[DATASET].versions[1]
    assert version.created_by == ws.users["Ana"].id


@pytest.mark.parametrize("change", [stopped, closed])
def test_the_installation_s_worker_does_nothing_that_was_closed(
    office: Office,
    ws: Workspace,
    asked: ImportJob,
    file: Path,
    change: Callable[[Workspace], None],
) -> None:
    changes = [change]

    def meanwhile(progress: Progress) -> None:
        if progress.step == "read" and changes:
            changes.pop()(ws)

    told = meanwhile if change is closed else None
    if told is None:
        change(ws)
    with office.place() as place:
        found = work_off(place, folders=[str(file.parent)], told=lambda _: told)
        assert [job.state for job in found] == ["failed"]
    said = "has no access" if change is stopped else "no data set"
    assert said in asked.refresh().error
    assert list(ws.datasets[DATASET].versions) == []


def test_the_one_who_lost_it_is_told_so(
    office: Office, ws: Workspace, asked: ImportJob, file: Path
) -> None:
    with office.place() as place:
        job = Workspace.open(place, ANA).import_jobs[asked.id]
        lowered(ws)
        with pytest.raises(ForbiddenError):
            job.run()
    assert asked.refresh().state == "waiting"
    with pytest.raises(ConflictError, match="1 import not yet ended"):
        ws.mappings["orders"].delete()
    asked.refresh().cancel()
    ws.mappings["orders"].delete()
    assert [job.state for job in ws.import_jobs] == ["cancelled"]


def test_a_tenant_that_goes_meanwhile_does_not_stop_the_installation_s_worker(
    office: Office, asked: ImportJob, file: Path
) -> None:
    assert asked.state == "waiting"
    with office.place() as place:
        here = Installation(place)
        (tenant,) = (each["name"] for each in here.tenants())

        def meanwhile(progress: Progress) -> None:
            if progress.step == "read" and here.tenants():
                here.stop(tenant)
                here.delete(tenant)

        assert list(work_off(place, folders=[str(file.parent)], told=lambda _: meanwhile)) == []
