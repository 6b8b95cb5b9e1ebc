"""Filters that activities and their order alone decide."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import pytest

from mindzie import filters
from mindzie.core.errors import SettingError, UnknownNameError, WrongTypeError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from tests.operations.filters.small import ids, kept, log_of, traces


@cache
def made(engine: str) -> EventLog:
    return log_of(
        {
            "1": list("ABC"),
            "2": list("ABC"),
            "3": list("ABBC"),
            "4": list("BAB"),
            "5": list("A"),
            "6": list("BBBA"),
        },
        engine,
    )


@pytest.fixture
def log(engine: str) -> EventLog:
    return made(engine)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (filters.CasesWithActivity(activities="C"), "123"),
        (filters.CasesWithActivity(activities=("A", "C"), match="all"), "123"),
        (filters.CasesWithActivity(activities="B", min_occurrences=2), "346"),
        (filters.CasesWithActivity(activities="B", min_occurrences=0, max_occurrences=1), "125"),
        (filters.CaseStart(values="A"), "1235"),
        (filters.CaseStart(values=("A", "B")), "123456"),
        (filters.CaseEnd(values="A"), "56"),
        (filters.CaseEnd(values=("A", "B")), "456"),
        (filters.CaseSize(min=3, max=3), "124"),
        (filters.CaseSize(max=1), "5"),
        (filters.CaseSize(), "123456"),
        (filters.Path(from_activity="A", to_activity="B"), "1234"),
        (filters.Path(from_activity="B", to_activity="B"), "36"),
        (filters.Path(to_activity="B"), "46"),
        (filters.Path(from_activity="A"), "56"),
        (filters.Path(from_activity="START", to_activity="B"), "46"),
        (filters.Path(from_activity="B", to_activity="END"), "4"),
        (filters.Path(from_activity="C", to_activity="A"), ""),
        (filters.Rework(), "346"),
        (filters.Rework(activity="A"), ""),
        (filters.Rework(activity="B", how="self_loop"), "36"),
        (filters.Rework(how="self_loop", min_times=2), "6"),
        (filters.Rework(min_times=2), "6"),
        (filters.EventOrder(first="A", second="C"), "123"),
        (filters.EventOrder(first="A", second="C", how="directly_follows"), ""),
        (filters.EventOrder(first="B", second="A"), "46"),
        (filters.EventOrder(first="B", second="B"), "346"),
        (filters.EventOrder(first="A", second="A"), ""),
        (filters.EventOrder(first="B", second="B", how="directly_follows"), "36"),
        (filters.VariantsTop(threshold=0), ""),
        (filters.VariantsTop(threshold=1), "12"),
        (filters.VariantsTop(threshold=2), "123"),  # the rest ties: the earliest case goes first
        (filters.VariantsTop(threshold=99), "123456"),
        (filters.VariantsTop(mode="case_share", threshold=0.33), "12"),
        (filters.VariantsTop(mode="case_share", threshold=0.5), "123"),
        (filters.VariantsTop(mode="case_share", threshold=0.51), "1234"),
        (filters.VariantsTop(mode="case_share", threshold=1), "123456"),
        (filters.VariantsTop(mode="variant_share", threshold=0.2), "12"),
        (filters.VariantsTop(mode="variant_share", threshold=0.21), "123"),
        (filters.VariantsTop(mode="variant_share", threshold=0), ""),
        (filters.SelectedVariants(variants=1), "12"),
        (filters.SelectedVariants(variants=(2, ("A",))), "35"),
        (filters.SelectedVariants(variants=[["A", "B", "C"], ["C", "C"]]), "12"),
    ],
    ids=repr,
)  # fmt: skip
def test_cases(log: EventLog, chosen: Filter, found: str) -> None:
    assert kept(log, chosen) == list(found)
    nothing = log.filter(filters.CaseSize(min=99))
    assert ids(nothing.filter(chosen)) == []


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (filters.Activities(activities=("A", "C")), "AC AC AC A A A"),
        (filters.Activities(activities=("A", "C"), keep=False), "B B BB BB - BBB"),
        (filters.ActivityFrequency(min_share=0.5, max_share=5 / 6), "BC BC BBC BB - BBB"),
        (filters.ActivityFrequency(max_share=0.5), "C C C - - -"),
        (filters.ActivityFrequency(), "ABC ABC ABBC BAB A BBBA"),
        (filters.ActivityFrequency(min_share=0.84), "A A A A A A"),
        (filters.CollapseRepeats(), "ABC ABC ABC BAB A BA"),
        (filters.CollapseRepeats(scope="whole_case"), "ABC ABC ABC BA A BA"),
    ],
    ids=repr,
)
def test_events(log: EventLog, chosen: Filter, found: str) -> None:
    said = {str(n): " ".join(trace) for n, trace in enumerate(found.split(), 1) if trace != "-"}
    left = log.filter(chosen)
    assert traces(left) == said
    assert left.variant_count == len(set(said.values()))
    assert traces(log.filter(filters.CaseSize(min=99)).filter(chosen)) == {}


def test_shares_are_of_the_cases_left(log: EventLog) -> None:
    left = log.filter(filters.CaseEnd(values="A"), filters.ActivityFrequency(min_share=0.6))
    assert traces(left) == {"5": "A", "6": "A"}


def test_events_removed_make_repetitions_in_a_row(log: EventLog) -> None:
    left = log.filter(filters.Activities(activities="A", keep=False), filters.CollapseRepeats())
    assert traces(left) == {"1": "B C", "2": "B C", "3": "B C", "4": "B", "6": "B"}


def test_the_first_of_repeated_events_stays(engine: str) -> None:
    log = log_of({"1": [("A", 1), ("A", 5), ("B", 7)]}, engine)
    left = log.filter(filters.CollapseRepeats())
    assert [time.hour for time in left.events["timestamp"]] == [1, 7]


def test_an_activity_may_be_called_start(engine: str) -> None:
    log = log_of({"1": ["START", "A"], "2": ["A", "END"], "3": ["A"]}, engine)
    assert kept(log, filters.Path(from_activity="START", to_activity="A")) == ["1"]
    assert kept(log, filters.Path(to_activity="A")) == ["2", "3"]
    assert kept(log, filters.Path(from_activity="A", to_activity="END")) == ["2"]
    assert kept(log, filters.Path(from_activity="A")) == ["1", "3"]
    assert kept(log, filters.Path(to_activity="START")) == ["1"]


def test_a_click_on_an_edge_of_the_map_finds_its_cases(log: EventLog) -> None:
    from mindzie import calculators

    shown = log.calculate(calculators.ProcessMap())
    for row in shown.edges.to_polars().iter_rows(named=True):
        assert shown.drill(**row).case_count == row["cases"]


def test_variants_by_number_are_the_input_logs(log: EventLog) -> None:
    some = log.filter(filters.CaseSize(min=4))
    assert ids(some.filter(filters.SelectedVariants(variants=(1, 2)))) == ["3"]
    with pytest.raises(UnknownNameError, match="no variant '6'"):
        log.filter(filters.SelectedVariants(variants=6))
    fewer = log.filter(filters.Activities(activities="A"))
    with pytest.raises(UnknownNameError, match="no variant '2'"):
        fewer.filter(filters.SelectedVariants(variants=2))


def test_first_and_last_values_of_attributes(engine: str) -> None:
    def event(name: str, hour: int, team: str | None, cost: int | None) -> Any:
        return name, hour, {"Team": team, "Cost": cost, "Region": "N"}

    types = {"Team": "text", "Cost": "number", "Region": "text"}
    log = log_of(
        {
            "1": [event("A", 0, "x", 1), event("B", 1, "y", None)],
            "2": [event("A", 0, None, 2), event("B", 1, "x", 1)],
            "3": [event("A", 0, "z", 1)],
        },
        engine, types,
    )  # fmt: skip
    assert kept(log, filters.CaseStart(attribute="Team", values=("x", "y"))) == ["1"]
    assert kept(log, filters.CaseEnd(attribute="Team", values=("x", "z"))) == ["2", "3"]
    assert kept(log, filters.CaseStart(attribute="Cost", values=1)) == ["1", "3"]
    assert kept(log, filters.CaseEnd(attribute="Cost", values=1)) == ["2", "3"]
    assert kept(log, filters.CaseEnd(attribute="Region", values="N")) == ["1", "2", "3"]
    assert kept(log, filters.CaseStart(attribute="start_weekday", values=4)) == ["1", "2", "3"]
    with pytest.raises(WrongTypeError, match="'Cost' is a number"):
        log.filter(filters.CaseStart(attribute="Cost", values="1"))


def test_unknown_names_are_refused(log: EventLog) -> None:
    for chosen in (
        filters.CaseStart(values="Z"), filters.CaseEnd(values=("A", "Z")), filters.Path(from_activity="Z", to_activity="A"),
        filters.Path(from_activity="END", to_activity="A"), filters.Rework(activity="Z"), filters.EventOrder(first="A", second="Z"),
        filters.SelectedVariants(variants=(("A", "Z"),)), filters.Activities(activities="Z"),
    ):  # fmt: skip
        with pytest.raises(UnknownNameError, match=r"no activity '(Z|END)'"):
            log.filter(chosen)
    with pytest.raises(SettingError, match="passes no activity"):
        log.filter(filters.Path(from_activity="START", to_activity="END"))


@pytest.mark.parametrize(
    ("cls", "settings", "says"),
    [
        (filters.Path, {}, "a path needs an activity"),
        (filters.CaseSize, {"min": 3, "max": 2}, "swap them"),
        (filters.CaseSize, {"min": -1}, "must be at least 0"),
        (
            filters.CaseDuration,
            {"min": "2 d", "max": "1 h"},
            r"min \(2 d\) is more than max \(1 h\)",
        ),
        (filters.CaseDuration, {"min": 5}, "has no unit"),
        (
            filters.CasesWithActivity,
            {"activities": "A", "min_occurrences": 3, "max_occurrences": 2},
            "swap them",
        ),
        (filters.ActivityFrequency, {"min_share": 0.9, "max_share": 0.1}, "swap them"),
        (filters.ActivityFrequency, {"max_share": 50}, "must be at most 1"),
        (filters.VariantsTop, {"threshold": 2.5}, "whole number"),
        (filters.VariantsTop, {"mode": "case_share", "threshold": 80}, "use 0.8 for 80%"),
        (filters.SelectedVariants, {"variants": []}, "at least 1"),
        (filters.SelectedVariants, {"variants": ("A", "B")}, "variants"),
        (filters.CaseStart, {"values": ()}, "at least 1"),
        (filters.Rework, {"min_times": 0}, "must be at least 1"),
        (filters.Sample, {}, "either as n"),
        (filters.Sample, {"n": 1, "share": 0.5}, "either as n"),
        (filters.Sample, {"share": 1.5}, "must be at most 1"),
    ],
)
def test_wrong_settings(cls: Any, settings: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingError, match=says):
        cls(**settings)


def test_titles() -> None:
    said = {
        filters.CasesWithActivity(activities="Ship"): ("Cases with Ship", "Cases without Ship"),
        filters.CasesWithActivity(activities=("A", "B"), match="all", min_occurrences=2): (
            "Cases with A and B at least 2 times", "Cases without A and B at least 2 times",
        ),
        filters.CaseStart(values="A"): ("Cases that start with A", "Cases that do not start with A"),
        filters.CaseEnd(attribute="Team", values=("x", "y")): ("Cases that end with Team x or y", "Cases that do not end with Team x or y"),
        filters.CaseDuration(min="3 d", max="90 h"): ("Cases that took 3 d to 3 d 18 h", "Cases except those that took 3 d to 3 d 18 h"),
        filters.CaseSize(max=5): ("Cases of at most 5 events", "Cases except those of at most 5 events"),
        filters.Path(to_activity="A"): ("Cases that start with A", "Cases that do not start with A"),
        filters.Path(from_activity="A", to_activity="B"): ("Cases with A directly followed by B", "Cases without A directly followed by B"),
        filters.Rework(): ("Cases in which some activity was repeated", "Cases in which no activity was repeated"),
        filters.Rework(activity="A", how="self_loop", min_times=2): (
            "Cases in which A was repeated at once at least 2 times", "Cases in which A was not repeated at once at least 2 times",
        ),
        filters.VariantsTop(threshold=10): ("Cases of the 10 most frequent variants", "Cases except those of the 10 most frequent variants"),
        filters.VariantsTop(mode="case_share", threshold=0.8): (
            "Cases of the most frequent variants that cover 80 % of cases",
            "Cases except those of the most frequent variants that cover 80 % of cases",
        ),
        filters.SelectedVariants(variants=(3, ("A", "B", "C", "D"))): (
            "Cases of variant 3 or A → … → D", "Cases except those of variant 3 or A → … → D",
        ),
        filters.Sample(share=0.1): ("Sample of 10 % of cases", "All cases except a sample of 10 % of cases"),
        filters.EventOrder(first="A", second="B", how="same_day"): ("Cases with A on the same day as B", "Cases without A on the same day as B"),
        filters.Activities(activities=("A", "B")): ("Events of A or B", "Events except those of A or B"),
    }  # fmt: skip
    for chosen, titles in said.items():
        other = chosen.model_copy(update={"keep": False})
        assert (chosen.title, other.title) == titles
    assert filters.CollapseRepeats().title == "Events without repetitions in a row"
    assert (
        filters.ActivityFrequency(min_share=0.5).title
        == "Events of activities in at least 50 % of cases"
    )


@pytest.mark.parametrize("match", ["any", "all"])
@pytest.mark.parametrize(("low", "high"), [(0, 0), (0, 1), (0, None), (1, 1), (1, None), (2, 2)])
def test_occurrences_are_counted_as_by_hand(
    engine: str, match: Literal["any", "all"], low: int, high: int | None
) -> None:
    cases = {"1": "ABC", "2": "A", "3": "AABB", "4": "C", "5": "BBC", "6": "CABA"}
    log = log_of({case: list(events) for case, events in cases.items()}, engine)
    found = log.filter(
        filters.CasesWithActivity(
            activities=("A", "B"), match=match, min_occurrences=low, max_occurrences=high
        )
    )
    judge = any if match == "any" else all
    most = 99 if high is None else high
    expected = [
        c for c, events in cases.items() if judge(low <= events.count(a) <= most for a in "AB")
    ]
    assert sorted(ids(found)) == expected
