"""A run in a process of its own, which can be ended with all that it started, and ends by itself where its worker is gone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from mindzie.access.heart import Heart
from mindzie.core.errors import CancelledError
from mindzie.investigations.rooms import Room


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
    last = Told()
    heart.stops = room.end
    try:
        if heart.lost:  # before there was something to end
            room.end()
        for said in room.ask(asked):
            if "cell" in said:
                tell(said)
            else:
                last = Told(**said)
    finally:
        heart.stops = lambda: None
        room.close()
    if heart.lost:
        raise CancelledError("The run was cancelled, or another worker took it up.")
    return last
