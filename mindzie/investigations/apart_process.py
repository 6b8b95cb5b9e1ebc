"""The process of a run: what to do as a line on its input, how far it is as lines on its output, what it leaves in a folder."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import MindzieError
from mindzie.core.own_process import end_when_alone, heard
from mindzie.investigations.apart import LEFT, SOURCE, WORK
from mindzie.investigations.executing import Failure, Setting
from mindzie.investigations.notebooks import read_notebook
from mindzie.investigations.running import leave
from mindzie.investigations.watching import Watch, children, end

NAME: Final = "notebook.ipynb"
_NOT_NEEDED: Final = (
    "rfc3987_syntax",  # jsonschema works out a grammar of addresses with it, longer than all else until the kernel
    *("boto3", "azure", "gcsfs", "pyarrow.fs", "github"),  # Papermill looks for notebooks in clouds
)
"""What libraries make do without: half of the time until the kernel is started."""


def main() -> None:
    """Run what is asked for."""
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]
    asked, say = heard()  # what notebooks and libraries print belongs into the log
    end_when_alone(lambda: end(children()))

    def tell(done: int, count: int) -> None:
        _log(f"cell {done} of {count} done" if done else f"{count} cells to do")
        say({"cell": done, "cells": count})

    said: dict[str, Any] = {"done": True}
    try:
        failure = _run(asked, Path(asked["folder"]), tell)
    except MindzieError as error:
        said = {"failure": str(error), "kind": type(error).__name__}
    else:
        if failure is not None:
            kind = failure.message.partition(":")[0]
            said |= {"failure": f"Cell {failure.cell} failed: {failure.message}", "kind": kind}
    _log(said.get("failure") or "done")
    say(said)


def _run(asked: dict[str, Any], folder: Path, tell: Any) -> Failure | None:
    watch = Watch(asked["seconds"], asked["memory"])
    setting = Setting(folder=folder / WORK, watch=watch, tell=tell)
    prepared, values = read_notebook(folder / SOURCE), asked["parameters"]
    return leave(prepared, folder / LEFT, NAME, values, setting, about=asked["about"])


def _log(text: str) -> None:
    sys.stderr.write(f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} {text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
