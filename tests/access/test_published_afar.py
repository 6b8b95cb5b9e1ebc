"""Dashboards published and read over the hub: files are read where they lie, grants ask as persons do."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tornado.httpserver import HTTPServer
from tornado.testing import bind_unused_port

import mindzie as mz
from mindzie.access import showing
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.remote.link import Link
from mindzie.access.remote.objects import workspace_of
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError, NotFoundError, SettingError, SignInError
from mindzie.hub.answers import application
from tests.access.test_remote import Open, afar, place

__all__ = ["afar", "place"]
CODE = "ws.datasets['orders'].log()"
NOTEBOOK = {"nbformat": 4, "cells": [{"cell_type": "code", "source": CODE, "metadata": {}}]}


@pytest.fixture
def ws(afar: Open) -> Workspace:
    found = afar("north")
    found.publish(mz.demo("order-to-cash", cases=5), "orders", project=found.projects.create("p"))
    return found


def test_a_file_is_read_where_it_is_published_from(ws: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "late.ipynb"
    file.write_text(json.dumps(NOTEBOOK))
    board = ws.projects["p"].publish(file, "late", note="first")
    assert [one.number for one in board.versions] == [1]
    assert json.loads(next(iter(board.versions)).source)["cells"][0]["source"] == CODE
    (tmp_path / "app.py").write_text(CODE)
    version = board.publish(str(tmp_path / "app.py"))
    assert version is not None
    assert (version.number, version.shown_by) == (2, "panel")
    board.roll_back(1)
    assert board.refresh().current == 1
    assert ws.gallery()[0]["name"] == "late"
    assert board.visits() == []
    assert "publish" in dir(board)


def test_the_hub_reads_no_file_of_its_own(ws: Workspace, tmp_path: Path) -> None:
    board = ws.projects["p"].dashboards.create("x")
    (tmp_path / "hub.ipynb").write_text(json.dumps(NOTEBOOK))
    for path in (tmp_path / "hub.ipynb", str(tmp_path / "hub.ipynb")):
        with pytest.raises(SettingError):
            board.publish_content(path, kind="voila")
    with pytest.raises(ForbiddenError, match="not to be had"):
        board._ask("publish", (str(tmp_path / "hub.ipynb"),))  # type: ignore[attr-defined]
    assert list(board.versions) == []


class Nobody:
    """The hub knows none of these tokens."""

    async def caller(self, _: str) -> None:
        return None


@pytest.fixture
def service(place: Place) -> Iterator[str]:
    """Serve what the hub's service answers, without a hub."""
    (socket, port), loop = bind_unused_port(), asyncio.new_event_loop()

    def serve() -> None:
        asyncio.set_event_loop(loop)
        keeper: Any = Nobody()
        server = HTTPServer(application(place, keeper, "/", 2**30))
        server.add_socket(socket)
        loop.run_forever()
        server.stop()
        loop.run_until_complete(server.close_all_connections())

    thread = threading.Thread(target=serve)
    thread.start()
    yield f"http://127.0.0.1:{port}"
    loop.call_soon_threadsafe(loop.stop)
    thread.join()
    loop.close()


def test_a_kernel_asks_by_its_grant(
    ws: Workspace, place: Place, service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    board = ws.projects["p"].publish(NOTEBOOK, "late")
    me = ws.me["id"]
    tenant = Workspace.open(place, Identity("north", "sso", "chief"))._door.tenant
    opened = showing.show(place, tenant, me, board.id)
    monkeypatch.setenv("MINDZIE_HUB_WORKSPACE", service)
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "another")
    monkeypatch.setenv(showing.VARIABLE, opened.grant)
    seen = mz.workspace()
    assert seen.datasets["orders"].log().case_count == 5
    assert seen.dashboards.names() == ["late"]
    with pytest.raises(ForbiddenError, match="not to be had"):
        seen.invite("x@example.org")
    with pytest.raises(NotFoundError):
        _ = seen.datasets["others"]
    board.unpublish()
    with pytest.raises(SignInError):
        seen.datasets.names()
    for token in ("mzg_x", "x", ""):
        with pytest.raises(SignInError):
            workspace_of(Link(service, token)).datasets.names()
