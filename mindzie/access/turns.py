"""Who does a task: one worker at a time, which says that it is alive, and whose word ends with its turn.

A turn is told by a mark of its own in the task's row. Whoever was taken for dead and is not finds another mark there, and can neither
publish nor end the task any more. Imports and runs are such tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

from sqlalchemy import Select, and_, case, func, or_, select, update
from sqlalchemy.orm import Session

from mindzie.access.door import Door, Visit
from mindzie.access.entrance import Place
from mindzie.access.identity import OPERATOR
from mindzie.access.kinds import Kind
from mindzie.store.database import Database, Scope
from mindzie.store.models import Tenant
from mindzie.store.types import now

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

SILENCE: Final = timedelta(seconds=60)
"""How long nothing is heard of a worker before another takes its task up."""
MOST: Final = 5
"""How often a task is begun before it has failed."""
PAUSES: Final = (2.0, 8.0, 32.0, 128.0)
"""Seconds before the second, third, fourth and fifth attempt."""
WAITING, RUNNING, DONE = "waiting", "running", "done"
FAILED, CANCELLED = "failed", "cancelled"


def open_to_workers(record: Any, silence: timedelta, *, at_once: bool = False) -> Any:
    """Return the condition on a task that waits, or whose worker is silent.

    Parameters
    ----------
    record : type of TenantRecord
        The table of the tasks.
    silence : timedelta
        After which a worker counts as dead.
    at_once : bool
        Whether the pause before the next attempt is over already.

    Returns
    -------
    ColumnElement
        For a query.
    """
    moment = now()
    due = record.next_at.is_(None) | (record.next_at <= moment)
    waits = record.state == WAITING
    silent = and_(
        record.state == RUNNING,
        record.worker.is_not(None),
        record.beat_at < moment - silence,
    )
    return or_(waits if at_once else and_(waits, due), silent)


def doors_waiting(
    where: Workspace | Place, kind: Kind, silence: timedelta = SILENCE
) -> Iterator[Door]:
    """Return the doors by which a worker takes tasks.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for the tasks that its visitor may do; or an installation, for those of all tenants.
    kind : Kind
        Of the tasks.
    silence : timedelta
        After which a worker counts as dead.

    Yields
    ------
    Door
        The workspace's; or the operator's in each tenant for which a task waits, those first of which the fewest are done now.
    """
    if not isinstance(where, Place):
        yield where._door  # noqa: SLF001 - the way in which the layers share it
        return
    for tenant in tenants_waiting(where.database, kind, silence):
        yield where.door(tenant, OPERATOR)


def tenants_waiting(database: Database, kind: Kind, silence: timedelta = SILENCE) -> list[UUID]:
    """Return the tenants for which a task waits, those first of which the fewest are done now.

    Parameters
    ----------
    database : Database
        Of the installation.
    kind : Kind
        Of the tasks.
    silence : timedelta
        After which a worker counts as dead.

    Returns
    -------
    list of UUID
        Of active tenants.
    """
    record: Any = kind.record
    waits = open_to_workers(record, silence)
    chosen = (
        select(record.tenant_id)
        .join(Tenant, Tenant.id == record.tenant_id)
        .where(record.state.in_((WAITING, RUNNING)), Tenant.active)
        .group_by(record.tenant_id)
        .having(func.sum(case((waits, 1), else_=0)) > 0)
        .order_by(func.sum(case((waits, 0), else_=1)), func.min(record.created_at))
    )
    with database.reading(Scope(None)) as session:
        return list(session.scalars(chosen))


def may_take(visit: Visit, kind: Kind, row: Any) -> bool:
    """Return whether a worker may do a task: that of an installation does those of all."""
    return _operates(visit) or visit.may(kind.change, kind.project(visit.session, row))


def takable(visit: Visit, kind: Kind) -> Select[Any]:
    """Return the query of the tasks that a worker sees."""
    return select(kind.record) if _operates(visit) else visit.visible(kind)


def _operates(visit: Visit) -> bool:
    return visit.actor.kind == OPERATOR.kind


def worn_out(visit: Visit, kind: Kind, row: Any) -> bool:
    """Return whether a task was begun often enough, and end it where it was."""
    if (row.attempts or 0) < MOST:
        return False
    end(visit, kind, row, FAILED, f"Its worker stopped without a word {MOST} times.")
    return True


def begin(visit: Visit, kind: Kind, row: Any) -> str:
    """Give a task to the worker that asks, and return the mark of its turn."""
    before, row.state, row.worker = row.state, RUNNING, uuid4().hex
    row.attempts = (row.attempts or 0) + 1
    row.started_at = row.beat_at = now()
    row.next_at = row.finished_at = row.error = None
    visit.session.flush()
    note(visit, kind, row, before)
    mark: str = row.worker
    return mark


def held(session: Session, record: Any, key: UUID | None, mark: str) -> Any:
    """Return a task's row where the turn still holds, else None."""
    row: Any = session.get(record, key)
    return None if row is None or row.state != RUNNING or row.worker != mark else row


def beat(door: Door, kind: Kind, key: UUID | None, mark: str, progress: dict[str, Any]) -> bool:
    """Say that a worker is alive and how far it is, and return whether its turn still holds.

    It is no change of the task's: neither its revision nor the audit log tells of it.
    """
    record: Any = kind.record
    mine = (record.id == key, record.state == RUNNING, record.worker == mark)
    values = {"beat_at": now(), "progress": progress, "updated_at": record.updated_at}
    with door.database.writing(Scope(door.tenant)) as session:
        found: Any = session.execute(
            update(record)
            .where(record.tenant_id == door.tenant, *mine)
            .values(values)
            .execution_options(synchronize_session=False)
        )
        return bool(found.rowcount)


def fail(
    door: Door,
    kind: Kind,
    key: UUID | None,
    mark: str,
    error: str,
    *,
    again_at: datetime | None = None,
    state: str = FAILED,
) -> None:
    """Say why a turn came to nothing, and when the task is tried again; nothing where the turn is over already."""
    with door.writing() as visit:
        row = held(visit.session, kind.record, key, mark)
        if row is None:
            return
        row.next_at = again_at
        end(visit, kind, row, state if again_at is None else WAITING, error)


def end(visit: Visit, kind: Kind, row: Any, state: str, error: str | None = None) -> None:
    """End a turn; a task that waits again has another one."""
    before, row.state, row.error, row.worker = row.state, state, error, None
    row.finished_at = None if state == WAITING else now()
    visit.session.flush()
    note(visit, kind, row, before)


def note(visit: Visit, kind: Kind, row: Any, before: str) -> None:
    """Write down what became of a task."""
    visit.session.flush()
    told = {"state": row.state, "attempts": row.attempts}
    if row.error:
        told["error"] = row.error
    visit.note(f"{kind.table}.{row.state}", kind.title, row, before={"state": before}, after=told)
