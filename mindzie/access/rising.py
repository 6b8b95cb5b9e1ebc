"""Nobody gives, or takes over, what they have not themselves."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from uuid import UUID

from sqlalchemy import select

from mindzie.access.door import Visit
from mindzie.access.identity import Actor
from mindzie.access.permissions import LEVELS, ROLES, all_of
from mindzie.access.rights import Rights, rights_of, rights_of_group
from mindzie.core.errors import ForbiddenError, unknown
from mindzie.store.models import Dashboard, Membership, RoleAssignment
from mindzie.store.models import Role as RoleRecord


def guard_grant(visit: Visit, role: str, project: UUID | None = None) -> None:
    """Refuse to give or take a role with permissions that the actor has not, so that nobody rises alone.

    Parameters
    ----------
    visit : Visit
        The transaction.
    role : str
        A built-in role, or one of the tenant's.
    project : UUID, optional
        Where it is given; in the whole tenant where not said.

    Raises
    ------
    ForbiddenError
        In that case.
    SettingError
        Where there is no such role.
    """
    own = {row.name: tuple(row.permissions) for row in visit.session.scalars(select(RoleRecord))}
    if not isinstance(role, str) or (role not in ROLES and role not in own):
        raise unknown("role", role, [*ROLES, *own], "this workspace")
    if visit.actor.kind == "operator":
        return
    names = ROLES[role][1] if role in ROLES else own[role]
    for name in names:
        visit.need(name, project)


def guard_roles_of(visit: Visit, user: UUID) -> None:
    """Refuse to touch somebody whose roles have more than the actor."""
    given = select(RoleAssignment.role).where(RoleAssignment.user_id == user)
    for role in visit.session.scalars(given):
        guard_grant(visit, role)
    mine = select(Membership.group_id).where(Membership.user_id == user)
    for group in list(visit.session.scalars(mine)):
        guard_roles_of_group(visit, group)


def guard_roles_of_group(visit: Visit, group: UUID) -> None:
    """Refuse to touch a group whose roles have more than the actor."""
    given = select(RoleAssignment.role).where(RoleAssignment.group_id == group)
    for role in visit.session.scalars(given):
        guard_grant(visit, role)


def guard_take_over(visit: Visit, kind: str, key: UUID) -> None:
    """Refuse to open the account of who may do or see more than the actor, projects and dashboards counted.

    Parameters
    ----------
    visit : Visit
        The transaction.
    kind : {"user", "service"}
        Whose account.
    key : UUID
        The user or the service account.

    Raises
    ------
    ForbiddenError
        In that case.
    """
    _guard(visit, rights_of(visit.session, Actor(kind, key, "")))


def guard_group(visit: Visit, group: UUID) -> None:
    """Refuse to let anybody into a group that opens more than the actor has."""
    _guard(visit, rights_of_group(visit.session, group, visit.rights.everywhere))


def guard_share(visit: Visit, level: str, project: UUID, holder: Mapping[str, UUID]) -> None:
    """Refuse a share that opens a project further than its maker may open it.

    A share gives what both its level and its holder's roles allow. Roles are given by those who look after people, so who has
    a project that far open to themselves, by having made it or by a share, may open it that far to anybody: a developer develops
    there, whoever let them in. Who has it open by roles alone has no level there, and gives nobody what they have not themselves.

    Parameters
    ----------
    visit : Visit
        The transaction.
    level : str
        How far it would be open.
    project : UUID
        The project.
    holder : mapping
        ``user_id`` or ``group_id`` of whom it would be open to.

    Raises
    ------
    ForbiddenError
        Where they may not.
    """
    if visit.rights.is_open(project, level):
        return
    opened, own = all_of(LEVELS[level]), visit.rights.within(project)
    for name in sorted(opened & visit.rights.everywhere):
        visit.need(name, project)  # else they would open it further to themselves
    for rights in _of_holders(visit, holder):
        more = (opened & rights.everywhere) - rights.within(project) - own
        if more:
            raise ForbiddenError(
                f"You may not share this project to {level}, since it is not open that far to you and they could do more in it than you ({', '.join(sorted(more))}). Share it to less, or ask who made it, or an administrator of your organisation."
            )


def _of_holders(visit: Visit, holder: Mapping[str, UUID]) -> Iterator[Rights]:
    if "user_id" in holder:
        yield rights_of(visit.session, Actor("user", holder["user_id"], ""))
        return
    group = holder["group_id"]
    yield rights_of_group(visit.session, group, frozenset())
    for user in visit.session.scalars(
        select(Membership.user_id).where(Membership.group_id == group)
    ).all():
        yield rights_of(visit.session, Actor("user", user, ""))


def _guard(visit: Visit, rights: Rights) -> None:
    if visit.actor.kind == "operator":
        return
    for name in sorted(rights.everywhere):
        visit.need(name)
    for project, names in rights.projects.items():
        if project not in visit.rights.projects:
            visit.need("projects.see_all")
        for name in sorted(names):
            visit.need(name, project)
    unseen = Dashboard.id.in_(rights.dashboards - visit.rights.dashboards)
    for project in visit.session.scalars(select(Dashboard.project_id).where(unseen)):
        visit.need("dashboards.read", project)
