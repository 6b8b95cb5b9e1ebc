"""A run in a process of its own, which can be ended with all that it started, and ends by itself where its worker is gone."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mindzie.access.heart import Heart
from mindzie.core.errors import CancelledError
from mindzie.core.own_process import answers, command, end, environment

MODULE: Final = "mindzie.investigations.apart_process"
SOURCE: Final = "source.ipynb"
LEFT: Final = "left"
WORK: Final = "work"
LOG: Final = "log.txt"
"""Within the folder that is given: the notebook, what the run leaves, where its kernel works, and what is said meanwhile."""
_WITHOUT: Final = (
    *("MINDZIE_API_KEY", "MINDZIE_KEYS", "MINDZIE_KEY_FILE"),
    *("MINDZIE_HUB_WORKSPACE", "JUPYTERHUB_API_TOKEN", "MINDZIE_SOURCE_PASSWORD"),
)
"""What is the worker's, and not for a notebook to read."""


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
    asked: Mapping[str, Any],
    folder: Path,
    heart: Heart,
    tell: Callable[[dict[str, Any]], None],
    variables: Mapping[str, str],
) -> Told:
    """Execute a notebook in another process.

    Parameters
    ----------
    asked : mapping
        ``parameters``, ``about``, ``seconds`` and ``memory``.
    folder : Path
        With the notebook, and a folder to work in.
    heart : Heart
        Of the worker: it stops the process.
    tell : callable
        Is told how far it is.
    variables : mapping
        Environment variables of the notebook.

    Returns
    -------
    Told
        What became of it.

    Raises
    ------
    CancelledError
        Where it was stopped.
    """
    own = {name: value for name, value in environment().items() if name not in _WITHOUT}
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own module
            command(MODULE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
            env={**own, **variables}, cwd=folder / WORK, start_new_session=True,
        )  # fmt: skip
    with process:
        heart.stops = lambda: end(process)
        try:
            if heart.lost:  # before there was something to end
                end(process)
            told = _told(process, {**asked, "folder": str(folder)}, tell)
        finally:
            heart.stops = lambda: None
            end(process)
    if heart.lost:
        raise CancelledError("The run was cancelled, or another worker took it up.")
    return told


def _told(
    process: subprocess.Popen[str], asked: dict[str, Any], tell: Callable[[dict[str, Any]], None]
) -> Told:
    last = Told()
    for said in answers(process, asked):
        if "cell" in said:
            tell(said)
        else:
            last = Told(**said)
    return last
