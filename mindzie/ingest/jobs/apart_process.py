"""The process that reads a job's file: the plan as a line on its input, progress as lines on its output, the log in a folder."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from mindzie.core.errors import ChoiceError, MindzieError
from mindzie.core.own_process import end_when_alone, heard
from mindzie.ingest.jobs.apart import LOG
from mindzie.ingest.jobs.plan import ImportPlan
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.jobs.running import read_of_file
from mindzie.ingest.mapping.values import Mapping


def main() -> None:
    """Read what is asked for."""
    asked, say = heard()
    folder = Path(asked["folder"])
    tempfile.tempdir = str(folder)
    end_when_alone(lambda: shutil.rmtree(folder, ignore_errors=True))
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


if __name__ == "__main__":
    main()
