"""Data sets in versions: published whole, numbered once, within the limits, and gone with their files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

import mindzie as mz
from mindzie.access.entrance import Place
from mindzie.access.health import problems, repaired
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.keyring import as_text, new_key
from mindzie.access.secret_settings import refuse_secrets
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    LimitError,
    MindzieError,
    NotFoundError,
    SettingError,
    StoreError,
)
from mindzie.core.log import EventLog
from mindzie.store.database import Database, Scope
from mindzie.store.files import Place as Spot
from mindzie.store.files import SnapshotFiles, Stored
from mindzie.store.models import DatasetVersion

LOGS = {cases: mz.demo("order-to-cash", cases=cases) for cases in (3, 4, 5)}


@pytest.fixture
def place(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """Return an installation with a tenant and its admin."""
    monkeypatch.setenv("MINDZIE_KEYS", as_text(new_key()))
    place = Place(database, SnapshotFiles(str(tmp_path / "snapshots")), tmp_path)
    Installation(place).create("acme")
    chief = Identity("acme", "sso", "chief")
    Installation(place).enrol(chief, name="chief", role="tenant admin")
    return place


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return its workspace."""
    return Workspace.open(place, Identity("acme", "sso", "chief"))


def snapshots(place: Place) -> set[str]:
    return {found.path.rpartition("/")[2] for found in place.files.places()}


def test_versions_have_their_numbers_once(place: Place, ws: Workspace) -> None:
    project = ws.projects.create("x")
    steps = [mz.enrichments.Upper(name="REGION", attribute="Region")]
    pipeline = project.pipelines.create("steps", enrichments=steps)
    data = project.datasets.create("orders", pipeline_id=pipeline)
    first = ws.publish(LOGS[3], "orders")
    assert ws.publish(LOGS[3], "orders") == first
    second = ws.publish(LOGS[4], "orders", project="x")
    assert (first.number, second.number) == (1, 2)
    assert ws.projects["x"].datasets["orders"].log().case_count == 4
    assert "REGION" in {one.name for one in ws.datasets["orders"].log().cases.columns}
    assert "REGION" not in {one.name for one in data.log(enriched=False).cases.columns}
    assert len(snapshots(place)) == 4
    with pytest.raises(ConflictError, match="current one"):
        second.delete()
    first.use()
    assert data.log().case_count == 3
    second.delete()
    with pytest.raises(NotFoundError):
        second.log()
    assert [one.number for one in data.versions] == [1]
    assert len(snapshots(place)) == 2
    third = data.publish(LOGS[5])
    assert third.number == 3
    assert third.log().case_count == 5
    ws.projects["x"].delete()
    assert not snapshots(place)
    assert len(ws.datasets) == 0


def test_an_archived_project_is_read_only(ws: Workspace) -> None:
    ws.publish(LOGS[3], "orders", project=ws.projects.create("x"))
    project, data = ws.projects["x"], ws.datasets["orders"]
    project.archive()
    for way in (
        lambda: data.publish(LOGS[4]),
        lambda: data.change(description="y"),
        data.delete,
        lambda: ws.publish(LOGS[4], "new", project="x"),
        lambda: project.dashboards.create("y"),
        lambda: project.change(name="y"),
    ):
        with pytest.raises(ConflictError, match="archived"):
            way()
    assert data.log().case_count == 3
    project.restore()
    assert data.publish(LOGS[4]).number == 2


def test_what_runs_ends_though_its_project_was_archived(ws: Workspace) -> None:
    project = ws.projects.create("x")
    why, data = project.investigations.create("why"), project.datasets.create("orders")
    why.save({"cells": []})
    tasks = [why.request_run() for _ in range(4)]
    jobs = [data.request_import({"file": "x"}) for _ in range(2)]
    for task in (*tasks[:3], *jobs):
        task.began()
    project.archive()
    tasks[0].done({"cases": 3})
    tasks[1].failed("no")
    tasks[2].cancel()
    with pytest.raises(ConflictError, match="archived"):
        tasks[3].began()
    tasks[3].cancel()
    jobs[0].done(None, {"rows": 0})
    jobs[1].failed("no")
    with pytest.raises(ConflictError, match="is done and cannot become failed"):
        tasks[0].failed("late")
    with pytest.raises(ConflictError, match="archived"):
        why.request_run()
    assert [one.refresh().state for one in tasks] == ["done", "failed", "cancelled", "cancelled"]


def test_of_two_publishers_at_once_only_what_fits_is_kept(place: Place, ws: Workspace) -> None:
    Installation(place).change("acme", max_cases=7)
    project = ws.projects.create("x")
    sets = [project.datasets.create(name) for name in ("a", "b")]
    said: list[str] = []
    start = threading.Barrier(2)

    def publish(number: int) -> None:
        start.wait()
        try:
            sets[number].publish(LOGS[4])
            said.append("ok")
        except LimitError as error:
            said.append(str(error)[:40])

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["Your organisation may have 7 cases in i", "ok"] or sorted(said) == [
        "Your organisation may have 7 cases; with",
        "ok",
    ]
    assert ws.tenant["used"]["cases"] == 4
    assert len(snapshots(place)) == 1
    assert sorted(len(one.versions) for one in sets) == [0, 1]


def test_two_publishers_of_one_data_set_get_a_number_each(place: Place, ws: Workspace) -> None:
    data = ws.projects.create("x").datasets.create("orders")
    found: list[int] = []
    threads = [
        threading.Thread(target=lambda log=log: found.append(data.publish(log).number))
        for log in LOGS.values()
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [1, 2, 3]
    assert sorted(one.log().case_count for one in data.versions) == [3, 4, 5]


@pytest.mark.parametrize("removable", [True, False])
def test_after_a_failed_publish_the_next_succeeds(
    place: Place, ws: Workspace, monkeypatch: pytest.MonkeyPatch, removable: bool
) -> None:
    ws.projects.create("x")
    ws.publish(LOGS[3], "orders", project="x")
    data = ws.datasets["orders"]
    put = SnapshotFiles.put

    def put_and_fail(files: SnapshotFiles, where: Spot, log: EventLog) -> Stored:
        put(files, where, log)
        raise StoreError("the storage went away")

    def not_removed(files: SnapshotFiles, what: Spot) -> None:
        raise StoreError(f"{what} is gone for now")

    with monkeypatch.context() as patch:
        patch.setattr(SnapshotFiles, "put", put_and_fail)
        if not removable:
            patch.setattr(SnapshotFiles, "remove", not_removed)
        with pytest.raises(StoreError, match="went away"):
            data.publish(LOGS[4])
    assert [version.number for version in data.versions] == [1]
    found = problems(place)
    assert [problem.kind for problem in found] == [] if removable else ["orphan"]
    assert data.publish(LOGS[4]).number == (2 if removable else 3)
    assert repaired(place, found) == found
    assert problems(place) == []
    assert data.log().case_count == 4


def test_versions_are_those_that_are_complete(place: Place, ws: Workspace) -> None:
    ws.projects.create("x")
    first = ws.publish(LOGS[3], "orders", project="x")
    data = ws.datasets["orders"]
    with place.database.writing(Scope(None)) as session:
        begun = DatasetVersion(
            tenant_id=ws._door.tenant, dataset_id=data.id, number=2, state="writing"
        )
        session.add(begun)
    assert list(data.versions) == list(ws.versions) == [first]
    assert data.versions.names() == ["1"]
    assert len(data.versions) == 1
    with pytest.raises(NotFoundError):
        data.versions[begun.id]
    (named,) = problems(place, patience=timedelta(0))
    assert named.kind == "unfinished"
    assert ws.publish(LOGS[4], "orders").number == 3


def test_signing_in_is_no_change_of_a_user(place: Place, ws: Workspace) -> None:
    chief = ws.users["chief"]
    seen = chief.last_seen_at
    again = Workspace.open(place, Identity("acme", "sso", "chief")).users["chief"]
    assert again.updated_at == chief.updated_at
    assert again.last_seen_at > seen
    chief.change(email="chief@acme.example")
    assert ws.users["chief"].email == "chief@acme.example"


def test_a_dashboard_shows_its_data_by_itself(place: Place, ws: Workspace) -> None:
    for name, role in (("reader", "viewer"), ("nobody", "viewer")):
        Installation(place).enrol(Identity("acme", "sso", name), name=name, role=role)
    ws.publish(LOGS[5], "orders", project=ws.projects.create("x"))
    board = ws.projects["x"].dashboards.create("board", dataset_id=ws.datasets["orders"])
    people = {user.name: user for user in ws.users}
    board.share(user=people["reader"])
    reader = Workspace.open(place, Identity("acme", "sso", "reader"))
    other = Workspace.open(place, Identity("acme", "sso", "nobody"))
    assert reader.dashboards.names() == []
    board.publish()
    assert reader.dashboards["board"].log().case_count == 5
    assert reader.datasets.names() == []
    assert other.dashboards.names() == []
    board.change(filters=mz.filters.CaseDuration(max="0 s"))
    assert reader.dashboards["board"].log().case_count == 0
    board.unpublish()
    with pytest.raises(NotFoundError):
        reader.dashboards["board"].log()


SECRETS: list[dict[str, object]] = [
    {"password": "x"},
    {"apiKey": "x"},
    {"auth": {"access_token": "x"}},
    {"servers": [{"client-secret": "x"}]},
    {"url": "postgresql://me:hunter2@host/db"},
    {"dsn": "Server=x;Password=hunter2"},
    {"dsn": "AccountName=x;AccountKey=hunter2=="},
    {"url": "https://x.example/c?sv=1&sig=hunter2"},
    {"headers": {"Authorization": "hunter2"}},
    {"headers": {"X": "Bearer hunter2hunter2"}},
    {"headers": [{"name": "Authorization", "value": "hunter2"}]},
    {"headers": ["Authorization: Basic hunter2"]},
    {"x": "Basic bWU6aHVudGVyMg=="},
    {"x": "-----BEGIN RSA PRIVATE KEY-----\nhunter2"},
    {"postgresql://me:hunter2@host/db": 1},
]
HARMLESS: dict[str, object] = {
    "query": "SELECT token, state FROM orders WHERE state = 'open' AND sig = 1",
    "level": "Basic education",
    "title": "Bearer bonds, 2020",
    "author": "Ada",
    "sort": "desc",
}


def test_settings_hold_no_secrets(ws: Workspace) -> None:
    project = ws.projects.create("x")
    good = {"host": "h", "user": "u", "key_column": "id", "url": "https://host/path"}
    made = project.connectors.create("c", kind="x", settings=good)
    for settings in SECRETS:
        with pytest.raises(SettingError, match=r"secrets\.keep") as refused:
            project.connectors.create("d", kind="x", settings=settings)
        assert "hunter2" not in str(refused.value)
        with pytest.raises(SettingError, match=r"secrets\.keep"):
            made.change(settings=settings)
    assert ws.connectors["c"].settings == good


def test_nothing_that_is_kept_holds_a_secret(ws: Workspace) -> None:
    project = ws.projects.create("x")
    data, why = project.datasets.create("d"), project.investigations.create("why")
    why.save({"cells": []})
    acts: tuple[Callable[[Any], Any], ...] = (
        data.request_import,
        lambda said: project.mappings.create("m", definition={"url": said.get("url", said)}),
        why.request_run,
        lambda said: why.refresh().change(parameters=said),
        lambda said: project.schedules.create(
            "s", investigation_id=why, cron="0 2 * * *", parameters=said
        ),
        lambda said: project.connectors.create("c", kind="x", settings=str(said)),
    )
    for settings in ({"url": "postgresql://me:hunter2@host/db"}, {"a": "x;Password=hunter2"}):
        for act in acts:
            with pytest.raises(SettingError) as refused:
                act(settings)
            assert "hunter2" not in str(refused.value)
            assert refused.value.__cause__ is None
            assert refused.value.__context__ is None
    assert (len(data.imports), len(why.runs), len(project.mappings)) == (0, 0, 0)
    why.request_run(HARMLESS)
    deep: dict[str, Any] = {}
    for _ in range(500):
        deep = {"x": deep}
    with pytest.raises(SettingError, match="nested more than 100 deep"):
        project.connectors.create("c", kind="x", settings=deep)


def test_a_note_is_a_text(ws: Workspace) -> None:
    for note in (5, None, "\ud800", "a\0", ["x"]):
        with pytest.raises(SettingError, match="note"):
            ws.publish(LOGS[5], "orders", note=note)  # type: ignore[arg-type]
    assert len(ws.versions) == 0
    assert ws.publish(LOGS[5], "orders", note="first").note == "first"


def test_columns_are_called_as_they_are() -> None:
    refuse_secrets({"attributes": {"token": "text"}}, "definition", names=False)
    with pytest.raises(SettingError, match=r"^definition\.x looks like a secret"):
        refuse_secrets({"x": "me;pwd=hunter2"}, "definition", names=False)


def test_what_is_kept_is_what_a_database_can_keep(ws: Workspace) -> None:
    project = ws.projects.create("Größe 漢字 👩‍🔬 <script>'\"")
    assert ws.projects[project.name] == project
    assert "<script>" not in ws.projects._repr_html_()
    assert "<script>" not in project._repr_html_()
    for name in ("", "  ", "a\0", "a\nb", "a\x85b", "\ud800", "x" * 201):
        with pytest.raises(SettingError):
            ws.projects.create(name)
        with pytest.raises(NotFoundError):
            ws.projects[name]
    for bad in ({"x": float("nan")}, {"x": {1}}, {"x": "\0"}):
        with pytest.raises(SettingError):
            project.mappings.create("m", definition=bad)
    for field in ("tenant_id", "created_by", "id", "revision", "project_id"):
        with pytest.raises(SettingError, match="no field"):
            project.datasets.create("d", **{field: project.id})
    for key in (5, None, 2.5):
        with pytest.raises((MindzieError, TypeError)):
            ws.datasets.create("d", project=key)


def test_a_whole_tenant_goes(place: Place, ws: Workspace) -> None:
    project = ws.projects.create("x")
    pipeline = project.pipelines.create("p", enrichments=[])
    data = project.datasets.create("orders", pipeline_id=pipeline)
    data.publish(LOGS[3])
    secret = ws.secrets.keep("s", "v")
    project.connectors.create("c", kind="x", settings={}, secret_id=secret)
    why = project.investigations.create("why", dataset_id=data)
    notebook = why.save({"cells": []})
    why.request_run()
    project.dashboards.create("b", dataset_id=data, notebook_id=notebook)
    with pytest.raises(ConflictError, match="in use"):
        notebook.delete()
    with pytest.raises(SettingError, match="another version"):
        notebook.change(content={"cells": [1]})
    here = Installation(place)
    here.stop("acme")
    here.delete("acme")
    assert here.tenants() == []
    assert not snapshots(place)
    for act in (ws.projects.names, lambda: ws.projects.create("y")):
        with pytest.raises(MindzieError, match="no access any more"):
            act()
