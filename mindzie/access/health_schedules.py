"""Schedules that nobody looks after, or that cannot make their runs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import func, select

from mindzie.access.entrance import Place
from mindzie.access.problem import NOTE, Problem
from mindzie.core.words import counted, date
from mindzie.store.database import Scope
from mindzie.store.models import Project, Schedule, Tenant
from mindzie.store.types import now

PATIENCE: Final = timedelta(minutes=15)
"""How long a slot may wait for a worker."""


def schedule_notes(place: Place) -> Iterator[Problem]:
    """Name tenants whose schedules no worker looks after, or have slots without their run.

    Parameters
    ----------
    place : Place
        The installation.

    Yields
    ------
    Problem
        Notes, with no name of what is the tenant's own.
    """
    chosen = (
        select(Tenant.name, func.count(), func.min(Schedule.next_at))
        .join(Schedule, Schedule.tenant_id == Tenant.id)
        .join(Project, Project.id == Schedule.project_id)
        .where(Tenant.active, Schedule.active, Project.archived_at.is_(None))
        .group_by(Tenant.name)
        .order_by(Tenant.name)
    )
    late = Schedule.next_at < now() - PATIENCE
    with place.database.reading(Scope(None)) as session:
        waiting = list(session.execute(chosen.where(late)))
        failing = list(session.execute(chosen.where(Schedule.error.is_not(None))))
    for tenant, count, since in waiting:
        said = f"{counted(count, 'schedule')} {_verb(count, 'waits', 'wait')} for a worker since {date(cast(datetime, since))} UTC"
        yield Problem(NOTE, tenant, said, "Start one: `mindzie runs work --watch --all-tenants`.")
    for tenant, count, _ in failing:
        said = (
            f"{counted(count, 'schedule')} could not make {_verb(count, 'its', 'their')} last run"
        )
        yield Problem(NOTE, tenant, said, "Its people see why: `mindzie schedule list`.")


def _verb(count: int, one: str, more: str) -> str:
    return one if count == 1 else more
