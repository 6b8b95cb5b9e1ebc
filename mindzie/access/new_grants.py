"""Making grants: random, kept as a hash, and no more than somebody can look at."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mindzie.access.services import hash_of
from mindzie.core.errors import LimitError
from mindzie.store.models import DashboardVersion, Grant

MARK: Final = "mzg_"
"""Begins each grant."""
MOST_OF_ONE: Final = 100
"""Visits of a person at the same time."""
MOST_BY_LINK: Final = 1_000
"""Visits by a public link at the same time."""


def new_grant(
    session: Session,
    version: DashboardVersion,
    until: datetime,
    *,
    user: UUID | None = None,
    link: UUID | None = None,
) -> str:
    """Make a grant and return it; it is known this once.

    Parameters
    ----------
    session : Session
        Of the tenant, writing; grants that have ended are gone from it.
    version : DashboardVersion
        What it shows.
    until : datetime
        When it ends.
    user, link : UUID, optional
        To whom: a person, or whoever has a public link.

    Returns
    -------
    str
        The grant.

    Raises
    ------
    LimitError
        Where they have as many open as there may be.
    """
    reader = {"user_id": user, "link_id": link}
    chosen = select(func.count()).select_from(Grant).filter_by(**reader)
    most = MOST_OF_ONE if link is None else MOST_BY_LINK
    if (session.scalar(chosen) or 0) >= most:
        raise LimitError(
            f"This reader has dashboards open {most:,} times already: close some, or come back later."
        )
    grant = f"{MARK}{secrets.token_urlsafe(40)}"
    session.add(
        Grant(
            tenant_id=version.tenant_id,
            version_id=version.id,
            **reader,
            token_hash=hash_of(grant),
            expires_at=until,
        )
    )
    return grant
