"""How long what runs left is kept: so many of an investigation, or so many days; what was accepted stays, and so do figures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Final
from uuid import UUID

from annotated_types import Ge, Le
from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from mindzie.access import kinds, turns
from mindzie.access.door import Door, Visit
from mindzie.access.given import given
from mindzie.access.identity import OPERATOR
from mindzie.access.snapshots import remove_files
from mindzie.core.words import counted
from mindzie.store.database import Database, Scope
from mindzie.store.files import Place
from mindzie.store.files_place import RUN
from mindzie.store.models import Investigation, Run, Tenant
from mindzie.store.types import now

Kept = Annotated[int, Ge(1), Le(100_000)] | None
FIELDS: Final = ("keep_runs", "keep_days")
_RULED: Final = or_(Investigation.keep_runs.is_not(None), Investigation.keep_days.is_not(None))


def checked_kept(values: dict[str, Any]) -> None:
    """Refuse numbers that keep nothing."""
    for name in FIELDS:
        if name in values:
            given(Kept, values[name], name)


def tenants_keeping(database: Database) -> list[UUID]:
    """Return the tenants of which an investigation does not keep all."""
    chosen = select(Investigation.tenant_id).join(Tenant, Tenant.id == Investigation.tenant_id)
    with database.reading(Scope(None)) as session:
        return list(session.scalars(chosen.where(Tenant.active, _RULED).distinct()))


def forget(door: Door, moment: datetime | None = None) -> int:
    """Remove what runs left that need not be kept any more; their rows stay, with parameters and figures.

    Parameters
    ----------
    door : Door
        Of the operator for all of a tenant, else for what the actor may start.
    moment : datetime, optional
        The present.

    Returns
    -------
    int
        Runs whose files were removed.
    """
    moment = moment or now()
    with door.reading() as visit:
        operates = visit.actor.kind == OPERATOR.kind
        chosen = select(Investigation) if operates else visit.visible(kinds.INVESTIGATION)
        found = [
            row.id
            for row in visit.session.scalars(chosen.where(_RULED))
            if (operates or visit.may(kinds.RUN.change, row.project_id))
            and _old(visit, row, moment)
        ]
    return sum(_forget(door, key, moment) for key in found)


def _forget(door: Door, key: UUID, moment: datetime) -> int:
    with door.writing() as visit:
        above = visit.session.get(Investigation, key)
        old = [] if above is None else _old(visit, above, moment)
        places = [Place(row.tenant_id, row.id, row.kept or 0, RUN) for row in old]
        gone = {"kept": None, "files": None, "size": 0, "updated_at": Run.updated_at}
        mine = update(Run).where(Run.id.in_([row.id for row in old])).values(gone)
        if old:
            visit.session.execute(mine.execution_options(synchronize_session=False))
            told = {"removed": [str(row.id) for row in old]}
            title = kinds.INVESTIGATION.title
            visit.note("runs.forget", title, above, after=told)
    # rows first: a folder that stays is named by `check`, files that are missing would be a loss
    remove_files(door, places)
    return len(places)


def _old(visit: Visit, above: Investigation, moment: datetime) -> list[Run]:
    """Return the runs whose files may go."""
    taken = aliased(Run)
    same = select(taken.id).where(taken.same_as == Run.id)
    # what was taken again lives as long as the newest run that has its results
    last = select(func.max(taken.finished_at)).where(taken.same_as == Run.id).scalar_subquery()
    accepted = or_(
        Run.accepted_at.is_not(None), same.where(taken.accepted_at.is_not(None)).exists()
    )
    over = Run.state.in_((turns.DONE, turns.FAILED, turns.CANCELLED))
    mine = Run.investigation_id == above.id, Run.kept.is_not(None), over, ~accepted
    found = [
        (max(filter(None, (row.finished_at, late)), default=row.created_at), row)
        for row, late in visit.session.execute(select(Run, last).where(*mine))
    ]
    found.sort(key=lambda each: (each[0], each[1].id), reverse=True)
    most = len(found) if above.keep_runs is None else above.keep_runs
    since = None if above.keep_days is None else moment - timedelta(days=above.keep_days)
    return [
        row
        for place, (seen, row) in enumerate(found)
        if place >= most or (since is not None and seen < since)
    ]


def words(above: Any) -> str:
    """Say how much an investigation keeps."""
    runs = "" if above.keep_runs is None else counted(above.keep_runs, "run")
    days = "" if above.keep_days is None else counted(above.keep_days, "day")
    return " and ".join(filter(None, (runs, days))) or "all"
