"""A process of one contender: it takes names of measures on standard input and answers with seconds."""

from __future__ import annotations

import gc
import json
import os
import resource
import sys
import time
from importlib import import_module
from pathlib import Path
from statistics import median

from benchmarks.data import Place

# A quick step is done several times in a row: once is a measure of cold caches and sleeping cores.
CALLS = 7
SECONDS = 0.2


def main(name: str, folder: str, engine: str) -> None:
    """Answer until standard input ends; libraries that print do so on standard error."""
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)
    module = import_module(f"benchmarks.contenders.{name}_steps")
    contender = module.Contender(Place(Path(folder)), engine)
    for line in sys.stdin:
        step = line.strip()
        if step not in {"ingest", "open"} and hasattr(contender, "warm"):
            contender.warm()
        gc.collect()
        in_row: list[float] = []
        while not in_row or (len(in_row) < CALLS and sum(in_row) < SECONDS):
            begin = time.perf_counter()
            figure = getattr(contender, step)()
            in_row.append(time.perf_counter() - begin)
            contender.tidy()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        unit = 1 if sys.platform == "darwin" else 1024
        answers.write(
            json.dumps(
                {
                    "seconds": median(in_row),
                    "paused": in_row[0],
                    "peak": peak * unit,
                    "figure": figure,
                }
            )
            + "\n"
        )


if __name__ == "__main__":
    main(*sys.argv[1:])
