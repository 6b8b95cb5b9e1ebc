"""Schedules make runs: at their times, after new data, with the rights of whoever is answerable, each slot once."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mindzie.access import health_work, schedules, schedules_due
from mindzie.access.entrance import Place
from mindzie.access.identity import OPERATOR, Identity
from mindzie.access.installation import Installation
from mindzie.access.investigating import Investigation
from mindzie.access.schedules import Schedule
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, ForbiddenError, SettingError, StoreError
from mindzie.investigations.ticking import Clock
from mindzie.store import models
from tests.access.installing import keys, orders, place, tenant
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place"]
MORNING = datetime(2026, 5, 4, 5, 30, tzinfo=UTC)  # a Monday
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> list[datetime]:
    """Return the present of schedules, to be set by a test."""
    present = [MORNING]
    monkeypatch.setattr(schedules, "now", lambda: present[0])
    monkeypatch.setattr(schedules_due, "now", lambda: present[0])
    return present


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of the tenant admin, with a project, a data set and an investigation."""
    ws = tenant(place)
    project = ws.projects.create("x")
    data = project.datasets.create("orders")
    asked = project.investigations.create("why", dataset_id=data, parameters={"top": 5})
    asked.save({"cells": []})
    return ws


def _why(ws: Workspace) -> Investigation:
    return ws.investigations["why"]


def _made(ws: Workspace, name: str = "early", **fields: Any) -> Schedule:
    return ws.projects["x"].schedules.create(name, investigation_id=_why(ws), **fields)


def _tick(ws: Workspace) -> int:
    return len(list(schedules_due.tick(ws._door)))


def _slots(ws: Workspace) -> list[str]:
    return [run.slot or run.reason for run in ws.runs]


def test_a_slot_becomes_a_run_once(ws: Workspace, clock: list[datetime]) -> None:
    ws.datasets["orders"].publish(orders(3))
    schedule = _made(ws, cron="0 8 * * MON-FRI", time_zone="Europe/Berlin", parameters={"top": 3})
    assert schedule.next_at == MORNING + HOUR / 2
    assert _tick(ws) == 0
    clock[0] += HOUR / 2
    assert (_tick(ws), _tick(ws)) == (1, 0)
    (run,) = ws.runs
    assert run.slot == "2026-05-04T06:00:00+00:00"
    assert (run.state, run.reason, run.schedule_id) == ("waiting", "schedule", schedule.id)
    assert run.parameters == {"top": 3}
    assert run.version_id == ws.datasets["orders"].version().id
    assert run.created_by == ws._door.actor.id
    entry = ws.audit.entries(action="runs.request")[0]
    assert entry["after"]["slot"] == run.slot
    # who looked at it before may change it: a tick is nobody's change
    schedule.pause()
    clock[0] += 24 * HOUR
    assert (_tick(ws), schedule.next()) == (0, [])
    schedule.resume()
    assert (_tick(ws), len(ws.runs)) == (0, 1)
    assert [f"{slot:%a %H:%M%z}" for slot in schedule.next(2)] == [
        "Wed 08:00+0200",
        "Thu 08:00+0200",
    ]


@pytest.mark.parametrize(
    ("missed", "hours"), [("skip", []), ("last", ["09"]), ("all", ["06", "07", "08", "09"])]
)
def test_missed_slots_by_policy(
    ws: Workspace, clock: list[datetime], missed: str, hours: list[str]
) -> None:
    _made(ws, cron="0 * * * *", missed=missed)
    clock[0] += 4 * HOUR
    assert _tick(ws) == len(hours)
    assert [slot[11:13] for slot in _slots(ws)] == hours
    skipped = ws.audit.entries(action="schedules.skip")
    assert len(skipped) == (missed != "all")
    clock[0] += HOUR / 2
    assert _tick(ws) == 1  # on time


def test_new_data_is_run_on_once(ws: Workspace) -> None:
    data = ws.datasets["orders"]
    schedule = _made(ws, on_new_data=True)
    assert _tick(ws) == 0
    data.publish(orders(3))
    assert (_tick(ws), _tick(ws)) == (1, 0)
    assert [run.reason for run in ws.runs] == ["data"]
    schedule.pause()
    data.publish(orders(4))
    assert _tick(ws) == 0
    schedule.resume()
    assert _tick(ws) == 0
    data.publish(orders(5))
    data.publish(orders(6))
    assert _tick(ws) == 1
    assert list(ws.runs)[-1].version_id == data.refresh().version().id
    data.version(1).use()
    assert _tick(ws) == 0
    other = ws.projects["x"].datasets.create("other")
    other.publish(orders(7))
    _why(ws).change(dataset_id=other)
    assert (_tick(ws), _tick(ws)) == (1, 0)
    assert len(ws.runs) == 3


def test_each_version_that_came_meanwhile_is_run_on_where_all_are_wanted(ws: Workspace) -> None:
    data = ws.datasets["orders"]
    _made(ws, on_new_data=True, missed="all")
    for cases in (3, 4, 5):
        data.publish(orders(cases))
    latest = data.refresh().version().number
    data.version(latest - 1).delete()
    assert (_tick(ws), _tick(ws)) == (2, 0)
    seen = {version.id: version.number for version in data.versions}
    assert [seen[run.version_id] for run in ws.runs] == [latest - 2, latest]


def test_by_hand(ws: Workspace) -> None:
    schedule = _made(ws, cron="0 8 * * *", parameters={"top": 3})
    run = schedule.run_now()
    assert (run.reason, run.slot, run.schedule_id) == ("by hand", None, schedule.id)
    assert run.parameters == {"top": 3}


def test_a_schedule_without_its_run_says_why_and_goes_on(
    ws: Workspace, clock: list[datetime]
) -> None:
    project = ws.projects["x"]
    bare = project.investigations.create("bare")
    bad = project.schedules.create("bad", investigation_id=bare, cron="0 * * * *")
    _made(ws, "good", cron="0 * * * *")
    clock[0] += HOUR
    assert _tick(ws) == 1
    assert "has no notebook yet" in bad.refresh().error
    bare.save({"cells": []})
    clock[0] += HOUR
    assert _tick(ws) == 2
    assert bad.refresh().error is None


def test_an_archived_project_waits(ws: Workspace, clock: list[datetime]) -> None:
    _made(ws, cron="0 * * * *")
    ws.projects["x"].archive()
    clock[0] += 3 * HOUR
    assert _tick(ws) == 0
    ws.projects["x"].restore()
    assert _tick(ws) == 1


@on_sqlite
def test_the_operator_ticks_for_all(place: Place, ws: Workspace, clock: list[datetime]) -> None:
    _made(ws, cron="0 * * * *")
    clock[0] += HOUR
    assert len(list(schedules_due.tick(place.door(ws._door.tenant, OPERATOR)))) == 1
    (run,) = ws.runs
    assert run.created_by == ws._door.actor.id


@on_sqlite
def test_it_runs_with_the_rights_of_who_changed_it_last(
    place: Place, ws: Workspace, clock: list[datetime]
) -> None:
    Installation(place).enrol(Identity("acme", "sso", "anna"), name="Anna", role="analyst")
    anna = next(user for user in ws.users if user.name == "Anna")
    ws.projects["x"].share(user=anna, level="edit")
    theirs = Workspace.open(place, Identity("acme", "sso", "anna"))
    schedule = _made(ws, cron="0 * * * *")
    assert schedule.runs_as == ws._door.actor.id
    _why(theirs).save({"cells": [], "metadata": {"by": "anna"}})
    assert schedule.refresh().runs_as == anna.id
    clock[0] += HOUR
    assert _tick(ws) == 1
    assert list(ws.runs)[-1].created_by == anna.id
    ws.schedules["early"].resume()
    assert schedule.refresh().runs_as == ws._door.actor.id
    _why(theirs).change(parameters={"top": 7})
    assert schedule.refresh().runs_as == anna.id
    anna.stop()
    clock[0] += HOUR
    assert _tick(ws) == 0
    assert "account has no access" in schedule.refresh().error
    with pytest.raises(Exception, match="no access"):
        theirs.schedules["early"].run_now()


@on_sqlite
def test_who_may_not_start_runs_makes_no_schedule(place: Place, ws: Workspace) -> None:
    schedule = _made(ws, cron="0 * * * *")
    Installation(place).enrol(Identity("acme", "sso", "vera"), name="Vera", role="viewer")
    vera = next(user for user in ws.users if user.name == "Vera")
    ws.projects["x"].share(user=vera, level="view")
    theirs = Workspace.open(place, Identity("acme", "sso", "vera")).schedules["early"]
    assert theirs.next(1) == schedule.next(1)
    for act in (theirs.pause, theirs.resume, theirs.run_now, theirs.delete):
        with pytest.raises(ForbiddenError, match=r"runs\.start"):
            act()


@on_sqlite
@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"cron": "0 8 * * MOM"}, "Did you mean 'MON'"),
        ({"cron": "0 8 * * *", "time_zone": "Europe/Berln"}, "Did you mean 'Europe/Berlin'"),
        ({"cron": "0 8 * * *", "missed": "lst"}, "Did you mean 'last'"),
        ({}, "say which"),
    ],
)
def test_bad_times_are_refused(ws: Workspace, fields: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingError, match=said):
        _made(ws, **fields)
    assert len(ws.schedules) == 0
    schedule = _made(ws, cron="0 7 * * *")
    with pytest.raises(SettingError, match=said):
        schedule.change(**({"cron": ""} | fields))
    assert schedule.refresh().cron == "0 7 * * *"


@on_sqlite
def test_new_data_of_no_data_set_is_refused(ws: Workspace) -> None:
    bare = ws.projects["x"].investigations.create("bare")
    with pytest.raises(SettingError, match="'bare' looks into no data set"):
        ws.projects["x"].schedules.create("never", investigation_id=bare, on_new_data=True)


@on_sqlite
def test_a_change_of_anything_else_loses_no_slot(ws: Workspace, clock: list[datetime]) -> None:
    schedule = _made(ws, cron="0 * * * *")
    clock[0] += HOUR
    schedule.change(description="for the morning meeting")
    assert _tick(ws) == 1
    schedule.change(cron="30 * * * *")
    assert schedule.next_at == clock[0] + HOUR
    assert schedule.words == "At minute 30 of every hour (UTC)"


@on_sqlite
def test_the_database_has_one_run_of_a_slot(ws: Workspace, clock: list[datetime]) -> None:
    schedule = _made(ws, cron="0 * * * *")
    clock[0] += HOUR
    assert _tick(ws) == 1
    (run,) = ws.runs
    names = ("tenant_id", "investigation_id", "notebook_id", "schedule_id", "slot")
    again = models.Run(**{name: getattr(run._row, name) for name in names})
    with pytest.raises(ConflictError), ws._door.writing() as visit:
        visit.session.add(again)
    assert len(ws.runs) == 1
    assert schedule.refresh().error is None


def test_a_clock_looks_after_all_tenants_beside_other_work(
    place: Place, ws: Workspace, clock: list[datetime]
) -> None:
    _made(ws, cron="0 * * * *")
    other = tenant(place, "bolt")
    project = other.projects.create("x")
    asked = project.investigations.create("why")
    asked.save({"cells": []})
    project.schedules.create("early", investigation_id=asked, cron="0 * * * *")
    closed = tenant(place, "closed")
    closed.projects.create("x").investigations.create("why")
    assert schedules_due.tenants_due(place.database) == []
    told: list[str] = []
    with Clock(place, every=0.01, told=told.append) as going:
        assert going.made == 0
        clock[0] += HOUR
        until = time.monotonic() + 60
        while going.made < 2 and time.monotonic() < until:
            time.sleep(0.01)
    assert (going.made, told) == (2, [])
    assert (len(ws.runs), len(other.runs)) == (1, 1)


@on_sqlite
def test_a_fault_is_told_and_the_clock_goes_on(
    ws: Workspace, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    good, bad = (_made(ws, name, cron="0 * * * *") for name in ("good", "bad"))
    followed = schedules_due._followed

    def failing(visit: Any, row: Any, moment: datetime) -> Any:
        if row.id == bad.id:
            raise StoreError("The database is away.")
        return followed(visit, row, moment)

    monkeypatch.setattr(schedules_due, "_followed", failing)
    clock[0] += HOUR
    told: list[str] = []
    going = Clock(ws, told=told.append)
    going.look()
    assert (going.made, told) == (1, ["The database is away."])
    assert [run.schedule_id for run in ws.runs] == [good.id]
    monkeypatch.setattr(schedules_due, "_followed", followed)
    assert _tick(ws) == 1


def test_the_operator_sees_that_nobody_looks_after_schedules(
    place: Place, ws: Workspace, clock: list[datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Installation(place)
    monkeypatch.setattr(health_work, "now", lambda: clock[0])

    def notes() -> list[str]:
        return [str(note) for note in here.notes() if note.where == "acme"]

    for name in ("one", "two", "paused"):
        _made(ws, name, cron="0 6 * * *")
    ws.schedules["paused"].pause()
    bare = ws.projects["x"].investigations.create("bare")
    ws.projects["x"].schedules.create("bare", investigation_id=bare, cron="0 7 * * *")
    clock[0] += HOUR
    assert notes() == [
        "note: acme: 2 schedules wait for a worker since 4 May 2026 06:00 UTC. Start one: `mindzie runs work --watch --all-tenants`."
    ]
    assert (_tick(ws), notes()) == (2, [])
    clock[0] += HOUR
    assert _tick(ws) == 0
    assert notes() == [
        "note: acme: 1 schedule could not make its last run. Its people see why: `mindzie schedule list`."
    ]
