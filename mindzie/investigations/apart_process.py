"""The process of a run: it is told what to do in a line, says in lines how far it is, and leaves files in a folder."""

from __future__ import annotations

import json
import os
import socket
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import MindzieError
from mindzie.core.own_process import Said, end_when_alone, heard
from mindzie.core.system_users import adopt, end_with_parent, open_to_itself
from mindzie.investigations.executing import Failure, Setting
from mindzie.investigations.layout import LEFT, LOG, SOURCE, TALK, WORK
from mindzie.investigations.lean import leave_out
from mindzie.investigations.notebooks import read_notebook
from mindzie.investigations.running import leave
from mindzie.investigations.spare import Spare
from mindzie.investigations.watching import Watch, children, end

NAME: Final = "notebook.ipynb"
_LONGEST: Final = 10_000
"""Letters of an error that are told."""


def main() -> None:
    """Run what is asked for on the input."""
    leave_out()
    adopt()
    asked, say = heard()  # what notebooks and libraries print belongs into the log
    end_when_alone(lambda: end(children()))
    _do(asked, say)
    end(children())


def begin(folder: Path, tell: int) -> None:
    """Run what is asked for on a socket in a folder, in a process that was just forked, with a kernel that is forked from it.

    Parameters
    ----------
    folder : Path
        Of this run alone.
    tell : int
        File to write to when it may be asked.
    """
    adopt()
    open_to_itself(yes=True)  # who became another system user is not
    (folder / WORK).mkdir()
    log = os.open(folder / LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o660)
    for number in (1, 2):
        os.dup2(log, number)
    os.close(log)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(folder / TALK))
        door.listen(1)
        spare = Spare.forked(folder, (door.fileno(), tell))
        os.write(tell, b"1")
        os.close(tell)
        line, _ = door.accept()
    read = line.makefile("r", encoding="utf-8")
    asked = json.loads(read.readline())
    # from now on it ends by itself when the line is cut, and ends first what its kernel started
    end_when_alone(lambda: end(children()), line.fileno())
    end_with_parent(0)
    _do(asked, lambda said: line.sendall(json.dumps(said).encode() + b"\n"), spare)
    end(children())
    os._exit(0)


def _do(asked: Said, say: Callable[[Said], object], spare: Spare | None = None) -> None:
    def tell(done: int, count: int) -> None:
        _log(f"cell {done} of {count} done" if done else f"{count} cells to do")
        say({"cell": done, "cells": count})

    os.environ.update(asked.get("variables", {}))
    said: dict[str, Any] = {"done": True}
    try:
        failure = _run(asked, Path(asked["folder"]), tell, spare)
    except MindzieError as error:
        said = {"failure": str(error), "kind": type(error).__name__}
    except Exception as fault:  # noqa: BLE001 - as a full disk
        sys.excepthook(*sys.exc_info())
        kind = type(fault).__name__
        said = {"failure": f"The run could not be finished ({kind}): see its log.", "kind": kind}
    else:
        if failure is not None:
            kind = failure.message.partition(":")[0]
            said |= {"failure": f"Cell {failure.cell} failed: {failure.message}", "kind": kind}
    said |= {name: said[name][:_LONGEST] for name in ("failure", "kind") if name in said}
    _log(said.get("failure") or "done")
    say(said)


def _run(asked: Said, folder: Path, tell: Any, spare: Spare | None) -> Failure | None:
    watch = Watch(asked["seconds"], asked["memory"])
    setting = Setting(folder=folder / WORK, watch=watch, tell=tell, spare=spare)
    prepared, values = read_notebook(folder / SOURCE), asked["parameters"]
    return leave(prepared, folder / LEFT, NAME, values, setting, about=asked["about"])


def _log(text: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
