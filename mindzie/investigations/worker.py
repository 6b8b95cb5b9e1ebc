"""Doing the runs of a workspace, or of all tenants of an installation: again after faults that pass, never twice to the end."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
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
    LimitError,
    MindzieError,
    SignInError,
    StoreError,
)
from mindzie.investigations.apart import Told, run_apart
from mindzie.investigations.differing import difference, facts_of
from mindzie.investigations.gathering import gathered
from mindzie.investigations.pdf import report_pdf
from mindzie.investigations.preparing import prepared
from mindzie.investigations.rooms import Rooms
from mindzie.investigations.warm_rooms import LauncherGoneError
from mindzie.investigations.window import window
from mindzie.store.files import Place, Stored
from mindzie.store.types import now

__all__ = ["Ended", "Limits", "difference", "report_pdf", "run_here", "work_off"]

if TYPE_CHECKING:
    from mindzie.access.runs import Run
    from mindzie.access.workspace import Workspace

Progress = Callable[[dict[str, Any]], None]
_MAY_PASS: Final = (StoreError, TimeoutError, ConnectionError)
_NAMED: Final = frozenset(
    {"SourceGoneError", "StoreError", "ConnectionError", "ConnectionRefusedError"}
    | {"ConnectionResetError", "TimeoutError"}
)
"""Errors of a cell after which it is tried again."""
_ROOMS: Final = Rooms()


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
            turn = _taken(where, door, limits, silence)
            if turn is not None:
                yield _do(door, turn, _How(limits, rooms, told(str(turn.run))))
                break
        else:
            return


def _taken(
    where: Workspace | Installed, door: Door, limits: Limits, silence: timedelta
) -> RunTurn | None:
    try:
        return run_queue.take(door, most=limits.at_once, silence=silence)
    except SignInError:
        if not isinstance(where, Installed):
            raise
        return None  # that tenant was stopped just now, which is no matter of the others


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
        untried = {"attempts": turn.attempt - 1}
        _told_at_least(door, turn, turns.WAITING, said, pause=0.0, more=untried)
        raise
    except Exception as fault:  # noqa: BLE001 - no run ends a worker, which others wait for
        sys.excepthook(*sys.exc_info())
        state = FAILED
        error = f"An unforeseen error, {type(fault).__name__}: see the worker's own log."
        _told_at_least(door, turn, state, error)
    return Ended(str(turn.run), name, state, error)


def _again(turn: RunTurn, state: str) -> str:
    """Return that it waits to be tried again, where it was not tried often enough."""
    return turns.WAITING if turn.attempt < MOST else state


def _told_at_least(
    door: Door, turn: RunTurn, state: str, error: str, *,
    pause: float | None = None, more: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    # where nothing can be written the run is taken up again, after the silence
    with contextlib.suppress(MindzieError):
        again = _when(turn, state, pause)
        run_queue.finish(door, turn, state, error=error, again_at=again, more=more)


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
        limits = {"seconds": how.limits.seconds, "memory": how.limits.memory}
        asked = {**prepared(door, work, room), **limits}
        here = Installed(door.database, door.files, door.folder)
        with window(here, turn, room.window) as variables:
            told = run_apart({**asked, "variables": variables}, room, heart, hear)
        folder, results = gathered(room.folder, told)
        facts = facts_of(door, turn, folder) if told.done and told.failure is None else {}
        left = door.files.put_left(turn.place, folder)
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
    again = _when(turn, state)
    try:
        held = run_queue.finish(door, turn, state, left=left, error=error, again_at=again, **found)
    except LimitError:
        _removed(door, turn.place)
        raise
    # after any other fault it may have been written all the same, and be what the run left
    _removed(door, turn.kept if held else turn.place)
    if not held:
        raise CancelledError("The run was cancelled, or another worker took it up.")
    return state, error


def _removed(door: Door, place: Place | None) -> None:
    if place is not None:
        with contextlib.suppress(MindzieError):  # `check` names what stays
            door.files.remove(place)
