"""Messages of alerts that nobody sends, or that nobody takes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import func, select

from mindzie.access import turns
from mindzie.access.entrance import Place
from mindzie.access.problem import NOTE, Problem
from mindzie.core.words import counted, date
from mindzie.store.database import Scope
from mindzie.store.models import Delivery, Tenant
from mindzie.store.types import now

PATIENCE: Final = timedelta(minutes=15)
"""How long a message may wait for a worker."""
RECENT: Final = timedelta(days=7)
"""How long it is noted that one was given up."""


def alert_notes(place: Place) -> Iterator[Problem]:
    """Name tenants whose messages no worker sends, or whose destinations took some of them not.

    Parameters
    ----------
    place : Place
        The installation.

    Yields
    ------
    Problem
        Notes, with no name of what is the tenant's own.
    """
    moment = now()
    due = func.coalesce(Delivery.next_at, Delivery.created_at)
    chosen = (
        select(Tenant.name, func.count(), func.min(due))
        .join(Delivery, Delivery.tenant_id == Tenant.id)
        .where(Tenant.active)
        .group_by(Tenant.name)
        .order_by(Tenant.name)
    )
    waits = Delivery.state == turns.WAITING, due < moment - PATIENCE
    lost = Delivery.state == turns.FAILED, Delivery.finished_at >= moment - RECENT
    with place.database.reading(Scope(None)) as session:
        waiting = session.execute(chosen.where(*waits)).all()
        failed = session.execute(chosen.where(*lost)).all()
    for tenant, count, since in waiting:
        verb = "waits" if count == 1 else "wait"
        said = f"{counted(count, 'message')} of alerts {verb} for a worker since {date(since)} UTC"
        yield Problem(NOTE, tenant, said, "Start one: `mindzie runs work --watch --all-tenants`.")
    for tenant, count, _ in failed:
        said = (
            f"{counted(count, 'message')} of alerts could not be delivered in the last seven days"
        )
        yield Problem(
            NOTE, tenant, said, "Its people see why: `mindzie alerts sent --state failed`."
        )
