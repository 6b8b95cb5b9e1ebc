"""A data set is there whole or not at all, and never changes."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.errors import DataSetError
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceAttribute, SourceTable
from tests.contract.comparing import assert_same, figures

ENGINES = pytest.mark.parametrize("engine", ["polars", "duckdb"])
FILES = ("events", "cases", "variants", "variant_paths", "activities", "rejected")


def small(cases: int = 200, engine: str = "polars") -> EventLog:
    rows = [
        (str(c), a, c * 100 + n) for c in range(cases) for n, a in enumerate("ABBC"[: 2 + c % 3])
    ]
    frame = pl.DataFrame(rows, schema=["case_id", "activity", "time"], orient="row")
    frame = frame.with_columns(row=pl.int_range(1, pl.len() + 1), attribute_0=pl.col("time") % 7)
    rejected = pl.DataFrame({"row": [99], "reason": ["no time"], "time": ["soon"]})
    attributes = (SourceAttribute("Größe", "attribute_0", "number"),)
    return build(SourceTable(frame, attributes, name="small", rejected=rejected), engine)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def seen(log: EventLog) -> dict[str, Any]:
    described = {"fingerprint": log.fingerprint, "roles": dict(log.roles)}
    return {**figures(log), **described, "readiness": log.readiness.model_dump(mode="json")}


@ENGINES
@pytest.mark.parametrize("opened_on", ["polars", "duckdb"])
def test_saved_and_opened_is_the_same(tmp_path: Path, engine: str, opened_on: str) -> None:
    log = small(engine=engine)
    folder = log.save(tmp_path / "made" / "on the way" / "größe")
    opened = mz.open(folder, engine=opened_on)
    assert opened.engine == opened_on
    assert_same(seen(opened), seen(log))
    assert opened.rejected.to_dicts() == log.rejected.to_dicts()
    assert opened.manifest == log.manifest
    assert {file.stem for file in folder.glob("*.parquet")} == set(FILES)


@ENGINES
def test_a_log_with_a_recipe_becomes_a_data_set_of_its_own(tmp_path: Path, engine: str) -> None:
    log = small(engine=engine)
    left = log.filter(mz.filters.Activities(activities=("A", "B")))
    opened = mz.open(left.save(tmp_path / "left"), engine)
    assert opened.recipe == ()
    assert opened.fingerprint != log.fingerprint
    for name in ("activities", "events", "variants"):
        assert_same(seen(opened)[name], seen(left)[name])
    assert opened.manifest.source["fingerprint"] == log.fingerprint
    assert opened.manifest.source["recipe"] == [step.to_json() for step in left.recipe]
    assert set(opened.activities) == {"A", "B"}
    alone = log.filter(mz.filters.Activities(activities=("C",)))  # now constant within each case
    assert mz.open(alone.save(tmp_path / "alone")).attribute("Größe").level == "event"


@ENGINES
def test_what_is_there_is_never_changed(tmp_path: Path, engine: str) -> None:
    folder = small(engine=engine).save(tmp_path / "log")
    before = contents(folder)
    with pytest.raises(DataSetError, match="exists already"):
        small(3, engine).save(folder)
    opened = mz.open(folder, engine)
    left = opened.filter(mz.filters.CasesWithActivity(activities="C"))
    left.enrich(mz.enrichments.CountActivities(name="Bs", activities="B")).save(tmp_path / "other")
    assert contents(folder) == before
    assert sorted(item.name for item in tmp_path.iterdir()) == ["log", "other"]


def test_a_place_that_is_taken_or_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    (tmp_path / "empty").mkdir()
    for path in (tmp_path / "file", tmp_path / "empty"):
        with pytest.raises(DataSetError, match="exists already"):
            small().save(path)
    with pytest.raises(DataSetError, match="cannot be written"):
        small().save(tmp_path / "file" / "inside")
    assert (tmp_path / "file").read_text() == "mine"
    assert sorted(item.name for item in tmp_path.iterdir()) == ["empty", "file"]


def test_one_of_many_concurrent_saves_wins(tmp_path: Path) -> None:
    logs = [small(50 + number) for number in range(8)]

    def save(log: EventLog) -> str:
        with suppress(DataSetError):
            log.save(tmp_path / "one")
            return log.fingerprint
        return ""

    with ThreadPoolExecutor(8) as pool:
        won = [fingerprint for fingerprint in pool.map(save, logs) if fingerprint]
    assert len(won) == 1
    assert mz.open(tmp_path / "one").fingerprint == won[0]
    assert [item.name for item in tmp_path.iterdir()] == ["one"]


@pytest.mark.parametrize("step", ["write_parquet", "fsync", "rename"])
def test_an_error_on_the_way_leaves_nothing(
    tmp_path: Path, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    owner = {"write_parquet": pl.DataFrame, "fsync": os, "rename": Path}[step]
    with monkeypatch.context() as patched:
        patched.setattr(owner, step, full)
        with pytest.raises(DataSetError, match="No space left"):
            small().save(tmp_path / "log")
    assert list(tmp_path.iterdir()) == []
    small().save(tmp_path / "log")


SAVING = """
import sys
from pathlib import Path
import mindzie as mz
log = mz.open(sys.argv[1])
log.save(Path(sys.argv[2]) / "first")
for number in range(100_000):
    print(number, flush=True)
    log.save(Path(sys.argv[2]) / str(number))
"""


def test_a_crash_at_any_moment_leaves_no_data_set_or_a_whole_one(tmp_path: Path) -> None:
    log = small()
    stored, place = log.save(tmp_path / "stored"), tmp_path / "place"
    place.mkdir()
    dice = random.Random(5)
    expected = contents(stored).keys()
    begun: list[int] = []
    for crash in range(6):
        target = place / str(crash)
        target.mkdir()
        process = subprocess.Popen(
            [sys.executable, "-c", SAVING, stored, target], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(dice.uniform(0, 0.08))
        process.send_signal(signal.SIGKILL)
        begun.append(1 + sum(1 for _ in process.stdout))
        process.stdout.close()
        process.wait()
        for folder in target.iterdir():
            if not folder.name.startswith("."):
                assert contents(folder).keys() == expected
                assert mz.open(folder).fingerprint == log.fingerprint
        # what was left lying there is in nobody's way
        last = target / str(begun[-1] - 1)
        if not last.exists():
            log.save(last)
        assert_same(seen(mz.open(last)), seen(log))
    assert sum(begun) > len(begun), "no crash came while saving"


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "other": lambda file: file.write_bytes(b"PK" + os.urandom(200)),
    "folder": lambda file: (file.unlink(), file.mkdir()),
}


@ENGINES
@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize(
    "name", ["manifest.json", "events.parquet", "variant_paths.parquet", "rejected.parquet"]
)
def test_a_damaged_data_set_is_not_opened(
    tmp_path: Path, engine: str, name: str, damage: str
) -> None:
    folder = small(20).save(tmp_path / "log")
    DAMAGE[damage](folder / name)
    with pytest.raises(DataSetError, match="log") as caught:
        mz.open(folder, engine)
    assert "\n" not in str(caught.value)
    assert "import" in str(caught.value).lower(), "it says what to do next"


@ENGINES
def test_rows_that_went_missing_are_noticed(tmp_path: Path, engine: str) -> None:
    folder = small(20).save(tmp_path / "log")
    for name in ("events", "cases", "variants"):
        file = folder / f"{name}.parquet"
        whole = file.read_bytes()
        pl.read_parquet(file).head(2).write_parquet(file)
        with pytest.raises(DataSetError, match=name):
            mz.open(folder, engine)
        file.write_bytes(whole)
    assert mz.open(folder, engine).case_count == 20


def test_a_newer_data_set_asks_for_a_newer_mindzie(tmp_path: Path) -> None:
    folder = small(5).save(tmp_path / "log")
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps({**manifest, "format": 99, "colour": "red"}))
    with pytest.raises(DataSetError, match=r"newer Mindzie.*update"):
        mz.open(folder)


def test_no_data_set_there(tmp_path: Path) -> None:
    small(5).save(tmp_path / "orders-2024")
    with pytest.raises(DataSetError, match="Did you mean 'orders-2024'"):
        mz.open(tmp_path / "orders-2042")
    with pytest.raises(DataSetError, match="not a data set"):
        mz.open(tmp_path)
    with pytest.raises(DataSetError, match="not a data set"):
        mz.open(tmp_path / "no" / "such" / "place")
