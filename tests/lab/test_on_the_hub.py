"""The same acts where the hub has the workspace, and its workers do the runs."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import AsyncLargeFileManager

import mindzie as mz
from mindzie.access.entrance import opened_anew
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.remote.objects import workspace_of
from mindzie.access.vouched import workspace_for
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError
from mindzie.lab.acts import ACTS
from mindzie.lab.desk import Desk
from mindzie.lab.notebooks import Notebooks
from tests.access.test_remote import Direct
from tests.lab.conftest import fill, report


@pytest.fixture
def loop() -> Iterator[asyncio.AbstractEventLoop]:
    made = asyncio.new_event_loop()
    thread = Thread(target=made.run_forever)
    thread.start()
    yield made
    made.call_soon_threadsafe(made.stop)
    thread.join()
    made.close()


@pytest.fixture
def do(tmp_path: Path, loop, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Return what does an act for a person of a tenant, over the line to the hub."""
    place = opened_anew(f"sqlite:///{tmp_path / 'home' / 'workspace.db'}", "")
    here = Installation(place)
    here.create("north")
    for who, role in (("ann", "developer"), ("vic", "analyst")):
        here.enrol(Identity("north", "sso", who), name=who, role=role)
    root = tmp_path / "shown"
    root.mkdir()
    nbformat.write(report(), root / "late.ipynb")
    desk = Desk(Notebooks(AsyncLargeFileManager(root_dir=str(root)), loop))
    monkeypatch.setenv("JUPYTERHUB_BASE_URL", "/")
    monkeypatch.setenv("JUPYTERHUB_PUBLIC_HUB_URL", "https://hub.example/hub/")

    def afar(who: str) -> Workspace:
        near = Workspace.open(place, Identity("north", "sso", who))
        assert near._door.actor.id is not None
        folder = tmp_path / f"line-{who}"
        folder.mkdir()
        return workspace_of(
            Direct(workspace_for(place, near._door.tenant, near._door.actor.id), folder)
        )

    opened = {who: afar(who) for who in ("ann", "vic")}

    def done(who: str, act: str, /, **said: Any) -> Any:
        monkeypatch.setattr(mz, "workspace", lambda: opened[who])
        return ACTS[act](Desk(desk.notebooks), **said)

    done.workspace = opened["ann"]  # type: ignore[attr-defined]
    done.office = here.office("north")  # type: ignore[attr-defined]
    yield done
    place.database.close()


def test_all_that_the_page_asks_for_is_answered_over_the_line(do) -> None:
    asked = fill(do.workspace)
    run = do("ann", "run", investigation=asked.id, parameters={"region": "South"})
    assert (run["state"], run["says"]) == ("waiting", "waits for its turn")
    assert do("ann", "shown")["runs"][0]["id"] == run["id"]
    assert do("ann", "steer_run", run=run["id"], act="cancel")["state"] == "cancelled"
    assert [field["name"] for field in do("ann", "form", investigation=asked.id)["fields"]] == [
        "region",
        "top",
    ]
    made = do(
        "ann", "schedule", investigation=asked.id, name="early", cron="0 6 * * *", on_new_data=True
    )
    assert made["has_workers"]
    (row,) = do("ann", "shown")["schedules"]
    assert row["says"] == made["words"]
    for act in ("pause", "resume", "run_now"):
        do("ann", "steer_schedule", schedule=row["id"], act=act)
    do("ann", "steer_run", run=do("ann", "shown")["runs"][0]["id"], act="cancel")
    do("ann", "steer_schedule", schedule=row["id"], act="delete")
    assert (
        do("ann", "open_investigation", investigation=asked.id)["path"]
        == "Order desk/How many.ipynb"
    )
    assert (
        do("ann", "open_dataset", dataset=asked.dataset_id)["path"]
        == "Order desk/orders studio.ipynb"
    )
    kept = do("ann", "keep", path="late.ipynb", name="Late", project="Order desk", dataset="orders")
    assert kept["mark"]["number"] == 1
    there = do("ann", "publishable", path="late.ipynb")
    assert there["projects"] == ["Order desk"]
    assert [one["name"] for one in there["people"]] == ["vic"]
    next(one for one in do.office.users if one.name == "vic").stop()
    assert do("ann", "publishable", path="late.ipynb")["people"] == []
    do("ann", "publish", path="late.ipynb", name="Late", project="Order desk", datasets=["orders"])
    (board,) = do("ann", "shown")["dashboards"]
    address = f"https://hub.example/services/dashboards/open/{board['id']}"
    assert do("ann", "open_dashboard", dashboard=board["id"]) == {"url": address}


def test_rights_are_those_of_the_person(do) -> None:
    asked = fill(do.workspace)
    seen = do("vic", "shown")
    assert {name: len(rows) for name, rows in seen.items()} == dict.fromkeys(seen, 0)
    vic = next(one for one in do.workspace.users if one.name == "vic")
    do.workspace.projects["Order desk"].share(user=vic)
    assert len(do("vic", "shown")["investigations"]) == 1
    with pytest.raises(ForbiddenError):
        do("vic", "run", investigation=asked.id)
    with pytest.raises(ForbiddenError):
        do("vic", "publish", path="late.ipynb", name="Late", project="Order desk")
    assert do("ann", "shown")["runs"] == []
    # who may publish and not share: it is there, and what is missing is said
    do.workspace.projects["Order desk"].share(user=vic, level="edit")
    said = {"path": "late.ipynb", "name": "Late", "project": "Order desk", "datasets": ["orders"]}
    told = do("vic", "publish", **said, people=[do.workspace.me["id"]])
    assert told["version"] == 1
    assert "projects.share" in told["unshared"]
