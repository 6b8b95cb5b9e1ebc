"""What schedules ask for becomes runs: each slot one, whoever looks, how often and how many at once.

A slot's run and the note that it was seen are one transaction. Transactions of a tenant follow one another, so who comes second
finds nothing left to do; beneath them the database has one run of a slot at most.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from sqlalchemy import Select, and_, func, or_, select, update

from mindzie.access import kinds, run_queue
from mindzie.access.asking import as_asker
from mindzie.access.audit import facts
from mindzie.access.door import Door, Visit
from mindzie.access.identity import OPERATOR
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    LimitError,
    NotFoundError,
    SettingError,
)
from mindzie.core.slots import Cron, Missed
from mindzie.store.models import Dataset, Investigation, Project, Run, Schedule
from mindzie.store.types import now

_REFUSALS: Final = (ConflictError, ForbiddenError, LimitError, NotFoundError, SettingError)
"""After these the next slot may do; anything else is tried again for the same one."""


def tick(door: Door, moment: datetime | None = None) -> list[UUID]:
    """Make the runs that schedules of a tenant ask for by now.

    Parameters
    ----------
    door : Door
        Of the operator for all schedules, else for those that the actor may start.
    moment : datetime, optional
        The present.

    Returns
    -------
    list of UUID
        The runs made, which wait for a worker.
    """
    moment = moment or now()
    with door.reading() as visit:
        found = [row.id for row in _due(visit, moment)]
    made: list[UUID] = []
    for key in found:
        with door.writing() as visit:
            for row in _due(visit, moment, Schedule.id == key):
                made += _followed(visit, row, moment)
    return made


def _due(visit: Visit, moment: datetime, *conditions: Any) -> list[Schedule]:
    times = and_(Schedule.cron != "", or_(Schedule.next_at.is_(None), Schedule.next_at <= moment))
    chosen = _mine(visit).where(Schedule.active, *conditions)
    chosen = (
        chosen.join(Project, Project.id == Schedule.project_id)
        .join(Investigation, Investigation.id == Schedule.investigation_id)
        .outerjoin(Dataset, Dataset.id == Investigation.dataset_id)
        .where(Project.archived_at.is_(None), or_(times, _new_data()))
        .order_by(Schedule.next_at, Schedule.id)
    )
    rows = visit.session.scalars(chosen)
    return [row for row in rows if _operates(visit) or _may(visit, row)]


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
    for slot, reason in (*times, *data):
        try:
            with visit.session.begin_nested():
                made += _made(visit, row, asked, slot, reason)
        except _REFUSALS as refused:
            error = str(refused)
    if times or data:
        seen["error"] = error
    # no change of somebody's: its revision stays, so that who looked at it before may still change it
    values = {**seen, **more, "updated_at": Schedule.updated_at}
    kept = update(Schedule).where(Schedule.id == row.id).values(values)
    visit.session.execute(kept.execution_options(synchronize_session=False))
    return made


Slots = list[tuple[str, str]]
"""With the reason of each."""


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
    return [(slot.isoformat(), run_queue.SCHEDULE) for slot in slots], {"next_at": following}


def _data(visit: Visit, row: Schedule, asked: Investigation) -> tuple[Slots, dict[str, Any]]:
    if not row.on_new_data or asked.dataset_id is None:
        return [], {}
    dataset = visit.session.get_one(Dataset, asked.dataset_id)
    seen = row.seen_version if row.seen_dataset == dataset.id else None
    if dataset.current is None or dataset.current <= (seen or 0):
        return [], {}
    slot = f"{dataset.id} {dataset.current}"
    return [(slot, run_queue.DATA)], {"seen_dataset": dataset.id, "seen_version": dataset.current}


def _made(visit: Visit, row: Schedule, asked: Investigation, slot: str, reason: str) -> list[UUID]:
    same = select(Run.id).where(Run.schedule_id == row.id, Run.slot == slot)
    if visit.session.scalar(same) is not None:
        return []
    owner = row.runs_as or row.created_by
    with as_asker(
        visit, owner, "runs of the schedule", kinds.RUN.change, "its investigation"
    ) as their:
        their.changeable(kinds.INVESTIGATION, asked.id, kinds.RUN.change)
    made = run_queue.new_run(
        *(visit, asked, row.parameters),
        asker=owner,
        reason=reason,
        schedule_id=row.id,
        slot=slot,
    )
    visit.note("runs.request", kinds.RUN.title, made, name=asked.name, after=facts(made))
    return [made.id]
