"""Sums of times until the year 9999 do not fit 64 bits: they are right, or refused, and never wrap around."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog

OPEN = datetime(9999, 12, 31)  # noqa: DTZ001 - UTC
BEGUN = datetime(2024, 1, 1)  # noqa: DTZ001
CASES = 100


@pytest.fixture(params=["polars", "duckdb"])
def open_cases(request: pytest.FixtureRequest) -> EventLog:
    """Cases of two variants that end at the end of all days."""
    rows = [
        row
        for case in range(CASES)
        for row in (
            (str(case), "A", BEGUN),
            (str(case), "B", OPEN),
            (str(case), "BC"[case % 2], OPEN),
        )
    ]
    frame = pl.DataFrame(rows, schema=["case", "activity", "time"], orient="row")
    return mz.read(frame, engine=request.param)


def test_totals_of_a_map_are_sums(open_cases: EventLog) -> None:
    edges = open_cases.calculate(calculators.ProcessMap()).edges.to_polars()
    [row] = edges.filter(pl.col("from_activity") == "A").to_dicts()
    seconds = (OPEN - BEGUN).total_seconds()
    assert row["mean"] == pytest.approx(seconds)
    assert row["total"] == pytest.approx(seconds * CASES)


@pytest.mark.parametrize(
    "calculator",
    [
        calculators.AggregateValue(attribute="case_duration", aggregation="sum"),
        calculators.Breakdown(
            attributes=("has_rework",), aggregation="sum", of="case_duration", top=1
        ),
        calculators.Bottlenecks(),
    ],
    ids=lambda calculator: calculator.id,
)
def test_what_does_not_fit_is_refused(
    open_cases: EventLog, calculator: calculators.Bottlenecks
) -> None:
    with pytest.raises(SettingError, match="sum is too large"):
        open_cases.calculate(calculator).to_polars()
