"""With whose rights schedules run."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import update

from mindzie.access.door import Visit
from mindzie.store.models import Schedule


def take_over(visit: Visit, investigation: UUID) -> None:
    """Let an investigation's schedules run with the rights of who changes it: nobody's code runs with another's.

    Parameters
    ----------
    visit : Visit
        The transaction in which it is changed.
    investigation : UUID
        The investigation.
    """
    values = {"runs_as": visit.actor.id, "updated_at": Schedule.updated_at}
    mine = update(Schedule).where(Schedule.investigation_id == investigation).values(values)
    visit.session.execute(mine.execution_options(synchronize_session=False))
