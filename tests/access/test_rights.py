"""What somebody may do, against the rules told plainly: role, share, project role, sight of all, and who made it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from mindzie.access.identity import Actor
from mindzie.access.permissions import LEVELS, NAMES, PERMISSIONS, ROLES
from mindzie.access.rights import Rights, rights_of
from mindzie.store.database import Database, Scope
from mindzie.store.models import (
    Dashboard,
    Group,
    Membership,
    Project,
    Role,
    RoleAssignment,
    ServiceAccount,
    Share,
    Tenant,
    User,
)
from tests.servers.databases import on_postgresql, on_sqlite

ROOMS = ("first", "second")
OWN = {"sees": ("projects.see_all", "datasets.read"), "starts": ("imports.start",)}


@dataclass(frozen=True)
class Case:
    """Roles (name, project or none, how), shares (project, level, how), projects made, dashboards opened."""

    program: bool
    roles: tuple[tuple[str, str | None, str], ...]
    shares: tuple[tuple[str, str, str], ...]
    made: tuple[str, ...]
    board: str | None


HOW = st.sampled_from(["own", "group", "another group", "another"])
ROOM = st.sampled_from(ROOMS)
ROLE = st.sampled_from([*ROLES, *OWN, "gone"])
CASES = st.builds(
    Case,
    program=st.booleans(),
    roles=st.lists(st.tuples(ROLE, st.none() | ROOM, HOW), max_size=4).map(tuple),
    shares=st.lists(st.tuples(ROOM, st.sampled_from(list(LEVELS)), HOW), max_size=4).map(tuple),
    made=st.sets(ROOM).map(lambda found: tuple(sorted(found))),
    board=st.none() | HOW,
)


def implied(names: Any) -> set[str]:
    """Return permissions with what they imply, by looking until nothing is new."""
    found = set(names)
    for _ in NAMES:
        found |= {more for item in PERMISSIONS if item.name in found for more in item.implies}
    return found


def mine(case: Case, how: str) -> bool:
    return how == "own" or (how == "group" and not case.program)


def plainly(case: Case) -> tuple[set[str], dict[str, set[str]], bool]:
    """Return permissions in the tenant and in each project, and whether the dashboard is opened, by the rules."""
    known: dict[str, tuple[str, ...]] = {
        **OWN,
        "gone": (),
        **{name: names for name, (_, names) in ROLES.items()},
    }
    held = [(implied(known[name]), room) for name, room, how in case.roles if mine(case, how)]
    tenant = set[str]().union(*(names for names, room in held if room is None))
    rooms = {}
    for room in ROOMS:
        here = set[str]().union(*(names for names, at in held if at == room))
        if not case.program:
            for at, level, how in case.shares:
                here |= tenant & implied(LEVELS[level]) if at == room and mine(case, how) else set()
        if room in case.made:
            here |= tenant & implied(LEVELS["manage"])
        rooms[room] = here | tenant if "projects.see_all" in tenant else here
    opened = case.board is not None and not case.program and mine(case, case.board)
    return tenant, rooms, opened


@contextmanager
def built(database: Database, case: Case) -> Iterator[tuple[Rights, dict[str, Any]]]:
    """Make a tenant where a case is so, and give what its actor may do there; nothing is kept."""
    with database.writing(Scope(None)) as session:

        def add(row: Any) -> Any:
            session.add(row)
            session.flush()
            return row

        tenant = add(Tenant(name="t")).id
        people = [
            add(User(tenant_id=tenant, provider="p", subject=str(n), name="x")) for n in range(2)
        ]
        robot = add(ServiceAccount(tenant_id=tenant, name="robot"))
        groups = [add(Group(tenant_id=tenant, name=str(n))) for n in range(2)]
        for group, person in zip(groups, people, strict=True):
            add(Membership(tenant_id=tenant, group_id=group.id, user_id=person.id))
        for name, names in OWN.items():
            add(Role(tenant_id=tenant, name=name, permissions=list(names)))
        actor = Actor("service", robot.id, "") if case.program else Actor("user", people[0].id, "")
        rooms = {
            room: add(
                Project(
                    tenant_id=tenant, name=room, created_by=actor.id if room in case.made else None
                )
            ).id
            for room in ROOMS
        }
        board = add(Dashboard(tenant_id=tenant, project_id=rooms["first"], name="b")).id
        holders = {
            "own": {"user_id": people[0].id},
            "group": {"group_id": groups[0].id},
            "another group": {"group_id": groups[1].id},
            "another": {"user_id": people[1].id},
        }
        roles = {**holders, **({"own": {"service_account_id": robot.id}} if case.program else {})}
        for name, room, how in case.roles:
            add(
                RoleAssignment(
                    tenant_id=tenant, role=name, project_id=room and rooms[room], **roles[how]
                )
            )
        for room, level, how in case.shares:
            add(Share(tenant_id=tenant, project_id=rooms[room], level=level, **holders[how]))
        if case.board is not None:
            add(Share(tenant_id=tenant, dashboard_id=board, level="view", **holders[case.board]))
        yield rights_of(session, actor), {**rooms, "board": board, "session": session}
        session.rollback()


def holds(database: Database, case: Case) -> None:
    with built(database, case) as (rights, made):
        tenant, rooms, opened = plainly(case)
        assert rights.within(None) == tenant
        assert rights.dashboards == ({made["board"]} if opened else set())
        for room in ROOMS:
            assert rights.within(made[room]) == rooms[room], room
        for permission in ("projects.read", "datasets.read", "datasets.delete"):
            seen = rights.seen(Project.id, permission)
            chosen = select(Project.name) if seen is None else select(Project.name).where(seen)
            found = set(made["session"].scalars(chosen))
            assert found == {room for room in ROOMS if permission in rooms[room]}, permission


@on_sqlite
def test_rights_are_as_the_rules_say(database: Database) -> None:
    @settings(max_examples=150)
    @given(CASES)
    def check(case: Case) -> None:
        holds(database, case)

    check()


@on_postgresql
def test_rights_are_as_the_rules_say_on_a_server_too(database: Database) -> None:
    @settings(max_examples=25)
    @given(CASES)
    def check(case: Case) -> None:
        holds(database, case)

    check()


def test_who_may_everything_may_all_that_is_listed() -> None:
    assert set(ROLES["tenant admin"][1]) == set(NAMES) == implied(NAMES)
    for item in PERMISSIONS:
        assert set(item.implies) <= set(NAMES)
    assert implied(LEVELS["view"]) <= implied(LEVELS["edit"]) <= implied(LEVELS["manage"])
