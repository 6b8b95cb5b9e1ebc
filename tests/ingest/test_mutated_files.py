"""Real files of every format with bytes flipped, cut and inserted: an error of ours, or a plausible log."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from tests.ingest.test_file_formats import orders, workbook

MEMORY = 4 << 30
SECONDS = 120
TRIES = 12
PROGRAM = """
import json, sys, time, resource
from pathlib import Path
from mindzie.core.errors import MindzieError
from mindzie.ingest import source_table
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.name, flush=True)
    try:
        table = source_table(path, **json.loads(sys.argv[2]))
    except MindzieError as error:
        assert len(str(error)) > 20, error
    else:
        frame = table.frame
        assert not frame["case_id"].null_count() and not frame["time"].null_count()
        assert table.readiness.rows_read >= frame.height
print("all read")
"""
FILES = {
    "csv": ("running-example.csv", {}),
    "csv.gz": ("LoanApp_simplified.csv.gz", {}),
    "parquet": ("running-example.parquet", {}),
    "xes": ("running-example.xes", {}),
    "jsonocel": ("ocel/ocel20_example.jsonocel", {"object_type": "Invoice"}),
    "xmlocel": ("ocel/ocel20_example.xmlocel", {"object_type": "Invoice"}),
    "sqlite": ("ocel/ocel20_example.sqlite", {"object_type": "Invoice"}),
    "zip": ("ibm_onboard_client.zip", {}),
    "jsonl": ("", {}),
    "xlsx": ("", {}),
}


def mutated(content: bytes, random: random.Random) -> bytes:
    """Return content with some bytes changed, taken out or put in, often near its ends."""
    data = bytearray(content)
    for _ in range(random.choice((1, 2, 8, 40))):
        span = random.choice((len(data), 64, 512))
        place = min(len(data) - 1, random.randrange(span)) if data else 0
        place = random.choice((place, len(data) - 1 - place)) if span < len(data) else place
        way = random.random()
        if way < 0.5:
            data[place : place + 1] = bytes([random.randrange(256)])
        elif way < 0.75:
            del data[place : place + random.choice((1, 9, 300))]
        else:
            data[place:place] = random.choice((b"\0", b'"', b"<", b"\xff\xff\xff\x7f", b"{[" * 9))
    return bytes(data[: random.randrange(len(data))] if random.random() < 0.25 else data)


@pytest.mark.parametrize("kind", FILES)
def test_damaged_files_never_end_the_process(kind: str, logs: Path, tmp_path: Path) -> None:
    name, settings = FILES[kind]
    if name:
        content = (logs / name).read_bytes()
    elif kind == "xlsx":
        content = workbook(Data=orders())
    else:
        content = pl.read_csv(logs / "running-example.csv").write_ndjson().encode()
    luck = random.Random(kind)
    for number in range(TRIES if kind != "xlsx" else 4):
        (tmp_path / f"{number:03}.{kind}").write_bytes(mutated(content, luck))
    program = PROGRAM.format(memory=MEMORY)
    run = subprocess.run(
        [sys.executable, "-c", program, tmp_path, json.dumps(settings)],
        capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-30:] + run.stderr[-1500:]
    assert run.stdout.endswith("all read\n")
