"""Roles of a tenant, and who has which."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import select, update

from mindzie.access import kinds
from mindzie.access.administrators import keeping_an_administrator
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Door, Visit
from mindzie.access.items import Item
from mindzie.access.limits import PEOPLE, within_limits
from mindzie.access.permissions import ROLES, checked
from mindzie.access.rising import guard_grant
from mindzie.access.tables import table_of
from mindzie.core.errors import ConflictError, SettingError
from mindzie.store.models import Group as GroupRecord
from mindzie.store.models import Invitation as InvitationRecord
from mindzie.store.models import RoleAssignment
from mindzie.store.models import ServiceAccount as ServiceRecord
from mindzie.store.models import User as UserRecord
from mindzie.store.types import now


class Role(Item):
    """A tenant's own set of permissions."""

    kind = kinds.ROLE

    @classmethod
    def check_facts(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse the name of a built-in role, and permissions that the actor has not."""
        if str(values.get("name", "")).casefold() in ROLES:
            raise ConflictError(f"{values['name']!r} is a built-in role: choose another name.")
        if "permissions" in values:
            values["permissions"] = list(checked(values["permissions"]))
            _guard_names(visit, values["permissions"])

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        if "name" in values:
            for record in (RoleAssignment, InvitationRecord):
                mine = update(record).where(record.role == row.name)
                visit.session.execute(mine.values(role=values["name"]))
        if "permissions" in values:
            _guard_projects(visit, row.name, values["permissions"])
            with within_limits(visit.session, visit.tenant, *PEOPLE):
                row.permissions = values["permissions"]

    def _guard(self, visit: Visit, row: Any) -> None:
        guard_grant(visit, row.name)

    def _before_delete(self, visit: Visit, row: Any) -> None:
        chosen = select(RoleAssignment.id).where(RoleAssignment.role == row.name)
        if visit.session.scalars(chosen).first() is not None:
            raise ConflictError(f"Somebody has the role {row.name!r}: take it from them first.")
        promised = select(InvitationRecord.id).where(
            InvitationRecord.role == row.name,
            InvitationRecord.accepted_at.is_(None),
            InvitationRecord.revoked_at.is_(None),
            InvitationRecord.expires_at > now(),
        )
        if visit.session.scalars(promised).first() is not None:
            raise ConflictError(
                f"Somebody is invited to the role {row.name!r}: revoke the invitation first."
            )


def _guard_projects(visit: Visit, role: str, names: list[str]) -> None:
    # who has the role in a project gets its new permissions there
    here = select(RoleAssignment.project_id).where(RoleAssignment.role == role)
    for project in visit.session.scalars(here.where(RoleAssignment.project_id.is_not(None))):
        _guard_names(visit, names, project)


def _guard_names(visit: Visit, names: list[str], project: UUID | None = None) -> None:
    if visit.actor.kind == "operator":
        return  # who gives every role
    for name in names:
        visit.need(name, project)


class Roles(Collection[Role]):
    """The tenant's own roles; built-in ones are listed in ``built_in``."""

    built_in: ClassVar = {name: said for name, (said, _) in ROLES.items()}

    def __init__(self, door: Door) -> None:
        super().__init__(door, Role)

    def create(self, name: str | None = None, **fields: Any) -> Role:
        """Make a role.

        Parameters
        ----------
        name : str
            Not that of a built-in role.
        **fields
            ``permissions``: names of permissions; ``description``.

        Returns
        -------
        Role
            The new role.
        """
        return super().create(name, **{"permissions": [], **fields})

    def _repr_html_(self) -> str:
        built_in = table_of(
            [{"name": name, "description": said} for name, said in self.built_in.items()]
        )
        own = f"<p>Your own:</p>{super()._repr_html_()}" if len(self) else ""
        return f"<p>Built in:</p>{built_in}{own}"


class Assignment(Item):
    """A role that somebody has."""

    kind = kinds.ASSIGNMENT
    named_by = "role"
    made_by = "workspace.role_assignments.give(role, to)"
    fixed = "take the role away with delete() and give another one"

    def _told(self, visit: Visit, row: Any) -> dict[str, Any]:
        user, group, service = row.user_id, row.group_id, row.service_account_id
        kind: Any = UserRecord if user else GroupRecord if group else ServiceRecord
        return {"to": visit.session.get_one(kind, user or group or service).name}

    def _before_delete(self, visit: Visit, row: Any) -> None:
        guard_grant(visit, row.role)
        with keeping_an_administrator(visit):
            row.role = "viewer"


class Assignments(Collection[Assignment]):
    """Who has which role, in the tenant or a project."""

    def __init__(self, door: Door) -> None:
        super().__init__(door, Assignment)

    def give(self, role: str, to: Any, *, project: Any = None) -> Assignment:
        """Give a role.

        Parameters
        ----------
        role : str
            A built-in role, or one of the tenant's.
        to : User, Group or ServiceAccount
            Whom.
        project : Project or str, optional
            Where; in the whole tenant where not given.

        Returns
        -------
        Assignment
            ``delete()`` takes the role away.

        Raises
        ------
        ForbiddenError
            Where the role has permissions that the giver has not.
        ConflictError
            For an archived project.
        LimitError
            Where the tenant has as many analysts as it may.
        """
        with self._door.writing() as visit:
            holder = _holder(visit, to)
            home = None
            if isinstance(project, str):
                home = visit.named(kinds.PROJECT, project).id
            elif project is not None:
                home = visit.row(kinds.PROJECT, getattr(project, "id", project)).id
            visit.need(kinds.ASSIGNMENT.change)
            guard_grant(visit, role, home)
            if home is not None:
                visit.open_project(home)
            chosen = select(RoleAssignment).filter_by(role=role, project_id=home, **holder)
            given = visit.session.scalars(chosen).one_or_none()
            if given is None:
                given = RoleAssignment(tenant_id=visit.tenant, role=role, project_id=home, **holder)
                with within_limits(visit.session, visit.tenant, *PEOPLE):
                    visit.session.add(given)
                visit.note(
                    "role_assignments.create",
                    "role assignment",
                    given,
                    name=role,
                    after={**facts(given), "to": to.label},
                )
        return Assignment(self._door, given)


def _holder(visit: Visit, to: Any) -> dict[str, Any]:
    columns = {
        kinds.USER: "user_id",
        kinds.GROUP: "group_id",
        kinds.SERVICE: "service_account_id",
    }
    if isinstance(to, Item) and to.kind in columns:
        return {columns[to.kind]: visit.row(to.kind, to.id).id}
    raise SettingError("A role is given to a user, a group or a service account of the workspace.")
