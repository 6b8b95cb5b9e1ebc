"""Periods without anything are there; days and hours are those of the log's time zone."""

from __future__ import annotations

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import FIRST, HOUR, log_of, rows


def test_empty_periods_are_there(orders: EventLog) -> None:
    made = orders.calculate(calculators.CasesOverTime(period="hour"))
    assert len(made) == 73
    assert made["cases"].sum() == 4
    days = calculators.CasesOverTime(date="Due", period="day", aggregation="mean", of="Value")
    made = orders.calculate(days)
    assert rows(made, "cases", "value") == [(1, 100), (0, None), (2, 50)]
    assert made.facts == {"cases": 4, "undated": 1}
    sums = days.model_copy(update={"aggregation": "sum"})
    assert orders.calculate(sums)["value"].to_list() == [100, 0, 50]
    for row in made.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"]


def test_categories_and_filters(orders: EventLog) -> None:
    made = orders.calculate(calculators.CasesOverTime(period="day", by="Region", top=1))
    assert rows(made, "category", "other", "cases") == [
        ("North", False, 1),
        (None, True, 0),
        ("North", False, 0),
        (None, True, 1),
        ("North", False, 1),
        (None, True, 0),
        ("North", False, 0),
        (None, True, 1),
    ]
    packed = filters.CasesWithActivity(activities="Pack")
    made = orders.calculate(calculators.CasesOverTime(period="day", filters=[packed]))
    assert made["cases"].to_list() == [1, 0, 1]
    assert made.drill(**made.to_polars().to_dicts()[0]).case_count == 1


def test_too_many_periods_are_refused(orders: EventLog) -> None:
    with pytest.raises(SettingError, match="73 periods of one hour, more than 10"):
        orders.calculate(calculators.CasesOverTime(period="hour", max_periods=10))


def in_spring(engine: str) -> EventLog:
    """Clocks in Berlin go from 2 to 3 on Sunday 2024-03-31, at 1 UTC."""
    first = (1_711_756_800_000_000 - FIRST) // HOUR  # Saturday 2024-03-30 00:00 UTC
    starts = (22, 23, 24, 25, 46)  # 23 h; Sunday 0 h, 1 h, 3 h; Monday 0 h
    cases = {
        str(n): ({}, [("Work", first + hour, first + hour, None, None)])
        for n, hour in enumerate(starts)
    }
    return log_of(cases, engine, "Europe/Berlin")


def test_periods_over_the_change_of_clocks(engine: str) -> None:
    log = in_spring(engine)
    days = log.calculate(calculators.CasesOverTime(period="day"))
    assert days["cases"].to_list() == [1, 3, 1]
    assert [day.isoformat() for day in days["period"]] == [
        "2024-03-30T00:00:00+01:00",
        "2024-03-31T00:00:00+01:00",
        "2024-04-01T00:00:00+02:00",
    ]
    made = log.calculate(calculators.CasesOverTime(period="hour"))
    assert len(made) == 25, "the hour that the clock skips is no hour"
    for result in (days, made):
        for row in result.to_polars().to_dicts():
            assert result.drill(**row).case_count == row["cases"]
    cells = log.calculate(calculators.WeekdayHour(measure="starts"))
    assert len(cells) == 168
    busy = [row for row in rows(cells) if row[2]]
    assert busy == [(1, 0, 1), (6, 23, 1), (7, 0, 1), (7, 1, 1), (7, 3, 1)]


def test_active_cases(orders: EventLog) -> None:
    made = orders.calculate(calculators.ActiveCases())
    assert rows(made, "active", "started", "ended") == [
        (1, 1, 1),
        (1, 1, 1),
        (1, 1, 1),
        (1, 1, 1),
    ]
    assert orders.calculate(calculators.ActiveCases(period="week"))["active"].to_list() == [4]


@pytest.mark.parametrize("period", ["day", "week", "month"])
def test_active_cases_are_those_that_overlap(engine: str, period: str) -> None:
    log = mz.demo("order-to-cash", cases=60).on(engine)
    made = log.calculate(calculators.ActiveCases(period=period))
    for row in made.to_polars().to_dicts()[::9]:
        assert made.drill(period=row["period"]).case_count == row["active"]
    assert made["started"].sum() == made["ended"].sum() == 60


def test_weekday_hour(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(calculators.WeekdayHour())
    assert [row for row in rows(made) if row[2]] == [
        (1, 1, 1),
        (1, 5, 1),
        (1, 6, 1),
        (2, 0, 1),
        (2, 7, 1),
        (3, 1, 1),
        (3, 3, 1),
        (3, 4, 1),
        (3, 13, 1),
        (4, 0, 1),
    ]
    empty = nothing.calculate(calculators.WeekdayHour(measure="cases"))
    assert (len(empty), empty["value"].sum()) == (168, 0)
    assert made.drill(weekday=1, hour=1).case_count == 1


def test_nothing_over_time(nothing: EventLog) -> None:
    assert len(nothing.calculate(calculators.CasesOverTime(by="case_id"))) == 0
    assert len(nothing.calculate(calculators.ActiveCases())) == 0
