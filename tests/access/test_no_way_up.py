"""Whoever may look after people or programs gets no further by it: for every permission as a role of the tenant's own."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import argon2
import pytest

from mindzie.access import accounts
from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.permissions import NAMES, ROLES
from mindzie.access.rights import Rights
from mindzie.access.workspace import Workspace
from mindzie.core.errors import MindzieError
from tests.access.installing import keys, place, tenant
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place"]
PASSWORD, OTHER = "correct horse battery", "another horse battery"
LOOKS_AFTER = ("people.change", "services.change", "roles.change", "projects.read")
SEES_ALL = "projects.see_all"


@pytest.fixture
def chief(place: Place, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """Return the workspace of the tenant admin, who has a project that is shared with some only."""
    fast = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_HASHER", fast)
    chief = tenant(place)
    for name in ("seen", "unseen"):
        project = chief.projects.create(name)
        data = project.datasets.create("orders")
        project.dashboards.create("board", dataset_id=data).publish()
        chief.groups.create(f"insiders of {name}")
        project.share(group=chief.groups[f"insiders of {name}"], level="manage")
    chief.groups.create("spectators")
    chief.dashboards[chief.projects["unseen"].dashboards["board"].id].share(
        group=chief.groups["spectators"]
    )
    return chief


def word(name: str) -> str:
    """Return a name as part of an address."""
    return name.replace(" ", ".")


def people(place: Place, chief: Workspace, role: str) -> Workspace:
    """Make a climber who sees one project, and others with the same role who do and see more."""
    Installation(place).enrol(Identity("acme", "sso", role), name=f"climber {role}")
    climber = next(user for user in chief.users if user.name == f"climber {role}")
    next(each for each in chief.role_assignments if each.user_id == climber.id).delete()
    chief.projects["seen"].share(user=climber, level="view")
    chief.role_assignments.give(role, climber)
    chief.roles.create(f"here {role}", permissions=["projects.read"])
    chief.role_assignments.give(f"here {role}", climber, project=chief.projects["seen"])
    for mate in ("insider", "spectator", "owner"):
        login = f"{mate}@{word(role)}"
        accept(chief.invite(login, role), name=login, password=PASSWORD, url=place)
        user = next(user for user in chief.users if user.name == login)
        if mate == "spectator":
            chief.groups["spectators"].add(user)
        else:
            for project in ("seen", "unseen"):
                chief.projects[project].share(user=user, level="manage")
    robot = chief.service_accounts.create(f"robot {role}")
    chief.role_assignments.give(role, robot)
    for project in ("seen", "unseen"):
        chief.role_assignments.give(role, robot, project=chief.projects[project])
    return Workspace.open(place, Identity("acme", "sso", role))


def rights(ws: Workspace) -> Rights:
    with ws._door.reading() as visit:
        return visit.rights


def more(found: Rights, before: Rights) -> list[str]:
    """Return what somebody has beyond what they had."""
    gained = [f"{name} everywhere" for name in found.everywhere - before.everywhere]
    for project, names in found.projects.items():
        gained += [f"{name} in a project" for name in names - before.within(project)]
    if SEES_ALL not in before.everywhere:
        gained += ["a dashboard"] * len(found.dashboards - before.dashboards)
    return gained


def ways(place: Place, chief: Workspace, ws: Workspace, role: str) -> Iterator[Callable[[], Any]]:
    """Give every act by which somebody could get what others have; each gives who they can be then, if anybody."""

    def mine(item: Any) -> Any:  # as who knows its identifier
        return type(item)(ws._door, item._row)

    me = mine(next(user for user in chief.users if user.name == f"climber {role}"))
    projects = {name: mine(chief.projects[name]) for name in ("seen", "unseen")}
    robot = mine(chief.service_accounts[f"robot {role}"])
    own = mine(chief.roles[role])
    for given in (role, *ROLES):
        yield lambda given=given: ws.role_assignments.give(given, me)
        yield lambda given=given: ws.role_assignments.give(given, robot)
        for project in projects.values():
            yield lambda given=given, project=project: ws.role_assignments.give(
                given, me, project=project
            )
        yield lambda given=given: Workspace.open(
            place,
            accept(
                ws.invite(f"{word(given)}@x.example", given),
                name="x",
                login=f"{given} {role}",
                password=PASSWORD,
                url=place,
            ),
        )
    for level in ("view", "edit", "manage"):
        for project in projects.values():
            yield lambda level=level, project=project: project.share(user=me, level=level)
    for board in chief.dashboards:
        yield lambda board=board: mine(board).share(user=me)
    for each in (own, mine(chief.roles[f"here {role}"])):
        for names in (chief.roles[role].permissions, NAMES):
            yield lambda each=each, names=names: each.change(permissions=list(names))


def entries(
    place: Place, chief: Workspace, ws: Workspace, role: str
) -> Iterator[Callable[[], Any]]:
    """Give every act by which somebody could come in as another, or as one of a group."""

    def mine(item: Any) -> Any:
        return type(item)(ws._door, item._row)

    me = mine(next(user for user in chief.users if user.name == f"climber {role}"))
    robot = mine(chief.service_accounts[f"robot {role}"])
    for group in chief.groups:
        yield lambda group=group: mine(group).add(me)
    for mate in ("insider", "spectator", "owner"):
        login = f"{mate}@{word(role)}"
        user = next(user for user in chief.users if user.name == login)
        yield lambda user=user: mine(user).reset_account(OTHER)
        yield lambda login=login: Workspace.open(place, sign_in("acme", login, OTHER, url=place))
    yield lambda: open_with_key(robot.new_key("mine"), place)


@on_sqlite  # what is put to the test is the same on both
@pytest.mark.parametrize("name", NAMES)
def test_no_permission_leads_to_another(place: Place, chief: Workspace, name: str) -> None:
    for role, names in (("alone", {name}), ("with others", {name, *LOOKS_AFTER})):
        chief.roles.create(role, permissions=sorted(names))
        ws = people(place, chief, role)
        before = rights(ws)
        for number, way in enumerate(
            chain(ways(place, chief, ws, role), entries(place, chief, ws, role))
        ):
            other = None
            with contextlib.suppress(MindzieError):
                other = way()
            for who in (ws, other) if isinstance(other, Workspace) else (ws,):
                assert more(rights(who), before) == [], (number, names)


def test_an_external_group_is_not_joined_by_its_name(place: Place, chief: Workspace) -> None:
    chief.roles.create("people", permissions=["people.change", "projects.read"])
    ws = people(place, chief, "people")
    for name in ("insiders of unseen", "spectators"):
        with pytest.raises(MindzieError, match="needs the permission"):
            ws.groups[name].change(external_id="mine")
    ws.groups["insiders of unseen"].change(description="Who looks into it.")
    next(user for user in ws.users if user.name == "owner@people").stop()
