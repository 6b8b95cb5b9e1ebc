"""What somebody may do, worked out from roles, groups and shares; fresh in every transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Uuid,
    bindparam,
    cast,
    false,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from mindzie.access.identity import Actor
from mindzie.access.permissions import LEVELS, OPERATES, ROLES, all_of
from mindzie.store.models import Membership, Project, Role, RoleAssignment, Share
from mindzie.store.types import PlainJson

_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Rights:
    """Permissions in the whole tenant, in projects, and dashboards opened one by one.

    A role says what its holder may do, a share says where and how far: in a shared project both must allow it. A role that
    is given for one project needs no share there, and who made a project manages it.

    Parameters
    ----------
    everywhere : frozenset of str
        Permissions from roles of the whole tenant.
    projects : mapping of UUID to frozenset of str
        Permissions in each project that is seen.
    dashboards : frozenset of UUID
        Dashboards that are seen without their project.
    levels : mapping of UUID to frozenset of str
        How far projects are open by shares, or by having been made by them.
    datasets : frozenset of UUID
        Data sets that are read without their project.
    """

    everywhere: frozenset[str]
    projects: Mapping[UUID, frozenset[str]]
    dashboards: frozenset[UUID]
    levels: Mapping[UUID, frozenset[str]] = field(default_factory=dict)
    datasets: frozenset[UUID] = frozenset()

    def within(self, project: UUID | None) -> frozenset[str]:
        """Return the permissions in a project; None for the tenant itself."""
        if project is None:
            return self.everywhere
        own = self.projects.get(project, _NOTHING)
        return own | self.everywhere if "projects.see_all" in self.everywhere else own

    def anywhere(self, permission: str) -> bool:
        """Return whether they have a permission in the whole tenant, or in some project."""
        return permission in self.everywhere or any(
            permission in own for own in self.projects.values()
        )

    def seen(self, column: Any, permission: str) -> ColumnElement[bool] | None:
        """Return the condition on a project's identifier under which a permission holds; None: everywhere."""
        if {"projects.see_all", permission} <= self.everywhere:
            return None
        allowed = [project for project, own in self.projects.items() if permission in own]
        return column.in_(allowed) if allowed else false()

    def is_open(self, project: UUID, level: str) -> bool:
        """Return whether a project is open to them as far as a level says, or further."""
        wanted = all_of(LEVELS[level])
        return any(wanted <= all_of(LEVELS[own]) for own in self.levels.get(project, _NOTHING))


def rights_of(session: Session, actor: Actor) -> Rights:
    """Work out what somebody may do now.

    Parameters
    ----------
    session : Session
        Of the actor's tenant.
    actor : Actor
        A user or a service account.

    Returns
    -------
    Rights
        None of it from names or addresses.
    """
    if actor.kind == "operator":
        return Rights(OPERATES, {}, frozenset())
    if actor.kind == "link":
        return Rights(_NOTHING, {}, frozenset())
    return _worked_out(session, actor.kind, actor.id, _NOTHING)


def rights_of_group(session: Session, group: UUID, beside: frozenset[str]) -> Rights:
    """Work out what somebody gets who is taken into a group.

    Parameters
    ----------
    session : Session
        Of the tenant.
    group : UUID
        The group.
    beside : frozenset of str
        What they may do in the whole tenant already: with that, the group's shares open more.

    Returns
    -------
    Rights
        Without those that they have already.
    """
    return _worked_out(session, "group", group, beside)


def _worked_out(session: Session, kind: str, key: UUID | None, beside: frozenset[str]) -> Rights:
    rows = session.execute(_question(kind), {"actor": key}).all()
    everywhere, projects = set[str](), defaultdict[UUID, set[str]](set)
    levels = defaultdict[UUID, set[str]](set)
    for what, name, project, _, permissions in rows:
        if what == "role":
            names = ROLES[name][1] if name in ROLES else tuple(permissions or ())
            target = everywhere if project is None else projects[project]
            target |= all_of(names)
    for what, name, project, _, _ in rows:
        if what == "share" and project is not None:
            levels[project].add(name)
            projects[project] |= (everywhere | beside) & all_of(LEVELS[name])
    return Rights(
        frozenset(everywhere),
        {project: frozenset(found) for project, found in projects.items()},
        frozenset(dashboard for _, _, _, dashboard, _ in rows if dashboard is not None),
        {project: frozenset(found) for project, found in levels.items()},
    )


@cache
def _question(kind: str) -> CompoundSelect[Any]:
    # one statement, built once: it is asked in every act
    actor: Any = bindparam("actor", type_=Uuid())
    groups = select(Membership.group_id).where(Membership.user_id == actor)
    nowhere, nothing = cast(null(), Uuid()), cast(null(), PlainJson)
    given = RoleAssignment
    holds = {
        "service": given.service_account_id == actor,
        "group": given.group_id == actor,
        "user": or_(given.user_id == actor, given.group_id.in_(groups)),
    }[kind]
    roles = (
        select(literal("role"), given.role, given.project_id, nowhere, Role.permissions)
        .outerjoin(Role, Role.name == given.role)
        .where(holds)
    )
    own = select(literal("share"), literal("manage"), Project.id, nowhere, nothing)
    own = own.where(Project.created_by == actor)
    if kind == "service":
        return union_all(roles, own)
    shares = select(literal("share"), Share.level, Share.project_id, Share.dashboard_id, nothing)
    if kind == "group":
        return union_all(roles, shares.where(Share.group_id == actor))
    mine = or_(Share.user_id == actor, Share.group_id.in_(groups))
    return union_all(roles, own, shares.where(mine))
