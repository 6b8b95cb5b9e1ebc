"""Notebooks and apps as dashboards: versions, pictures, data sets, public links, visits, and what an organisation allows."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, select, text, update

import mindzie as mz
from mindzie.access import board_content, board_picture, showing, visits
from mindzie.access.dashboards import Dashboard
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    LimitError,
    NotFoundError,
    SettingError,
    SignInError,
    StoreError,
    UnknownNameError,
)
from mindzie.operations.calculators.maps import ProcessMap
from mindzie.store.database import Scope
from mindzie.store.models import DashboardVisit
from mindzie.store.types import now
from mindzie.widgets.process_map import ProcessMapWidget
from tests.access.installing import keys, place
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place"]
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 0h9"/></svg>'
PNG = b"\x89PNG\r\n\x1a\n" + bytes(20)


def notebook(code: str = "ws.datasets['orders'].log()", **output: Any) -> dict[str, Any]:
    shown = {"output_type": "display_data", "metadata": {}, "data": output}
    cell = {"cell_type": "code", "id": "a", "metadata": {"execution": {}}, "source": code}
    cell |= {"execution_count": 7, "outputs": [shown]}
    metadata = {"widgets": {"x": "secret rows"}, "kernelspec": {"name": "python3"}}
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": [cell]}


@pytest.fixture
def chief(place: Place) -> Workspace:
    here = Installation(place)
    here.create("acme")
    for name, role in (("chief", "tenant admin"), ("ana", "analyst"), ("vic", "viewer")):
        here.enrol(Identity("acme", "sso", name), name=name, role=role)
    ws = Workspace.open(place, Identity("acme", "sso", "chief"))
    for name in ("orders", "invoices"):
        ws.publish(mz.demo("order-to-cash", cases=3), name, project=_project(ws))
    ws.projects["sales"].share(user=person(ws, "ana"), level="manage")
    return ws


def _project(ws: Workspace) -> Any:
    return ws.projects["sales"] if "sales" in ws.projects else ws.projects.create("sales")


def person(ws: Workspace, name: str) -> Any:
    return next(user for user in ws.users if user.name == name)


def opened(place: Place, name: str) -> Workspace:
    return Workspace.open(place, Identity("acme", "sso", name))


@pytest.fixture
def board(chief: Workspace) -> Dashboard:
    return chief.projects["sales"].publish(notebook(**{"image/svg+xml": [SVG]}), "late orders")


def test_a_notebook_is_published_without_what_it_found(board: Dashboard) -> None:
    (version,) = board.versions
    assert (version.number, version.shown_by, board.current) == (1, "voila", 1)
    kept = json.loads(version.source)
    assert kept["cells"][0]["outputs"] == []
    assert kept["cells"][0]["execution_count"] is None
    assert kept["metadata"] == {"kernelspec": {"name": "python3"}}
    assert "secret rows" not in version.source
    assert board.picture == {"type": "image/svg+xml", "data": SVG.encode()}


@on_sqlite
def test_it_is_published_from_a_file(chief: Workspace, tmp_path: Path) -> None:
    app = tmp_path / "app.py"
    app.write_text("log = ws.datasets.get('orders').log()\n")
    file = tmp_path / "still.svg"
    file.write_text(f'<?xml version="1.0"?>\n{SVG}')
    found = chief.projects["sales"].publish(app, "an app", description="All.", picture=file)
    assert found.description == "All."
    version = found.versions[next(iter(found.versions)).id]
    assert (version.shown_by, version.source) == ("panel", app.read_text())
    assert version.datasets == [str(chief.datasets["orders"].id)]
    assert found.picture == {"type": "image/svg+xml", "data": b"\n" + SVG.encode()}
    (tmp_path / "x.ipynb").write_text(json.dumps(notebook()))
    again = chief.projects["sales"].publish(str(tmp_path / "x.ipynb"), "an app", picture=False)
    assert again == found
    assert (again.refresh().current, again.picture) == (2, None)


WRONG: list[tuple[Any, Any, str]] = [
    ("gone.ipynb", None, "cannot be read: No such file"),
    ("app.txt", None, "neither a notebook"),
    ("app.txt", "x", "no kind of dashboard"),
    ("app.txt", "panel", "no Python: look at line 1"),
    ({"cells": [{}]}, None, "Cell 1 of the notebook"),
    ({"cells": [], "nbformat": 3}, None, "nbformat 4"),
    (notebook("x" * (4 * 2**20)), None, "at most 4,194,304 bytes"),
    (5, None, "from a file"),
]


@on_sqlite
def test_what_is_neither_is_refused(chief: Workspace, tmp_path: Path) -> None:
    (tmp_path / "app.txt").write_text("x =")
    for said, kind, why in WRONG:
        source = tmp_path / said if isinstance(said, str) else said
        with pytest.raises((SettingError, UnknownNameError), match=why):
            chief.projects["sales"].publish(source, "new", kind=kind)
    assert "new" not in chief.dashboards


def test_only_data_sets_of_the_project_that_are_seen(chief: Workspace, place: Place) -> None:
    other = chief.projects.create("other")
    chief.publish(mz.demo("order-to-cash", cases=3), "hidden", project=other)
    sales = opened(place, "ana").projects["sales"]
    for code, said in (("ws.datasets['hidden']", None), ("1", ["hidden"]), ("1", [UUID(int=1)])):
        with pytest.raises(NotFoundError, match="of its own project"):
            sales.publish(notebook(code), "new", datasets=said)
    with pytest.raises(NotFoundError, match="Did you mean 'orders'"):
        sales.publish(notebook("ws.datasets['order']"), "new")
    assert "new" not in chief.dashboards
    code = "%matplotlib inline\nname = 'orders'\nws.datasets[name]"
    found = sales.publish(notebook(code), "new", datasets=["orders", sales.datasets["invoices"]])
    assert len(next(iter(found.versions)).datasets) == 2


def test_versions_stay_and_are_rolled_back_to(board: Dashboard, chief: Workspace) -> None:
    first = next(iter(board.versions))
    second = board.publish(notebook("# more"), note="more")
    assert second is not None
    assert (second.number, second.note, board.current) == (2, "more", 2)
    assert board.publish(notebook("# more")) == second
    assert len(board.versions) == 2
    with pytest.raises(ConflictError, match="is the one that"):
        second.delete()
    board.roll_back(1)
    assert board.refresh().current == 1
    with pytest.raises(NotFoundError, match="no version 3"):
        board.roll_back(3)
    assert board.refresh().current == 1
    second.delete()
    assert [one.number for one in board.versions] == [1]
    with pytest.raises(SettingError, match="does not change"):
        first.change(note="x")
    said = [entry["action"] for entry in chief.audit.entries(action="dashboards.")]
    assert said[-3:] == ["dashboards.publish", "dashboards.publish", "dashboards.roll_back"]


def test_the_database_changes_no_version(board: Dashboard, place: Place) -> None:
    showing_of(place, board, "chief")
    for table, column in (("dashboard_versions", "note"), ("dashboard_visits", "reader")):
        changing = text(f"UPDATE {table} SET {column} = 'x'")
        with (
            pytest.raises((ConflictError, StoreError)),
            place.database.writing(Scope(board._door.tenant)) as session,
        ):
            session.execute(changing)


def kept(place: Place, board: Dashboard) -> int:
    """Return how many visits are in the database."""
    with place.database.reading(Scope(board._door.tenant)) as session:
        return len(list(session.scalars(select(DashboardVisit))))


def showing_of(place: Place, board: Dashboard, name: str) -> showing.Showing:
    ws = opened(place, name)
    key = ws.me["id"]
    return showing.show(place, ws._door.tenant, key, board.id)


def test_who_may_not_change_it_sees_no_code_and_no_visits(
    board: Dashboard, chief: Workspace, place: Place
) -> None:
    board.share(user=person(chief, "vic"))
    theirs = opened(place, "vic").dashboards["late orders"]
    assert list(theirs.versions) == list(theirs.links) == []
    with pytest.raises(ForbiddenError):
        theirs.visits()
    assert theirs.picture is not None
    (card,) = opened(place, "vic").gallery()
    assert (card["name"], card["project"], card["version"]) == ("late orders", None, 1)
    assert card["data_at"] == chief.datasets["orders"].version().created_at
    board.unpublish()
    assert opened(place, "vic").gallery() == chief.gallery() == []
    with pytest.raises(NotFoundError):
        showing_of(place, board, "vic")
    with pytest.raises(NotFoundError, match="nothing published"):
        showing_of(place, board, "chief")


@on_sqlite
def test_a_dashboard_without_anything_to_show_is_not_for_the_gallery(
    chief: Workspace, place: Place
) -> None:
    found = chief.projects["sales"].dashboards.create("empty")
    assert found.publish() is None
    assert chief.gallery() == []
    with pytest.raises(NotFoundError, match="nothing published"):
        showing_of(place, found, "chief")


def test_panels_are_shown_as_they_were_when_they_were_published(
    chief: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    late = mz.filters.CaseDuration(min="1 day")
    found = chief.projects["sales"].dashboards.create(
        "panels", dataset_id=chief.datasets["orders"], filters=[late]
    )
    cases, size = mz.calculators.CaseDuration(), mz.calculators.CaseCount()
    few = [mz.filters.Rework()]
    found.panels.create("How long", calculators=[cases], position={"row": 2, "width": 6})
    found.panels.create("How many", calculators=[size], filters=few, position={"row": 1})
    first = found.publish()
    assert first is not None
    (card,) = chief.gallery()
    assert (card["name"], card["version"], card["kind"]) == ("panels", 1, "voila")
    assert card["data_at"] == chief.datasets["orders"].version().created_at
    monkeypatch.setattr(mz, "workspace", lambda: chief)
    cells = json.loads(first.source)["cells"][1:]
    assert [cell["metadata"]["mindzie"]["columns"] for cell in cells] == [12, 12, 6]
    names: dict[str, Any] = {}
    exec(cells[0]["source"], names)
    shown = [eval(cell["source"], names) for cell in cells[1:]]
    log = chief.datasets["orders"].log().filter(late)
    assert shown[0].result.value == log.filter(*few).calculate(size).value
    assert shown[1].result.kind == "series"
    again = found.publish()
    assert again is not None
    assert again.number == 1
    found.panels["How many"].delete()
    changed = found.publish()
    assert changed is not None
    assert changed.number == 2
    # what is published from a file stays that, whatever its panels
    found.publish({"nbformat": 4, "cells": []})
    kept_open = found.publish()
    assert kept_open is not None
    assert kept_open.number == 3


def test_visits_are_kept_for_as_long_as_said(
    board: Dashboard, chief: Workspace, place: Place
) -> None:
    board.share(user=person(chief, "vic"))
    for name in ("vic", "chief", "vic"):
        showing_of(place, board, name)
    assert [visit["reader"] for visit in board.visits()] == ["vic", "chief", "vic"]
    assert board.visits(1)[0]["user"] == person(chief, "vic").id
    old = {"tenant_id": board._door.tenant, "dashboard_id": board.id, "number": 1, "revision": 1}
    moment = now() - timedelta(days=visits.DAYS + 1)
    times = {"created_at": moment, "updated_at": moment}
    with place.database.writing(Scope(board._door.tenant)) as session:
        session.execute(
            insert(DashboardVisit), [{**old, **times, "id": UUID(int=9), "reader": "long ago"}]
        )
    assert len(board.visits()) == 3
    assert kept(place, board) == 4
    showing_of(place, board, "vic")
    assert kept(place, board) == 4
    person(chief, "vic").delete()
    assert [visit["reader"] for visit in board.visits(2)] == ["vic", "vic"]


def test_public_links_are_off_until_the_organisation_allows_them(
    board: Dashboard, chief: Workspace, place: Place
) -> None:
    with pytest.raises(ForbiddenError, match="allows no public links"):
        board.new_link("press")
    with pytest.raises(ForbiddenError, match=r"publishing\.change"):
        opened(place, "ana").change_publishing(public_links=True)
    with pytest.raises(ForbiddenError, match=r"publishing\.change"):
        Installation(place).office("acme").change_publishing(public_links=True)
    chief.change_publishing(public_links=True)
    late = mz.filters.CaseDuration(min="1 day")
    token = board.new_link("press", days=2, filters=[late])
    found = showing.show_link(place, token)
    assert (found.filters, found.name, found.version) == ((late,), "late orders", 1)
    assert found.expires_at - now() <= timedelta(hours=12)
    ws = showing.open_grant(found.grant, place)
    assert (ws.me["kind"], ws.datasets.names()) == ("link", ["orders"])
    (link,) = board.links
    assert (link.name, link.visit_count, token.startswith(link.prefix)) == ("press", 1, True)
    seen = {"version": 1, "reader": "link press", "user": None, "link": link.id}
    assert board.visits()[0].items() > seen.items()
    chief.change_publishing(public_links=False)
    assert refused(place, token, found.grant)
    chief.change_publishing(public_links=True)
    assert showing.holds(place, found.grant)
    link.revoke()
    assert refused(place, token, found.grant)


def refused(place: Place, token: str, grant: str) -> bool:
    """Return whether a link and what was opened by it show nothing."""
    with pytest.raises(SignInError, match="shows nothing"):
        showing.show_link(place, token)
    return not showing.holds(place, grant)


def test_a_link_ends_by_itself_and_with_what_it_shows(
    board: Dashboard, chief: Workspace, place: Place
) -> None:
    chief.change_publishing(public_links=True)
    token = board.new_link("press", days=1)
    found = showing.show_link(place, token)
    board.unpublish()
    assert refused(place, token, found.grant)
    board.publish()
    found = showing.show_link(place, token)
    Installation(place).stop("acme")
    assert refused(place, token, found.grant)
    Installation(place).admit("acme")
    table = type(next(iter(board.links))._row)
    with place.database.writing(Scope(None)) as session:
        session.execute(update(table).values(expires_at=now() - timedelta(seconds=1)))
    assert refused(place, token, found.grant)
    for days in (0, 367, True, 1.5):
        with pytest.raises(SettingError, match="days"):
            board.new_link("x", days=days)


@on_sqlite
def test_hosts_that_may_show_dashboards_are_exact(chief: Workspace, place: Place) -> None:
    chief.change_publishing(origins=["https://intranet.example:8443", "https://a.example"])
    tenant = chief._door.tenant
    assert showing.origins(place, tenant) == ("https://a.example", "https://intranet.example:8443")
    for wrong in ("http://a.example", "https://*.example", "https://a.example/", "https://a", "*"):
        with pytest.raises(SettingError, match="An origin is https"):
            chief.change_publishing(origins=[wrong])
    for more in ("https://a.example 'self'", "https://a.example\n", "https://A.example", 5):
        with pytest.raises(SettingError):
            chief.change_publishing(origins=[more])  # type: ignore[list-item]
    assert len(chief.tenant["publishing"]["origins"]) == 2
    chief.change_publishing(origins=[])
    assert showing.origins(place, tenant) == ()
    assert [entry["action"] for entry in chief.audit.entries(action="tenant.publishing")] == [
        "tenant.publishing"
    ] * 2


def test_versions_count_as_bytes_of_the_organisation(chief: Workspace, place: Place) -> None:
    before = chief.tenant["used"]["bytes"]
    board = chief.projects["sales"].publish(notebook("#" * 5_000), "big")
    size = next(iter(board.versions)).size
    assert size > 5_000
    assert chief.tenant["used"]["bytes"] == before + size
    Installation(place).change("acme", max_bytes=before + size + 10)
    with pytest.raises(LimitError):
        board.publish(notebook("#" * 6_000))
    assert board.refresh().current == 1


@pytest.mark.parametrize(
    "inner",
    [
        "<script>alert(1)</script>",
        "<foreignObject/>",
        '<image href="https://x.example/a.png"/>',
        '<path onclick="x()"/>',
        '<use href="https://x.example/#a"/>',
        '<path style="fill:url(https://x.example)"/>',
        "<style>@import 'https://x.example'</style>",
        "<a href='javascript:x()'/>",
        "<animate/>",
        "<x xmlns='http://www.w3.org/1999/xhtml'/>",
    ],
)
def test_a_picture_runs_nothing_and_asks_nobody(inner: str) -> None:
    bad = SVG.replace("</svg>", f"{inner}</svg>")
    with pytest.raises(SettingError, match="no SVG of shapes"):
        board_picture.checked_picture(bad.encode())
    png = base64.b64encode(PNG).decode()
    assert board_picture.first_picture(notebook(**{"image/svg+xml": bad, "image/png": png})) == PNG


@pytest.mark.parametrize(
    "picture",
    [
        b"<!DOCTYPE svg [<!ENTITY x 'y'>]>" + SVG.encode(),
        SVG.encode("utf-16"),
        b"GIF89a",
        b"",
        b"<svg/>",
        PNG + bytes(2**19),
    ],
)
def test_what_is_no_picture_is_refused(picture: bytes) -> None:
    with pytest.raises(SettingError):
        board_picture.checked_picture(picture)


def test_our_own_maps_are_pictures() -> None:
    shown = ProcessMapWidget(mz.demo("order-to-cash", cases=20).calculate(ProcessMap()))
    data, _ = shown._repr_mimebundle_() or ({}, {})
    found = board_picture.first_picture(notebook(**data))
    assert found is not None
    assert found.startswith(b"<svg ")


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("ws.datasets['a']['b']", ("a",)),
        ("which: str = 'a'\nws.datasets[which].log()", ("a",)),
        ("def f(ws):\n    return ws.datasets.get('a')", ("a",)),
        ("ws.datasets[0]\ndatasets['a']\nws.datasets[which]", ()),
        ("(" * 999, ()),
        ("!ls\n%time 1\nws.datasets['a']", ("a",)),
    ],
)
def test_names_are_found_in_code_of_every_kind(code: str, names: tuple[str, ...]) -> None:
    assert board_content.checked_content(notebook(code), "voila").names == names
