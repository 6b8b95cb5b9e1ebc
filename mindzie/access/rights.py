"""What somebody may do, worked out from roles, groups and shares; fresh in every transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select
from sqlalchemy.orm import Session

from mindzie.access.identity import Actor
from mindzie.access.permissions import LEVELS, OPERATES, ROLES, all_of
from mindzie.store.models import Membership, Project, Role, RoleAssignment, Share

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
    """

    everywhere: frozenset[str]
    projects: Mapping[UUID, frozenset[str]]
    dashboards: frozenset[UUID]

    def within(self, project: UUID | None) -> frozenset[str]:
        """Return the permissions in a project; None for the tenant itself."""
        if project is None:
            return self.everywhere
        own = self.projects.get(project, _NOTHING)
        return own | self.everywhere if "projects.see_all" in self.everywhere else own

    def seen(self, column: Any, permission: str) -> ColumnElement[bool] | None:
        """Return the condition on a project's identifier under which a permission holds; None: everywhere."""
        if {"projects.see_all", permission} <= self.everywhere:
            return None
        allowed = [project for project, own in self.projects.items() if permission in own]
        return column.in_(allowed) if allowed else false()


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
    if actor.kind == "service":
        holds: ColumnElement[bool] = RoleAssignment.service_account_id == actor.id
        groups: list[UUID] = []
    else:
        chosen = select(Membership.group_id).where(Membership.user_id == actor.id)
        groups = list(session.scalars(chosen))
        holds = or_(RoleAssignment.user_id == actor.id, RoleAssignment.group_id.in_(groups))
    own = {role.name: tuple(role.permissions) for role in session.scalars(select(Role))}
    everywhere, projects = set[str](), defaultdict[UUID, set[str]](set)
    for given in session.scalars(select(RoleAssignment).where(holds)):
        names = ROLES[given.role][1] if given.role in ROLES else own.get(given.role, ())
        target = everywhere if given.project_id is None else projects[given.project_id]
        target |= all_of(names)
    shares = _shares(session, actor, groups)
    for share in shares:
        if share.project_id is not None:
            projects[share.project_id] |= everywhere & all_of(LEVELS[share.level])
    for project in session.scalars(select(Project.id).where(Project.created_by == actor.id)):
        projects[project] |= everywhere & all_of(LEVELS["manage"])
    return Rights(
        frozenset(everywhere),
        {project: frozenset(found) for project, found in projects.items()},
        frozenset(share.dashboard_id for share in shares if share.dashboard_id is not None),
    )


def _shares(session: Session, actor: Actor, groups: list[UUID]) -> list[Share]:
    if actor.kind == "service":
        return []
    mine = or_(Share.user_id == actor.id, Share.group_id.in_(groups))
    return list(session.scalars(select(Share).where(mine)))
