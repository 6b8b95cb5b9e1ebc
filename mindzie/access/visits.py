"""Who looked at a dashboard: one line a visit, only added, and gone when it is old."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from mindzie.access.door import Visit
from mindzie.store.models import DashboardVersion, DashboardVisit, Grant, Tenant
from mindzie.store.types import now

DAYS: Final = 90
"""For which visits are kept, where the organisation says nothing else."""


def add_visit(
    session: Session,
    version: DashboardVersion,
    reader: str,
    *,
    user: UUID | None = None,
    link: UUID | None = None,
) -> None:
    """Write down that somebody looks at a version, and forget what is old of the tenant's.

    Parameters
    ----------
    session : Session
        Of the tenant, writing.
    version : DashboardVersion
        What they look at.
    reader : str
        Their name.
    user, link : UUID, optional
        Who it is, or by which public link they came.
    """
    tenant, moment = version.tenant_id, now()
    session.add(
        DashboardVisit(
            tenant_id=tenant,
            dashboard_id=version.dashboard_id,
            number=version.number,
            reader=reader,
            user_id=user,
            link_id=link,
        )
    )
    old = DashboardVisit.tenant_id == tenant, DashboardVisit.created_at < _oldest(session, tenant)
    over = Grant.tenant_id == tenant, Grant.expires_at <= moment
    for record, conditions in ((DashboardVisit, old), (Grant, over)):
        chosen = delete(record).where(*conditions)
        session.execute(chosen.execution_options(synchronize_session=False))


def _oldest(session: Session, tenant: UUID) -> datetime:
    days = session.get_one(Tenant, tenant).visit_days
    return now() - timedelta(days=DAYS if days is None else days)


def visits_of(visit: Visit, board: UUID, limit: int) -> list[dict[str, Any]]:
    """Return the visits of a dashboard, the last first, as ``Dashboard.visits`` says."""
    record = DashboardVisit
    kept = record.created_at >= _oldest(visit.session, visit.tenant)
    chosen = select(record).where(record.dashboard_id == board, kept).limit(limit)
    return [
        {
            "at": row.created_at,
            "version": row.number,
            "reader": row.reader,
            "user": row.user_id,
            "link": row.link_id,
        }
        for row in visit.session.scalars(
            chosen.order_by(record.created_at.desc(), record.id.desc())
        )
    ]
