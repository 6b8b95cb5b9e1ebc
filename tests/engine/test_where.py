"""Rows that fit a condition: null does not fit, each column comes when it is asked, in the order of the rows."""

from __future__ import annotations

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mindzie import calculators, filters
from mindzie.engine.engines import engine_named
from tests.properties.logs import ENGINES, START, built
from tests.properties.reference import Event

rows = st.lists(st.one_of(st.none(), st.integers(-3, 3)), max_size=30)


@pytest.mark.parametrize("engine", ENGINES)
@settings(max_examples=25)
@given(values=rows)
def test_columns_of_the_rows_that_fit(engine: str, values: list[int | None]) -> None:
    runner = engine_named(engine)
    data = pl.DataFrame(
        {"case": range(len(values)), "value": values, "double": values, "unused": values},
        schema={"case": pl.UInt32, "value": pl.Int64, "double": pl.Int64, "unused": pl.Int64},
    ).with_columns(pl.col("double") * 2)
    found = runner.where(runner.frame(data), nw.col("value") > 0, ("case", "double"))
    expected = [
        (at, 2 * value) for at, value in enumerate(values) if value is not None and value > 0
    ]

    assert found.collect_schema().names() == ["case", "double"]
    assert runner.collect(found.select("double"))["double"].to_list() == [d for _, d in expected]
    assert sorted(runner.collect(found).rows()) == expected
    assert runner.collect(found.select(nw.len())).item() == len(expected)
    middle = nw.col("double").median()
    whole = runner.collect(found.select(middle)).item()
    assert runner.collect(found.select(middle), held=True).item() == whole


@pytest.mark.parametrize("engine", ENGINES)
def test_a_choice_of_a_choice(engine: str) -> None:
    runner = engine_named(engine)
    data = runner.frame(pl.DataFrame({"case": range(9), "value": range(9)}))
    some = runner.where(data, nw.col("value") % 2 == 0, ("case", "value"))
    fewer = runner.where(some, nw.col("value") > 3, ("case",))
    assert sorted(runner.collect(fewer)["case"].to_list()) == [4, 6, 8]


@pytest.mark.parametrize("engine", ENGINES)
def test_cases_stay_in_order_when_events_are_removed(engine: str) -> None:
    hours = [number * 7 % 11 for number in range(300)]
    rows = [
        Event(f"{case:03}", name, START + case + at * 3600, START + case + at * 3600, at % 4)
        for case, long in enumerate(hours)
        for name, at in (("A", 0), ("B", 1), ("C", 1 + long))
    ]
    steps = (filters.Activities(activities=("A",), keep=False), filters.CaseDuration(min="2 h"))
    log = built(rows, engine).filter(*steps)
    wanted = [case for case, long in enumerate(hours) if long >= 2]
    page = log.calculate(calculators.CaseExplorer(page_size=300))
    assert page["case_id"].to_list() == [f"{case:03}" for case in wanted]
    by_amount = calculators.Breakdown(
        attributes=("amount",), aggregation="mean", of="case_duration"
    )
    made = log.calculate(by_amount)
    for amount, found in zip(made["category"], made["value"], strict=True):
        of = [hours[case] for case in wanted if amount in (1, (1 + hours[case]) % 4)]
        assert found.total_seconds() == pytest.approx(3600 * sum(of) / len(of))
