"""The queue of runs: a row that waits, the turn of the worker that takes it, and one transaction that ends it.

A worker calls ``take``, then ``work_of``, and at last ``finish``, which changes nothing where the turn is over: so a run is ended once,
whoever else thought to be at it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import func, select

from mindzie.access import kinds, turns
from mindzie.access.accepted import as_same
from mindzie.access.alerts_found import run_ended
from mindzie.access.asking import as_asker
from mindzie.access.door import Door, Visit
from mindzie.access.identity import Actor
from mindzie.access.limits import within_limits
from mindzie.access.opening import READY, snapshot_row
from mindzie.access.run_asked import BY_HAND, done_same
from mindzie.core.errors import NotFoundError
from mindzie.store.files import Place, Stored
from mindzie.store.files_place import RUN
from mindzie.store.models import Dataset, DatasetVersion, Notebook, Run
from mindzie.store.types import now

_LONGEST: Final = 2000
"""Letters of a message that are kept."""


@dataclass(frozen=True, slots=True)
class RunTurn:
    """One worker's turn at a run.

    Parameters
    ----------
    tenant, run : UUID
        The run.
    mark : str
        Of this turn alone.
    attempt : int
        1 for the first since the run was asked for.
    number : int
        1 for the first turn ever: where its files lie.
    half : tuple of Place
        Where a turn that came to nothing may have left something.
    kept : Place, optional
        Where what an earlier turn left lies until this one leaves something.
    """

    tenant: UUID
    run: UUID
    mark: str
    attempt: int
    number: int
    half: tuple[Place, ...] = ()
    kept: Place | None = None

    @property
    def place(self) -> Place:
        """Where its files lie."""
        return Place(self.tenant, self.run, self.number, RUN)

    @property
    def token(self) -> str:
        """What opens the workspace for the run's notebook as long as the turn holds."""
        return f"{self.run}.{self.mark}"


@dataclass(frozen=True, slots=True)
class RunData:
    """The data that a run sees.

    Parameters
    ----------
    name : str
        Of the data set.
    number : int
        Of the version.
    fingerprint : str
        Of its content.
    place : Place
        Where it lies.
    files : mapping
        As it was stored.
    """

    name: str
    number: int
    fingerprint: str
    place: Place
    files: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunWork:
    """What a run is.

    Parameters
    ----------
    name : str
        Of the investigation.
    notebook : dict
        The notebook, nbformat 4.
    parameters : dict
        By name.
    asker : Actor
        Who asked for it.
    reason : str
        Why it is made.
    data : RunData, optional
        What it sees.
    """

    name: str
    notebook: dict[str, Any]
    parameters: dict[str, Any]
    asker: Actor
    reason: str
    data: RunData | None


def take(
    door: Door,
    *,
    run: UUID | None = None,
    most: int | None = None,
    silence: timedelta = turns.SILENCE,
) -> RunTurn | None:
    """Take the oldest run that waits, or whose worker is silent; no other worker gets it.

    What has been done already, by a run of the same notebook, parameters and data, is ended at once with those results.

    Parameters
    ----------
    door : Door
        Of a tenant: of the operator for all its runs, else for those that the actor may start.
    run : UUID, optional
        This one only.
    most : int, optional
        How many may run at once in the tenant.
    silence : timedelta
        After which a worker counts as dead.

    Returns
    -------
    RunTurn or None
        None where there is nothing to do, or as much is done as may be.
    """
    with door.writing() as visit:
        if run is None and most is not None and _at_work(visit, silence) >= most:
            return None
        open_now = turns.open_to_workers(Run, silence, at_once=run is not None)
        chosen = turns.takable(visit, kinds.RUN).where(open_now).order_by(Run.id)
        if run is not None:
            chosen = chosen.where(Run.id == run)
        # closed where the first one is taken: PostgreSQL keeps a cursor open for the rest
        with visit.session.scalars(chosen.execution_options(yield_per=20)) as found:
            for row in found:
                if turns.may_take(visit, kinds.RUN, row) and not (
                    _worn_out(visit, row) or _ended_as_same(visit, row)
                ):
                    return _begun(visit, row)
    return None


def _worn_out(visit: Visit, row: Run) -> bool:
    if not turns.worn_out(visit, kinds.RUN, row):
        return False
    run_ended(visit, row)
    return True


def _begun(visit: Visit, row: Run) -> RunTurn:
    last = row.turns or 0
    row.turns, row.progress = last + 1, None
    mark = turns.begin(visit, kinds.RUN, row)
    half = (last,) if last and last != row.kept else ()
    return RunTurn(
        visit.tenant,
        row.id,
        mark,
        row.attempts or 1,
        last + 1,
        tuple(Place(visit.tenant, row.id, number, RUN) for number in half),
        None if row.kept is None else Place(visit.tenant, row.id, row.kept, RUN),
    )


def _at_work(visit: Visit, silence: timedelta) -> int:
    heard = Run.beat_at >= now() - silence
    chosen = select(func.count()).where(Run.state == turns.RUNNING, Run.worker.is_not(None), heard)
    return visit.session.scalar(chosen) or 0


def _ended_as_same(visit: Visit, row: Run) -> bool:
    same = done_same(visit, row.investigation_id, row.key)
    if same is None or same.id == row.id:
        return False
    row.same_as, row.results, row.size = same.id, same.results, 0
    row.figures = same.figures
    row.compared_with, row.changed = as_same(visit, row, same)
    row.started_at, before = now(), row.state
    row.state, row.finished_at, row.worker, row.next_at = turns.DONE, now(), None, None
    turns.note(visit, kinds.RUN, row, before)
    run_ended(visit, row)
    return True


def work_of(door: Door, turn: RunTurn) -> RunWork:
    """Return what is to be done, with the rights that who asked for it has now.

    Raises
    ------
    ForbiddenError
        Where they may not start it any more, or not see the data.
    NotFoundError
        Where the version of the data was removed meanwhile.
    """
    rest = "the investigation or its data set"
    with door.reading() as visit:
        row = visit.session.get_one(Run, turn.run)
        with as_asker(visit, row.created_by, "run", kinds.RUN.change, rest) as theirs:
            above = theirs.changeable(kinds.INVESTIGATION, row.investigation_id, kinds.RUN.change)
            if row.version_id is not None:
                theirs.need(kinds.VERSION.read, above.project_id)
        notebook = visit.session.get_one(Notebook, row.notebook_id)
        data = None if row.version_id is None else _data(visit, row.version_id)
        reason = row.reason or BY_HAND
        return RunWork(above.name, notebook.content, row.parameters, theirs.actor, reason, data)


def _data(visit: Visit, key: UUID) -> RunData:
    version = visit.session.get_one(DatasetVersion, key)
    above = visit.session.get_one(Dataset, version.dataset_id)
    if version.state != READY:
        raise NotFoundError(
            f"Version {version.number} of {above.name!r}, which the run was to see, was removed: ask for another run."
        )
    found = snapshot_row(visit, version, enriched=True)
    place = Place(visit.tenant, above.id, version.number, found.role)
    return RunData(above.name, version.number, found.fingerprint, place, found.files)


def beat(door: Door, turn: RunTurn, progress: dict[str, Any]) -> bool:
    """Say that a worker is alive and how far it is, and return whether its turn still holds."""
    return turns.beat(door, kinds.RUN, turn.run, turn.mark, progress)


def finish(
    door: Door,
    turn: RunTurn,
    state: str,
    *,
    left: Stored | None = None,
    results: Mapping[str, Any] | None = None,
    error: str | None = None,
    again_at: datetime | None = None,
    more: Mapping[str, Any] | None = None,
) -> bool:
    """End a turn, and with it the run, in one transaction; nothing is changed where the turn is over already.

    Parameters
    ----------
    door : Door
        Of the worker.
    turn : RunTurn
        Its turn.
    state : {"done", "failed", "cancelled"}
        What became of the run.
    left : Stored, optional
        Files that were put to ``turn.place``.
    results : mapping, optional
        Named figures.
    error : str, optional
        Why it failed.
    again_at : datetime, optional
        When it is tried again instead.
    more : mapping, optional
        Other columns of the row.

    Returns
    -------
    bool
        Whether the turn held.

    Raises
    ------
    LimitError
        Where the tenant may not have so many bytes. Nothing is changed then.
    """
    with door.writing() as visit:
        row: Run | None = turns.held(visit.session, Run, turn.run, turn.mark)
        if row is None:
            return False
        with within_limits(visit.session, visit.tenant, "bytes"):
            if left is not None:
                row.kept, row.size = turn.number, left.size
                row.files = {name: dict(said) for name, said in left.files.items()}
        if results is not None:
            row.results = dict(results)
        for name, value in (more or {}).items():
            setattr(row, name, value)
        row.next_at = again_at
        said = None if error is None else _fit(error)
        turns.end(visit, kinds.RUN, row, turns.WAITING if again_at is not None else state, said)
        if row.state in (turns.DONE, turns.FAILED):
            run_ended(visit, row)
    return True


def _fit(error: str) -> str:
    """Return a message, of whatever a notebook says, that every database can hold."""
    said = error.replace("\0", "").encode(errors="replace").decode()
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]} ..."
