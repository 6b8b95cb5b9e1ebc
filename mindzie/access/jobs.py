"""Who does an import job: one worker at a time, which says that it is alive, and whose word ends with its turn.

A turn is told by a mark of its own in the job's row. Whoever was taken for dead and is not finds another mark there, and can neither
publish nor end the job any more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import and_, or_, update

from mindzie.access import kinds
from mindzie.access.door import Door, Visit
from mindzie.core.errors import CancelledError, ConflictError
from mindzie.store.database import Scope
from mindzie.store.models import ImportJob
from mindzie.store.types import now

SILENCE: Final = timedelta(seconds=60)
"""How long nothing is heard of a worker before another takes its job up."""
MOST: Final = 5
"""How often a job is begun before it has failed."""
WAITING, RUNNING, DONE = "waiting", "running", "done"
FAILED, CANCELLED = "failed", "cancelled"


@dataclass(frozen=True, slots=True)
class Turn:
    """One worker's turn at a job; without a job, nobody's, which hinders nothing.

    Parameters
    ----------
    job : UUID, optional
        The job.
    mark : str
        Of this turn alone.
    attempt : int
        1 for the first.
    left : int, optional
        The version that an earlier worker was writing when it went.
    base : int, optional
        The data set's current version when it began.
    strict : bool
        Whether another version meanwhile is a reason not to publish.
    progress : callable, optional
        Returns what is kept of how far it came.
    allowed : callable
        Refuses where who asked for the job may not do so any more.
    """

    job: UUID | None = None
    mark: str = ""
    attempt: int = 0
    left: int | None = None
    base: int | None = None
    strict: bool = False
    progress: Callable[[], dict[str, Any]] | None = None
    allowed: Callable[[Visit], None] = lambda _: None

    def begins(self, visit: Visit, dataset: Any, number: int) -> None:
        """Note which version is being written."""
        if self.job is not None:
            self._mine(visit, dataset).writing = number

    def ends(self, visit: Visit, dataset: Any, number: int | None) -> None:
        """Say that the job is done, with the version it made; None where nothing was new."""
        if self.job is None:
            return
        row = self._mine(visit, dataset)
        row.state, row.version_number, row.writing = DONE, number, None
        row.finished_at, row.error, row.worker = now(), None, None
        if self.progress is not None:
            row.progress = self.progress()
        _note(visit, row, RUNNING)

    def _mine(self, visit: Visit, dataset: Any) -> ImportJob:
        row: ImportJob | None = visit.session.get(ImportJob, self.job)
        if row is None or row.state != RUNNING or row.worker != self.mark:
            raise CancelledError(
                "The import was cancelled, or another worker took it up: nothing was changed."
            )
        self.allowed(visit)
        if self.strict and dataset.current != self.base:
            raise ConflictError(
                f"The data set {dataset.name!r} got another version meanwhile: the import begins again from that one."
            )
        return row


NOBODY: Final = Turn()
"""For what is published without a job."""


def take(
    door: Door,
    *,
    job: UUID | None = None,
    fits: Callable[[Any], bool] = lambda _: True,
    silence: timedelta = SILENCE,
) -> tuple[Turn, ImportJob] | None:
    """Take the oldest job that waits, or whose worker is silent; no other worker gets it.

    Parameters
    ----------
    door : Door
        Of a workspace; jobs whose data sets the actor may not import into are left alone.
    job : UUID, optional
        This one only.
    fits : callable
        Whether this worker may do a job.
    silence : timedelta
        After which a worker counts as dead.

    Returns
    -------
    tuple of Turn and ImportJob, or None
        None where there is nothing to do.
    """
    with door.writing() as visit:
        chosen = visit.visible(kinds.IMPORT).where(_open(now(), silence, at_once=job is not None))
        if job is not None:
            chosen = chosen.where(ImportJob.id == job)
        for row in visit.session.scalars(chosen.order_by(ImportJob.id)):
            project = kinds.IMPORT.project(visit.session, row)
            if not (visit.may(kinds.IMPORT.change, project) and fits(row)):
                continue
            if (row.attempts or 0) >= MOST:
                _end(visit, row, FAILED, f"Its worker stopped without a word {MOST} times.")
                continue
            return _begin(visit, row), row
    return None


def _open(moment: datetime, silence: timedelta, *, at_once: bool) -> Any:
    due = ImportJob.next_at.is_(None) | (ImportJob.next_at <= moment)
    waits = ImportJob.state == WAITING
    silent = and_(
        ImportJob.state == RUNNING,
        ImportJob.worker.is_not(None),
        ImportJob.beat_at < moment - silence,
    )
    return or_(waits if at_once else and_(waits, due), silent)


def _begin(visit: Visit, row: ImportJob) -> Turn:
    before, row.state, row.worker = row.state, RUNNING, uuid4().hex
    row.attempts = (row.attempts or 0) + 1
    row.started_at = row.beat_at = now()
    row.next_at = row.finished_at = row.error = None
    left, row.writing = row.writing, None
    visit.session.flush()
    _note(visit, row, before)
    return Turn(row.id, row.worker, row.attempts, left)


def beat(door: Door, turn: Turn, progress: dict[str, Any]) -> bool:
    """Say that a worker is alive and how far it is, and return whether its turn still holds.

    It is no change of the job's: neither its revision nor the audit log tells of it.
    """
    mine = (ImportJob.id == turn.job, ImportJob.state == RUNNING, ImportJob.worker == turn.mark)
    values = {"beat_at": now(), "progress": progress, "updated_at": ImportJob.updated_at}
    with door.database.writing(Scope(door.tenant)) as session:
        found: Any = session.execute(
            update(ImportJob)
            .where(ImportJob.tenant_id == door.tenant, *mine)
            .values(values)
            .execution_options(synchronize_session=False)
        )
        return bool(found.rowcount)


def fail(
    door: Door, turn: Turn, error: str, *, again_at: datetime | None = None, state: str = FAILED
) -> None:
    """Say why a turn came to nothing, and when the job is tried again; nothing where the turn is over already."""
    with door.writing() as visit:
        row = visit.session.get(ImportJob, turn.job)
        if row is None or row.state != RUNNING or row.worker != turn.mark:
            return
        row.next_at = again_at
        _end(visit, row, state if again_at is None else WAITING, error)


def _end(visit: Visit, row: ImportJob, state: str, error: str) -> None:
    before, row.state, row.error, row.worker = row.state, state, error, None
    row.finished_at = None if state == WAITING else now()
    visit.session.flush()
    _note(visit, row, before)


def _note(visit: Visit, row: ImportJob, before: str) -> None:
    visit.session.flush()
    told = {"state": row.state, "attempts": row.attempts}
    if row.error:
        told["error"] = row.error
    visit.note(
        f"import_jobs.{row.state}", kinds.IMPORT.title, row, before={"state": before}, after=told
    )
