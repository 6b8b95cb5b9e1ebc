"""Whatever attributes and folders are called, they stay apart and come back as they were."""

from __future__ import annotations

import math
from pathlib import Path

import polars as pl
import pytest

import mindzie as mz
from mindzie import filters
from mindzie.core.log import EventLog
from mindzie.engine.fingerprint import fingerprint
from mindzie.engine.snapshot import open_snapshot

ENGINES = ["polars", "duckdb"]
AWKWARD = {
    "variant": ["v", "v", "v"],
    "variant (source)": ["w", "w", "w"],
    "a (source)": [1, 2, 3],
    "a": [4, 5, 6],
    "Region": ["N", "N", "S"],
    "region": ["x", "y", "z"],
    'we\'ird\n"q"': ["q", "q", "q"],
    "地域": ["ü", None, "ß"],
    "_place": [7, 8, 9],
}


def awkward(engine: str) -> EventLog:
    rows = pl.DataFrame(
        {
            "case": ["1", "1", "2"],
            "activity": ["A", "B", "A"],
            "time": ["2024-01-01 10:00", "2024-01-02 10:00", "2024-01-03 10:00"],
            **AWKWARD,
        }
    )
    return mz.read(rows, engine=engine)  # type: ignore[arg-type]


@pytest.mark.parametrize("engine", ENGINES)
def test_attributes_keep_their_names_and_values_when_a_filtered_log_is_saved(
    engine: str, tmp_path: Path
) -> None:
    log = awkward(engine)
    names = [attribute.name for attribute in log.own_attributes]
    assert len(set(names)) == len(AWKWARD)
    kept = open_snapshot(log.filter(filters.CaseSize(min=1)).save(tmp_path / "kept"), engine=engine)
    assert kept.fingerprint == log.fingerprint
    assert [attribute.name for attribute in kept.own_attributes] == names
    assert kept.events.to_polars().equals(log.events.to_polars())
    assert kept.cases.to_polars().equals(log.cases.to_polars())


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", ["a[1]", "a*b", "what?", "o'hare", "ü {x}"])
def test_a_folder_may_have_any_name(engine: str, name: str, tmp_path: Path) -> None:
    log = awkward(engine)
    found = open_snapshot(log.save(tmp_path / name), engine=engine)
    assert found.events.to_polars().equals(log.events.to_polars())


def test_not_a_number_is_not_zero() -> None:
    prints = {
        fingerprint({}, [("x", "number", pl.Series([value], dtype=pl.Float64))])
        for value in (math.nan, -math.nan, 0.0, -0.0, None)
    }
    assert len(prints) == 3
