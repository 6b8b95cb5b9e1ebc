"""Who does an import job, and that it is done in the transaction in which its version becomes the current one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from mindzie.access import kinds, turns
from mindzie.access.door import Door, Visit
from mindzie.access.turns import CANCELLED, DONE, FAILED, MOST, RUNNING, SILENCE, WAITING
from mindzie.core.errors import CancelledError, ConflictError
from mindzie.store.models import ImportJob
from mindzie.store.types import now

__all__ = [
    "CANCELLED",
    "DONE",
    "FAILED",
    "MOST",
    "NOBODY",
    "RUNNING",
    "SILENCE",
    "WAITING",
    "Turn",
    "beat",
    "fail",
    "take",
]


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
        turns.note(visit, kinds.IMPORT, row, RUNNING)

    def _mine(self, visit: Visit, dataset: Any) -> ImportJob:
        row: ImportJob | None = turns.held(visit.session, ImportJob, self.job, self.mark)
        if row is None:
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
        Of the operator for all jobs of a tenant, else for those whose data sets the actor may import into.
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
        open_now = turns.open_to_workers(ImportJob, silence, at_once=job is not None)
        chosen = turns.takable(visit, kinds.IMPORT).where(open_now)
        if job is not None:
            chosen = chosen.where(ImportJob.id == job)
        for row in visit.session.scalars(chosen.order_by(ImportJob.id)):
            if not (turns.may_take(visit, kinds.IMPORT, row) and fits(row)):
                continue
            if turns.worn_out(visit, kinds.IMPORT, row):
                continue
            left, row.writing = row.writing, None
            mark = turns.begin(visit, kinds.IMPORT, row)
            return Turn(row.id, mark, row.attempts, left), row
    return None


def beat(door: Door, turn: Turn, progress: dict[str, Any]) -> bool:
    """Say that a worker is alive and how far it is, and return whether its turn still holds."""
    return turns.beat(door, kinds.IMPORT, turn.job, turn.mark, progress)


def fail(
    door: Door, turn: Turn, error: str, *, again_at: datetime | None = None, state: str = FAILED
) -> None:
    """Say why a turn came to nothing, and when the job is tried again; nothing where the turn is over already."""
    turns.fail(door, kinds.IMPORT, turn.job, turn.mark, error, again_at=again_at, state=state)
