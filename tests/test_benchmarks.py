"""The benchmark of reading runs, small, and its table says what it measured."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

COLUMNS = ["source", "reader", "seconds", "events/s", "x Mindzie's time", "memory", "x the log"]


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_reading_is_measured_and_told_in_a_table(root: Path) -> None:
    words = ["--events", "20_000", "--rounds", "1", "--only", "csv", "parquet"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.reading", *words],
        cwd=root, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    events = re.match(r"([\d,]+) events of 14 columns; the log in memory has \d+ MB", lines[0])
    assert events is not None
    assert 19_500 < int(events[1].replace(",", "")) < 20_500  # whole cases
    table = [line for line in lines if line.startswith("|")]
    assert cells(table[0]) == COLUMNS
    rows = [cells(line) for line in table[2:]]
    peers = [name for name in ("pandas", "pm4py") if find_spec(name)]
    readers = ["mindzie", *peers]
    assert [row[:2] for row in rows] == [[s, r] for s in ("csv", "parquet") for r in readers]
    for source, reader, seconds, rate, ratio, memory, share in rows:
        assert float(seconds) > 0, source
        assert float(rate.replace(",", "")) > 0, source
        assert float(ratio) == 1 if reader == "mindzie" else float(ratio) > 0
        assert int(memory.removesuffix(" MB")) > 0
        assert float(share) > 0
