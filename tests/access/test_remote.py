"""A workspace asked from afar does what the workspace does, and nothing that is not named."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

import mindzie as mz
from mindzie.access.entrance import Place, opened_anew
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.investigating import Investigation
from mindzie.access.projects import Project
from mindzie.access.remote.answering import answer
from mindzie.access.remote.frames import frame, unframed
from mindzie.access.remote.link import Link, _again
from mindzie.access.remote.objects import workspace_of
from mindzie.access.remote.surface import allowed
from mindzie.access.vouched import workspace_for
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    SettingError,
    SignInError,
    WrongTypeError,
)


class Direct(Link):
    """A link whose hub is a function: the bytes are those of the line."""

    def __init__(self, ws: Workspace, folder: Path) -> None:
        super().__init__("http://hub.example", "token")
        self.ws, self.folder, self.count = ws, folder, 0

    def room(self) -> Path:
        self.count += 1
        path = self.folder / str(self.count)
        path.mkdir()
        return path

    def ask(self, question: Any, logs: list[Path]) -> tuple[dict[str, Any], list[Path]]:
        said, sent = self.over(question, logs)
        told, folders = self.over(*answer(self.ws, said, sent, self.room()))
        if "error" in told:
            raise _again(told["error"])
        return told, folders

    def over(self, header: Any, folders: list[Path]) -> tuple[dict[str, Any], list[Path]]:
        size, pieces = frame(header, folders)
        body = b"".join(pieces)
        assert len(body) == size
        return unframed(io.BytesIO(body), self.room())


@pytest.fixture
def place(tmp_path: Path) -> Any:
    opened = opened_anew(f"sqlite:///{tmp_path / 'home' / 'workspace.db'}", "")
    here = Installation(opened)
    for tenant in ("north", "south"):
        here.create(tenant)
        here.enrol(Identity(tenant, "sso", "chief"), name="chief", role="tenant admin")
        here.enrol(Identity(tenant, "sso", "viewer"), name="viewer", role="viewer")
    yield opened
    opened.database.close()


Open = Callable[..., Workspace]


@pytest.fixture
def afar(place: Place, tmp_path: Path) -> Open:
    """Return what opens a workspace from afar, as the hub would for who logged in."""

    def open_(tenant: str, who: str = "chief") -> Workspace:
        near = Workspace.open(place, Identity(tenant, "sso", who))
        door = near._door
        assert door.actor.id is not None
        vouched = workspace_for(place, door.tenant, door.actor.id)
        folder = tmp_path / f"{tenant}-{who}-{datetime.now(UTC).timestamp()}"
        folder.mkdir()
        return workspace_of(Direct(vouched, folder))

    return open_


def test_a_log_is_published_and_opened(afar: Open) -> None:
    ws = afar("north")
    assert isinstance(ws, Workspace)
    log = mz.demo("order-to-cash", cases=30)
    version = ws.publish(log, "orders", note="first")
    assert (version.number, version.note) == (1, "first")
    found = ws.datasets["orders"].log()
    assert (found.fingerprint, found.case_count) == (log.fingerprint, 30)
    assert found.variants.to_polars().equals(log.variants.to_polars())
    late = log.filter(mz.filters.CaseDuration(min="10 days"))
    assert ws.datasets["orders"].publish(late).log().case_count == late.case_count < 30
    assert ws.datasets["orders"].log(1, engine="duckdb").engine == "duckdb"
    assert afar("north", "viewer").datasets.names() == []
    assert "orders" not in afar("south").datasets


def test_objects_are_as_they_are_near(afar: Open) -> None:
    ws = afar("north")
    project = ws.projects.create("sales", description="All of it")
    assert isinstance(project, Project)
    assert project == ws.projects["sales"]
    assert len({project, ws.projects[project.id]}) == 1
    assert project.description == "All of it"
    assert ws.projects.names() == ["sales"]
    assert len(ws.projects) == 1
    assert [one.name for one in ws.projects] == ["sales"]
    assert "sales" in ws.projects
    assert repr(project) == "<project 'sales'>"
    assert "sales" in project._repr_html_()
    assert repr(ws.projects) == "<1 project: sales>"
    assert {"datasets", "change", "description"} <= set(dir(project))
    assert project.change.__doc__ == Project.change.__doc__
    steps = [mz.filters.CaseDuration(min="1 day")]
    preset = project.filter_presets.create("late", filters=steps)
    assert list(preset.filters) == steps
    board = ws.dashboards.create("board", project=project)
    panel = board.panels.create("Cases", calculators=[mz.calculators.CaseCount()])
    assert panel.change(name="Count").name == panel.name == "Count"
    assert ws.me["name"] == "chief"
    assert ws.tenant["name"] == "north"
    assert ws.audit.entries(action="projects.create")[0]["actor_name"] == "chief"
    assert repr(ws.audit) == f"<audit log: {len(ws.audit)} entries>"
    assert "projects.create" in (ws.audit._repr_html_() or "")
    ws.role_assignments.give("analyst", ws.users["viewer"], project=project)
    project.share(user=ws.users["viewer"], level="view")
    assert "viewer" in ws.roles.built_in
    assert len(project.shares) == 1


def test_rights_are_those_of_the_person(afar: Open, place: Place) -> None:
    chief, viewer = afar("north"), afar("north", "viewer")
    project = chief.projects.create("sales")
    with pytest.raises(NotFoundError):
        viewer.projects[project.id]
    with pytest.raises(ForbiddenError):
        viewer.projects.create("mine")
    with pytest.raises(NotFoundError):
        afar("south").projects[project.id]
    chief.users["viewer"].stop()
    with pytest.raises(SignInError):
        viewer.projects.names()


def test_a_change_of_what_changed_meanwhile_is_refused(afar: Open) -> None:
    here, there = afar("north"), afar("north")
    mine = here.projects.create("sales")
    there.projects["sales"].change(description="theirs")
    with pytest.raises(ConflictError):
        mine.change(description="mine")
    assert mine.refresh().change(description="mine").description == "mine"


def test_an_entry_says_what_the_hub_knows_and_apart_what_it_was_told(
    afar: Open, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MINDZIE_CLIENT", "the hub's own")
    ws = Workspace.open(place, Identity("north", "sso", "chief"))
    seen = {"client": "10.0.0.8", "server": "ann/", "token": "a7", "nothing": None}
    forged = {
        "surface": "command",
        "host": "pc\x1b[2J\n",
        "program": "x" * 999,
        "client": 7,
        "server": "of another",
        "said": {"surface": "hub"},
    }
    for number, origin in enumerate((forged, None, "hub", ["x"], {"host": "\ud800"})):
        ask = {"chain": ["projects"], "name": "create", "args": [f"p{number}"], "origin": origin}
        told, _ = answer(ws, ask, [], tmp_path, seen)
        assert "error" not in told
    found = [entry["origin"] for entry in ws.audit.entries(action="projects.create")]
    known = {"surface": "hub", "client": "10.0.0.8", "server": "ann/", "token": "a7"}
    for entry in found:
        assert {name: entry[name] for name in known} == known
        assert set(entry) - {"said"} == {"host", "process", *known}
    own = {"surface": "command", "host": "pc [2J", "program": "x" * 200}
    assert [entry.get("said") for entry in found] == [own, None, None, None, None]
    # a notebook's objects say where they are; what is not done from afar is the process's own
    afar("north").projects.create("by objects")
    ws.projects.create("near")
    far, near = (entry["origin"] for entry in ws.audit.entries(last=True, limit=2))
    assert (far["surface"], far["said"]["host"]) == ("hub", near["host"])
    assert near["client"] == far["said"]["client"] == "the hub's own"
    assert "said" not in near
    assert ws.audit.verify()["whole"]


ODD = [
    ({"chain": [], "name": "_door"}, "ForbiddenError"),
    ({"chain": ["_door"], "name": "database"}, "ForbiddenError"),
    ({"chain": [], "name": "open", "args": ["sqlite:////etc/x", {}]}, "ForbiddenError"),
    ({"chain": [], "name": "__init__", "args": []}, "ForbiddenError"),
    ({"chain": [], "name": "__class__"}, "ForbiddenError"),
    ({"chain": ["projects"], "name": "_find", "args": []}, "ForbiddenError"),
    ({"chain": ["projects"], "name": "names"}, "ForbiddenError"),
    ({"chain": ["publish"], "name": "__globals__"}, "ForbiddenError"),
    ({"chain": [{"item": "x"}], "name": "x"}, "ForbiddenError"),
    ({"chain": ["projects", {"item": "x"}], "name": "x"}, "SettingError"),
    ({"chain": ["projects", {"item": "x"}] * 9, "name": "x"}, "SettingError"),
    ({"chain": "projects", "name": "names", "args": []}, "SettingError"),
    ({"name": 3}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [{"$": "log", "v": 7}, "x"]}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [{"$": "log", "v": "/etc"}]}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [{"$": "uuid", "v": 3}]}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [{"$": "pickle", "v": "x"}]}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [{"$": "timedelta", "v": [10**20]}]}, "SettingError"),
    ({"chain": [], "name": "publish", "args": [], "kwargs": {"x": 1}}, "WrongTypeError"),
    ({"chain": [], "name": "publish", "args": ["/etc/passwd", "x"]}, "SettingError"),
]


@pytest.mark.parametrize(("question", "kind"), ODD)
def test_what_is_not_named_is_not_answered(
    place: Place, tmp_path: Path, question: dict[str, Any], kind: str
) -> None:
    ws = Workspace.open(place, Identity("north", "sso", "chief"))
    told, folders = answer(ws, question, [], tmp_path)
    assert told["error"]["kind"] == kind
    assert not folders
    assert "sqlite" not in json.dumps(told)
    assert str(tmp_path) not in json.dumps(told)


def test_investigations_are_run_by_workers_and_looked_at_here(afar: Open) -> None:
    project = afar("north").projects.create("sales")
    why = project.investigations.create("why")
    why.save({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
    assert (why.accepted, why.known()) == (None, None)
    nightly = project.schedules.create("nightly", investigation_id=why, cron="0 2 * * *")
    assert "02:00" in nightly.words
    assert len(nightly.next(3)) == 3
    nightly.pause()
    assert not nightly.active
    run = nightly.run_now()
    assert (run.state, len(why.runs)) == ("waiting", 1)
    run.cancel()
    assert run.retry() is None
    assert run.state == "waiting"
    with pytest.raises(SettingError, match="worker"):
        run.run()


def test_what_is_a_workers_is_said_to_be(afar: Open) -> None:
    data = afar("north").projects.create("sales").datasets.create("orders")
    for path in ("orders.csv", "../orders.csv", "~/orders.csv", "~root/orders.csv"):
        with pytest.raises(SettingError, match="its whole path there") as refused:
            data.request_import(path)
        assert str(Path.cwd()) not in str(refused.value)
    job = data.request_import("/srv/incoming/orders.csv")
    assert job.source["file"] == "/srv/incoming/orders.csv"
    for name in ("run", "save_rejected", "mend", "began"):
        with pytest.raises(SettingError, match="worker"):
            getattr(job, name)
    with pytest.raises(SettingError, match="worker"):
        job._door  # noqa: B018
    with pytest.raises(AttributeError, match="has no 'nothing'; it has"):
        data.nothing  # noqa: B018
    with pytest.raises(WrongTypeError, match="publish"):
        data.publish(1, 2, 3, 4)  # type: ignore[call-arg, arg-type]
    with pytest.raises(SettingError, match="cannot be sent"):
        data.publish(object())  # type: ignore[arg-type]
    job.cancel()
    assert job.state == "cancelled"


@pytest.mark.parametrize(
    "files",
    [
        {"../manifest.json": 1},
        {"/etc/passwd": 1},
        {"x.parquet": 1},
        {"manifest.json": -1},
        {"manifest.json": "1"},
        {"manifest.json": 9},
        ["manifest.json"],
        "manifest.json",
    ],
)
def test_no_file_is_written_elsewhere(tmp_path: Path, files: Any) -> None:
    head = json.dumps({"files": [files]}).encode()
    body = len(head).to_bytes(8, "big") + head + b"x"
    into = tmp_path / "in"
    into.mkdir()
    with pytest.raises(SettingError, match="damaged"):
        unframed(io.BytesIO(body), into)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


@pytest.mark.parametrize("head", [b"", b"{", b"[]", b"7", b'{"files": 1}', b"[" * 100_000])
def test_what_is_no_question_is_said_to_be_damaged(tmp_path: Path, head: bytes) -> None:
    for body in (head, len(head).to_bytes(8, "big") + head, b"\xff" * 8 + head):
        with pytest.raises(SettingError, match="damaged"):
            unframed(io.BytesIO(body), tmp_path)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        *((Investigation, name) for name in ("save", "change", "request_run")),
        *((kind, "schedules") for kind in (Workspace, Project)),
    ],
)
def test_a_runs_notebook_lets_no_code_run_later_with_the_rights_it_has(
    kind: type, name: str
) -> None:
    assert allowed(kind, name)
    assert not allowed(kind, name, running=True)


def test_who_was_stopped_is_vouched_for_in_vain(place: Place) -> None:
    ws = Workspace.open(place, Identity("north", "sso", "chief"))
    viewer = ws.users["viewer"]
    assert workspace_for(place, ws._door.tenant, viewer.id).me["name"] == "viewer"
    viewer.stop()
    with pytest.raises(SignInError):
        workspace_for(place, ws._door.tenant, viewer.id)
    south = Workspace.open(place, Identity("south", "sso", "chief"))._door.tenant
    with pytest.raises(SignInError):
        workspace_for(place, south, UUID(str(ws.me["id"])))
