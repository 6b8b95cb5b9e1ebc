"""``python -m benchmarks``: measure, print the table, and with ``--check`` fail where a ratio limit is missed."""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from benchmarks.measures import MEASURES
from benchmarks.report import Run
from benchmarks.rounds import Settings, outcomes


def main() -> int:
    """Run the benchmarks; return the exit code."""
    given = _arguments()
    runs = []
    for events in given.events:
        with tempfile.TemporaryDirectory(prefix="mindzie-bench-", dir=given.folder) as folder:
            runs.append(_run(Path(folder), int(events), given))
        if not given.json:
            print(f"{runs[-1].about()}\n\n{runs[-1].table()}\n", flush=True)
    if given.json:
        print(json.dumps([run.json() for run in runs], indent=1))
    if given.check and not any(run.full for run in runs):
        print("nothing was checked: limits are meant for 10,000,000 events", file=sys.stderr)
        return 2
    missed = [line for run in runs for line in run.missed()]
    for line in missed:
        print(f"missed: {line}", file=sys.stderr)
    return 1 if missed and given.check else 0


def _run(folder: Path, events: int, given: argparse.Namespace) -> Run:
    count = _make(folder / "data", events)
    peer, peer_count = folder / "data", count
    if given.pm4py_events is not None and given.pm4py_events < events:
        peer = folder / "pm4py"
        peer_count = _make(peer, given.pm4py_events)
    settings = Settings(given.engine, given.rounds, given.pm4py_limit, given.pm4py_seconds)
    chosen = tuple(m for m in MEASURES if not given.only or m.id in given.only)
    found = outcomes(chosen, folder / "data", None if given.no_pm4py else peer, settings)
    theirs = None if given.no_pm4py else peer_count
    return Run(count, theirs, given.engine, _machine(), tuple(found))


def _make(folder: Path, events: int) -> int:
    """Generate data in a process of its own, so that this one stays small."""
    folder.mkdir()
    print(f"Generating {events:,} events ...", file=sys.stderr)
    command = [sys.executable, "-m", "benchmarks.data", str(folder), str(events)]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout)


def _machine() -> dict[str, object]:
    packages = ("mindzie", "polars", "duckdb", "narwhals", "pandas", "pm4py")
    return {
        "cores": os.cpu_count(),
        "system": platform.platform(terse=True),
        "Python": platform.python_version(),
        **{name: version(name) for name in packages},
    }


def _whole(text: str) -> int:
    return int(text.replace("_", "").replace(",", ""))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--events", type=_whole, nargs="+", default=[1_000_000, 10_000_000])
    parser.add_argument("--engine", choices=("polars", "duckdb"), default="polars")
    parser.add_argument("--rounds", type=int, default=5, help="repeats of each step")
    parser.add_argument("--only", nargs="+", choices=[measure.id for measure in MEASURES])
    parser.add_argument("--no-pm4py", action="store_true", help="without pm4py, which is slow")
    parser.add_argument("--pm4py-events", type=_whole, help="give pm4py a smaller log")
    parser.add_argument("--pm4py-limit", type=float, default=300, help="seconds for one step")
    parser.add_argument("--pm4py-seconds", type=float, default=60, help="then it sits out rounds")
    parser.add_argument("--folder", help="for the generated data; else the system's")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--check", action="store_true", help="exit code 1 if a limit is missed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
