"""Histograms: every value is in one bin, or counted outside."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import hours, log_of, rows

WHOLE = {"range": "full"}


def counts(made: Any) -> list[int]:
    """Counts of the bins; each drills down to so many cases."""
    found = made["count"].to_list()
    assert [made.drill(**row).case_count for row in made.to_polars().to_dicts()] == found
    return found


def test_case_durations(orders: EventLog) -> None:
    made = orders.calculate(calculators.CaseDuration(bins=2, **WHOLE))
    assert rows(made, "low", "high", "closed") == [
        (*hours(0, 6.5), False),
        (*hours(6.5, 13), True),
    ]
    assert counts(made) == [2, 2]
    assert made["share"].to_list() == [0.5, 0.5]
    facts = made.facts
    assert [facts[name] for name in ("mean", "median", "min", "max")] == hours(6.5, 6.5, 0, 13)
    assert facts["count"] == 4
    assert facts["std"] / timedelta(hours=1) == pytest.approx(5.322906474223771)


def test_edges_are_round_in_the_unit_asked_for(orders: EventLog) -> None:
    made = orders.calculate(calculators.CaseDuration(bins=4, unit="h", **WHOLE))
    assert rows(made, "low") == [(edge,) for edge in hours(0, 5, 10)]
    assert counts(made) == [1, 2, 1]


def test_manual_range_counts_what_is_outside(orders: EventLog) -> None:
    made = orders.calculate(calculators.CaseDuration(bins=1, range="manual", min="6 h", max="7 h"))
    assert counts(made) == [2]
    assert (made.facts["below"], made.facts["above"]) == (1, 1)
    assert made.facts["count"] == 4
    with pytest.raises(SettingError, match="swap"):
        orders.calculate(calculators.CaseDuration(range="manual", min="7 h", max="6 h"))
    with pytest.raises(SettingError, match="manual"):
        calculators.CaseDuration(min="7 h")


def test_auto_range_leaves_outliers_out(engine: str) -> None:
    lengths = [1, 2, 3, 4, 5, 6, 7, 100]
    log = log_of(
        {str(n): ({}, [("Work", n, n + hour, None, None)]) for n, hour in enumerate(lengths)},
        engine,
    )
    # quartiles 2.75 and 6.25 h: fences at -2.5 h and 11.5 h
    made = log.calculate(calculators.CaseDuration(bins=3))
    assert rows(made, "low", "high")[-1] == tuple(hours(5, 7))
    assert counts(made) == [2, 2, 3]
    assert made.facts["above"] == 1


def test_whole_numbers_get_bins_of_whole_numbers(orders: EventLog) -> None:
    made = orders.calculate(calculators.Histogram(attribute="event_count", bins=20, **WHOLE))
    assert rows(made, "low", "high") == [(1, 2), (2, 3), (3, 4), (4, 5)]
    assert counts(made) == [1, 1, 1, 1]


def test_nulls_are_left_out_and_fractions_fall_on_their_side(orders: EventLog) -> None:
    made = orders.calculate(calculators.Histogram(attribute="Value", bins=5, **WHOLE))
    assert made["low"].to_list() == [50, 100, 150, 200, 250]
    assert counts(made) == [1, 1, 0, 0, 1]
    means = calculators.Histogram(attribute="Value", bins=2, aggregation="mean", **WHOLE)
    assert orders.calculate(means)["value"].to_list() == [75, 300]


def test_dates_and_events(orders: EventLog) -> None:
    made = orders.calculate(calculators.Histogram(attribute="Due", bins=2, **WHOLE))
    assert counts(made) == [1, 2]
    assert made["low"].to_list()[0].isoformat() == "2024-01-09T06:00:00+00:00"
    events = orders.calculate(calculators.Histogram(attribute="Cost", bins=1, **WHOLE))
    assert rows(events, "low", "high", "count") == [(-3, 8, 9)]


def test_all_the_same_nothing_and_one(orders: EventLog, nothing: EventLog) -> None:
    same = orders.calculate(
        calculators.Histogram(attribute="Value", range="manual", min=100, max=100)
    )
    assert rows(same, "low", "high", "count") == [(100, 100, 1)]
    empty = nothing.calculate(calculators.CaseDuration())
    assert len(empty) == 0
    assert empty.facts["mean"] is None
    assert empty.facts["count"] == 0


def test_ranges_of_another_type_are_refused(orders: EventLog) -> None:
    wrong = calculators.Histogram(attribute="Due", range="manual", min="soon")
    with pytest.raises(WrongTypeError, match="needs a date"):
        orders.calculate(wrong)


@pytest.mark.parametrize("bins", [1, 7, 33])
def test_every_value_is_counted_once(engine: str, bins: int) -> None:
    log = mz.demo("order-to-cash", cases=200).on(engine)
    for attribute in ("Order amount", "case_duration", "event_count", "Invoice due date"):
        for span in ("full", "auto"):
            made = log.calculate(calculators.Histogram(attribute=attribute, bins=bins, range=span))
            outside = made.facts["below"] + made.facts["above"]
            assert made["count"].sum() + outside == made.facts["count"]
            assert span == "auto" or not outside
            if bins == 7:
                counts(made)
