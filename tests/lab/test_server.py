"""What the page asks of a real Jupyter server, and what strangers get."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import nbformat
import pytest

from mindzie.core.errors import MissingPackageError
from mindzie.lab import handlers
from mindzie.lab.notebooks import places
from tests.lab.conftest import TOKEN

OWNER = {"Authorization": f"token {TOKEN}"}


@pytest.fixture
def ask(server):
    def asked(act: str, status: int = 200, /, **said: Any) -> Any:
        response = server.post(f"/mindzie/do/{act}", json=said, headers=OWNER)
        assert response.status_code == status, response.text
        return response.json()

    return asked


def ended(ask: Any, key: str) -> Any:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        (found,) = [one for one in ask("shown")["runs"] if one["id"] == key]
        if found["state"] not in ("waiting", "running"):
            return found
        time.sleep(0.2)
    raise TimeoutError(key)


def test_nobody_else_is_answered(server, ws):
    stranger = server.post("/mindzie/do/shown", json={})
    # by these words the page knows that the session is over
    assert stranger.status_code == 403
    assert re.search("^(Forbidden)?$|xsrf", stranger.json()["message"])
    login = server.get("/login", params={"token": TOKEN})
    assert login.status_code < 400
    # signed in by cookie, but not from a page of this server
    forged = server.post("/mindzie/do/shown", json={})
    assert forged.status_code == 403
    assert "_xsrf" in forged.text
    server.cookies.clear()
    path = f"/mindzie/reports/{ws.projects['Order desk'].id}"
    assert server.get(path).status_code in (302, 403)


def test_an_investigation_is_run_with_its_parameters_and_its_report_shown(server, ask, ws):
    one = next(one for one in ask("shown")["investigations"] if one["name"] == "How many")
    assert (one["name"], one["project"], one["says"]) == (
        "How many",
        "Order desk",
        "looks into orders",
    )
    form = ask("form", investigation=one["id"])
    assert form["has_data"]
    assert [(field["name"], field["kind"], field["value"]) for field in form["fields"]] == [
        ("region", "choice", "North"),
        ("top", "number", "10"),
    ]
    assert form["fields"][0]["choices"] == ["North", "South"]
    wrong = ask("run", 400, investigation=one["id"], parameters={"top": "many"})
    assert "top" in wrong["message"]
    assert ws.runs.names() == []
    made = ask("run", investigation=one["id"], parameters={"region": "South", "top": ""})
    assert made["name"] == "How many"
    assert ended(ask, made["id"])["state"] == "done"
    run = ws.runs[made["id"]]
    assert run.parameters == {"region": "South", "top": None}
    assert run.results["orders"]["value"] == 30
    page = server.get(f"/mindzie/reports/{made['id']}", headers=OWNER)
    assert "<h1" in page.text
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "allow-s" not in page.headers["Content-Security-Policy"], (
        "no scripts, nothing of the session"
    )
    ask("steer_run", run=made["id"], act="accept")
    assert ws.runs[made["id"]].accepted_at is not None


def test_a_notebook_becomes_an_investigation_and_its_next_version(ask, ws, folder):
    opened = ask("opened", path="late.ipynb")
    assert (opened["investigation"], opened["name"]) == (None, "late")
    assert opened["datasets"]["Order desk"] == ["orders"]
    said = {"name": "Late orders", "project": "Order desk", "dataset": "orders"}
    kept = ask("keep", path="late.ipynb", **said)
    made = ws.investigations["Late orders"]
    assert str(made.id) == kept["investigation"]
    assert made.dataset_id == ws.datasets["orders"].id
    assert "another name" in ask("keep", 400, path="late.ipynb", **said)["message"]
    # the page keeps what it is in its metadata
    notebook = nbformat.read(folder / "late.ipynb", 4)
    notebook.metadata["mindzie"] = kept["mark"]
    nbformat.write(notebook, folder / "late.ipynb")
    assert ask("opened", path="late.ipynb")["name"] == "Late orders"
    assert ask("keep", path="late.ipynb")["mark"]["number"] == 1
    notebook.cells[2].execution_count = 7
    nbformat.write(notebook, folder / "late.ipynb")
    assert ask("keep", path="late.ipynb")["mark"]["number"] == 1, "outputs make no version"
    notebook.cells[0].source = "# Late"
    nbformat.write(notebook, folder / "late.ipynb")
    assert ask("keep", path="late.ipynb")["mark"]["number"] == 2
    assert "mindzie" not in made.refresh().notebooks[2].content["metadata"]


def test_an_investigation_opens_and_what_was_changed_there_stays(ask, ws, folder):
    key = str(ws.investigations["How many"].id)
    place = ask("open_investigation", investigation=key)
    assert place == {"path": "Order desk/How many.ipynb", "changed": False}
    file = folder / place["path"]
    notebook = nbformat.read(file, 4)
    made = ws.investigations["How many"]
    newer = dict(made.notebooks[1].content)
    newer["cells"] = newer["cells"][1:]
    made.save(newer)
    assert ask("open_investigation", investigation=key) == place
    assert len(nbformat.read(file, 4).cells) == 2, "what nobody changed is the newest version"
    ran = nbformat.read(file, 4)
    ran.cells[0].execution_count = 7
    nbformat.write(ran, file)
    assert ask("open_investigation", investigation=key) == place
    assert nbformat.read(file, 4).cells[0].execution_count == 7, "what was run there stays"
    notebook.cells[0].source = "# My own"
    nbformat.write(notebook, file)
    assert ask("open_investigation", investigation=key) == {**place, "changed": True}
    assert nbformat.read(file, 4).cells[0].source == "# My own"


def test_what_somebody_else_left_in_outputs_does_not_come_along(server, ask, ws, folder):
    """The server signs what it is given to save, and the page would run it as its reader's own."""
    page = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<script></script>"},
    }
    cell = {"cell_type": "code", "id": "a", "source": "1", "execution_count": 1, "outputs": [page]}
    content = {
        "cells": [{**cell, "metadata": {"trusted": True}}],
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    made = ws.projects["Order desk"].investigations.create("Odd")
    made.save({**content, "metadata": {"widgets": {"x": {}}}})
    path = ask("open_investigation", investigation=str(made.id))["path"]
    kept = json.loads((folder / path).read_text())
    assert "script" not in json.dumps(kept)
    assert "widgets" not in kept["metadata"]
    made.save({"cells": ["odd"], "metadata": None})
    (folder / path).unlink()
    assert "no cell" in ask("open_investigation", 400, investigation=str(made.id))["message"]
    made.delete()


def test_a_data_set_opens_as_a_notebook_with_the_studio(ask, ws, folder):
    place = ask("open_dataset", dataset=str(ws.datasets["orders"].id))
    code = nbformat.read(folder / place["path"], 4).cells[1].source
    scope: dict[str, Any] = {}
    exec(code.replace("mz.Studio(data.log())", "log = data.log()"), scope)
    assert scope["log"].case_count == 30


def test_each_import_gets_a_notebook_of_its_own_beside_its_files(ask, folder):
    (folder / "claims of May").mkdir()
    first, second = (ask("open_import", folder="claims of May")["path"] for _ in range(2))
    assert first == "claims of May/Import a log.ipynb"
    assert second == "claims of May/Import a log-2.ipynb"
    words, code = nbformat.read(folder / first, 4).cells
    assert words.source.startswith("# Import a log")
    scope: dict[str, Any] = {}
    exec(code.source, scope)
    scope["wizard"].close()
    assert ask("open_import", folder="not there")["path"] == "Import a log.ipynb"
    assert ask("open_import")["path"] == "Import a log-2.ipynb"


def test_a_schedule_says_its_times_and_is_steered(ask, ws):
    key = str(ws.investigations["How many"].id)
    told = ask("times", cron="0 6 * * MON-FRI", time_zone="Europe/Berlin")
    assert told["words"].endswith("(Europe/Berlin)")
    assert len(told["next"]) == 5
    assert "MOM" in ask("times", cron="0 6 * * MOM", time_zone="UTC")["wrong"]
    made = ask(
        "schedule",
        investigation=key,
        name="early",
        cron="0 6 * * *",
        parameters={"top": "3"},
        time_zone="Asia/Tokyo",
    )
    assert made["has_workers"] is False
    (row,) = ask("shown")["schedules"]
    assert row["active"]
    # by the clock of its own zone, which its words name
    at = ws.schedules["early"].next_at.astimezone(ZoneInfo("Asia/Tokyo"))
    assert row["next"] == f"{at:%a %d %b} 06:00"
    assert row["says"].endswith("(Asia/Tokyo)")
    assert ws.schedules["early"].parameters == {"top": 3}
    ask("steer_schedule", schedule=row["id"], act="pause")
    assert not ask("shown")["schedules"][0]["active"]
    ask("steer_schedule", schedule=row["id"], act="resume")
    ask("steer_schedule", schedule=row["id"], act="delete")
    assert ask("shown")["schedules"] == []


def test_a_notebook_is_published_and_looked_at(ask, ws, folder):
    group = ws.groups.create("Sales")
    there = ask("publishable", path="late.ipynb")
    assert (there["groups"], there["people"]) == (["Sales"], [])
    said = {
        "path": "late.ipynb",
        "name": "Late",
        "project": "Order desk",
        "description": "What is late",
    }
    made = ask("publish", **said, datasets=["orders"], groups=["Sales"])
    assert made == {"name": "Late", "version": 1, "unshared": None}
    board = ws.dashboards["Late"]
    assert board.description == "What is late"
    assert [share["name"] for share in board.shares] == [group.name]
    (row,) = ask("shown")["dashboards"]
    place = ask("open_dashboard", dashboard=row["id"])
    copy = nbformat.read(folder / place["path"], 4)
    assert "mindzie" not in copy.metadata, "a copy is no version of the investigation"
    copy.cells[1].execution_count = 7
    nbformat.write(copy, folder / place["path"])
    assert ask("open_dashboard", dashboard=row["id"]) == place
    assert nbformat.read(folder / place["path"], 4) == copy
    assert "nowhere" in ask("publish", 404, **{**said, "project": "nowhere"})["message"]


def test_what_somebody_else_wrote_about_a_notebook_is_no_trouble(ask, ws, folder):
    notebook = nbformat.read(folder / "late.ipynb", 4)
    for number, mark in enumerate(("x", None, {"investigation": [], "number": {}})):
        notebook.metadata["mindzie"] = mark
        nbformat.write(notebook, folder / "odd.ipynb")
        assert ask("opened", path="odd.ipynb")["investigation"] is None
        ask("keep", path="odd.ipynb", name=f"Odd {number}", project="Order desk")


def test_long_names_are_names_of_files():
    path = next(places("Desk", "ä" * 200 + ": why?"))
    assert path == f"Desk/{'ä' * 100}.ipynb"


def test_without_what_a_workspace_needs_the_panel_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "mindzie.lab.acts", None)
    with pytest.raises(MissingPackageError, match="pip install"):
        handlers._acts()


@pytest.mark.parametrize(
    "path", ["../outside.ipynb", "/../outside.ipynb", ".hidden.ipynb", "absent.ipynb"]
)
def test_notebooks_outside_of_the_servers_folder_are_not_found(ask, path, folder):
    (folder / ".hidden.ipynb").write_bytes((folder / "late.ipynb").read_bytes())
    assert "There is no notebook" in ask("opened", 404, path=path)["message"]


def test_what_is_asked_wrongly_is_refused_in_words(server, ask, ws, folder: Path):
    assert "is no notebook" in ask("opened", 400, path="notes.txt")["message"]
    assert "investigation" in ask("form", 400, investigation="x")["message"]
    absent = "00000000-0000-7000-8000-000000000000"
    assert "There is no" in ask("form", 404, investigation=absent)["message"]
    ask("everything", 404)
    for body in ("[1]", "{"):
        response = server.post("/mindzie/do/shown", content=body, headers=OWNER)
        assert response.status_code in (400, 404)
