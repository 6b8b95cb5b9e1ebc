"""Sums, parts of dates, durations and their categories."""

from dataclasses import replace

import polars as pl
import pytest

from mindzie import enrichments, filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.engine.build import build
from tests.operations.enrichments.conftest import (
    HOUR,
    MONDAY,
    Make,
    column,
    event_column,
    source,
)

CASES = {"1": "Order 0, Ship 3, Ship 5", "2": "Ship 1, Order 9", "3": "Order 20"}


def hours(found: dict[str, object]) -> dict[str, float | None]:
    return {
        case: None if gap is None else gap.total_seconds() / 3600 for case, gap in found.items()
    }


def between(**settings: object) -> enrichments.DurationBetweenActivities:
    return enrichments.DurationBetweenActivities(name="D", first="Order", second="Ship", **settings)


def test_time_between_activities_may_be_negative_or_missing(make: Make) -> None:
    log = make(CASES)
    enriched = log.enrich(between())
    assert hours(column(enriched, "D")) == {"1": 3, "2": -8, "3": None}
    assert enriched.attribute("D").type == "duration"
    last = log.enrich(between(second_occurrence="last"))
    assert hours(column(last, "D"))["1"] == 5
    back = enrichments.DurationBetweenActivities(
        name="D", first="Ship", first_occurrence="last", second="Ship", second_occurrence="first"
    )
    assert hours(column(log.enrich(back), "D")) == {"1": -2, "2": 0, "3": None}
    one = log.enrich(between(where=filters.CaseSize(max=2)))
    assert hours(column(one, "D")) == {"1": None, "2": -8, "3": None}


def test_the_first_event_is_the_first_in_order_not_the_first_completed() -> None:
    # started at 0 and 2 hours, completed at 10 and 4
    table = source({"1": "Order 10, Order 4, Ship 12"})
    starts = pl.Series([MONDAY, MONDAY + 2 * HOUR, MONDAY + 11 * HOUR])
    table = replace(table, frame=table.frame.with_columns(start_time=starts))
    for engine in ("polars", "duckdb"):
        log = build(table, engine).enrich(between())
        assert hours(column(log, "D")) == {"1": 2}
        last = between(first_occurrence="last").model_copy(update={"name": "L"})
        assert hours(column(log.enrich(last), "L")) == {"1": 8}


def test_whole_sums_beyond_64_bits_are_refused(make: Make) -> None:
    attributes = {
        "A": ("number", [2**62, 1, 1, 2, 2, 3]),
        "B": ("number", [2**62, 1, None, 2, 2, 3]),
        "Wait": ("duration", [2**62, 1, None, 2, 2, 3]),
        "Half": ("number", [0.5, 1.0, 1.0, 2.0, 2.0, 3.0]),
    }
    log = make(CASES, attributes)
    for names in (("A", "B"), ("Wait", "Wait")):
        with pytest.raises(SettingError, match="sum is too large"):
            log.enrich(enrichments.Add(name="S", attributes=names))
    fits = log.enrich(enrichments.Add(name="S", attributes=("B",), constant=2**53))
    assert event_column(fits, "S")[0] == 2**62 + 2**53
    half = log.enrich(enrichments.Add(name="S", attributes=("A", "B", "Half")))
    assert event_column(half, "S")[0] == 2.0**63


def test_unknown_activities_are_refused(make: Make) -> None:
    with pytest.raises(UnknownNameError, match="Did you mean 'Ship'"):
        make(CASES).enrich(between().model_copy(update={"second": "Shp"}))


def test_categories_by_limits(make: Make) -> None:
    log = make(CASES).enrich(between())
    limits = ("3 h", "4 h", "5 h")
    step = enrichments.DurationCategory(name="C", attribute="D", limits=limits)
    assert column(log.enrich(step), "C") == {"1": "Normal", "2": "Negative", "3": None}
    with pytest.raises(SettingError, match="limits must ascend"):
        enrichments.DurationCategory(name="C", limits=("2 d", "1 d", "3 d"))
    with pytest.raises(WrongTypeError, match="'event_count' is a number, but a duration"):
        log.enrich(enrichments.DurationCategory(name="C", attribute="event_count"))


def test_categories_by_percentiles(make: Make) -> None:
    # durations of 0 to 10 hours: limits at 2, 8 and 9 hours
    log = make({f"{n:02}": f"A 0, B {n}" for n in range(11)})
    made = list(column(log.enrich(enrichments.DurationCategory(name="C")), "C").values())
    assert made == ["Fast"] * 2 + ["Normal"] * 7 + ["Slow"] + ["Extreme"]


def test_percentiles_of_the_chosen_cases_alone(make: Make) -> None:
    log = make({f"{n:02}": f"A 0, B {n}" for n in range(11)} | {"99": "A 0, C 9999"})
    some = filters.CasesWithActivity(activities="B")
    made = column(log.enrich(enrichments.DurationCategory(name="C", where=some)), "C")
    assert made["10"] == "Extreme"
    assert made["99"] is None


def test_durations_all_alike_are_normal(make: Make) -> None:
    log = make({str(n): "A 0, B 7" for n in range(5)})
    step = enrichments.DurationCategory(name="C")
    assert set(column(log.enrich(step), "C").values()) == {"Normal"}


def test_categories_of_events(make: Make) -> None:
    log = make(CASES, {"Effort": ("duration", [0, HOUR, -1, None, 5 * HOUR, 9 * HOUR])})
    step = enrichments.DurationCategory(name="C", attribute="Effort", limits=("1 h", "1 h", "6 h"))
    expected = ["Fast", "Normal", "Negative", None, "Slow", "Extreme"]
    assert event_column(log.enrich(step), "C") == expected


def test_sums(make: Make) -> None:
    a = ("number", [1, 1, 1, 2, 2, None])
    b = ("number", [0.5, 0.25, None, 1.0, 2.0, 3.0])
    log = make(CASES, {"A": a, "B": b})
    both = enrichments.Add(name="S", attributes=["A", "B"], constant=10)
    enriched = log.enrich(both)
    assert event_column(enriched, "S") == [11.5, 11.25, None, 13, 14, None]
    assert (enriched.attribute("S").level, enriched.attribute("S").type) == ("event", "number")
    zero = both.model_copy(update={"nulls": "zero"})
    assert event_column(log.enrich(zero), "S") == [11.5, 11.25, 11, 13, 14, 13]
    one = log.enrich(enrichments.Add(name="S", attributes="A", constant=-1))
    assert column(one, "S") == {"1": 0, "2": 1, "3": None}
    assert both.title == "S: A + B + 10 added up"


def test_durations_are_added_to_durations(make: Make) -> None:
    log = make(CASES).enrich(between())
    step = enrichments.Add(name="S", attributes=["D", "case_duration"], constant="30 min")
    enriched = log.enrich(step)
    assert hours(column(enriched, "S")) == {"1": 8.5, "2": 0.5, "3": None}
    assert enriched.attribute("S").type == "duration"
    with pytest.raises(WrongTypeError, match="'event_count' is a number"):
        log.enrich(enrichments.Add(name="S", attributes=["D", "event_count"]))
    with pytest.raises(SettingError, match=r"constant 5 is a number.*duration such as"):
        log.enrich(enrichments.Add(name="S", attributes="D", constant=5))
    with pytest.raises(SettingError, match=r"is a duration.*give a number"):
        log.enrich(enrichments.Add(name="S", attributes="event_count", constant="5 h"))
    with pytest.raises(SettingError, match="constant"):
        enrichments.Add(name="S", attributes="D", constant=float("nan"))


def test_parts_of_dates_in_the_zone_of_the_log(make: Make) -> None:
    # Sunday 2023-12-31 18:30 UTC is Monday 2024-01-01 00:00 in India
    due = ("date", [MONDAY - 11 * HOUR // 2] * 3 + [None] * 3)
    log = make(CASES, {"Due": due}, zone="Asia/Kolkata")
    expected = {
        "year": 2024,
        "quarter": 1,
        "month": 1,
        "week": 1,
        "day": 1,
        "weekday": 1,
        "hour": 0,
    }
    for part, value in expected.items():
        enriched = log.enrich(enrichments.DatePart(name="P", attribute="Due", part=part))
        assert column(enriched, "P") == {"1": value, "2": None, "3": None}, part
        assert enriched.attribute("P").type == "number"
    of_events = log.enrich(enrichments.DatePart(name="P", attribute="timestamp", part="hour"))
    assert event_column(of_events, "P") == [5, 8, 10, 6, 14, 1]


def test_weeks_are_those_of_iso_8601(make: Make) -> None:
    due = ("date", [MONDAY - 24 * HOUR] * 6)  # Sunday 2023-12-31
    log = make(CASES, {"Due": due}).enrich(
        enrichments.DatePart(name="W", attribute="Due", part="week"),
        enrichments.DatePart(name="D", attribute="Due", part="weekday"),
    )
    assert (column(log, "W")["1"], column(log, "D")["1"]) == (52, 7)


def test_count_of_activities(make: Make) -> None:
    log = make(CASES).enrich(
        enrichments.CountActivities(name="N", activities=["Ship"]),
        enrichments.CountActivities(
            name="M", activities=["Ship", "Order"], where=filters.CaseSize(max=2)
        ),
    )
    assert column(log, "N") == {"1": 2, "2": 1, "3": 0}
    assert column(log, "M") == {"1": None, "2": 2, "3": 1}
