"""Values of events and groups that cases get."""

from datetime import UTC, datetime
from typing import Any

import pytest

from mindzie import enrichments, filters
from mindzie.core.errors import SettingError, WrongTypeError
from tests.operations.enrichments.conftest import HOUR, MONDAY, Make, column

CASES = {"1": "Order 0, Ship 3, Ship 5, Pay 6", "2": "Ship 1, Order 9", "3": "Order 20"}
ATTRIBUTES = {
    "Team": ("text", [None, "B", "A", "B", "C", "D", None]),
    "Cost": ("number", [4, 1, None, 2, 7, None, None]),
    "Auto": ("boolean", [True, False, True, None, False, False, None]),
    "Effort": ("duration", [HOUR, 2 * HOUR, None, 2 * HOUR, 4 * HOUR, None, None]),
    "Due": ("date", [None, MONDAY, MONDAY + HOUR, None, None, MONDAY, None]),
}


def chosen(log: object, attribute: str, choose: str, **more: object) -> list[object]:
    step = enrichments.RepresentativeValue(name="V", attribute=attribute, choose=choose, **more)
    return list(column(log.enrich(step), "V").values())


def test_each_way_of_choosing(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    assert chosen(log, "Team", "first") == ["B", "C", None]
    assert chosen(log, "Team", "last") == ["B", "D", None]
    assert chosen(log, "Team", "mode") == ["B", "C", None]
    assert chosen(log, "Team", "min") == ["A", "C", None]
    assert chosen(log, "Cost", "sum") == [7, 7, None]
    assert chosen(log, "Cost", "mean") == [pytest.approx(7 / 3), 7, None]
    assert chosen(log, "Cost", "max") == [4, 7, None]
    assert chosen(log, "Auto", "sum") == [2, 0, None]
    assert chosen(log, "Auto", "mean") == [pytest.approx(2 / 3), 0, None]
    assert chosen(log, "Auto", "last") == [True, False, None]
    assert chosen(log, "activity", "last") == ["Pay", "Order", "Order"]
    assert [
        None if gap is None else gap.total_seconds() for gap in chosen(log, "Effort", "mean")
    ] == [
        6000,
        14400,
        None,
    ]


def test_chosen_activities_and_a_fallback(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    assert chosen(log, "Team", "last", activities=["Ship"]) == ["A", "C", None]
    assert chosen(log, "Team", "last", activities=["Ship"], fallback="none") == ["A", "C", "none"]
    assert chosen(log, "Cost", "sum", activities=["Ship"], fallback=0) == [1, 7, 0]
    assert chosen(log, "Auto", "first", fallback=False) == [True, False, False]
    day = datetime(2024, 2, 1, tzinfo=UTC)
    assert chosen(log, "Due", "max", fallback="2024-02-01")[2] == day
    gap = chosen(log, "Effort", "min", fallback="2 h")[2]
    assert gap.total_seconds() == 7200
    outside = chosen(log, "Cost", "sum", fallback=0, where=filters.CaseSize(min=2))
    assert outside == [7, 7, None]


def test_values_that_do_not_fit_are_refused(make: Make) -> None:
    log = make(CASES, ATTRIBUTES)
    with pytest.raises(WrongTypeError, match="no mean of the attribute 'Team'"):
        chosen(log, "Team", "mean")
    for attribute, fallback in (("Team", 3), ("Cost", "3"), ("Auto", 1), ("Cost", True)):
        with pytest.raises(SettingError, match=r"fallback .* must be a"):
            chosen(log, attribute, "last", fallback=fallback)
    with pytest.raises(SettingError, match="must be a date"):
        chosen(log, "Due", "last", fallback="soon")


def test_groups_of_cases(make: Make) -> None:
    log = make(CASES)
    shipped = filters.CasesWithActivity(activities="Ship")
    small = filters.CaseSize(max=3)
    step = enrichments.CaseGroup(name="G", filters=[shipped, small])
    enriched = log.enrich(step)
    assert column(enriched, "G") == {"1": False, "2": True, "3": False}
    assert enriched.attribute("G").type == "boolean"
    label = enrichments.CaseGroup(name="G", filters=[shipped], label="yes")
    assert column(log.enrich(label), "G") == {"1": "yes", "2": "yes", "3": None}
    both = enrichments.CaseGroup(
        name="G", filters=[shipped], label="yes", other_label="no", where=small
    )
    assert column(log.enrich(both), "G") == {"1": None, "2": "yes", "3": "no"}
    with pytest.raises(SettingError, match="other_label needs a label"):
        log.enrich(enrichments.CaseGroup(name="G", filters=[shipped], other_label="no"))
    with pytest.raises(SettingError, match="filters"):
        enrichments.CaseGroup(name="G", filters=[])


def test_an_attribute_that_happens_to_be_constant_has_its_value(make: Make) -> None:
    cost: dict[str, tuple[str, list[Any]]] = {"Cost": ("number", [5, 5, 7])}
    log = make({"1": "A 0, B 1", "2": "A 5"}, cost)
    assert log.attribute("Cost").level == "case"
    chosen = log.enrich(
        enrichments.RepresentativeValue(name="last", attribute="Cost", choose="last"),
        enrichments.RepresentativeValue(name="all", attribute="Cost", choose="sum"),
        enrichments.RepresentativeValue(name="at B", attribute="Cost", activities=("B",)),
    )
    assert column(chosen, "last") == {"1": 5, "2": 7}
    assert column(chosen, "all") == {"1": 10, "2": 7}
    assert column(chosen, "at B") == {"1": 5, "2": None}


def test_a_log_without_events_gets_the_attribute_too(make: Make) -> None:
    log = make({}, {"Team": ("text", [])})
    step = enrichments.RepresentativeValue(name="last", attribute="Team", fallback="none")
    assert column(log.enrich(step), "last") == {}
