"""Batches of rows become one frame, their texts held as categories where few are different; the log is the same."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

import mindzie as mz
from mindzie.ingest.connectors import batches
from mindzie.ingest.connectors.batches import joined


def parts() -> list[pl.DataFrame]:
    made = []
    for number in range(5):
        rows = range(number * 40, number * 40 + 40)
        odd: list[object] = [7 if number == 3 else "seven"] * 40
        made.append(
            pl.DataFrame(
                {
                    "id": [f"row {row}" for row in rows],
                    "step": [f"step {row % 3}" for row in rows],
                    "key": ["a"] * 40,
                    "odd": pl.Series(odd),
                    "none": pl.Series([None if number < 2 else "late"] * 40),
                }
            )
        )
    return made


@pytest.mark.parametrize("group", [1, 70, 1_000])
def test_few_texts_become_categories(group: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batches, "_GROUP", group)
    names = parts()[0].columns
    plain = joined(parts(), names)
    assert_frame_equal(plain, pl.concat(parts(), how="vertical_relaxed"), check_dtypes=False)
    packed = joined(iter(parts()), names, {"key"})
    held = {name for name, kind in packed.schema.items() if isinstance(kind, pl.Categorical)}
    assert held >= {"step"}
    assert held <= {"step", "none"}
    assert_frame_equal(packed.cast(plain.schema), plain)
    assert joined(iter(()), names, ()).columns == names


def test_the_log_of_a_table_is_the_same(tmp_path: Path) -> None:
    file = tmp_path / "log.sqlite"
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE events (case_no, step, happened, clerk, changed INTEGER)")
        connection.executemany(
            "INSERT INTO events VALUES (?, ?, ?, ?, ?)",
            [
                (f"c{n // 9}", f"s{n % 4}", f"2025-03-{n % 28 + 1:02} 09:00:00", ["Ana", "Ben", None, ""][n // 9 % 4], n)
                for n in range(900)
            ],
        )  # fmt: skip
    connection.close()
    source = mz.connect(f"sqlite:///{file}")
    roles = {"case": "case_no", "activity": "step", "timestamp": "happened"}
    log = source.read("events", **roles)
    texts = mz.read(source.rows("events").frame, **roles)
    assert log.fingerprint == texts.fingerprint
    assert log.readiness == texts.readiness
    marks = ["Ana", "s2"]
    left = source.read("events", **roles, null_values=marks)
    texts = mz.read(source.rows("events").frame, **roles, null_values=marks)
    assert left.fingerprint == texts.fingerprint
    assert left.readiness == texts.readiness
    assert left.rejected.equals(texts.rejected)
    kept = source.read("events", **roles, cursor="changed", key=["case_no", "changed"])
    assert kept.fingerprint == log.fingerprint
    assert source.read_new(kept) is kept
