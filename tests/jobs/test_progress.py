"""What is known of an import's length while it is read: rows that are expected, bytes that came, seconds that are left."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from mindzie.core.errors import CancelledError
from mindzie.ingest.jobs import ImportPlan, Progress, import_log
from mindzie.ingest.jobs.expecting import expected
from mindzie.ingest.jobs.progress import Meter

ROWS = 60_000


def text(rows: int) -> str:
    lines = (f"{n // 3},step {n % 3},2025-01-01 10:00,{n:08}" for n in range(rows))
    return "order,step,time,note\n" + "\n".join(lines) + "\n"


def test_rows_are_guessed_from_the_first_lines_or_told_by_the_file(
    tmp_path: Path, logs: Path
) -> None:
    table = tmp_path / "orders.csv"
    table.write_text(text(ROWS))
    found = expected(table, "csv")
    assert found.rows == pytest.approx(ROWS, rel=0.05)
    assert found.seconds > 0
    packed = tmp_path / "orders.parquet"
    pl.read_csv(table).write_parquet(packed)
    assert expected(packed, "parquet").rows == ROWS
    log = logs / "running-example.xes"
    assert expected(log, "xes").rows == log.read_bytes().count(b"<event")
    assert expected(table, "excel").rows is None
    assert expected(tmp_path / "not there", "csv").rows is None


def test_bytes_that_are_unpacked_are_told_and_may_be_the_last(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv.gz"
    path.write_bytes(gzip.compress(text(ROWS).encode()))
    told: list[Progress] = []
    import_log(ImportPlan(source={"file": str(path)}), progress=told.append)
    shares = [each.share for each in told if each.share is not None]
    assert len(shares) >= 2
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert told[-1].rows_expected == pytest.approx(ROWS, rel=0.05)

    def stop(progress: Progress) -> None:
        if progress.share is not None:
            raise CancelledError("enough")

    with pytest.raises(CancelledError, match="enough"):
        import_log(ImportPlan(source={"file": str(path)}), progress=stop)


def test_seconds_left_follow_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [0.0]
    monkeypatch.setattr("mindzie.ingest.jobs.progress.time.monotonic", lambda: clock[0])
    told: list[Progress] = []
    meter = Meter(told.append)
    meter.expect(1_000_000)
    clock[0] = 2.0
    meter.rows(100_000)
    assert told[-1].rate == 50_000
    assert told[-1].seconds_left == pytest.approx(18 + 1.4)
    assert str(told[-1]) == "read: 100,000 of about 1,000,000 rows, 50,000 rows/s, about 20 s left"
    meter.step("map")
    assert told[-1].seconds_left == pytest.approx(0.14)
    other = Meter(told.append)
    other.expect(1_000_000, 5.0)
    clock[0] = 4.0
    other.step("read")
    assert told[-1].seconds_left == pytest.approx(3 + 1.4)
    other.heard(told[-3])
    assert (other.read, other.expected) == (100_000, 1_000_000)
    other.bytes(1, 4)
    assert "25% of the file here" in str(told[-1])


def test_a_bad_guess_is_forgotten() -> None:
    told: list[Progress] = []
    meter = Meter(told.append)
    meter.expect(100)
    meter.rows(50)
    assert told[-1].seconds_left is not None
    meter.rows(111)
    assert (told[-1].rows_expected, told[-1].seconds_left) == (None, None)


def test_rows_that_come_at_once_are_told_of_meanwhile() -> None:
    told: list[Progress] = []
    meter = Meter(told.append)
    with meter.ticking():
        meter.expect(10, 5.0)
        while not told:
            pass
        meter.rows(10)
    assert told[0].rows_expected == 10
    assert told[0].rate is None
