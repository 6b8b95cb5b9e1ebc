"""Published dashboards that show less than they did: data sets that are gone, or closed to who published them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from mindzie.access.door import Visit
from mindzie.access.entrance import Place
from mindzie.access.grants import readable
from mindzie.access.identity import OPERATOR
from mindzie.access.problem import Problem
from mindzie.access.rights import Rights
from mindzie.core.words import counted
from mindzie.store.database import Scope
from mindzie.store.models import Dashboard, DashboardVersion, Dataset, Tenant

_TODO = "Have somebody who may read them publish it again, or roll back to the version it shows; or unpublish it."


def board_problems(place: Place, tenant: Tenant) -> Iterator[Problem]:
    """Look over the published dashboards of a tenant.

    Parameters
    ----------
    place : Place
        The installation.
    tenant : Tenant
        Whose.

    Yields
    ------
    Problem
        For each dashboard that shows data sets no more.
    """
    shown = (
        DashboardVersion.dashboard_id == Dashboard.id,
        DashboardVersion.number == Dashboard.current,
    )
    chosen = select(Dashboard, DashboardVersion).join(DashboardVersion, shown[0]).where(shown[1])
    with place.database.reading(Scope(tenant.id)) as session:
        visit = Visit(session, tenant.id, OPERATOR, Rights(frozenset(), {}, frozenset()))
        rows = chosen.where(Dashboard.published_at.is_not(None)).order_by(Dashboard.name)
        for board, version in session.execute(rows).all():
            keys = {UUID(key) for key in version.datasets}
            lost = keys - readable(visit, board, version.datasets)
            if not lost:
                continue
            names = session.scalars(select(Dataset.name).where(Dataset.id.in_(lost)))
            closed = ", ".join(repr(name) for name in sorted(names))
            why = f"who published it may not read {closed}" if closed else "they are gone"
            said = f"readers see nothing of {counted(len(lost), 'data set')} that it names: {why}"
            yield Problem("closed", f"{tenant.name}, dashboard {board.name}", said, _TODO)
