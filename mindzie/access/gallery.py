"""What somebody finds in their gallery: the dashboards that are open to them, with how fresh their data is."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, select

from mindzie.access import kinds
from mindzie.access.door import Visit
from mindzie.access.opening import READY
from mindzie.store.models import Dashboard, DashboardVersion, Dataset, DatasetVersion, Project


def cards(visit: Visit) -> list[dict[str, Any]]:
    """Return the published dashboards that the actor may open, by name, as ``Workspace.gallery`` says."""
    seen = visit.visible(kinds.DASHBOARD).where(Dashboard.published_at.is_not(None)).subquery()
    here = and_(
        DashboardVersion.dashboard_id == seen.c.id, DashboardVersion.number == seen.c.current
    )
    chosen = select(Dashboard, DashboardVersion).join(seen, seen.c.id == Dashboard.id)
    rows = visit.session.execute(
        chosen.join(DashboardVersion, here).order_by(Dashboard.name, Dashboard.id)
    ).all()
    projects = visit.visible(kinds.PROJECT).with_only_columns(Project.id, Project.name)
    names = {row.id: row.name for row in visit.session.execute(projects)}
    fresh = _fresh(visit, {key for board, version in rows for key in _shows(board, version)})
    return [
        {
            "id": board.id,
            "name": board.name,
            "description": board.description,
            "project": names.get(board.project_id),
            "kind": version.shown_by,
            "version": version.number,
            "published_at": board.published_at,
            "data_at": max(
                (fresh[key] for key in _shows(board, version) if key in fresh), default=None
            ),
            "picture": version.picture_type,
        }
        for board, version in rows
    ]


def _shows(board: Dashboard, version: DashboardVersion) -> set[UUID]:
    named = {UUID(key) for key in version.datasets}
    return named if board.dataset_id is None else {*named, board.dataset_id}


def _fresh(visit: Visit, keys: set[UUID]) -> dict[UUID, datetime]:
    chosen = (
        select(Dataset.id, DatasetVersion.created_at)
        .join(DatasetVersion, DatasetVersion.dataset_id == Dataset.id)
        .where(Dataset.id.in_(keys), DatasetVersion.number == Dataset.current)
        .where(DatasetVersion.state == READY)
    )
    return {row.id: row.created_at for row in visit.session.execute(chosen)}
