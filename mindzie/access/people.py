"""People of a tenant, and groups of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.account import forget, reset
from mindzie.access.administrators import keeping_an_administrator
from mindzie.access.admitted import Admitted
from mindzie.access.door import Visit
from mindzie.access.items import Item
from mindzie.access.limits import PEOPLE, within_limits
from mindzie.access.rising import (
    guard_group,
    guard_roles_of,
    guard_roles_of_group,
    guard_take_over,
)
from mindzie.core.errors import SettingError
from mindzie.store.models import Membership, RoleAssignment
from mindzie.store.models import User as UserRecord


class User(Admitted, Item):
    """A person of the tenant."""

    kind = kinds.USER
    made_by = "workspace.invite(email, role)"

    def reset_account(self, password: str) -> None:
        """Give the person's local account a new password, open it, and drop its second factor.

        Parameters
        ----------
        password : str
            At least 12 letters; to be changed by the person.

        Raises
        ------
        ForbiddenError
            Where the person may do more than the actor.
        """
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            guard_roles_of(visit, row.id)
            guard_take_over(visit, "user", row.id)
            reset(visit, row.id, password)
            visit.note("users.reset_account", self.kind.title, row)

    def _switch(self, visit: Visit, row: Any, *, active: bool) -> None:
        with keeping_an_administrator(visit), within_limits(visit.session, visit.tenant, *PEOPLE):
            row.active = active

    def _before_delete(self, visit: Visit, row: Any) -> None:
        with keeping_an_administrator(visit):
            row.active = False
        forget(visit, row.id)

    def _guard(self, visit: Visit, row: Any) -> None:
        guard_roles_of(visit, row.id)


class Group(Item):
    """People who share rights."""

    kind = kinds.GROUP

    @property
    def members(self) -> list[User]:
        """Its people."""
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            chosen = select(UserRecord).join(Membership, Membership.user_id == UserRecord.id)
            rows = visit.session.scalars(chosen.where(Membership.group_id == self.id))
            return [User(self._door, row) for row in rows]

    def add(self, user: User) -> None:
        """Take a user into the group; nothing happens to one who is in it."""
        with self._door.writing() as visit:
            row, member, found = self._member(visit, user)
            guard_group(visit, row.id)
            if found is None:
                with within_limits(visit.session, visit.tenant, *PEOPLE):
                    visit.session.add(
                        Membership(tenant_id=visit.tenant, group_id=row.id, user_id=member.id)
                    )
                visit.note(
                    "groups.add",
                    self.kind.title,
                    row,
                    after={"user_id": str(member.id), "name": member.name},
                )

    def remove(self, user: User) -> None:
        """Take a user out of the group; nothing happens to one who is not in it."""
        with self._door.writing() as visit:
            row, member, found = self._member(visit, user)
            if found is not None:
                with keeping_an_administrator(visit):
                    visit.session.delete(found)
                visit.note(
                    "groups.remove",
                    self.kind.title,
                    row,
                    before={"user_id": str(member.id), "name": member.name},
                )

    def _member(self, visit: Visit, user: User) -> tuple[Any, Any, Membership | None]:
        row = visit.changeable(self.kind, self.id)
        guard_roles_of_group(visit, row.id)
        if not isinstance(user, User):
            raise SettingError("A group has people of workspace.users as its members.")
        member = visit.row(kinds.USER, user.id)
        chosen = select(Membership).filter_by(group_id=row.id, user_id=member.id)
        return row, member, visit.session.scalars(chosen).one_or_none()

    def _before_delete(self, visit: Visit, row: Any) -> None:
        with keeping_an_administrator(visit):
            for given in visit.session.scalars(select(RoleAssignment).filter_by(group_id=row.id)):
                visit.session.delete(given)

    def _guard(self, visit: Visit, row: Any) -> None:
        guard_roles_of_group(visit, row.id)

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        if "external_id" in values:  # whom the provider puts into a group gets all that it has
            guard_group(visit, row.id)
