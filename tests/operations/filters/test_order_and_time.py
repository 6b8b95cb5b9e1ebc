"""Filters on the order and the time of events, with attributes."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
import pytest

from mindzie import calculators, filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.core.log import EventLog
from mindzie.core.moments import moment_of, resolve
from tests.operations.filters.small import at, kept, log_of

BERLIN = "Europe/Berlin"


@cache
def ordered(engine: str) -> EventLog:
    def event(name: str, time: str, who: str | None, cost: float | None = None) -> Any:
        return name, time, {"Who": who, "Cost": cost}

    return log_of(
        {
            "1": [event("A", "2024-01-01 10:00", "x", 1), event("B", "2024-01-01 22:30", "x", 2)],
            "2": [event("A", "2024-01-01 10:00", "x", 2), event("C", "2024-01-01 23:30", "y"), event("B", "2024-01-03 10:00", "x", 1)],
            "3": [event("B", "2024-01-01 22:30", None, 1), event("A", "2024-01-01 23:30", None, 1)],
            "4": [event("A", "2024-01-05 10:00", "x"), event("B", "2024-01-05 10:00", "y"), event("A", "2024-01-05 11:00", "y")],
        },
        engine, {"Who": "text", "Cost": "number"}, BERLIN,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"how": "directly_follows"}, "14"),
        ({"how": "eventually_follows"}, "124"),
        ({"how": "directly_follows", "same_value_of": "Who"}, "1"),
        ({"how": "eventually_follows", "same_value_of": "Who"}, "12"),
        ({"how": "eventually_follows", "same_value_of": "case_id"}, "124"),
        ({"first": "B", "second": "A", "how": "directly_follows", "same_value_of": "Who"}, "4"),
        ({"first": "B", "second": "A", "same_value_of": "Cost"}, "3"),
        ({"how": "same_day"}, "14"),  # 23:30 UTC is the next day in Berlin
        ({"how": "same_day", "first": "A", "second": "A"}, "4"),
        ({"how": "same_day", "first": "A", "second": "A", "same_value_of": "Who"}, ""),
        ({"how": "same_day", "same_value_of": "Who"}, "14"),
        ({"how": "same_time"}, "4"),
        ({"how": "same_time", "first": "A", "second": "A"}, ""),
        ({"how": "same_time", "same_value_of": "Who"}, ""),
        ({"first": "x", "second": "y", "attribute": "Who"}, "24"),
        ({"first": "y", "second": "x", "attribute": "Who"}, "2"),
        ({"first": "x", "second": "x", "attribute": "Who"}, "12"),
        ({"first": "x", "second": "x", "attribute": "Who", "how": "directly_follows"}, "1"),
        ({"first": "x", "second": "x", "attribute": "Who", "same_value_of": "activity"}, ""),
        ({"first": 1, "second": 1, "attribute": "Cost", "how": "directly_follows"}, "3"),
        ({"first": 2, "second": 1.0, "attribute": "Cost"}, "2"),
    ],
)
def test_event_order(engine: str, settings: dict[str, Any], found: str) -> None:
    chosen = filters.EventOrder(**{"first": "A", "second": "B", **settings})
    log = ordered(engine)
    assert kept(log, chosen) == list(found)
    assert kept(log.filter(filters.CaseSize(min=99)), chosen) == []


def test_event_order_sees_the_neighbours_that_filters_left(engine: str) -> None:
    log = ordered(engine).filter(filters.Activities(activities="C", keep=False))
    order = {"first": "A", "second": "B", "how": "directly_follows"}
    assert kept(log, filters.EventOrder(**order)) == ["1", "2", "4"]
    assert kept(log, filters.EventOrder(**order, same_value_of="Who")) == ["1", "2"]
    assert kept(
        log, filters.EventOrder(first="x", second="x", attribute="Who", how="directly_follows")
    ) == ["1", "2"]


def test_event_order_refuses_what_does_not_fit(engine: str) -> None:
    log = ordered(engine)
    with pytest.raises(UnknownNameError, match="no activity 'Z'"):
        log.filter(filters.EventOrder(first="Z", second="B", how="same_day"))
    with pytest.raises(WrongTypeError, match="'Cost' is a number"):
        log.filter(filters.EventOrder(first="1", second=2, attribute="Cost"))
    with pytest.raises(WrongTypeError, match="'activity' is a text"):
        log.filter(filters.EventOrder(first=1, second="A"))
    with pytest.raises(UnknownNameError, match="no attribute 'Whom'"):
        log.filter(filters.EventOrder(first="A", second="B", same_value_of="Whom"))


@cache
def timed(engine: str) -> EventLog:
    def event(name: str, time: str, due: str | None = None, seen: str | None = None) -> Any:
        return name, time, {"Due": due and at(due), "Seen": seen and at(seen)}

    return log_of(
        {
            "1": [event("A", "2024-01-10 10:00", "2024-02-01"), event("B", "2024-01-20 10:00", "2024-02-01", "2024-01-31 22:59")],
            "2": [event("A", "2024-01-31 22:59", "2024-03-01"), event("B", "2024-01-31 23:00", "2024-03-01", "2024-03-05")],
            "3": [event("A", "2023-12-31 23:00"), event("C", "2024-03-01 10:00")],
            "4": [event("A", "2024-02-29 10:00", "2024-01-15"), event("B", "2024-02-29 11:00", "2024-01-15", "2024-01-05")],
        },
        engine, {"Due": "date", "Seen": "date"}, BERLIN,
    )  # fmt: skip


JANUARY = {"start": "2024-01-01", "end": "2024-01-31"}


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({**JANUARY, "mode": "contained"}, "1"),  # case 2 ends on 1 February in Berlin
        ({**JANUARY, "mode": "intersecting"}, "123"),
        ({**JANUARY, "mode": "started"}, "123"),
        ({**JANUARY, "mode": "ended"}, "1"),
        ({**JANUARY, "mode": "activity", "activity": "B"}, "1"),
        ({**JANUARY, "mode": "activity", "activity": "A"}, "123"),
        ({**JANUARY, "mode": "attribute", "attribute": "Due"}, "4"),
        ({**JANUARY, "mode": "attribute", "attribute": "Seen"}, "14"),
        ({**JANUARY, "mode": "attribute", "attribute": "timestamp"}, "123"),
        ({**JANUARY, "mode": "attribute", "attribute": "case_end"}, "1"),
        ({"mode": "attribute", "attribute": "Due"}, "124"),
        ({"start": "2024-02-01"}, "4"),
        ({"end": "2024-02-01"}, "12"),
        ({"end": "2024-02-01 00:00"}, "12"),
        ({"end": "2024-01-31 23:59"}, "1"),
        ({}, "1234"),
        ({"start": "2024-02-29 10:00+00:00", "end": "2024-02-29 11:00+00:00"}, "4"),
        ({"start": "2024-02-29 10:00", "end": "2024-02-29 11:00"}, ""),
    ],
)
def test_time_period(engine: str, settings: dict[str, Any], found: str) -> None:
    assert kept(timed(engine), filters.TimePeriod(**settings)) == list(found)


NOW = at("2024-03-15 12:00")


@pytest.mark.parametrize(
    ("bound", "start", "end"),
    [
        ("2024-03-31", "2024-03-31T00:00:00+01:00", "2024-04-01T00:00:00+02:00"),
        ("2024-03-31 02:30", "2024-03-31T03:30:00+02:00", None),  # the clocks went forward
        ("now", "2024-03-15T13:00:00+01:00", None),
        ("-90 min", "2024-03-15T11:30:00+01:00", None),
        ("-30 days", "2024-02-14T13:00:00+01:00", None),
        ("+17 d", "2024-04-01T13:00:00+02:00", None),  # local days
        ("+ 408 hours", "2024-04-01T14:00:00+02:00", None),
        ("-1 month", "2024-02-15T13:00:00+01:00", None),
        ("-1 quarter", "2023-12-15T13:00:00+01:00", None),
        ("-1 year", "2023-03-15T13:00:00+01:00", None),
        ("start of day", "2024-03-15T00:00:00+01:00", "same"),
        ("start of week", "2024-03-11T00:00:00+01:00", "same"),
        ("start of week -2", "2024-02-26T00:00:00+01:00", "same"),
        ("start of month", "2024-03-01T00:00:00+01:00", "same"),
        ("Start of  month -13", "2023-02-01T00:00:00+01:00", "same"),
        ("start of quarter -1", "2023-10-01T00:00:00+02:00", "same"),
        ("start of year +1", "2025-01-01T00:00:00+01:00", "same"),
    ],
)
def test_bounds(bound: str, start: str, end: str | None) -> None:
    said = filters.TimePeriod(start=bound).start
    assert said is not None
    begin = resolve(said, now=NOW, zone=BERLIN)
    after = resolve(said, now=NOW, zone=BERLIN, end=True)
    assert moment_of(begin, BERLIN).isoformat() == start
    if end is None:
        assert after == begin + 1, "a moment is part of what it ends"
    else:
        assert moment_of(after, BERLIN).isoformat() == (start if end == "same" else end)
    assert filters.TimePeriod(start=said).start == said


def test_a_month_that_is_shorter() -> None:
    end_of_may = at("2024-05-31 10:00")
    assert (
        moment_of(resolve("-3 month", now=end_of_may, zone="UTC"), "UTC").isoformat()
        == "2024-02-29T10:00:00+00:00"
    )


@pytest.mark.parametrize(
    "bound", ["yesterday", "30 d", "-3 fortnights", "start of hour", "2024-02-30", "", 5]
)
def test_bounds_that_say_nothing_are_refused(bound: Any) -> None:
    with pytest.raises(SettingError, match="start"):
        filters.TimePeriod(start=bound)


def test_periods_that_make_no_sense_are_refused(engine: str) -> None:
    log = timed(engine)
    with pytest.raises(SettingError, match=r"ends \(2024-01-02.*\) before it begins \(2024-02-01"):
        log.filter(filters.TimePeriod(start="2024-02-01", end="2024-01-01"))
    with pytest.raises(SettingError, match="out of the range of dates"):
        log.filter(filters.TimePeriod(start="-9999 year"))
    with pytest.raises(SettingError, match="needs the setting 'activity'"):
        filters.TimePeriod(mode="activity")
    with pytest.raises(SettingError, match="is for the mode 'attribute'"):
        filters.TimePeriod(attribute="Due")
    with pytest.raises(UnknownNameError, match="no activity 'Z'"):
        log.filter(filters.TimePeriod(mode="activity", activity="Z"))
    with pytest.raises(WrongTypeError, match="'case_id' is a text, but a date is needed"):
        log.filter(filters.TimePeriod(mode="attribute", attribute="case_id"))


def frozen(log: EventLog, now: int) -> EventLog:
    return EventLog(log.manifest, log.rel, now=now)


def test_relative_periods_read_the_logs_time_and_say_what_they_came_to(engine: str) -> None:
    log = frozen(timed(engine), at("2024-02-15 12:00"))
    month = filters.TimePeriod(start="start of month -1", end="start of month", mode="started")
    assert kept(log, month) == ["1", "2", "3"]
    found = (
        log.filter(filters.CaseSize(min=1), month).calculate(calculators.ProcessMap()).provenance
    )
    said = {"start": "2024-01-01T00:00:00+01:00", "before": "2024-02-01T00:00:00+01:00"}
    assert found.resolved == {"recipe.1": said}
    nested = filters.AnyOf(filters=[filters.CaseSize(min=99), filters.AllOf(filters=[month])])
    assert log.filter(nested).provenance().resolved == {
        "recipe.0": {"filters.1": {"filters.0": said}}
    }


def test_the_runs_clock_is_read_once(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = timed(engine)
    clock = iter(range(at("2024-02-15 12:00") * 1000, at("2030-01-01") * 1000, 3_600_000_000_000))
    monkeypatch.setattr("mindzie.core.log.time.time_ns", lambda: next(clock))
    recent = filters.TimePeriod(start="-3 d")
    left = log.filter(recent, filters.CaseSize(min=1), recent)
    first, again = left.provenance().resolved.values()
    assert first == again == {"start": "2024-02-12T13:00:00+01:00"}
    later = log.filter(recent).provenance().resolved["recipe.0"]
    assert later == {"start": "2024-02-12T14:00:00+01:00"}, "a new run reads the clock again"


@pytest.mark.parametrize(
    ("low", "high", "found"),
    [(None, None, "1234"), ("0 s", "1 h", "24"), ("1 min", "1 min", "2"), ("1 h", None, "134"), (None, "60 min", "24"), ("11 d", "99 d", "3")],
)  # fmt: skip
def test_case_duration(engine: str, low: str | None, high: str | None, found: str) -> None:
    assert kept(timed(engine), filters.CaseDuration(min=low, max=high)) == list(found)


def test_durations_of_real_cases(logs: Any) -> None:
    import mindzie as mz

    log = mz.read(
        logs / "running-example.csv",
        case="case:concept:name",
        activity="concept:name",
        timestamp="time:timestamp",
    )
    cases = log.cases.to_polars()
    limit = pl.duration(days=10)
    assert (
        log.filter(filters.CaseDuration(min="10 d")).case_count
        == cases.filter(pl.col("case_duration") >= limit).height
    )
    assert kept(log, filters.Rework()) == sorted(cases.filter("has_rework")["case_id"].to_list())


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        ("P3D", "P3DT23H59M59.999999S", "3 d to 4 d"),
        ("P3DT2H5M7S", None, "at least 3 d 2 h"),
        ("P3D", "P3DT20M", "3 d to 3 d 20 min"),
        ("PT2M3S", "PT2M3S", "2 min 3 s"),
    ],
)
def test_durations_are_said_in_two_units_unless_they_would_read_the_same(low, high, said):
    assert filters.CaseDuration(min=low, max=high).title == f"Cases that took {said}"
