"""Work that waits and that no worker does, and work that came to nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from mindzie.access import turns
from mindzie.access.entrance import Place
from mindzie.access.problem import NOTE, Problem
from mindzie.core.words import counted, date
from mindzie.store.database import Scope
from mindzie.store.models import Delivery, ImportJob, Project, Run, Schedule, Tenant
from mindzie.store.types import now

PATIENCE: Final = timedelta(minutes=15)
"""How long work may wait for a worker."""
RECENT: Final = timedelta(days=7)
"""How long it is noted that a message was given up."""
_RUNS: Final = "Start one: `mindzie runs work --watch --all-tenants`."
_IMPORTS: Final = (
    "Start one: `mindzie jobs run --watch --all-tenants`, with the folders that it may read."
)


@dataclass(frozen=True)
class Work:
    """What workers do of one kind.

    Parameters
    ----------
    said : str
        What one of them is called.
    record : type of TenantRecord
        Their table.
    due : ColumnElement
        When each is to be done.
    open : tuple of ColumnElement
        What holds of those that are still to be done.
    start : str
        How to start a worker.
    more : str
        What follows the name, in the plural as well.
    """

    said: str
    record: Any
    due: Any
    open: tuple[Any, ...]
    start: str = _RUNS
    more: str = ""

    def counts(self, place: Place, *conditions: Any) -> list[tuple[str, int, datetime]]:
        """Return for each tenant with some of them their number, and when the first was due."""
        chosen = (
            select(Tenant.name, func.count(), func.min(self.due))
            .join(self.record, self.record.tenant_id == Tenant.id)
            .where(Tenant.active, *conditions)
            .group_by(Tenant.name)
            .order_by(Tenant.name)
        )
        with place.database.reading(Scope(None)) as session:
            return [(name, count, since) for name, count, since in session.execute(chosen)]

    def late(self, moment: datetime) -> tuple[Any, ...]:
        """Return the conditions on those that wait too long, while no worker is heard of that does another one."""
        late = (*self.open, self.due < moment - PATIENCE)
        if self.record is Schedule:
            return late
        other = aliased(self.record)
        heard = select(other.id).where(
            other.state == turns.RUNNING, other.beat_at >= moment - turns.SILENCE
        )
        return (*late, ~heard.exists())

    def name(self, count: int) -> str:
        """Say how many they are."""
        return counted(count, self.said) + self.more


def _waits(record: Any) -> tuple[Any, Any]:
    return func.coalesce(record.next_at, record.created_at), (record.state == turns.WAITING,)


_LIVE: Final = (
    Schedule.active,
    Schedule.project_id.in_(select(Project.id).where(Project.archived_at.is_(None))),
)
SCHEDULES: Final = Work("schedule", Schedule, Schedule.next_at, _LIVE)
MESSAGES: Final = Work("message", Delivery, *_waits(Delivery), more=" of alerts")
RUNS: Final = Work("run", Run, *_waits(Run))
IMPORTS: Final = Work("import", ImportJob, *_waits(ImportJob), _IMPORTS)


def work_notes(place: Place) -> Iterator[Problem]:
    """Name tenants whose work no worker does, whose schedules made no run, or whose messages nobody took.

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
    for kind in (SCHEDULES, MESSAGES, RUNS, IMPORTS):
        for tenant, count, since in kind.counts(place, *kind.late(moment)):
            verb = "waits" if count == 1 else "wait"
            said = f"{kind.name(count)} {verb} for a worker since {date(since)} UTC"
            yield Problem(NOTE, tenant, said, kind.start)
    for tenant, count, _ in SCHEDULES.counts(place, *_LIVE, Schedule.error.is_not(None)):
        their = "its" if count == 1 else "their"
        said = f"{SCHEDULES.name(count)} could not make {their} last run"
        yield Problem(NOTE, tenant, said, "Its people see why: `mindzie schedule list`.")
    lost = Delivery.state == turns.FAILED, Delivery.finished_at >= moment - RECENT
    for tenant, count, _ in MESSAGES.counts(place, *lost):
        said = f"{MESSAGES.name(count)} could not be delivered in the last seven days"
        todo = "Its people see why: `mindzie alerts sent --state failed`."
        yield Problem(NOTE, tenant, said, todo)
