"""Three tenants: two with an object of every kind, one nearly empty; and somebody for every way to have rights."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import mindzie as mz
from mindzie.access import run_queue
from mindzie.access.dashboards import Dashboard
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.investigating import Investigation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.runs import Run
from mindzie.access.workspace import Workspace
from mindzie.core.log import EventLog

PICTURE = b'<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h9"/></svg>'
PASSWORD = "correct horse battery"
ADMIN = "tenant admin"
TENANTS = ("acme", "globex", "empty")
FULL = TENANTS[:2]
# who has which role in the whole tenant; the others are made in _people
ROLES = {
    "administrator": "administrator",
    "developer": "developer",
    "analyst": "analyst",
    "viewer": "viewer",
    "shared view": "analyst",
    "shared edit": "analyst",
    "shared manage": "analyst",
    "viewer, shared edit": "viewer",
    "dashboard only": "viewer",
    "stopped": "developer",
}
BARE = ("project analyst", "custom role", "group member", "nobody")
COLUMNS = ("operator", ADMIN, *ROLES, *BARE, "service")
PEOPLE = (ADMIN, *ROLES, *BARE)


@dataclass
class World:
    """What was built, by tenant: keys of service accounts and the tenant admins' identities."""

    keys: dict[str, str]
    admins: dict[str, Identity]


def build(place: Place, log: EventLog, more: EventLog) -> World:
    """Make everything, through the public ways only."""
    here, world = Installation(place), World({}, {})
    for tenant in TENANTS:
        here.create(tenant)
        chief = Identity(tenant, "sso", ADMIN)
        here.enrol(chief, name="chief", role=ADMIN)
        token = Workspace.open(place, chief).invite(
            f"{ADMIN}@{tenant}.example".replace(" ", "."), ADMIN
        )
        world.admins[tenant] = accept(token, name=ADMIN, password=PASSWORD, url=place)
    for tenant in FULL:
        ws = Workspace.open(place, world.admins[tenant])
        _work(ws, tenant, log, more)
        _imports(ws, tenant, place.folder / f"{tenant}.csv")
        _people(here, ws, tenant)
        world.keys[tenant] = _programs(ws, tenant)
    return world


def _work(ws: Workspace, mark: str, log: EventLog, more: EventLog) -> None:
    secret = ws.secrets.keep(f"password {mark}", f"canary-{mark}-hunter2")
    ws.secrets.keep(f"spare {mark}", "x")
    project = ws.projects.create(f"sales {mark}")
    ws.projects.create(f"other {mark}")
    steps = [mz.enrichments.Upper(name="REGION", attribute="Region")]
    pipeline = project.pipelines.create(f"steps {mark}", enrichments=steps)
    project.pipelines.create(f"spare {mark}", enrichments=[])
    data = project.datasets.create(f"orders {mark}", pipeline_id=pipeline)
    project.datasets.create(f"spare {mark}")
    data.publish(log)
    data.publish(more, "second")
    filters = [mz.filters.CaseDuration(min="0 s")]
    project.filter_presets.create(f"late {mark}", filters=filters)
    project.process_models.create(f"model {mark}", format="bpmn", content="<definitions/>")
    project.conformance_rules.create(f"rule {mark}", enrichments=[])
    connector = project.connectors.create(
        f"warehouse {mark}", kind="postgresql", settings={"host": "db"}, secret_id=secret
    )
    mapping = project.mappings.create(f"columns {mark}", definition={})
    data.request_import({"table": "x"}, connector=connector, mapping=mapping).cancel()
    for _ in range(2):
        job = data.request_import({"file": "x.csv"})
    job.began()
    why = project.investigations.create(f"why {mark}", dataset_id=data)
    why.save({"cells": []})
    why.save({"cells": [{}]})
    for _ in range(2):
        run = why.request_run()
    run.began()
    why.request_run({"tried": 1}).cancel()
    finished(why.request_run({"tried": 2}))
    project.schedules.create(f"nightly {mark}", investigation_id=why, cron="0 2 * * *")
    _alerts(ws, why, mark)
    board = project.dashboards.create(f"board {mark}", dataset_id=data, filters=filters)
    board.panels.create(f"Cases {mark}", calculators=[mz.calculators.CaseCount()])
    _publishing(ws, board, data.name)
    project.dashboards.create(f"draft {mark}", dataset_id=data)


def _publishing(ws: Workspace, board: Dashboard, dataset: str) -> None:
    ws.change_publishing(public_links=True)
    for note in ("first", "second"):
        cell = {"cell_type": "code", "source": f"ws.datasets[{dataset!r}].log()  # {note}"}
        board.publish({"nbformat": 4, "cells": [cell]}, note=note, picture=PICTURE)
    board.new_link("press")


def _alerts(ws: Workspace, why: Investigation, mark: str) -> None:
    key = ws.secrets.keep(f"hook {mark}", "x")
    facts = {"kind": "webhook", "settings": {"url": "https://example.org/"}, "secret_id": key}
    ws.destinations.create(f"spare {mark}", **facts)
    desk = ws.destinations.create(f"desk {mark}", **facts)
    rule = {"kind": "threshold", "result": "open", "above": 1}
    late = why.alerts.create(f"late {mark}", rule=rule, destination_id=desk)
    late.test()
    late.test().cancel()


def finished(run: Run) -> None:
    """Let a worker have done a run."""
    door = run._door
    turn = run_queue.take(door, run=run.id)
    assert turn is not None
    left = {"notebook.ipynb": '{"cells": []}', "report.html": "<h1>Report</h1>", "log.txt": "done"}
    left |= {"results.json": '{"results": []}', "manifest.json": "{}"}
    with TemporaryDirectory() as folder:
        for name, text in left.items():
            Path(folder, name).write_text(text)
        stored = door.files.put_left(turn.place, Path(folder))
    assert run_queue.finish(door, turn, "done", left=stored, results={})


def _imports(ws: Workspace, mark: str, file: Path) -> None:
    file.write_text("case,step,time\n1,Pay,2025-01-02 03:04\n1,Ship,2025-01-03 04:05\n2,Pay,soon\n")
    data = ws.projects[f"sales {mark}"].datasets.create(f"imported {mark}")
    data.request_import(file).run()
    data.request_import(file)
    failed = data.request_import(file)
    failed.began()
    failed.failed("why")


def _people(here: Installation, ws: Workspace, mark: str) -> None:
    for name, role in {**ROLES, **dict.fromkeys(BARE, "viewer")}.items():
        here.enrol(Identity(mark, "sso", name), name=name, role=role)
    project, board = ws.projects[f"sales {mark}"], ws.dashboards[f"board {mark}"]
    for given in list(ws.role_assignments):
        if given.user_id is not None and ws.users[given.user_id].name in BARE:
            given.delete()
    person = {user.name: user for user in ws.users}
    ws.roles.create(f"auditor {mark}", permissions=["audit.read", "people.read"])
    ws.roles.create(f"spare {mark}", permissions=["people.read"])
    ws.role_assignments.give(f"auditor {mark}", person["custom role"])
    ws.role_assignments.give("analyst", person["project analyst"], project=project)
    for name, level in (
        ("shared view", "view"),
        ("shared edit", "edit"),
        ("shared manage", "manage"),
        ("viewer, shared edit", "edit"),
        ("stopped", "manage"),
        ("nobody", "manage"),
    ):
        project.share(user=person[name], level=level)
    for name in ("dashboard only", "nobody"):
        board.share(user=person[name])
    team = ws.groups.create(f"team {mark}")
    team.add(person["group member"])
    ws.role_assignments.give("analyst", team)
    project.share(group=team, level="edit")
    easy = ws.groups.create(f"easy {mark}")
    easy.add(person["viewer"])
    person["stopped"].stop()
    token = ws.invite(f"victim@{mark}.example", "viewer")
    accept(token, name=f"victim {mark}", password=PASSWORD, url=here._place)
    ws.invite(f"later@{mark}.example", "viewer")


def _programs(ws: Workspace, mark: str) -> str:
    project = ws.projects[f"sales {mark}"]
    robot = ws.service_accounts.create(f"robot {mark}")
    ws.role_assignments.give("developer", robot, project=project)
    spare = ws.service_accounts.create(f"spare {mark}")
    spare.new_key(f"spare {mark}")
    return robot.new_key(f"nightly {mark}")


def opened(place: Place, world: World, tenant: str, who: str) -> Workspace:
    """Open a tenant's workspace as somebody."""
    if who == "operator":
        return Installation(place).office(tenant)
    if who == "service":
        return open_with_key(world.keys[tenant], place)
    identity = world.admins[tenant] if who == ADMIN else Identity(tenant, "sso", who)
    return Workspace.open(place, identity)


def items(ws: Workspace, mark: str) -> dict[str, Any]:
    """Return an object of every kind by what the answers call it, as the tenant admin sees them."""
    project, data = ws.projects[f"sales {mark}"], ws.datasets[f"orders {mark}"]
    why, board = ws.investigations[f"why {mark}"], ws.dashboards[f"board {mark}"]
    runs = {run.state: run for run in why.runs}
    jobs = {job.state: job for job in data.imports}
    read = {job.state: job for job in ws.datasets[f"imported {mark}"].imports}
    sent = {one.state: one for one in ws.deliveries}
    robot = ws.service_accounts[f"spare {mark}"]
    invited = {one.email: one for one in ws.invitations}
    person = {user.name: user for user in ws.users}
    given = {(one.role, one.user_id): one for one in ws.role_assignments}
    return {
        "project": project,
        "dataset": data,
        "spare dataset": ws.datasets[f"spare {mark}"],
        "version": data.version(1),
        "pipeline": ws.pipelines[f"spare {mark}"],
        "filter preset": ws.filter_presets[f"late {mark}"],
        "process model": ws.process_models[f"model {mark}"],
        "conformance rule": ws.conformance_rules[f"rule {mark}"],
        "connector": ws.connectors[f"warehouse {mark}"],
        "mapping": ws.mappings[f"columns {mark}"],
        "import job": jobs["waiting"],
        "running import": jobs["running"],
        "file import": read["waiting"],
        "failed import": read["failed"],
        "done import": read["done"],
        "investigation": why,
        "notebook": next(one for one in why.notebooks if one.number == 1),
        "run": runs["waiting"],
        "running run": runs["running"],
        "cancelled run": runs["cancelled"],
        "done run": runs["done"],
        "schedule": ws.schedules[f"nightly {mark}"],
        "alert": ws.alerts[f"late {mark}"],
        "delivery": sent["waiting"],
        "cancelled delivery": sent["cancelled"],
        "destination": ws.destinations[f"spare {mark}"],
        "dashboard": board,
        "draft": ws.dashboards[f"draft {mark}"],
        "panel": board.panels[f"Cases {mark}"],
        "dashboard version": next(one for one in board.versions if one.number == 1),
        "public link": next(iter(board.links)),
        "secret": ws.secrets[f"spare {mark}"],
        "user": person[f"victim {mark}"],
        "member": person["viewer"],
        "shared": person["shared view"],
        "reader": person["dashboard only"],
        "group": ws.groups[f"easy {mark}"],
        "role": ws.roles[f"spare {mark}"],
        "assignment": given["viewer", person["viewer"].id],
        "invitation": invited[f"later@{mark}.example"],
        "service account": robot,
        "API key": robot.keys[f"spare {mark}"],
    }
