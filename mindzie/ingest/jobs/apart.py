"""Files read for a job in a process of their own, as a native reader can be stopped in no other way."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mindzie.core import errors
from mindzie.core.errors import MindzieError, SourceError
from mindzie.core.log import EventLog
from mindzie.core.own_process import answers, command, end, environment
from mindzie.engine.snapshot import open_snapshot
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Meter, Progress
from mindzie.ingest.remote import is_remote

if TYPE_CHECKING:  # its process needs no database
    from mindzie.ingest.jobs.heart import Heart

MODULE: Final = "mindzie.ingest.jobs.apart_process"
LOG: Final = "log"
"""The folder with what was read, within the one that is given."""
small: int = 1 << 20
"""Bytes of a file that is read here: it takes less time than a process needs to begin."""


def goes_apart(file: str) -> bool:
    """Return whether a file is worth a process of its own."""
    path = Path(file)
    return is_remote(file) or path.is_dir() or (path.is_file() and path.stat().st_size > small)


def read_apart(plan: ImportPlan, heart: Heart, meter: Meter, folder: Path) -> EventLog:
    """Read a plan's file in another process, which ends at once where the job is not wanted any more.

    Parameters
    ----------
    plan : ImportPlan
        Of a file.
    heart : Heart
        Of the worker: it stops the process.
    meter : Meter
        Is told what the process tells.
    folder : Path
        Empty; the log that is returned lies in it.

    Returns
    -------
    EventLog
        As from ``read_of_file``.

    Raises
    ------
    MindzieError
        What that raises.
    CancelledError
        Where it was stopped.
    """
    process = subprocess.Popen(  # noqa: S603 - our own module
        command(MODULE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
        env=environment(), start_new_session=True,
    )  # fmt: skip
    with process:
        heart.stops = lambda: end(process)
        try:
            heart.told(heart.now)  # it may have been stopped before there was something to end
            told = _told(process, {"plan": plan.to_json(), "folder": str(folder)}, meter)
        finally:
            heart.stops = lambda: None
            end(process)
    heart.told(heart.now)  # where it was stopped, this raises
    if "error" in told:
        raise _error(told)
    if not told.get("done"):
        raise SourceError(
            f"{plan.source.file} was not read to its end: its reader was killed, as systems do when memory runs out, or it crashed. "
            "Give it more memory, or split the file."
        )
    return open_snapshot(folder / LOG)


def _told(process: subprocess.Popen[str], asked: dict[str, Any], meter: Meter) -> dict[str, Any]:
    """Pass on how far the process is, and return the last that it says."""
    told: dict[str, Any] = {}
    for told in answers(process, asked):
        if "step" in told:
            meter.heard(Progress(**told))
    return told


def _error(told: dict[str, Any]) -> BaseException:
    kind = getattr(errors, told["error"], None)
    if not (isinstance(kind, type) and issubclass(kind, MindzieError)):
        return RuntimeError(told["message"])
    return kind(told["message"], *told["more"])
