"""Operations come from browsers: whatever is asked for is answered, or refused in a message that can be read."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import MindzieError, SettingError

HUGE = 10**30
UNFIT: dict[str, dict[str, Any]] = {
    "a huge count": {"op": "sample", "settings": {"n": HUGE}},
    "a huge count of variants": {"op": "variants_top", "settings": {"threshold": HUGE}},
    "infinitely many variants": {"op": "variants_top", "settings": {"threshold": math.inf}},
    "a huge page": {"op": "case_explorer", "settings": {"page": HUGE}},
    "a huge value": {
        "op": "cases_with_attribute",
        "settings": {"attribute": "event_count", "values": [10**400]},
    },
    "an infinite range": {
        "op": "histogram",
        "settings": {"attribute": "event_count", "range": "manual", "min": -math.inf},
    },
    "a duration beyond all": {
        "kind": "filter",
        "op": "case_duration",
        "settings": {"min": "9999999999999999 d"},
    },
    "a duration beyond 64 bits": {
        "kind": "filter",
        "op": "case_duration",
        "settings": {"min": "P999999999D"},
    },
    "a duration of a megabyte": {
        "kind": "filter",
        "op": "case_duration",
        "settings": {"min": "1" * 90_000},
    },
    "a name of a megabyte": {
        "op": "cases_with_activity",
        "settings": {"activities": "a" * 1_000_000},
    },
    "a setting of a megabyte": {"op": "case_size", "settings": {"a" * 1_000_000: 1}},
    "an operation of a megabyte": {"op": "a" * 1_000_000},
    "half a character": {"op": "cases_with_activity", "settings": {"activities": "\ud800"}},
    "a kind that is a list": {"op": "case_size", "kind": [1]},
    "settings that are a list": {"op": "case_size", "settings": []},
    "settings that are a number": {"op": "case_size", "settings": 0},
    "names that are numbers": {"op": "case_size", "settings": {1: 2}},
}


@pytest.mark.parametrize("stored", UNFIT.values(), ids=UNFIT)
def test_excess_is_refused_in_a_short_message(stored: dict[str, Any]) -> None:
    with pytest.raises(MindzieError) as found:
        mz.load(stored)
    assert len(str(found.value)) < 600
    str(found.value).encode()


def nested(levels: int) -> dict[str, Any]:
    made: dict[str, Any] = {"op": "case_size", "settings": {"min": 1}}
    for _ in range(levels):
        made = {"op": "any_of", "settings": {"filters": [made]}}
    return made


def test_filters_lie_deep_in_each_other_but_not_without_end() -> None:
    log = mz.demo("order-to-cash", cases=20)
    assert log.filter(mz.load(json.dumps(nested(12)))).case_count == 20
    with pytest.raises(SettingError, match="levels"):
        mz.load(nested(200))
    with pytest.raises(SettingError, match="levels"):
        mz.load('{"op":' * 100_000)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_more_than_there_is_means_all(engine: str) -> None:
    log = mz.demo("order-to-cash", cases=20).on(engine)
    most = 2**53
    assert log.filter(filters.VariantsTop(threshold=1e300)).case_count == 20
    assert log.filter(filters.Sample(n=most)).case_count == 20
    assert len(log.calculate(calculators.Variants(top=most))) == log.variant_count
    assert len(log.calculate(calculators.CaseExplorer(page=1_000_000_000))) == 0


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York"])
def test_the_last_day_of_all_is_a_day(engine: str, zone: str) -> None:
    log = mz.demo("order-to-cash", cases=20).on(engine)
    log = mz.read(log.events.to_polars(), timezone=zone, engine=engine)  # type: ignore[arg-type]
    ever = filters.TimePeriod(start="0001-01-02", end="9999-12-31")
    assert log.filter(ever).case_count == 20
    assert log.filter(ever).calculate(calculators.CaseCount()).value == 20
    last = filters.CasesWithAttribute(
        attribute="case_end", comparison="at_most", values=("9999-12-31",)
    )
    assert log.filter(last).case_count == 20


def test_zones_that_a_machine_gives_its_own_meaning_are_refused():
    from mindzie.core.zones import zone_named

    for name in ("localtime", "Factory", "posixrules", "right/UTC", "../UTC"):
        with pytest.raises(SettingError, match="time zone"):
            zone_named(name)
        with pytest.raises(SettingError, match="time zone"):
            mz.WorkingCalendar(time_zone=name)


def test_a_calendar_of_many_hours_over_ten_thousand_years_is_refused():
    from mindzie.core.calendar_time import working_days

    calendar = mz.WorkingCalendar(hours=", ".join(f"{hour}-{hour + 1}" for hour in range(0, 24, 2)))
    with pytest.raises(SettingError, match="too far"):
        working_days(calendar, "UTC", 0, 3_000_000)
