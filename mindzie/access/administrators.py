"""A tenant always has somebody who can do everything in it."""

from __future__ import annotations

from sqlalchemy import or_, select

from mindzie.access.door import Visit
from mindzie.access.permissions import ADMIN
from mindzie.core.errors import ConflictError
from mindzie.store.models import Membership, RoleAssignment, User


def check_administrators(visit: Visit) -> None:
    """Refuse a change that leaves the tenant without an active tenant admin.

    Parameters
    ----------
    visit : Visit
        A transaction with the change made.

    Raises
    ------
    ConflictError
        Where nobody would be left.
    """
    given = (RoleAssignment.role == ADMIN) & RoleAssignment.project_id.is_(None)
    direct = select(RoleAssignment.user_id).where(given)
    by_group = select(Membership.user_id).where(
        Membership.group_id.in_(select(RoleAssignment.group_id).where(given))
    )
    left = select(User.id).where(User.active, or_(User.id.in_(direct), User.id.in_(by_group)))
    if visit.session.scalars(left).first() is None:
        raise ConflictError(
            f"This is the last {ADMIN}: make somebody else one first, so that the organisation is not locked out."
        )
