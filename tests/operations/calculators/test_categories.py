"""Breakdowns and pivot tables: totals come from cases."""

from __future__ import annotations

import pytest

from mindzie import calculators
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import hours, rows


def test_a_null_is_a_category(orders: EventLog) -> None:
    made = orders.calculate(calculators.Breakdown(attributes="Region"))
    assert rows(made) == [
        ("North", False, 2, 0.5),
        ("South", False, 1, 0.25),
        (None, False, 1, 0.25),
    ]
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]


def test_all_other_values_are_computed_from_their_cases(orders: EventLog) -> None:
    longest = calculators.Breakdown(
        attributes="case_id", aggregation="mean", of="case_duration", top=1, sort="value"
    )
    made = orders.calculate(longest)
    assert rows(made, "category", "other", "cases", "value") == [
        ("C", False, 1, *hours(13)),
        (None, True, 3, *hours(13 / 3)),
    ]
    assert made.drill(other=True).case_count == 3
    alone = longest.model_copy(update={"other": False})
    assert rows(orders.calculate(alone), "category") == [("C",)]


def test_values_of_events_count_a_case_once_each(orders: EventLog) -> None:
    made = orders.calculate(
        calculators.Breakdown(attributes="Team", aggregation="sum", of="Value", sort="category")
    )
    assert rows(made, "category", "cases", "value") == [
        ("Sales", 3, 400),
        ("Store", 2, 100),
        (None, 2, 350),
    ]
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]
    costs = orders.calculate(
        calculators.Breakdown(attributes="Region", aggregation="sum", of="Cost")
    )
    assert rows(costs, "category", "value") == [("North", 21), ("South", 5), (None, 5)]


def test_two_categories(orders: EventLog) -> None:
    made = orders.calculate(calculators.Breakdown(attributes=("Region", "Rush"), top=1))
    assert made.split == "category_2"
    assert rows(made, "category", "category_2", "other", "other_2", "cases") == [
        ("North", True, False, False, 1),
        ("North", None, False, True, 1),
        (None, True, True, False, 1),
        (None, None, True, True, 1),
    ]


def test_settings_that_do_not_fit(orders: EventLog) -> None:
    with pytest.raises(SettingError, match="set of"):
        calculators.Breakdown(attributes="Region", aggregation="mean")
    with pytest.raises(WrongTypeError):
        orders.calculate(
            calculators.Breakdown(attributes="Region", aggregation="mean", of="case_id")
        )
    with pytest.raises(SettingError, match="once"):
        calculators.Pivot(rows=("Region", "Region"))
    of_text = {"aggregation": "mean", "attribute": "Team"}
    with pytest.raises(WrongTypeError, match="no mean"):
        orders.calculate(calculators.Pivot(rows="Region", measures=[of_text]))


def test_pivot(orders: EventLog) -> None:
    mean = {"aggregation": "mean", "attribute": "case_duration"}
    made = orders.calculate(calculators.Pivot(rows="Region", columns="Rush", measures=[mean, {}]))
    assert rows(made, "Region", "Total: cases", "Total: mean of case_duration") == [
        ("North", 2, *hours(9.5)),
        ("South", 1, *hours(7)),
        (None, 1, *hours(0)),
    ]
    assert rows(made, "True: cases", "False: cases", "no value: cases") == [
        (1, 0, 1),
        (0, 1, 0),
        (1, 0, 0),
    ]
    assert made["True: mean of case_duration"].to_list() == hours(6, None, 0)
    assert made.facts["totals"]["Total: mean of case_duration"] == 6.5 * 3600
    assert made.facts["totals"]["True: mean of case_duration"] == 3 * 3600
    assert made.drill(Region="North", column=True).case_count == 1
    assert made.drill(Region="North").case_count == 2
    assert made.drill(Region=None, column=None).case_count == 0


def test_pivot_limits_do_not_change_totals(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(
        calculators.Pivot(rows="Region", columns="case_id", limit=1, column_limit=1)
    )
    assert rows(made) == [("North", 1, 2)]
    assert made.facts["totals"] == {"A": 1, "Total": 4}
    assert (made.facts["rows"], made.facts["columns_left_out"]) == (3, 3)
    assert len(nothing.calculate(calculators.Pivot(rows="Region", columns="Rush"))) == 0
    assert len(nothing.calculate(calculators.Breakdown(attributes="Region"))) == 0
