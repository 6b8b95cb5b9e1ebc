"""Variants, activities, bottlenecks, and cases one by one."""

from __future__ import annotations

import json

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import UnknownNameError
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import ORDERS, hours, log_of, rows

TWICE = {**ORDERS, "E": ({}, [("Order", 80, 81, None, 1), ("Ship", 83, 84, None, 1)])}


def test_variants(engine: str) -> None:
    log = log_of(TWICE, engine)
    made = log.calculate(calculators.Variants(top=2))
    assert rows(made, "activities", "length", "cases", "share", "cumulative_share") == [
        (["Order", "Ship"], 2, 2, 0.4, 0.4),
        (["Order", "Pack", "Ship"], 3, 1, 0.2, pytest.approx(0.6)),
    ]
    durations = [f"{how}_duration" for how in ("mean", "median", "min", "max")]
    assert rows(made, *durations)[0] == tuple(hours(5.5, 5.5, 4, 7))
    assert made.facts == {"variants": 4, "cases": 5, "cases_shown": 3}
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]
        assert made.drill(variant=row["variant"]).case_count == row["cases"]
    left = log.filter(filters.CaseDuration(min="5 h")).calculate(calculators.Variants(measures=()))
    assert left["cases"].to_list() == [1, 1, 1]


def test_activity_statistics(orders: EventLog) -> None:
    made = orders.calculate(calculators.ActivityStatistics())
    counts = ("activity", "events", "cases", "share", "first_position", "last_position")
    assert rows(made, *counts, "rework_cases", "rework_events") == [
        ("Order", 4, 4, 1, 1, 1, 0, 0),
        ("Pack", 3, 2, 0.5, 2, 2.5, 1, 1),
        ("Ship", 3, 3, 0.75, 3, 3, 0, 0),
    ]
    assert rows(made, "mean_service", "mean_waiting", "mean_sojourn", "median_sojourn") == [
        (*hours(0.5, None, None, None),),
        (*hours(4 / 3, 1, 7 / 3, 2),),
        (*hours(1, 14 / 3, 17 / 3, 7),),
    ]
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]


def test_without_start_times_service_is_unknown(engine: str) -> None:
    made = log_of(ORDERS, engine, starts=False).calculate(calculators.ActivityStatistics())
    assert made["mean_service"].to_list() == [None, None, None]
    assert made["mean_sojourn"].to_list() == hours(None, 7 / 3, 17 / 3)
    assert "no start times" in made.facts["service"]


def test_work_that_overlaps_has_not_waited(engine: str) -> None:
    log = log_of({"A": ({}, [("Order", 0, 4, None, 1), ("Pack", 1, 3, None, 1)])}, engine)
    made = log.calculate(calculators.ActivityStatistics())
    assert rows(made, "mean_waiting", "mean_sojourn")[1] == tuple(hours(0, 2))
    steps = log.calculate(calculators.CaseTimeline(case="A"))
    assert steps["waiting"].to_list() == hours(None, 0)
    paths = log.calculate(calculators.Bottlenecks())
    assert rows(paths, "total", "share") == [(*hours(-3), None)]


def test_bottlenecks(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(calculators.Bottlenecks())
    assert rows(made, "from_activity", "to_activity", "cases", "events", "total") == [
        ("Pack", "Ship", 2, 2, *hours(8)),
        ("Order", "Ship", 1, 1, *hours(6)),
        ("Order", "Pack", 2, 2, *hours(3)),
        ("Pack", "Pack", 1, 1, *hours(0)),
    ]
    assert made["share"].to_list() == pytest.approx([8 / 17, 6 / 17, 3 / 17, 0])
    assert rows(made, "mean", "median", "p90")[0] == tuple(hours(4, 4, 7.2))
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]
    often = orders.calculate(calculators.Bottlenecks(minimum_cases=2))
    assert often["share"].to_list() == pytest.approx([8 / 17, 3 / 17])
    for empty in (calculators.Bottlenecks(), calculators.ActivityStatistics()):
        assert len(nothing.calculate(empty)) == 0


def test_case_explorer_sorts_searches_and_pages(orders: EventLog) -> None:
    shown = calculators.CaseExplorer(
        columns=("case_id", "Region", "Value"), sort="Value", descending=True, page_size=3
    )
    made = orders.calculate(shown)
    assert made["case_id"].to_list() == ["B", "A", "D"]
    second = orders.calculate(shown.model_copy(update={"page": 2}))
    assert rows(second) == [("C", "North", None)]
    assert second.facts == {"cases": 4, "found": 4, "offset": 3}
    page, found = made.page(1, 1, sort="Region", search="nOrT")
    assert (page["case_id"].to_list(), found) == (["C"], 2)
    assert made.page(0, 9, search="(")[1] == 0
    assert made.page(0, 2)[0]["case_id"].to_list() == ["A", "B"]
    assert made.drill(case_id="B").case_count == 1
    with pytest.raises(UnknownNameError, match="Region"):
        made.page(0, 1, sort="Regon")


def test_case_explorer_shows_the_main_columns(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(calculators.CaseExplorer())
    assert made.to_polars().columns[:2] == ["case_id", "case_start"]
    assert "Region" in made.to_polars().columns
    assert len(nothing.calculate(calculators.CaseExplorer(search="x", sort="case_id"))) == 0
    json.dumps(made.to_json(), allow_nan=False)


def test_case_timeline(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(calculators.CaseTimeline(case="C"))
    assert rows(made, "position", "activity", "waiting", "service", "since_start") == [
        (1, "Order", *hours(None, 1, 1)),
        (2, "Pack", *hours(1, 1, 3)),
        (3, "Pack", *hours(0, 1, 4)),
        (4, "Ship", *hours(8, 1, 13)),
    ]
    assert made["Cost"].to_list() == [5, 2, 4, -3]
    assert made.facts["attributes"]["Region"] == "North"
    assert made.facts["attributes"]["case_duration"] == 13 * 3600
    assert made.drill(position=1).case_count == 1
    with pytest.raises(UnknownNameError, match="no case 'E'"):
        orders.calculate(calculators.CaseTimeline(case="E"))
    gone = orders.filter(filters.CaseDuration(max="1 h"))
    assert len(gone.calculate(calculators.CaseTimeline(case="C"))) == 0
    emptied = orders.filter(
        filters.EventsWithAttribute(attribute="case_id", values=("C",), keep=False)
    )
    assert len(emptied.calculate(calculators.CaseTimeline(case="C"))) == 0
    with pytest.raises(UnknownNameError, match="no case 'E'"):
        emptied.calculate(calculators.CaseTimeline(case="E"))
    assert len(nothing.calculate(calculators.CaseTimeline(case="C"))) == 0


def test_times_of_attributes_do_not_hide_those_of_the_case(engine: str) -> None:
    log = mz.demo("order-to-cash", cases=10).on(engine)
    made = log.calculate(calculators.CaseTimeline(case=log.cases["case_id"][0]))
    assert {"start_timestamp", "timestamp", "waiting", "resource", "Team"} <= set(
        made.to_polars().columns
    )
