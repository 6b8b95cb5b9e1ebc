"""Doing the import jobs of a workspace: one, or all that wait; again after faults that pass, never after bad data."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from mindzie.access import jobs, kinds, turns
from mindzie.access.asking import asker_of
from mindzie.access.datasets import Dataset, forget_half, publish_for
from mindzie.access.door import Door
from mindzie.access.entrance import Place as Installed
from mindzie.access.identity import OPERATOR
from mindzie.access.importing import ImportJob, still_allowed
from mindzie.access.turns import PAUSES
from mindzie.access.work import Connector
from mindzie.core.errors import (
    CancelledError,
    ConflictError,
    MindzieError,
    SignInError,
    SourceGoneError,
    StoreError,
)
from mindzie.core.log import EventLog
from mindzie.ingest.connectors.kept import guard_of, of_connector
from mindzie.ingest.files import must_exist
from mindzie.ingest.jobs.apart import goes_apart, read_apart
from mindzie.ingest.jobs.folders import Folders
from mindzie.ingest.jobs.heart import Heart
from mindzie.ingest.jobs.kept import checked_mapping, checked_source, mends, plan_of
from mindzie.ingest.jobs.mending import refuse_unmendable, with_mended
from mindzie.ingest.jobs.progress import Meter, Progress, Tell
from mindzie.ingest.jobs.running import earlier, read_database, read_of_file
from mindzie.ingest.jobs.showing import shown
from mindzie.ingest.mapping.values import Mapping
from mindzie.ingest.remote import is_remote
from mindzie.store.types import now

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

__all__ = ["checked_mapping", "checked_source", "mended", "run", "work_off"]

_MAY_PASS: Final = (SourceGoneError, StoreError, ConflictError, TimeoutError, ConnectionError)


def run(job: ImportJob, progress: Tell | None = None) -> None:
    """Do a job here, again after faults that pass, until it is done or has failed.

    Parameters
    ----------
    job : ImportJob
        Waiting, or left by a worker that is gone.
    progress : callable, optional
        Is told the `Progress`; in a notebook it is shown where not given.

    Raises
    ------
    ConflictError
        Where somebody does it, or it is over.
    """
    door = job._door  # noqa: SLF001 - the way in which the layers share it
    folders = Folders(door)
    with shown(progress) as tell:
        while True:
            found = jobs.take(door, job=job.id, fits=folders.fits)
            if found is None:
                raise ConflictError(_why_not(job.refresh()))
            turn, row = found
            try:
                _do(folders, turn, ImportJob(door, row), tell)
            except KeyboardInterrupt:
                with contextlib.suppress(MindzieError):
                    job.cancel()
                raise
            except _MAY_PASS:
                if turn.attempt >= jobs.MOST:
                    raise
                time.sleep(PAUSES[turn.attempt - 1])
            else:
                return


def work_off(
    where: Workspace | Installed,
    *,
    folders: Sequence[str] = (),
    told: Callable[[ImportJob], Tell | None] = lambda _: None,
    silence: timedelta = jobs.SILENCE,
) -> Iterator[ImportJob]:
    """Do all jobs that wait, one after another, those of workers that are gone too.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for the data sets that its visitor may import into; or an installation, for the jobs of all tenants in turn.
    folders : sequence of str
        Folders, or beginnings of addresses, whose files are read for everybody; in a workspace other files for who asked for them.
    told : callable
        Returns for a job that begins what is told its progress.
    silence : timedelta
        After which a worker counts as gone.

    Yields
    ------
    ImportJob
        Each that was tried, as it is then.
    """
    own = not isinstance(where, Installed)
    while True:
        for door in turns.doors_waiting(where, kinds.IMPORT, silence):
            mine = Folders(door, folders, own)
            found = jobs.take(door, fits=mine.fits, silence=silence)
            if found is not None:
                yield from _tried(mine, *found, told)
                break
        else:
            return


def _tried(
    folders: Folders, turn: jobs.Turn, row: Any, told: Callable[[ImportJob], Tell | None]
) -> Iterator[ImportJob]:
    door = folders.door
    job = ImportJob(door, row)
    # what went wrong is in the job, and another one waits
    with contextlib.suppress(MindzieError, OSError):
        _do(folders, turn, job, told(job))
    left = None
    # its tenant may be stopped or gone meanwhile, which is no matter of the others
    with contextlib.suppress(SignInError), door.reading() as visit:
        chosen = turns.takable(visit, kinds.IMPORT).where(kinds.IMPORT.record.id == job.id)
        left = visit.session.scalars(chosen).one_or_none()
    if left is not None:
        yield ImportJob(door, left)


def mended(job: ImportJob, path: str | PathLike[str]) -> ImportJob:
    """Add a job's rejected rows that were mended, by a job of its own."""
    door = job._door  # noqa: SLF001
    with door.reading() as visit:
        dataset = Dataset(door, visit.row(kinds.DATASET, job.dataset_id))
    refuse_unmendable(job.refresh(), dataset)
    file = fspath(path)
    if not is_remote(file):
        must_exist(Path(file).expanduser())
    said = {"file": file, "mends": str(job.id)}
    made = dataset.request_import(said)
    return made.run()


def _why_not(job: ImportJob) -> str:
    if job.state == jobs.RUNNING:
        return (
            "The import runs already: look at it with job.refresh(), or stop it with job.cancel()."
        )
    if job.state == jobs.WAITING:
        return "The import reads a file for somebody else: they do it, or a worker that was given the folder."
    return f"The import is {job.state}: ask for another one, or let it wait again with job.retry()."


def _do(folders: Folders, turn: jobs.Turn, job: ImportJob, tell: Tell | None) -> None:
    """Do one attempt, and write down what became of it."""
    door = folders.door
    try:
        if door.actor == OPERATOR:
            folders, job = _as_asker(folders, job)
        if turn.left is not None:
            forget_half(folders.door, job.dataset_id, turn.left)
        with Heart(door, turn, tell) as heart:
            _import(folders, turn, job, heart)
    except CancelledError as error:
        with contextlib.suppress(MindzieError):
            jobs.fail(door, turn, str(error), state=jobs.CANCELLED)
        raise
    except _MAY_PASS as error:
        again = turn.attempt < jobs.MOST
        pause = timedelta(seconds=PAUSES[turn.attempt - 1]) if again else timedelta()
        _fail(door, turn, str(error), pause if again else None)
        raise
    except KeyboardInterrupt:
        _fail(door, turn, "Its worker was stopped: it is begun again.", timedelta())
        raise
    except MindzieError as error:
        _fail(door, turn, str(error))
        raise
    except BaseException as error:
        # what a library says may hold what nobody is to read
        _fail(door, turn, f"An unforeseen error, {type(error).__name__}: see the worker's own log.")
        raise


def _as_asker(folders: Folders, job: ImportJob) -> tuple[Folders, ImportJob]:
    # who operates an installation sees no data of its tenants
    with folders.door.reading() as visit:
        asker = asker_of(visit, job.created_by, "import")
        row = visit.session.get_one(kinds.IMPORT.record, job.id)
    theirs = replace(folders.door, actor=asker)
    return replace(folders, door=theirs), ImportJob(theirs, row)


def _fail(door: Door, turn: jobs.Turn, error: str, pause: timedelta | None = None) -> None:
    # where nothing can be written the job is taken up again, after the silence
    with contextlib.suppress(MindzieError):
        jobs.fail(door, turn, error, again_at=None if pause is None else now() + pause)


def _import(folders: Folders, turn: jobs.Turn, job: ImportJob, heart: Heart) -> None:
    door, file = folders.door, job.source.get("file")
    if file is not None:
        guard_of(door).refuse_own(file)
    with door.reading() as visit:
        still_allowed(visit, job.id)
        dataset = Dataset(door, visit.row(kinds.DATASET, job.dataset_id))
    turn = replace(turn, base=dataset.current, allowed=partial(still_allowed, job=job.id))
    meter = Meter(heart.told)
    # what is read in a process of its own lies there until it is published
    with contextlib.ExitStack() as meanwhile:
        if mends(job) is not None:
            log, strict = with_mended(job, dataset, meter), True
        else:
            log, strict = _read(job, dataset, heart, meter, folders=folders, meanwhile=meanwhile)
        meter.step("write", loaded=log.event_count, rejected=log.rejected.height)
        done: Progress = replace(heart.now, step="publish", seconds_left=0.0)
        turn = replace(turn, strict=strict, progress=done.to_json)
        name = Path(file or "").name or "a database"
        publish_for(turn, dataset, log, f"Import of {name}")
    heart.now = done


def _read(
    job: ImportJob,
    dataset: Dataset,
    heart: Heart,
    meter: Meter,
    *,
    folders: Folders,
    meanwhile: contextlib.ExitStack,
) -> tuple[EventLog, bool]:
    """Return the log, and whether it holds only for the version that was current."""
    plan = plan_of(job)
    mapping = None if plan.mapping is None else Mapping.load(plan.mapping)
    if plan.source.file is not None:
        if goes_apart(plan.source.file):
            folder = TemporaryDirectory(prefix="mindzie-", ignore_cleanup_errors=True)
            return read_apart(plan, heart, meter, Path(meanwhile.enter_context(folder))), False
        return read_of_file(plan, mapping, meter), False
    with folders.door.reading() as visit:
        connector = Connector(folders.door, visit.row(kinds.CONNECTOR, job.connector_id))
    asker = job.created_by
    # it may name another file than when the job was taken
    source = of_connector(connector, opens=lambda path: folders.opens(asker, str(path)))
    heart.stops = source.cancel
    after = earlier(plan, dataset)
    return read_database(plan, source, mapping, meter, after=after), after is not None
