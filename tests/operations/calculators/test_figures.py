"""Numbers, rates and what a log says of itself."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from mindzie import calculators, filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import rows

HOUR = 3600


def test_sizes(orders: EventLog) -> None:
    assert [
        orders.calculate(made()).value
        for made in (
            calculators.CaseCount,
            calculators.EventCount,
            calculators.ActivityCount,
            calculators.VariantCount,
        )
    ] == [4, 10, 3, 4]
    assert orders.calculate(calculators.EventCount()).unit == "events"


@pytest.mark.parametrize(
    ("attribute", "aggregation", "activity", "value"),
    [
        ("case_duration", "mean", None, 6.5 * HOUR),
        ("case_duration", "median", None, 6.5 * HOUR),
        ("case_duration", "max", None, 13 * HOUR),
        ("Value", "sum", None, 450),
        ("Value", "count", None, 3),
        ("Value", "mean", None, 150),
        ("Value", "p25", None, 75),
        ("Value", "first", None, 100),
        ("Value", "last", None, 50),
        ("Value", "std", None, 132.28756555322954),
        ("Value", "sum", "Ship", 400),
        ("Region", "distinct", None, 2),
        ("Region", "mode", None, "North"),
        ("Rush", "mean", None, 2 / 3),
        ("Cost", "sum", None, 31),
        ("Cost", "min", None, -3),
        ("Cost", "mean", "Pack", 13 / 3),
        ("Cost", "last", "Ship", -3),
        ("Team", "mode", None, "Store"),
        ("Due", "max", None, "2024-01-11T18:00:00+00:00"),
        ("Due", "std", None, pytest.approx(32.145502536643185 * HOUR)),
    ],
)
def test_aggregates(orders: EventLog, attribute, aggregation, activity, value) -> None:
    made = calculators.AggregateValue(
        attribute=attribute, aggregation=aggregation, activity=activity
    )
    assert orders.calculate(made).value == (
        pytest.approx(value) if isinstance(value, float) else value
    )


def test_aggregates_of_nothing_are_unknown(nothing: EventLog) -> None:
    for how, value in {"mean": None, "median": None, "max": None, "count": 0, "sum": 0}.items():
        made = nothing.calculate(
            calculators.AggregateValue(attribute="case_duration", aggregation=how)
        )
        assert made.value == value, how


def test_aggregates_that_mean_nothing_are_refused(orders: EventLog) -> None:
    with pytest.raises(WrongTypeError, match="no mean of the attribute 'Region'"):
        orders.calculate(calculators.AggregateValue(attribute="Region"))
    with pytest.raises(WrongTypeError, match="no sum"):
        orders.calculate(calculators.AggregateValue(attribute="Due", aggregation="sum"))
    with pytest.raises(UnknownNameError, match="'Value'"):
        orders.calculate(calculators.AggregateValue(attribute="Valu"))


def test_rate(orders: EventLog, nothing: EventLog) -> None:
    packed = filters.CasesWithActivity(activities="Pack")
    long = filters.CaseDuration(min="10 h")
    made = orders.calculate(calculators.Rate(outcome=[packed]))
    assert rows(made) == [(2, 4, 0.5)]
    assert made.drill(matching=2).case_count == 2
    assert rows(orders.calculate(calculators.Rate(outcome=[packed, long]))) == [(1, 4, 0.25)]
    weighted = orders.calculate(calculators.Rate(outcome=[packed], weight="Value"))
    assert rows(weighted) == [(100, 450, pytest.approx(100 / 450))]
    timed = orders.calculate(calculators.Rate(outcome=[packed], weight="case_duration"))
    assert rows(timed) == [(timedelta(hours=19), timedelta(hours=26), pytest.approx(19 / 26))]
    assert rows(nothing.calculate(calculators.Rate(outcome=[packed]))) == [(0, 0, None)]
    with pytest.raises(SettingError):
        calculators.Rate(outcome=[])


def test_data_information(orders: EventLog, nothing: EventLog) -> None:
    facts = orders.calculate(calculators.DataInformation()).facts
    counts = ("cases", "events", "activities", "variants", "events_per_case")
    assert [facts[name] for name in counts] == [4, 10, 3, 4, 2.5]
    assert facts["first_time"].isoformat() == "2024-01-08T00:00:00+00:00"
    assert facts["span"] == timedelta(hours=72)
    assert facts["mean_duration"] == facts["median_duration"] == timedelta(hours=6.5)
    [region] = [row for row in facts["attributes"] if row["name"] == "Region"]
    assert region == {
        "name": "Region",
        "type": "text",
        "level": "case",
        "null_share": 0.25,
        "distinct": 2,
    }
    said = nothing.calculate(calculators.DataInformation())
    assert said.facts["cases"] == 0
    assert said.facts["mean_duration"] is None
    json.dumps(said.to_json(), allow_nan=False)


def test_results_know_where_they_come_from(orders: EventLog) -> None:
    long = filters.CaseDuration(min="1 h")
    made = orders.filter(long).calculate(calculators.CaseCount())
    assert made.value == 3
    assert made.provenance.fingerprint == orders.fingerprint
    assert made.provenance.recipe == (long.to_json(),)
    assert made.provenance.operation["op"] == "case_count"
