"""``python -m benchmarks.reading``: what reading a log takes, against what others take for it in the same run."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks import reading_data
from benchmarks.data import ALL

READERS = {
    "csv": ("mindzie", "pandas", "pm4py"),
    "parquet": ("mindzie", "pandas", "pm4py"),
    "xes.gz": ("mindzie", "r4pm", "pm4py"),
    "postgresql": ("mindzie", "pandas", "connectorx"),
}
SLOW = {("xes.gz", "pm4py")}
"""Takes part in the first round only."""
LIMITS = {("xes.gz", "r4pm"): 1.5}
"""At most so many times as long as another reader."""


@dataclass(slots=True)
class Samples:
    """What a reader took in the rounds."""

    seconds: list[float] = field(default_factory=list)
    memory: list[int] = field(default_factory=list)
    events: int = 0


def main() -> int:
    """Measure, print the table; return 1 where a limit is missed and ``--check`` is given."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.reading", description=__doc__)
    parser.add_argument("--events", type=lambda text: int(text.replace("_", "")), default=1_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="+", choices=list(READERS), default=list(READERS))
    parser.add_argument("--check", action="store_true", help="exit code 1 if a limit is missed")
    given = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mindzie-reading-")))
        command = [sys.executable, "-m", "benchmarks.reading_data", str(folder), str(given.events)]
        made = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
        places = dict.fromkeys(READERS, str(folder))
        if "postgresql" in given.only:
            places["postgresql"] = _table(folder, stack)
        found = {name: _rounds(name, places[name], given.rounds) for name in given.only}
        held = _held(folder)
    print(
        f"{int(made.stdout):,} events of 14 columns; the log in memory has {held / 1e6:,.0f} MB; load {os.getloadavg()[0]:.1f}.\n"
    )
    print("| source | reader | seconds | events/s | x Mindzie's time | memory | x the log |")
    print("|---|---|---:|---:|---:|---:|---:|")
    for name, readers in found.items():
        ours = median(readers["mindzie"].seconds)
        for reader, samples in readers.items():
            print(_row(name, reader, samples, ours, held))
    missed = [
        f"{name}: {median(found[name]['mindzie'].seconds) / median(found[name][other].seconds):.2f} times {other}, limit {limit}"
        for (name, other), limit in LIMITS.items()
        if name in found and median(found[name]["mindzie"].seconds) > limit * median(found[name][other].seconds)
    ]  # fmt: skip
    print("\n".join(f"missed: {line}" for line in missed), file=sys.stderr)
    return 1 if missed and given.check else 0


def _table(folder: Path, stack: ExitStack) -> str:
    """Start a server, and return the address of a database with the table."""
    from tests.servers.postgresql import PostgreSQL

    server = PostgreSQL()
    stack.callback(server.remove)
    server.start()
    stack.callback(server.stop)
    url = server.create("reading")
    reading_data.load(url, folder)
    return url


def _rounds(name: str, where: str, rounds: int) -> dict[str, Samples]:
    """Let each reader read in each round, so that all see the same machine."""
    chosen = [r for r in READERS[name] if r == "mindzie" or find_spec(r) is not None]
    found = {reader: Samples() for reader in chosen}
    for number in range(rounds):
        for reader, samples in found.items():
            if number and (name, reader) in SLOW:
                continue
            answer = _once(reader, name, where)
            samples.seconds.append(answer["seconds"])
            samples.memory.append(answer["memory"])
            samples.events = answer["events"]
    counts = {samples.events for samples in found.values()}
    if len(counts) != 1:
        raise SystemExit(f"{name}: the readers found {counts} events")
    return found


def _once(reader: str, name: str, where: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", "-m", "benchmarks.reading_step", reader, name, where]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{reader} failed on {name}: {done.stderr.strip().splitlines()[-1]}")
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def _held(folder: Path) -> int:
    """Return the bytes of the log's columns in memory."""
    import polars as pl

    import mindzie as mz
    from benchmarks.data import ROLES

    place = mz.read(folder / f"{ALL}.parquet", **ROLES).save(folder / "data_set")
    return sum(pl.read_parquet(file).estimated_size() for file in place.glob("*.parquet"))


def _row(name: str, reader: str, samples: Samples, ours: float, held: int) -> str:
    seconds, memory = median(samples.seconds), median(samples.memory)
    return (
        f"| {name} | {reader} | {seconds:.2f} | {samples.events / seconds:,.0f} | {seconds / ours:.2f} "
        f"| {memory / 1e6:,.0f} MB | {memory / held:.1f} |"
    )


if __name__ == "__main__":
    sys.exit(main())
