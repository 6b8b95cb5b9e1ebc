"""Nobody gets more than they have by anything they may do; and somebody always has everything."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from mindzie.access import door
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.permissions import ADMIN, NAMES, ROLES
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, ForbiddenError, SettingError, SignInError
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles

PASSWORD = "correct horse battery"


@pytest.fixture
def place(database: Database, tmp_path: Path) -> Place:
    """Return an installation with a tenant, its admin "chief" and one person of each other role."""
    place = Place(database, SnapshotFiles(str(tmp_path / "snapshots")), tmp_path)
    here = Installation(place)
    here.create("acme")
    for name in ROLES:
        here.enrol(Identity("acme", "sso", name), name=name, role=name)
    return place


@pytest.fixture
def workspaces(place: Place) -> Callable[[str], Workspace]:
    """Return what opens the workspace as somebody."""
    return lambda name: Workspace.open(place, Identity("acme", "sso", name))


def person(ws: Workspace, name: str) -> Any:
    return next(user for user in ws.users if user.name == name)


def ways(ws: Workspace, chief: Workspace) -> Iterator[Callable[[], Any]]:
    """Give ways in which an administrator could try to become tenant admin, or touch one."""
    me, boss = person(ws, "administrator"), person(ws, ADMIN)
    top = chief.groups.create("top")
    chief.role_assignments.give(ADMIN, top)
    robot = chief.service_accounts.create("robot")
    chief.role_assignments.give(ADMIN, robot)
    chief.roles.create("strong", permissions=["roles.change", "audit.read"])
    project = chief.projects.create("room")
    held = next(one for one in ws.role_assignments if one.user_id == boss.id)
    group, strong = ws.groups["top"], ws.roles["strong"]
    yield lambda: ws.role_assignments.give(ADMIN, me)
    yield lambda: ws.role_assignments.give("strong", me)
    yield lambda: ws.role_assignments.give(ADMIN, me, project=project)
    yield lambda: ws.role_assignments.give(ADMIN, ws.groups.create("mine"))
    yield lambda: group.add(me)
    yield lambda: group.remove(boss)
    yield lambda: group.change(external_id="people-of-mine")
    yield group.delete
    yield lambda: ws.service_accounts["robot"].new_key("mine")
    yield ws.service_accounts["robot"].delete
    yield ws.service_accounts["robot"].stop
    yield boss.stop
    yield boss.delete
    yield lambda: boss.change(email="mine@example.org")
    yield lambda: boss.reset_account(PASSWORD)
    yield held.delete
    yield lambda: ws.invite("mine@example.org", ADMIN)
    yield lambda: ws.invite("mine@example.org", "strong")
    yield lambda: ws.roles.create("all", permissions=list(NAMES))
    yield lambda: strong.change(permissions=["audit.read"])
    yield lambda: strong.change(name="weak")
    yield strong.delete


def test_an_administrator_does_not_become_tenant_admin(
    workspaces: Callable[[str], Workspace],
) -> None:
    ws, chief = workspaces("administrator"), workspaces(ADMIN)
    had = ws.me["permissions"]
    tried = 0
    for way in ways(ws, chief):
        before = len(chief.audit)
        with pytest.raises(ForbiddenError):
            way()
        # a group of one's own is made before a role is refused to it
        assert len(chief.audit) - before <= 1
        tried += 1
    assert tried == 22
    assert ws.me["permissions"] == had


def test_an_invitation_keeps_its_role(place: Place, workspaces: Callable[[str], Workspace]) -> None:
    ws = workspaces("administrator")
    token = ws.invite("ann@example.org", "viewer")
    invitation = next(iter(ws.invitations))
    for change in ({"role": ADMIN}, {"email": "x@example.org"}):
        with pytest.raises(SettingError, match="invite anew"):
            invitation.change(**change)
    ann = Workspace.open(place, accept(token, name="Ann", password=PASSWORD, url=place))
    assert set(ann.me["permissions"]) == set(ROLES["viewer"][1])
    with pytest.raises(SignInError):
        accept(token, name="Ann", password=PASSWORD, url=place)


def test_an_invitation_goes_with_who_made_it(
    place: Place, workspaces: Callable[[str], Workspace]
) -> None:
    ws, chief = workspaces("administrator"), workspaces(ADMIN)
    inviter = person(chief, "administrator")
    older, token = ws.invite("ann@example.org"), ws.invite(" Ann@example.org ", "analyst")
    other = ws.invite("ben@example.org")

    def refused(token: str) -> None:
        with pytest.raises(SignInError, match="does not hold"):
            accept(token, name="Ann", password=PASSWORD, url=place)

    refused(older)  # a newer one ends it
    assert [one.revoked_at is None for one in ws.invitations] == [False, True, True]
    inviter.stop()
    refused(token)
    inviter.admit()
    given = next(one for one in chief.role_assignments if one.user_id == inviter.id)
    given.delete()
    refused(token)
    chief.role_assignments.give("administrator", inviter)
    accept(token, name="Ann", password=PASSWORD, url=place)
    inviter.delete()
    refused(other)


def test_a_role_of_the_tenants_own_has_what_its_maker_has(
    workspaces: Callable[[str], Workspace],
) -> None:
    chief = workspaces(ADMIN)
    maker = chief.roles.create("maker", permissions=["roles.change", "people.change"])
    viewer = person(chief, "viewer")
    chief.role_assignments.give("maker", viewer)
    ws = workspaces("viewer")
    weak = ws.roles.create("weak", permissions=["people.read"])
    for name in set(NAMES) - set(ws.me["permissions"]):
        with pytest.raises(ForbiddenError):
            ws.roles.create("x", permissions=[name])
        with pytest.raises(ForbiddenError):
            weak.change(permissions=["people.read", name])
    for name in (ADMIN, f" {ADMIN} ", "Viewer"):
        with pytest.raises(ConflictError, match="built-in"):
            ws.roles.create(name, permissions=[])
        with pytest.raises(ConflictError, match="built-in"):
            weak.change(name=name)
    # who has a role keeps it under its new name, and nobody gets one by the old name
    maker.change(name="changer")
    assert "roles.change" in ws.me["permissions"]
    with pytest.raises(ConflictError, match="take it from them first"):
        maker.delete()


def test_a_role_taken_away_is_gone_in_an_open_workspace(
    workspaces: Callable[[str], Workspace],
) -> None:
    chief, ws = workspaces(ADMIN), workspaces("administrator")
    mine = person(chief, "administrator")
    next(one for one in chief.role_assignments if one.user_id == mine.id).delete()
    with pytest.raises(ForbiddenError):
        ws.projects.create("x")
    assert ws.me["permissions"] == []
    mine.stop()
    with pytest.raises(SignInError):
        ws.projects.names()


def test_the_last_tenant_admin_stays(workspaces: Callable[[str], Workspace]) -> None:
    chief = workspaces(ADMIN)
    me = person(chief, ADMIN)
    direct = next(one for one in chief.role_assignments if one.user_id == me.id)
    for way in (me.stop, me.delete, direct.delete):
        with pytest.raises(ConflictError, match="last tenant admin"):
            way()
    group = chief.groups.create("chiefs")
    given = chief.role_assignments.give(ADMIN, group)
    group.add(me)
    direct.delete()  # the group has the role
    for way in (me.stop, me.delete, given.delete, group.delete, lambda: group.remove(me)):
        with pytest.raises(ConflictError, match="last tenant admin"):
            way()
    stopped = person(chief, "viewer")
    chief.role_assignments.give(ADMIN, stopped)
    stopped.stop()
    with pytest.raises(ConflictError, match="last tenant admin"):
        me.stop()  # who is stopped does not count
    stopped.admit()
    me.stop()


def test_an_open_workspace_goes_with_its_key(
    place: Place, workspaces: Callable[[str], Workspace], monkeypatch: pytest.MonkeyPatch
) -> None:
    robot = workspaces(ADMIN).service_accounts.create("robot")
    until = datetime.now(UTC) + timedelta(hours=1)
    key = robot.new_key("for an hour", until)
    looked = robot.keys["for an hour"]
    ws = open_with_key(key, place)
    assert ws.me["name"] == "robot"
    monkeypatch.setattr(door, "now", lambda: until)
    with pytest.raises(SignInError, match="has expired"):
        ws.projects.names()
    # it was used since it was looked at, which changes nothing of it
    assert looked.refresh()._row.revision == looked._row.revision


def test_the_log_says_who_got_a_role_and_who_lost_it(
    workspaces: Callable[[str], Workspace],
) -> None:
    chief = workspaces(ADMIN)
    team, robot = chief.groups.create("team"), chief.service_accounts.create("robot")
    for holder in (person(chief, "viewer"), team, robot):
        chief.role_assignments.give("developer", holder).delete()
    made = chief.audit.entries(action="role_assignments.create")
    gone = chief.audit.entries(action="role_assignments.delete")
    assert [entry["after"]["to"] for entry in made] == ["viewer", "team", "robot"]
    assert [entry["before"]["to"] for entry in gone] == ["viewer", "team", "robot"]
    assert {entry["object_name"] for entry in (*made, *gone)} == {"developer"}


def test_keys_let_in_until_they_do_not(
    place: Place, database: Database, workspaces: Callable[[str], Workspace]
) -> None:
    chief = workspaces(ADMIN)
    robot = chief.service_accounts.create("robot")
    key = robot.new_key("nightly")
    row = robot.keys["nightly"]
    assert key.startswith(row.prefix)
    assert "key_hash" not in row.to_json()
    assert not hasattr(row, "key_hash")
    assert row.last_used_at is None
    assert open_with_key(key, place).me["name"] == "robot"
    assert row.refresh().last_used_at is not None
    for wrong in ("", "x", key[:-1], key + "x", row.prefix, key.swapcase(), "mz_\0", "mz_\ud800_x"):
        with pytest.raises(SignInError, match="lets nobody in"):
            open_with_key(wrong, place)
    with pytest.raises(SettingError):
        robot.new_key("old", datetime(2020, 1, 1, tzinfo=UTC))
    with pytest.raises(SettingError, match="make a new one"):
        row.refresh().change(expires_at=datetime(2099, 1, 1, tzinfo=UTC))
    robot.stop()
    with pytest.raises(SignInError):
        open_with_key(key, place)
    robot.admit()
    ws, other = open_with_key(key, place), open_with_key(robot.new_key("other"), place)
    assert len(chief.audit.entries(action="api_keys.sign_in")) == 2  # of each, once a day
    robot.keys["nightly"].revoke()
    with pytest.raises(SignInError):
        open_with_key(key, place)
    for act in (lambda: ws.me, lambda: ws.projects.create("x")):
        with pytest.raises(SignInError, match="was revoked or has expired"):
            act()
    assert other.me["name"] == "robot"
    Installation(place).stop("acme")
    for each in (ws, chief):
        with pytest.raises(SignInError):
            each.projects.names()
    if database.is_sqlite:
        database.close()
        kept = Path(str(database.url.database)).read_bytes()
        assert key.encode() not in kept
        assert key.removeprefix(row.prefix).strip("_").encode() not in kept
