"""Comparing attributes, of cases and of events."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest

from mindzie import filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.core.log import EventLog
from mindzie.core.moments import moment_of
from tests.operations.filters.small import DAY, HOUR, at, ids, kept, log_of, traces

TYPES = {
    "Region": "text", "Value": "number", "Items": "whole", "Express": "boolean", "Due": "date", "Promised": "duration",
    "Team": "text", "Cost": "number",
}  # fmt: skip


@pytest.fixture
def log(engine: str) -> EventLog:
    return made(engine)


@cache
def made(engine: str) -> EventLog:
    def case(
        region: str | None,
        value: float | None,
        express: bool | None,
        due: str | None,
        promised: int | None,
    ) -> dict[str, Any]:
        day = None if due is None else at(due)
        items = None if value is None else int(value)
        return {
            "Region": region,
            "Value": value,
            "Items": items,
            "Express": express,
            "Due": day,
            "Promised": promised,
        }

    north = case("North", 10.0, True, "2024-03-01 22:59", 2 * DAY)
    south = case("South\nEast", 20.5, False, "2024-03-01 23:00", 3 * DAY)
    none = case(None, None, None, None, None)
    return log_of(
        {
            "1": [("Order", 0, {**north, "Team": "Sales", "Cost": 1.0}), ("Ship", 1, {**north, "Team": None, "Cost": 5.0})],
            "2": [("Order", 0, {**south, "Team": "Sales", "Cost": 5.0}), ("Ship", 1, {**south, "Team": "STORE", "Cost": 1.0})],
            "3": [("Order", 50, {**none, "Team": "Ärzte", "Cost": None}), ("Pay", 99, {**none, "Team": "sales", "Cost": -2.0})],
        },
        engine, TYPES, "Europe/Berlin",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("attribute", "comparison", "values", "found"),
    [
        ("Region", "equals", "North", "1"),
        ("Region", "not_equals", "North", "23"),
        ("Region", "begins_with", "S", "2"),
        ("Region", "ends_with", "th", "1"),
        ("Region", "ends_with", "East", "2"),
        ("Region", "contains", "th", "12"),
        ("Region", "contains", ".", ""),
        ("Region", "one_of", ("North", "West"), "1"),
        ("Region", "matches", r"^N\w+$", "1"),
        ("Region", "matches", "h.E", ""),
        ("Region", "matches", "(?s)h.E", "2"),
        ("Region", "is_null", (), "3"),
        ("Region", "is_not_null", (), "12"),
        ("Region", "equals", "north", ""),
        ("Value", "equals", 10, "1"),
        ("Value", "not_equals", 10, "23"),
        ("Value", "one_of", (10, 20.5, 7), "12"),
        ("Value", "less", 20.5, "1"),
        ("Value", "at_most", 20.5, "12"),
        ("Value", "more", 10, "2"),
        ("Value", "at_least", 10, "12"),
        ("Value", "between", (10, 20), "1"),
        ("Items", "one_of", (10, 2.5), "1"),
        ("Items", "equals", 20.5, ""),
        ("Items", "more", 19.5, "2"),
        ("Express", "is_true", (), "1"),
        ("Express", "is_false", (), "2"),
        ("Express", "equals", False, "2"),
        ("Express", "is_null", (), "3"),
        ("Due", "equals", "2024-03-01", "1"),  # 23:00 UTC is the next day in Berlin
        ("Due", "equals", "2024-03-02 00:00", "2"),
        ("Due", "one_of", ("2024-03-01", "2024-03-02"), "12"),
        ("Due", "less", "2024-03-02", "1"),
        ("Due", "at_most", "2024-03-02", "12"),
        ("Due", "more", "2024-03-01", "2"),
        ("Due", "more", "2024-03-01T22:59:00+00:00", "2"),
        ("Due", "at_least", "2024-03-01 23:59", "12"),
        ("Due", "between", (date(2024, 2, 1), date(2024, 3, 1)), "1"),
        ("Promised", "equals", "2 d", "1"),
        ("Promised", "more", timedelta(days=2), "2"),
        ("Promised", "between", ("48 h", "P3D"), "12"),
        ("case_id", "one_of", ("1", "3"), "13"),
        ("case_duration", "more", "1 h", "3"),
        ("case_start", "at_least", "1970-01-02", "3"),
        ("event_count", "at_least", 3, ""),
        ("start_weekday", "equals", 4, "12"),  # 1 January 1970 was a Thursday
        ("start_year", "less", 1970, ""),
        ("variant", "equals", 1, "12"),
        ("has_rework", "is_false", (), "123"),
        ("start_activity", "equals", "Order", "123"),
        ("end_activity", "not_equals", "Ship", "3"),
        ("activity", "equals", "Pay", "3"),
        ("activity", "not_equals", "Order", "123"),
        ("activity", "is_null", (), ""),
        ("activity", "matches", "^[OP]", "123"),
        ("timestamp", "more", "1970-01-03", "3"),
        ("Team", "equals", "Sales", "12"),
        ("Team", "is_null", (), "1"),
        ("Team", "not_equals", "Sales", "123"),
        ("Cost", "less", 0, "3"),
        ("Cost", "at_least", 5, "12"),
    ],
)  # fmt: skip
def test_cases(log: EventLog, attribute: str, comparison: str, values: Any, found: str) -> None:
    chosen = filters.CasesWithAttribute(attribute=attribute, comparison=comparison, values=values)
    assert kept(log, chosen) == list(found)


@pytest.mark.parametrize(
    ("attribute", "comparison", "values", "found"),
    [
        ("Team", "equals", "SALES", "123"),
        ("Team", "one_of", ("store", "x"), "2"),
        ("Team", "begins_with", "ä", "3"),
        ("Team", "ends_with", "ore", "2"),
        ("Team", "contains", "RZT", "3"),
        ("Team", "matches", "^st", "2"),
        ("Team", "contains", ".", ""),
        ("Region", "not_equals", "NORTH", "23"),
        ("activity", "equals", "pay", "3"),
        ("end_activity", "equals", "PAY", "3"),
    ],
)
def test_case_of_letters(
    log: EventLog, attribute: str, comparison: str, values: Any, found: str
) -> None:
    chosen = filters.CasesWithAttribute(
        attribute=attribute, comparison=comparison, values=values, ignore_case=True
    )
    assert kept(log, chosen) == list(found)


@pytest.mark.parametrize(
    ("activity", "attribute", "values", "found"),
    [("Order", "Cost", 5, "2"), ("Ship", "Cost", 5, "1"), ("Pay", "Cost", 5, ""), ("Ship", "activity", "Ship", "12"), ("Ship", "activity", "Order", "")],
)  # fmt: skip
def test_only_events_of_an_activity_count(
    log: EventLog, activity: str, attribute: str, values: Any, found: str
) -> None:
    chosen = filters.CasesWithAttribute(attribute=attribute, values=values, activity=activity)
    assert kept(log, chosen) == list(found)


@pytest.mark.parametrize(
    ("settings", "found"),
    [
        ({"attribute": "Cost", "comparison": "at_least", "values": 5}, {"1": "Ship", "2": "Order"}),
        ({"attribute": "Cost", "comparison": "is_null"}, {"3": "Order"}),
        ({"attribute": "Team", "values": "Sales"}, {"1": "Order", "2": "Order"}),
        ({"attribute": "Region", "values": "North"}, {"1": "Order Ship"}),
        ({"attribute": "Region", "values": "North", "activity": "Ship"}, {"1": "Ship"}),
        ({"attribute": "activity", "comparison": "begins_with", "values": "P"}, {"3": "Pay"}),
        ({"attribute": "activity", "values": "Ship", "activity": "Order"}, {}),
        ({"attribute": "start_weekday", "values": 6}, {"3": "Order Pay"}),
        ({"attribute": "start_activity", "values": "Ship"}, {}),
        ({"attribute": "timestamp", "comparison": "at_most", "values": "1970-01-01"}, {"1": "Order Ship", "2": "Order Ship"}),
    ],
)  # fmt: skip
def test_events(log: EventLog, settings: dict[str, Any], found: dict[str, str]) -> None:
    left = log.filter(filters.EventsWithAttribute(**settings))
    rest = log.filter(filters.EventsWithAttribute(**settings, keep=False))
    assert traces(left) == found
    assert left.event_count + rest.event_count == log.event_count
    assert not {(c, a) for c, t in found.items() for a in t.split()} & {
        (c, a) for c, t in traces(rest).items() for a in t.split()
    }


def test_events_left_become_neighbours(log: EventLog) -> None:
    left = log.filter(filters.EventsWithAttribute(attribute="activity", values="Ship", keep=False))
    assert left.variants["activities"].to_list() == [["Order"], ["Order", "Pay"]]
    assert left.filter(filters.Path(from_activity="Order", to_activity="END")).case_count == 2


def test_a_text_is_no_pattern(engine: str) -> None:
    odd = r"a.b*c(d)[e]{f}|g\h^i$j?+k 'l' 100%_"
    log = log_of(
        {"1": [("A", 0, {"T": odd})], "2": [("A", 0, {"T": odd.replace(".", "x")})]},
        engine,
        {"T": "text"},
    )
    for comparison in ("equals", "begins_with", "ends_with", "contains", "one_of"):
        for ignore_case in (False, True):
            chosen = filters.CasesWithAttribute(
                attribute="T", comparison=comparison, values=odd, ignore_case=ignore_case
            )
            assert kept(log, chosen) == ["1"], (comparison, ignore_case)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [(r"^\w+$", "124"), (r"\d", "25"), (r"^[\d\s]+$", "5"), (r"\W", "35"), (r"\s", "35"), ("(?i)ÄR", "1"), (r"[^\w]$", "3"), (r"\.", ""), ("[[:alpha:]]", "1234")],
)  # fmt: skip
def test_patterns_mean_the_same_on_both_engines(engine: str, pattern: str, found: str) -> None:
    texts = ["ärzte", "b٣", "c\u00a0d!", "事_x", "4 5"]
    log = log_of(
        {str(n): [("A", 0, {"T": text})] for n, text in enumerate(texts, 1)}, engine, {"T": "text"}
    )
    assert kept(
        log, filters.CasesWithAttribute(attribute="T", comparison="matches", values=pattern)
    ) == list(found)


@pytest.mark.parametrize(
    "pattern",
    ["(", "a(?=b)", "(?<!a)b", r"(a)\1", "a++", "(?>a)", r"\bword", r"[\W]", "[a&&b]", "[a[b]]", "(?x) a", "(?<n>a)", "a{2001}", r"\Qa\E", "*", r"\<a"],
)  # fmt: skip
def test_patterns_some_engine_cannot_run_are_refused(pattern: str) -> None:
    with pytest.raises(SettingError, match=r"pattern|expression"):
        filters.CasesWithAttribute(attribute="T", comparison="matches", values=pattern)


@pytest.mark.parametrize(
    ("attribute", "comparison", "values", "says"),
    [
        ("Region", "less", 5, "'less' does not fit 'Region', which is a text"),
        ("Region", "equals", 5, "'Region' is a text: compare it with a text"),
        ("Value", "contains", "5", "does not fit 'Value', which is a number"),
        ("Value", "equals", "5", "'Value' is a number: compare it with a number"),
        ("Value", "equals", True, "'Value' is a number"),
        ("Express", "is_true", None, ""),
        ("Express", "more", 1, "which is a boolean"),
        ("Express", "equals", 1, "'Express' is a boolean: compare it with True or False"),
        ("Due", "less", "soon", "'Due' is a date: compare it with a date"),
        ("Due", "less", 5, "'Due' is a date"),
        (
            "Promised",
            "less",
            5,
            "'Promised' is a duration: compare it with a duration with its unit",
        ),
        ("Promised", "is_true", None, "'is_true' does not fit 'Promised'"),
        ("case_start", "equals", "2024-13-01", "'case_start' is a date"),
    ],
)
def test_what_does_not_fit_is_refused(
    log: EventLog, attribute: str, comparison: str, values: Any, says: str
) -> None:
    settings = {
        "attribute": attribute,
        "comparison": comparison,
        "values": () if values is None else values,
    }
    for cls in (filters.CasesWithAttribute, filters.EventsWithAttribute):
        if not says:
            log.filter(cls(**settings))
            continue
        with pytest.raises(WrongTypeError) as caught:
            log.filter(cls(**settings))
        assert says in str(caught.value)


def test_wrong_settings(log: EventLog) -> None:
    make = filters.CasesWithAttribute
    for settings, says in (
        ({"comparison": "between", "values": 1}, "needs two values, not 1"),
        ({"comparison": "equals"}, "needs one value, not 0"),
        ({"comparison": "one_of"}, "at least one value"),
        ({"comparison": "is_null", "values": "x"}, "leave values empty"),
        ({"values": float("nan")}, "no number to compare with"),
        ({"values": ({},)}, "values"),
    ):
        with pytest.raises(SettingError, match=says):
            make(attribute="Value", **settings)
    with pytest.raises(SettingError, match="ends before it begins"):
        log.filter(make(attribute="Value", comparison="between", values=(2, 1)))
    with pytest.raises(WrongTypeError, match="ignore_case is for texts"):
        log.filter(make(attribute="Value", values=1, ignore_case=True))
    with pytest.raises(UnknownNameError, match="Did you mean 'Region'"):
        log.filter(make(attribute="Regino", values="North"))
    with pytest.raises(UnknownNameError, match="Did you mean 'Ship'"):
        log.filter(make(attribute="Cost", values=1, activity="Shp"))


def test_an_activity_may_be_named_also_where_the_value_is_the_case_s(engine: str) -> None:
    log = log_of(
        {
            "1": [("Order", 0, {"Team": "A"}), ("Ship", 1, {"Team": "A"})],
            "2": [("Order", 0, {"Team": "A"})],
            "3": [("Order", 0, {"Team": "B"}), ("Ship", 1, {"Team": "B"})],
        },
        engine,
        {"Team": "text"},
    )
    assert log.attribute("Team").level == "case"
    for attribute, values, found in (
        ("Team", "A", ["1"]),
        ("start_activity", "Order", ["1", "3"]),
        ("event_count", 2, ["1", "3"]),
        ("start_year", 1970, ["1", "3"]),
    ):
        chosen = filters.CasesWithAttribute(attribute=attribute, values=values, activity="Ship")
        assert kept(log, chosen) == found, attribute


def test_one_is_not_true() -> None:
    one, true = (filters.CasesWithAttribute(attribute="Region", values=v) for v in (1, True))
    assert one != true
    assert len({one, true}) == 2
    assert one == filters.CasesWithAttribute(attribute="Region", values=[1])
    assert hash(one) == hash(filters.CasesWithAttribute(attribute="Region", values=[1]))


def test_python_values_become_json(log: EventLog) -> None:
    chosen = filters.CasesWithAttribute(
        attribute="Promised", comparison="between", values=[timedelta(hours=36), timedelta(days=-2)]
    )
    assert chosen.to_json()["settings"]["values"] == ["1 d 12 h", "-2 d"]
    day = filters.CasesWithAttribute(attribute="Due", values=moment_of(HOUR, "UTC"))
    assert day.values == ("1970-01-01T01:00:00+00:00",)


def test_titles() -> None:
    make = filters.CasesWithAttribute
    assert make(attribute="Region", values="North").title == "Cases where Region is North"
    assert (
        make(attribute="Region", values="North", keep=False).title
        == "Cases except where Region is North"
    )
    assert (
        make(attribute="Value", comparison="between", values=(1, 5)).title
        == "Cases where Value is between 1 and 5"
    )
    assert (
        make(attribute="Cost", comparison="more", values=1, activity="Ship").title
        == "Cases where Cost is more than 1 at Ship"
    )
    assert make(attribute="Region", comparison="is_null").title == "Cases where Region has no value"
    assert (
        make(attribute="Region", comparison="one_of", values=("A", "B")).title
        == "Cases where Region is A or B"
    )
    assert (
        filters.EventsWithAttribute(attribute="Team", values="A").title == "Events where Team is A"
    )


def test_a_log_that_lost_its_cases(log: EventLog) -> None:
    nothing = log.filter(filters.CaseSize(min=99))
    for attribute, values in (
        ("Region", "North"),
        ("Cost", 1),
        ("activity", "Ship"),
        ("start_weekday", 1),
    ):
        assert (
            ids(nothing.filter(filters.CasesWithAttribute(attribute=attribute, values=values)))
            == []
        )
        assert (
            nothing.filter(
                filters.EventsWithAttribute(attribute=attribute, values=values)
            ).event_count
            == 0
        )
