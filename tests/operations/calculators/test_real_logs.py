"""Figures of real logs, as others computed them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.log import EventLog

FILES = {
    "running_example": "running-example.xes",
    "purchasing_example": "PurchasingExample.csv.gz",
    "helpdesk_mendeley": "helpdesk_mendeley.csv",
}


@pytest.fixture(scope="module", params=FILES)
def read(request: pytest.FixtureRequest, logs: Path) -> tuple[EventLog, dict[str, Any]]:
    name = request.param
    said = json.loads((logs / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return mz.read(logs / FILES[name], start=False), said["views"]["default"]


def test_durations(read: tuple[EventLog, dict[str, Any]], engine: str) -> None:
    log, expected = read[0].on(engine), read[1]["case_duration_seconds"]
    facts = log.calculate(calculators.CaseDuration()).facts
    for name, seconds in expected.items():
        assert facts[name].total_seconds() == pytest.approx(seconds, abs=1e-3), name
        value = calculators.AggregateValue(attribute="case_duration", aggregation=name)
        assert log.calculate(value).value == pytest.approx(seconds, abs=1e-3)


def test_activities(read: tuple[EventLog, dict[str, Any]], engine: str) -> None:
    log, expected = read[0].on(engine), read[1]
    made = log.calculate(calculators.ActivityStatistics()).to_polars().to_dicts()
    again = {row["activity"]: row["rework_cases"] for row in made if row["rework_cases"]}
    extra = {row["activity"]: row["rework_events"] for row in made if row["rework_events"]}
    assert again == expected["rework_cases_per_activity"]
    assert extra == expected["rework_extra_occurrences_per_activity"]


def test_bottlenecks(read: tuple[EventLog, dict[str, Any]], engine: str) -> None:
    log, expected = read[0].on(engine), read[1]["dfg_mean_seconds_top30"]
    made = log.calculate(calculators.Bottlenecks()).to_polars().to_dicts()
    found = {
        (row["from_activity"], row["to_activity"]): row["mean"].total_seconds() for row in made
    }
    for start, end, _, seconds in expected:
        assert found[start, end] == pytest.approx(seconds, abs=1e-3)


def test_variants(read: tuple[EventLog, dict[str, Any]], engine: str) -> None:
    log, expected = read[0].on(engine), read[1]
    made = log.calculate(calculators.Variants())
    assert len(made) == expected["counts"]["variants"]
    tenth = [row["count"] for row in expected["variants_top10"]]
    assert made["cases"].to_list()[: len(tenth)] == tenth
    assert made["cumulative_share"].to_list()[-1] == pytest.approx(1)
