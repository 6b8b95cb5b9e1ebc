"""What happens while a version is being written, or was damaged since."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, DataSetError, MindzieError
from mindzie.core.log import EventLog
from mindzie.store.files import Place as Spot
from mindzie.store.files import SnapshotFiles, Stored
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of the tenant admin."""
    return tenant(place)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Return what has something done once, when the files of the next version are written and its row is not."""
    put, acts = SnapshotFiles.put, list[Callable[[], Any]]()

    def put_and_act(files: SnapshotFiles, where: Spot, log: EventLog) -> Stored:
        stored = put(files, where, log)
        while acts:
            acts.pop()()
        return stored

    monkeypatch.setattr(SnapshotFiles, "put", put_and_act)
    return acts.append


def test_of_two_publishers_the_later_one_is_current(
    ws: Workspace, meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    data = ws.projects.create("x").datasets.create("orders")
    meanwhile(lambda: data.publish(orders(4)))
    assert data.publish(orders(3)).number == 1
    data = data.refresh()
    assert [version.number for version in data.versions] == [1, 2]
    assert (data.current, data.log().case_count) == (2, 4)


def test_a_tenant_that_goes_leaves_nothing(
    place: Place, ws: Workspace, meanwhile: Callable[[Callable[[], Any]], None]
) -> None:
    data, here = ws.projects.create("x").datasets.create("orders"), Installation(place)
    meanwhile(lambda: (here.stop("acme"), here.delete("acme")))
    with pytest.raises(MindzieError):
        data.publish(orders(3))
    assert not list(place.files.places())
    assert not list(here.problems())


def test_a_damaged_version_is_published_again(place: Place, ws: Workspace) -> None:
    data = ws.projects.create("x").datasets.create("orders")
    assert data.publish(orders(3)).number == 1
    assert data.publish(orders(3)).number == 1
    folder = next((place.folder / "snapshots").rglob("1-original"))
    shutil.rmtree(folder)
    with pytest.raises(DataSetError, match="publish the data set again"):
        data.log()
    assert data.publish(orders(3)).number == 2
    assert data.log().case_count == 3


def test_two_who_save_a_notebook(ws: Workspace) -> None:
    project = ws.projects.create("x")
    mine = project.investigations.create("why")
    theirs = project.investigations["why"]
    theirs.save({"cells": [1]})
    with pytest.raises(ConflictError, match="changed the investigation 'why' meanwhile"):
        mine.save({"cells": [2]})
    mine = mine.refresh()
    assert mine.save({"cells": [2]}).number == 2
    assert mine.save({"cells": [3]}).number == 3
