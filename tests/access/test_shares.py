"""Shares: nobody gets more by one than who makes it has there, and what is put away is not opened anew."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, ForbiddenError
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]
ROLES = {"Ana": "analyst", "Ben": "analyst", "Dev": "developer", "Vic": "viewer", "Max": "administrator"}  # fmt: skip


@pytest.fixture
def opened(place: Place) -> Callable[[str], Workspace]:
    """Return what opens a tenant's workspace as one of its people."""
    tenant(place)
    here = Installation(place)
    for name, role in ROLES.items():
        here.enrol(Identity("acme", "sso", name), name=name, role=role)
    return lambda name: Workspace.open(place, Identity("acme", "sso", name))


def person(ws: Workspace, name: str) -> Any:
    return next(user for user in ws.users if user.name == name)


def connector(ws: Workspace) -> Any:
    return ws.projects["Sales"].connectors.create("erp", kind="postgresql", settings={})


def test_nobody_gets_more_by_a_share_than_who_makes_it(opened: Callable[[str], Workspace]) -> None:
    ana, max_ = opened("Ana"), opened("Max")
    project, team = ana.projects.create("Sales"), max_.groups.create("team")
    team.add(person(max_, "Ben"))
    for name, levels in {"Ben": ("view", "edit", "manage"), "Max": ("manage",)}.items():
        for level in levels:  # who has the same role, or sees every project already
            project.share(user=person(ana, name), level=level)
    project.share(group=team, level="manage")
    project.share(user=person(ana, "Dev"), level="view")
    before = len(max_.audit)
    for level in ("edit", "manage"):
        with pytest.raises(ForbiddenError, match=rf"to {level}: by it .*connectors\.change"):
            project.share(user=person(ana, "Dev"), level=level)
    assert len(max_.audit) == before
    with pytest.raises(ForbiddenError, match=r"connectors\.change"):
        connector(opened("Dev"))
    # those who are in a group count, and its own roles
    other, strong = max_.groups.create("other"), max_.groups.create("strong")
    other.add(person(max_, "Dev"))
    max_.role_assignments.give("developer", strong)
    for group in (other, strong):
        with pytest.raises(ForbiddenError, match=r"connectors\.change"):
            project.share(group=group, level="edit")
    max_.projects["Sales"].share(user=person(max_, "Dev"), level="edit")
    assert connector(opened("Dev")).name == "erp"
    project.share(user=person(ana, "Dev"), level="edit")  # nothing that Dev has not


def test_what_is_archived_is_not_shared_anew(opened: Callable[[str], Workspace]) -> None:
    ana = opened("Ana")
    project = ana.projects.create("Sales")
    data = ana.publish(orders(3), "orders", project=project)
    board = project.dashboards.create("board", dataset_id=data.dataset_id)
    vic, ben = person(ana, "Vic"), person(ana, "Ben")
    for shared in (project, board):
        shared.share(user=vic)
    project.archive()
    for shared in (project, board):
        with pytest.raises(ConflictError, match="is archived: restore it first"):
            shared.share(user=ben)
        assert [share["name"] for share in shared.shares] == ["Vic"]
        shared.unshare(user=vic)  # closing is no opening
        assert shared.shares == []
    project.restore()
    project.share(user=ben)
