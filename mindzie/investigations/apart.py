"""A run in a process of its own, which can be ended with all that it started, and ends by itself where its worker is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Timer
from typing import Any, Final

from mindzie.access.heart import Heart
from mindzie.core.errors import CancelledError
from mindzie.investigations.rooms import Room
from mindzie.investigations.watching import too_long

_GRACE: Final = 120.0
"""Seconds after the longest time in which the process may tell of its end, and write the report."""


@dataclass(frozen=True, slots=True)
class Told:
    """What the process said at its end.

    Parameters
    ----------
    done : bool
        Whether the notebook was executed, to its end or to a cell that failed.
    failure : str, optional
        What went wrong.
    kind : str
        The class of the error, where it is told.
    """

    done: bool = False
    failure: str | None = None
    kind: str = ""


def run_apart(
    asked: Mapping[str, Any], room: Room, heart: Heart, tell: Callable[[dict[str, Any]], None]
) -> Told:
    """Execute a notebook in another process.

    Parameters
    ----------
    asked : mapping
        ``parameters``, ``about``, ``seconds``, ``memory``, and ``variables`` of the notebook's environment.
    room : Room
        With the notebook, and a folder to work in.
    heart : Heart
        Of the worker: it stops the process.
    tell : callable
        Is told how far it is.

    Returns
    -------
    Told
        What became of it.

    Raises
    ------
    CancelledError
        Where it was stopped.
    """
    last, late = Told(), _Late(asked["seconds"], room)
    heart.stops = room.end
    try:
        with late:
            if heart.lost:  # before there was something to end
                room.end()
            for said in room.ask(asked):
                if "cell" in said:
                    tell({name: int(said[name]) for name in ("cell", "cells")})
                else:
                    last = _told(said)
    finally:
        heart.stops = lambda: None
        room.close()
    if heart.lost:
        raise CancelledError("The run was cancelled, or another worker took it up.")
    return Told(failure=late.reached) if late.reached and not last.done else last


def _told(said: Mapping[str, Any]) -> Told:
    failure = said.get("failure")
    return Told(
        said.get("done") is True,
        None if failure is None else str(failure),
        str(said.get("kind", "")),
    )


class _Late:
    """Ends a process that does not end itself when its time is over, such as one that its notebook has stopped."""

    def __init__(self, seconds: float | None, room: Room) -> None:
        self._seconds, self._room = seconds, room
        self._timer = Timer(_GRACE + (seconds or 0.0), self._ends)
        self._timer.daemon = True
        self.reached: str | None = None

    def __enter__(self) -> None:
        if self._seconds is not None:
            self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def _ends(self) -> None:
        self.reached = too_long(self._seconds or 0.0)
        self._room.end()
