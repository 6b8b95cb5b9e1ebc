"""Doing the runs of a workspace, or of all tenants of an installation: again after faults that pass, never twice to the end."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mindzie.access import kinds, run_queue, turns
from mindzie.access.door import Door
from mindzie.access.entrance import Place as Installed
from mindzie.access.heart import Heart
from mindzie.access.run_queue import RunTurn, RunWork
from mindzie.access.turns import CANCELLED, DONE, FAILED, MOST, PAUSES
from mindzie.core.errors import (
    CancelledError,
    ConflictError,
    MindzieError,
    SourceError,
    StoreError,
)
from mindzie.investigations.apart import Told, run_apart
from mindzie.investigations.differing import difference, facts_of
from mindzie.investigations.layout import LEFT, LOG, SOURCE
from mindzie.investigations.notebooks import read_notebook
from mindzie.investigations.parameters import Parameter, declared, given
from mindzie.investigations.pdf import report_pdf
from mindzie.investigations.rooms import Room, Rooms, is_plain, plain
from mindzie.investigations.warm_rooms import LauncherGoneError
from mindzie.investigations.window import window
from mindzie.store.files import Place, Stored
from mindzie.store.types import now

__all__ = ["Ended", "Limits", "difference", "report_pdf", "run_here", "work_off"]

if TYPE_CHECKING:
    from mindzie.access.runs import Run
    from mindzie.access.workspace import Workspace

Progress = Callable[[dict[str, Any]], None]
DATA: Final = "data"
"""What the data set is called in the folder that a run works in."""
DATASET: Final = "dataset"
"""The parameter of a notebook that gets it."""
_MAY_PASS: Final = (StoreError, TimeoutError, ConnectionError)
_NAMED: Final = frozenset(
    {"SourceGoneError", "StoreError", "ConnectionError", "ConnectionRefusedError"}
    | {"ConnectionResetError", "TimeoutError"}
)
"""Errors of a cell after which it is tried again."""
_LONGEST_LOG: Final = 1 << 20
_ROOMS: Final = Rooms()
_SHORT: Final = 500
"""Letters of a figure that is kept in the row of a run."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a worker lets a run take.

    Parameters
    ----------
    seconds : float, optional
        Longest time.
    memory : int, optional
        Most bytes that its kernel and what it started have in use at once.
    at_once : int, optional
        How many runs of one tenant are done at the same time, by all workers.
    """

    seconds: float | None = 3600.0
    memory: int | None = None
    at_once: int | None = None


@dataclass(frozen=True, slots=True)
class _How:
    limits: Limits
    rooms: Rooms
    tell: Progress


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a turn.

    Parameters
    ----------
    run : str
        The run's identifier.
    name : str
        Of the investigation; empty where it was not looked at.
    state : str
        ``done``, ``failed``, ``cancelled``, or ``waiting`` where it is tried again.
    error : str, optional
        What went wrong.
    """

    run: str
    name: str
    state: str
    error: str | None = None


def run_here(run: Run, progress: Progress | None = None) -> None:
    """Do a run here, again after faults that pass, until it is done or has failed.

    Parameters
    ----------
    run : Run
        Waiting, or left by a worker that is gone.
    progress : callable, optional
        Is told the cells done, and their number.

    Raises
    ------
    ConflictError
        Where somebody does it, or it is over.
    CancelledError
        Where somebody cancelled it meanwhile.
    """
    door = run._door  # noqa: SLF001 - the way in which the layers share it
    tell = progress or _nothing
    while True:
        turn = run_queue.take(door, run=run.id)
        if turn is None:
            state = run.refresh().state
            if state == DONE:
                return  # the same was done already
            raise ConflictError(f"The run is {state}: look at it with run.refresh(), or wait.")
        try:
            ended = _do(door, turn, _How(Limits(), _ROOMS, tell))
        except KeyboardInterrupt:
            with contextlib.suppress(MindzieError):
                run.cancel()
            raise
        if ended.state == CANCELLED:
            raise CancelledError(ended.error or "The run was cancelled.")
        if ended.state != turns.WAITING:
            return
        time.sleep(PAUSES[turn.attempt - 1])


def work_off(
    where: Workspace | Installed,
    *,
    limits: Limits = Limits(),
    silence: timedelta = turns.SILENCE,
    told: Callable[[str], Progress] = lambda _: _nothing,
    rooms: Rooms = _ROOMS,
) -> Iterator[Ended]:
    """Do all runs that wait, one after another, those of workers that are gone too.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for the runs that its visitor may start; or an installation, for the runs of all tenants in turn.
    limits : Limits
        What a run may take.
    silence : timedelta
        After which a worker counts as gone.
    told : callable
        Returns for a run that begins what is told its progress.
    rooms : Rooms
        Where they are done.

    Yields
    ------
    Ended
        What became of each.
    """
    while True:
        for door in turns.doors_waiting(where, kinds.RUN, silence):
            turn = run_queue.take(door, most=limits.at_once, silence=silence)
            if turn is not None:
                yield _do(door, turn, _How(limits, rooms, told(str(turn.run))))
                break
        else:
            return


def _nothing(_: dict[str, Any]) -> None:
    """Hear how far a run is, and say nothing."""


def _do(door: Door, turn: RunTurn, how: _How) -> Ended:
    """Do one turn, and write down what became of it."""
    name = ""
    try:
        for old in turn.half:
            door.files.remove(old)
        work = run_queue.work_of(door, turn)
        name = work.name
        state, error = _work(door, turn, work, how)
    except LauncherGoneError:
        said = "Its worker had to be stopped: it is begun again."
        _told_at_least(door, turn, turns.WAITING, said, pause=0.0)
        raise
    except CancelledError as stopped:
        state, error = CANCELLED, str(stopped)
        _told_at_least(door, turn, state, error)
    except _MAY_PASS as fault:
        state, error = _again(turn, FAILED), str(fault)
        _told_at_least(door, turn, state, error)
    except MindzieError as fault:
        state, error = FAILED, str(fault)
        _told_at_least(door, turn, state, error)
    except OSError as fault:
        # a full disk, too many files: of this machine, and not of the run
        state, error = _again(turn, FAILED), f"{type(fault).__name__}: {fault.strerror}."
        _told_at_least(door, turn, state, error)
    except KeyboardInterrupt:
        said = "Its worker was stopped: it is begun again."
        _told_at_least(door, turn, turns.WAITING, said, pause=0.0)
        raise
    except BaseException as fault:
        said = f"An unforeseen error, {type(fault).__name__}: see the worker's own log."
        _told_at_least(door, turn, FAILED, said)
        raise
    return Ended(str(turn.run), name, state, error)


def _again(turn: RunTurn, state: str) -> str:
    """Return that it waits to be tried again, where it was not tried often enough."""
    return turns.WAITING if turn.attempt < MOST else state


def _told_at_least(
    door: Door, turn: RunTurn, state: str, error: str, *, pause: float | None = None
) -> None:
    # where nothing can be written the run is taken up again, after the silence
    with contextlib.suppress(MindzieError):
        run_queue.finish(door, turn, state, error=error, again_at=_when(turn, state, pause))


def _when(turn: RunTurn, state: str, pause: float | None = None) -> datetime | None:
    if state != turns.WAITING:
        return None
    return now() + timedelta(seconds=PAUSES[turn.attempt - 1] if pause is None else pause)


def _work(door: Door, turn: RunTurn, work: RunWork, how: _How) -> tuple[str, str | None]:
    now_at: dict[str, Any] = {}

    def hear(said: dict[str, Any]) -> None:
        now_at.update(said)
        how.tell(said)

    with (
        Heart(lambda: run_queue.beat(door, turn, now_at)) as heart,
        how.rooms.room() as room,
    ):
        folder = room.folder
        asked = _prepared(door, work, room, how.limits)
        here = Installed(door.database, door.files, door.folder)
        with window(here, turn) as variables:
            told = run_apart({**asked, "variables": variables}, room, heart, hear)
        results = _gathered(folder, told)
        facts = facts_of(door, turn, folder / LEFT) if told.done and told.failure is None else {}
        left = door.files.put_left(turn.place, folder / LEFT)
        return _ended(door, turn, told, left, {"results": results, "more": facts})


def _ended(
    door: Door, turn: RunTurn, told: Told, left: Stored, found: dict[str, Any]
) -> tuple[str, str | None]:
    error = told.failure
    if not told.done and error is None:
        error = "Its process was killed, as systems do when memory runs out, or it crashed."
    state = DONE if error is None else FAILED
    if told.kind in _NAMED:
        state = _again(turn, state)
    gone: Place | None = turn.place
    try:
        again = _when(turn, state)
        if not run_queue.finish(door, turn, state, left=left, error=error, again_at=again, **found):
            raise CancelledError("The run was cancelled, or another worker took it up.")
        gone = turn.kept
    finally:
        if gone is not None:
            with contextlib.suppress(MindzieError):  # `check` names what stays
                door.files.remove(gone)
    return state, error


def _prepared(door: Door, work: RunWork, room: Room, limits: Limits) -> dict[str, Any]:
    """Lay out what the run finds, and return what is asked of its process."""
    folder = room.folder
    content = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, **work.notebook})
    (folder / SOURCE).write_text(content, encoding="utf-8")
    (folder / SOURCE).chmod(0o644)  # whoever gets to the folder
    known = _parameters(work.name, folder / SOURCE)
    values, data = dict(work.parameters), work.data
    about: dict[str, Any] = {
        "investigation": work.name,
        "reason": work.reason,
        "asked_by": work.asker.name,
    }
    if data is not None:
        there = door.files.folder(data.place, data.files)
        room.lay(there, DATA)
        said = {"name": data.name, "version": data.number, "fingerprint": data.fingerprint}
        about = {**about, "data": said}
        if any(one.name == DATASET for one in known):
            values[DATASET] = values.get(DATASET) or DATA
    return {
        "parameters": given(known, values, f"the notebook of {work.name!r}"),
        "about": about,
        "seconds": limits.seconds,
        "memory": limits.memory,
    }


def _parameters(name: str, file: Path) -> tuple[Parameter, ...]:
    """Return what a notebook declares, before a process is begun for it."""
    try:
        return declared(read_notebook(file))
    except SourceError as error:
        # where it lies for the while says nothing to anybody
        said = str(error).replace(str(file), f"What {name!r} runs")
    raise SourceError(said)


def _gathered(folder: Path, told: Told) -> dict[str, Any]:
    """Put together what the run leaves, and return the figures that are kept in its row."""
    left = folder / LEFT
    plain(left)
    said = b""
    if is_plain(folder / LOG):
        with (folder / LOG).open("rb") as file:
            file.seek(-min(file.seek(0, os.SEEK_END), _LONGEST_LOG), os.SEEK_END)
            said = file.read()
    (left / LOG).write_bytes(said)
    about = {"kind": "run", "format": 1, "done": told.done}
    (left / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    results = left / "results.json"
    if not results.is_file():
        return {}
    # databases hold no zeros in texts
    text = results.read_text(encoding="utf-8", errors="replace").replace("\\u0000", "")
    found = json.loads(text, parse_constant=str).get("results", ())
    return {one["name"]: _shortened(one) for one in found}


def _shortened(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result says in few words: figures, and no rows."""
    return {
        name: value
        for name, value in result.items()
        if name not in ("provenance", "columns", "name") and len(json.dumps(value)) <= _SHORT
    }
