"""The installation's own log: what its operator does with whole tenants, where none of them sees it or takes it along.

It is a chain like every tenant's, of a row of its own among them: the same triggers, proofs and backups hold for it. Nobody is of this
row, nobody gets into it, and it is in no list of tenants.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from mindzie.access.audit import lock, write
from mindzie.access.audit_log import AuditLog
from mindzie.access.entrance import Place
from mindzie.access.identity import OPERATOR
from mindzie.store.base import Base
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, AuditHead, Tenant

OWN: Final = UUID(int=0)
"""Identifier of the row that the log belongs to."""
_NAME: Final = "\x1finstallation"
"""No tenant can be given a name with such a letter."""


def note(
    session: Session,
    action: str,
    *,
    kind: str = "installation",
    row: Base | None = None,
    name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write an act of the operator, in the transaction that does it, as ``audit.write`` says."""
    _make(session)
    write(session, OWN, OPERATOR, action, kind=kind, row=row, name=name, before=before, after=after)


def own_log(place: Place) -> AuditLog:
    """Return the installation's own log."""
    with place.database.writing(Scope(None)) as session:
        _make(session)
    return AuditLog(place.door(OWN, OPERATOR))


def is_written(session: Session) -> bool:
    """Tell whether there is an entry."""
    chosen = select(func.count()).select_from(AuditEntry).where(AuditEntry.tenant_id == OWN)
    return bool(session.scalar(chosen))


def forget_unwritten(session: Session) -> None:
    """Remove what was made to look into a log that has no entry, so that another's can take its place."""
    session.execute(delete(AuditHead).where(AuditHead.tenant_id == OWN))
    session.execute(delete(Tenant).where(Tenant.id == OWN))


def _make(session: Session) -> None:
    if session.get(Tenant, OWN) is not None:
        return
    # another process may make it at the same moment
    with contextlib.suppress(IntegrityError), session.begin_nested():
        session.add(Tenant(id=OWN, name=_NAME, description="No tenant.", active=False))
        session.flush()
        lock(session, OWN)
