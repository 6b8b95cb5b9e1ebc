"""Results as people read them in tables; what machines read stays."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

import mindzie as mz
from mindzie import calculators


@pytest.fixture(scope="module")
def log() -> mz.EventLog:
    """Nine cases of 1 to 9 hours, and one of 40 days."""
    rows = []
    for case, hours in enumerate([*range(1, 10), 960]):
        rows += [(str(case), "A", 0), (str(case), "B", hours)]
    frame = pl.DataFrame(rows, schema=["case", "activity", "time"], orient="row")
    start = pl.datetime(2025, 1, 6)
    return mz.read(frame.with_columns(time=start + pl.duration(hours="time")))


def test_a_histograms_shares_are_of_all_cases(log) -> None:
    made = log.calculate(calculators.CaseDuration(bins=3))
    assert made["share"].sum() == pytest.approx(0.9)
    shown = made.for_people().to_polars()
    assert shown["share"].sum() == pytest.approx(1)
    rest = shown.row(-1, named=True)
    assert (rest["low"], rest["high"], rest["count"]) == (timedelta(hours=9), None, 1)
    assert log.filter(*made.behind(rest)).case_count == 1


def test_a_histogram_of_an_attribute_has_the_rest_too(log) -> None:
    made = log.calculate(calculators.Histogram(attribute="case_duration", bins=3))
    rest = made.for_people().to_polars().row(-1, named=True)
    assert log.filter(*made.behind(rest)).case_count == rest["count"] == 1


def test_data_information_has_names_and_durations(log) -> None:
    made = log.calculate(calculators.DataInformation())
    said = dict(made.for_people().to_polars().iter_rows())
    assert said["Longest case"] == "40 d"
    assert said["First event"] == "6 Jan 2025"
    assert dict(zip(made["name"], made["value"], strict=True))["max_duration"] == "3456000.0"


def test_the_time_lost_is_a_duration(log) -> None:
    made = log.calculate(calculators.Bottlenecks())
    assert made.facts["total"] == timedelta(hours=45 + 960)
    assert made.to_json()["facts"]["total"] == (45 + 960) * 3600
