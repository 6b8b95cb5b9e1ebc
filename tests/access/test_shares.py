"""Shares: who may open a project how far, and that what is put away is not opened anew."""

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


def test_who_has_a_project_that_far_opens_it_that_far(opened: Callable[[str], Workspace]) -> None:
    ana, max_ = opened("Ana"), opened("Max")
    project = ana.projects.create("Sales")
    project.share(user=person(ana, "Dev"), level="view")
    with pytest.raises(ForbiddenError, match=r"connectors\.change"):
        connector(opened("Dev"))
    # what level and role both allow: a developer makes connectors, by whomever let in; an analyst and a viewer do not
    for name in ("Dev", "Ben", "Vic"):
        project.share(user=person(ana, name), level="edit")
    assert connector(opened("Dev")).name == "erp"
    for name in ("Ana", "Ben", "Vic"):
        with pytest.raises(ForbiddenError, match=r"connectors\.change"):
            connector(opened(name))
    ben = opened("Ben").projects["Sales"]
    with pytest.raises(ForbiddenError, match=r"projects\.share"):
        ben.share(user=person(ana, "Vic"))  # to edit is not to share
    team = max_.groups.create("team")
    team.add(person(max_, "Ben"))
    project.share(group=team, level="manage")
    ben.share(user=person(ana, "Dev"), level="manage")  # as far as by the group it is open to Ben
    opened("Dev").projects["Sales"].connectors["erp"].delete()


def test_who_has_a_project_by_roles_gives_what_they_have(
    opened: Callable[[str], Workspace],
) -> None:
    max_ = opened("Max")
    project, other = max_.projects.create("Sales"), max_.groups.create("other")
    max_.role_assignments.give("analyst", person(max_, "Vic"), project=project)
    other.add(person(max_, "Dev"))
    strong = max_.groups.create("strong")
    max_.role_assignments.give("developer", strong)
    vic, before = opened("Vic").projects["Sales"], len(max_.audit)
    for whom in ({"user": person(max_, "Dev")}, {"group": other}, {"group": strong}):
        for level in ("edit", "manage"):
            said = rf"to {level}, since it is not open that far to you .*connectors\.change"
            with pytest.raises(ForbiddenError, match=said):
                vic.share(**whom, level=level)
    assert len(max_.audit) == before
    vic.share(user=person(max_, "Dev"), level="view")
    vic.share(
        user=person(max_, "Ben"), level="edit"
    )  # whose role is no more than what Vic has here
    vic.share(user=person(max_, "Max"), level="manage")  # who sees every project already
    with pytest.raises(ForbiddenError, match=r"connectors\.change"):
        connector(opened("Dev"))
    max_.projects["Sales"].share(user=person(max_, "Dev"), level="edit")
    assert connector(opened("Dev")).name == "erp"
    vic.share(user=person(max_, "Dev"), level="edit")  # nothing that Dev has not
    # a share to view is no level to edit with
    project.share(user=person(max_, "Vic"), level="view")
    with pytest.raises(ForbiddenError, match="not open that far to you"):
        vic.share(user=person(max_, "Dev"), level="manage")


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
    max_ = opened("Max")
    with pytest.raises(ConflictError, match="is archived: restore it first"):
        max_.role_assignments.give("analyst", person(max_, "Vic"), project=max_.projects["Sales"])
    assert opened("Vic").projects.names() == []
    project.restore()
    project.share(user=ben)
