"""What schedules ask for becomes runs: each slot one, whoever looks, how often and how many at once.

A slot's run and the note that it was seen are one transaction. Transactions of a tenant follow one another, so who comes second
finds nothing left to do; beneath them the database has one run of a slot at most.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update

from mindzie.access import kinds, run_asked
from mindzie.access.asking import as_asker
from mindzie.access.audit import facts
from mindzie.access.door import Door, Visit
from mindzie.access.identity import OPERATOR
from mindzie.access.opening import READY
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    LimitError,
    MindzieError,
    NotFoundError,
    SettingError,
)
from mindzie.core.slots import Cron, Missed
from mindzie.store.database import Database, Scope
from mindzie.store.models import (
    Dataset,
    DatasetVersion,
    Investigation,
    Project,
    Run,
    Schedule,
    Tenant,
)
from mindzie.store.types import now

_REFUSALS: Final = (ConflictError, ForbiddenError, LimitError, NotFoundError, SettingError)
"""After these the next slot may do; anything else is tried again for the same one."""


def tick(door: Door, moment: datetime | None = None) -> Iterator[UUID]:
    """Make the runs that schedules of a tenant ask for by now.

    Parameters
    ----------
    door : Door
        Of the operator for all schedules, else for those that the actor may start.
    moment : datetime, optional
        The present.

    Yields
    ------
    UUID
        Each run made, which waits for a worker.

    Raises
    ------
    MindzieError
        The first of those that hindered a schedule, such as a database that does not answer; it is tried again by the next tick.
    """
    moment = moment or now()
    with door.reading() as visit:
        found = [row.id for row in _due(visit, moment)]
    failed = list[MindzieError]()
    for key in found:
        try:
            yield from _ticked(door, key, moment)
        except MindzieError as error:  # the others do not wait for it
            failed.append(error)
    if failed:
        raise failed[0]


def tenants_due(database: Database, moment: datetime | None = None) -> list[UUID]:
    """Return the tenants of which a schedule asks for a run by now.

    Parameters
    ----------
    database : Database
        Of the installation.
    moment : datetime, optional
        The present.

    Returns
    -------
    list of UUID
        Of active tenants.
    """
    chosen = _asks(select(Schedule.tenant_id), moment or now())
    chosen = chosen.join(Tenant, Tenant.id == Schedule.tenant_id).where(Tenant.active)
    with database.reading(Scope(None)) as session:
        return list(session.scalars(chosen.distinct()))


def _ticked(door: Door, key: UUID, moment: datetime) -> list[UUID]:
    made = list[UUID]()
    with door.writing() as visit:
        for row in _due(visit, moment, Schedule.id == key):
            made += _followed(visit, row, moment)
    return made


def _due(visit: Visit, moment: datetime, *conditions: Any) -> list[Schedule]:
    chosen = _asks(_mine(visit).where(*conditions), moment)
    rows = visit.session.scalars(chosen.order_by(Schedule.next_at, Schedule.id))
    return [row for row in rows if _operates(visit) or _may(visit, row)]


def _asks(chosen: Select[Any], moment: datetime) -> Select[Any]:
    times = and_(Schedule.cron != "", or_(Schedule.next_at.is_(None), Schedule.next_at <= moment))
    return (
        chosen.join(Project, Project.id == Schedule.project_id)
        .join(Investigation, Investigation.id == Schedule.investigation_id)
        .outerjoin(Dataset, Dataset.id == Investigation.dataset_id)
        .where(Schedule.active, Project.archived_at.is_(None), or_(times, _new_data()))
    )


def _new_data() -> Any:
    other = or_(Schedule.seen_dataset.is_(None), Schedule.seen_dataset != Dataset.id)
    newer = Dataset.current > func.coalesce(Schedule.seen_version, 0)
    return and_(Schedule.on_new_data.is_(True), Dataset.current.is_not(None), or_(other, newer))


def _operates(visit: Visit) -> bool:
    return visit.actor.kind == OPERATOR.kind


def _mine(visit: Visit) -> Select[Any]:
    return select(Schedule) if _operates(visit) else visit.visible(kinds.SCHEDULE)


def _may(visit: Visit, row: Schedule) -> bool:
    return visit.may(kinds.SCHEDULE.change, row.project_id)


def _followed(visit: Visit, row: Schedule, moment: datetime) -> list[UUID]:
    """Make the runs of a schedule, and note what was seen."""
    asked = visit.session.get_one(Investigation, row.investigation_id)
    times, seen = _times(visit, row, moment)
    data, more = _data(visit, row, asked)
    made, error = list[UUID](), None
    for slot in (*times, *data):
        try:
            with visit.session.begin_nested():
                made += _made(visit, row, asked, slot)
        except _REFUSALS as refused:
            error = str(refused)
    if times or data:
        seen["error"] = error
    # no change of somebody's: its revision stays, so that who looked at it before may still change it
    values = {**seen, **more, "updated_at": Schedule.updated_at}
    kept = update(Schedule).where(Schedule.id == row.id).values(values)
    visit.session.execute(kept.execution_options(synchronize_session=False))
    return made


Slots = list[tuple[str, str, int | None]]
"""With the reason of each, and the version of the data that it is of."""


def _times(visit: Visit, row: Schedule, moment: datetime) -> tuple[Slots, dict[str, Any]]:
    if not row.cron:
        return [], {}
    try:
        cron = Cron(row.cron, row.time_zone)
    except SettingError as refused:  # kept before times were checked
        return [], {"active": False, "error": str(refused)}
    following = next(cron.after(moment))
    first = row.next_at or following
    if first > moment:
        return [], {"next_at": following}
    slots = cron.due(first, moment, cast(Missed, row.missed))
    if not slots or slots[0] > first:
        until = slots[0] if slots else following
        told = {"from": first.isoformat(), "before": until.isoformat(), "missed": row.missed}
        visit.note("schedules.skip", kinds.SCHEDULE.title, row, after=told)
    return [(slot.isoformat(), run_asked.SCHEDULE, None) for slot in slots], {"next_at": following}


def _data(visit: Visit, row: Schedule, asked: Investigation) -> tuple[Slots, dict[str, Any]]:
    if not row.on_new_data or asked.dataset_id is None:
        return [], {}
    dataset = visit.session.get_one(Dataset, asked.dataset_id)
    seen = row.seen_version if row.seen_dataset == dataset.id else None
    if dataset.current is None or dataset.current <= (seen or 0):
        return [], {}
    numbers = [dataset.current]
    if row.missed == "all" and row.seen_dataset == dataset.id:
        numbers = _since(visit, dataset, seen or 0)
    slots: Slots = [(f"{dataset.id} {number}", run_asked.DATA, number) for number in numbers]
    return slots, {"seen_dataset": dataset.id, "seen_version": dataset.current}


def _since(visit: Visit, dataset: Dataset, seen: int) -> list[int]:
    """Return the versions that were published since one was seen, and are kept still."""
    number = DatasetVersion.number
    chosen = select(number).filter_by(dataset_id=dataset.id, state=READY)
    between = chosen.where(number > seen, number <= dataset.current).order_by(number)
    return list(visit.session.scalars(between))


def _made(
    visit: Visit, row: Schedule, asked: Investigation, of: tuple[str, str, int | None]
) -> list[UUID]:
    slot, reason, version = of
    same = select(Run.id).where(Run.schedule_id == row.id, Run.slot == slot)
    if visit.session.scalar(same) is not None:
        return []
    owner = row.runs_as or row.created_by
    with as_asker(
        visit, owner, "runs of the schedule", kinds.RUN.change, "its investigation"
    ) as their:
        their.changeable(kinds.INVESTIGATION, asked.id, kinds.RUN.change)
    made = run_asked.new_run(
        *(visit, asked, row.parameters),
        asker=owner,
        reason=reason,
        version=version,
        schedule_id=row.id,
        slot=slot,
    )
    visit.note("runs.request", kinds.RUN.title, made, name=asked.name, after=facts(made))
    return [made.id]
