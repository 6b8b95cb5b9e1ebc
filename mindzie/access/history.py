"""What was done outlives what it was done with: runs and imports stay when a data set, schedule, connector or mapping goes, messages when a run does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, func, select, update

from mindzie.access.door import Visit
from mindzie.core.errors import ConflictError
from mindzie.core.words import counted
from mindzie.store.base import TenantRecord
from mindzie.store.models import (
    Connector,
    Dataset,
    DatasetVersion,
    Delivery,
    ImportJob,
    Mapping,
    Notebook,
    Run,
    Schedule,
)

_OPEN = ("waiting", "running")


def keep_history(visit: Visit, row: TenantRecord) -> None:
    """Let what was done with an object stay when it goes.

    Parameters
    ----------
    visit : Visit
        A transaction in which the object is about to be removed.
    row : TenantRecord
        The object.

    Raises
    ------
    ConflictError
        Where something still needs it.
    """
    match row:
        case Connector():
            _let_go(visit, ImportJob, "connector_id", row)
        case Mapping():
            _let_go(visit, ImportJob, "mapping_id", row)
        case Schedule():
            _let_go(visit, Run, "schedule_id", row)
        case Run():
            _forget(visit, Delivery, "run_id", select(Run.id).where(Run.id == row.id))
        case Notebook():
            used = select(func.count()).select_from(Run).where(Run.notebook_id == row.id)
            if count := visit.session.scalar(used):
                raise ConflictError(
                    f"{counted(count, 'run')} of notebook {row.number} would go with it: it stays as long as they do."
                )
        case Dataset():
            versions = select(DatasetVersion.id).where(DatasetVersion.dataset_id == row.id)
            _forget(visit, Run, "version_id", versions)


def _let_go(visit: Visit, record: type[Any], column: str, row: Any) -> None:
    own = getattr(record, column) == row.id
    still = select(func.count()).select_from(record).where(own, record.state.in_(_OPEN))
    if count := visit.session.scalar(still):
        what = "import" if record is ImportJob else "run"
        verb = "needs" if count == 1 else "need"
        raise ConflictError(
            f"{counted(count, what)} not yet ended {verb} {row.name!r}: cancel or wait, then delete it."
        )
    _forget(visit, record, column, select(type(row).id).where(type(row).id == row.id))


def _forget(visit: Visit, record: type[Any], column: str, gone: Select[Any]) -> None:
    chosen = update(record).where(getattr(record, column).in_(gone)).values({column: None})
    visit.session.execute(chosen.execution_options(synchronize_session=False))
