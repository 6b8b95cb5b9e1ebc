"""The process that reads a job's file: the plan as a line on its input, progress as lines on its output, the log in a folder."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from mindzie.core.errors import ChoiceError, MindzieError
from mindzie.ingest.jobs.apart import LOG
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.jobs.running import read_of_file
from mindzie.ingest.mapping.values import Mapping


def main() -> None:
    """Read what is asked for."""
    said = os.fdopen(os.dup(1), "w", encoding="utf-8", buffering=1)
    os.dup2(2, 1)  # what libraries print is no word of ours
    asked = json.loads(sys.stdin.readline())
    folder = Path(asked["folder"])
    tempfile.tempdir = str(folder)
    threading.Thread(target=_ends_alone, args=(folder,), daemon=True).start()

    def say(told: dict[str, Any]) -> None:
        said.write(json.dumps(told) + "\n")

    try:
        _read(ImportPlan.load(asked["plan"]), folder, Meter(lambda now: say(now.to_json())))
    except MindzieError as error:
        more = (error.setting, error.choices) if isinstance(error, ChoiceError) else ()
        say({"error": type(error).__name__, "message": str(error), "more": more})
    else:
        say({"done": True})


def _read(plan: ImportPlan, folder: Path, meter: Meter) -> None:
    mapping = plan.mapping if isinstance(plan.mapping, Mapping) else None
    with meter.ticking():
        log = read_of_file(plan, mapping, meter)
    log.save(folder / LOG)


def _ends_alone(folder: Path) -> None:
    """End, and leave nothing, where the process that asked is gone."""
    os.read(0, 1)
    shutil.rmtree(folder, ignore_errors=True)
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


if __name__ == "__main__":
    main()
