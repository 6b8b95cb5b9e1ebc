"""A tenant always has somebody who can do everything in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import or_, select

from mindzie.access.door import Visit
from mindzie.access.permissions import ADMIN
from mindzie.core.errors import ConflictError
from mindzie.store.models import Membership, RoleAssignment, User


@contextmanager
def keeping_an_administrator(visit: Visit) -> Iterator[None]:
    """Refuse a change that takes the last active tenant admin away.

    Parameters
    ----------
    visit : Visit
        A transaction; the change is made within.

    Raises
    ------
    ConflictError
        Where nobody would be left.
    """
    before = _has_one(visit)
    yield
    visit.session.flush()
    if before and not _has_one(visit):
        raise ConflictError(
            f"This is the last {ADMIN}: make somebody else one first, so that the organisation is not locked out."
        )


def _has_one(visit: Visit) -> bool:
    given = (RoleAssignment.role == ADMIN) & RoleAssignment.project_id.is_(None)
    direct = select(RoleAssignment.user_id).where(given)
    by_group = select(Membership.user_id).where(
        Membership.group_id.in_(select(RoleAssignment.group_id).where(given))
    )
    found = select(User.id).where(User.active, or_(User.id.in_(direct), User.id.in_(by_group)))
    return visit.session.scalars(found).first() is not None
