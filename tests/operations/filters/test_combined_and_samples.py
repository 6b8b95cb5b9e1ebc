"""Filters made of filters, and samples."""

from __future__ import annotations

import math
from functools import cache
from itertools import pairwise

import pytest

import mindzie as mz
from mindzie import filters
from mindzie.core.errors import SettingError, UnknownNameError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from tests.operations.filters.small import ids, kept, log_of, traces

A, B, C = (filters.CasesWithActivity(activities=name) for name in "ABC")
ONLY_A, ONLY_B = (filters.Activities(activities=name) for name in "AB")
LONG = filters.CaseDuration(min="2 h")


@cache
def made(engine: str) -> EventLog:
    return log_of(
        {"1": list("ABC"), "2": list("AB"), "3": list("BBA"), "4": list("C"), "5": list("AAC")},
        engine,
    )


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (filters.AllOf(filters=[A, C]), "15"),
        (filters.AnyOf(filters=[A, C]), "12345"),
        (filters.AnyOf(filters=[B, LONG]), "1235"),
        (filters.AnyOf(filters=[filters.CaseSize(max=1), filters.Rework(activity="B")]), "34"),
        (filters.NoneOf(filters=[B, filters.CaseSize(max=1)]), "5"),
        (filters.NoneOf(filters=[A, LONG]), "4"),
        (filters.AllOf(filters=[A, filters.AnyOf(filters=[B.model_copy(update={"keep": False}), filters.NoneOf(filters=[C])])]), "235"),
        (filters.AllOf(filters=[LONG, A, filters.Rework()]), "35"),
        (filters.AnyOf(filters=[filters.AllOf(filters=[])]), "12345"),
    ],
    ids=str,
)  # fmt: skip
def test_cases(engine: str, chosen: Filter, found: str) -> None:
    log = made(engine)
    assert kept(log, chosen) == list(found)
    assert kept(log.filter(filters.CaseSize(min=99)), chosen) == []


@pytest.mark.parametrize("cls", [filters.AllOf, filters.AnyOf, filters.NoneOf])
@pytest.mark.parametrize("keep", [True, False])
def test_an_empty_list_changes_nothing(engine: str, cls: type[filters.AnyOf], keep: bool) -> None:
    log = made(engine)
    assert ids(log.filter(cls(keep=keep))) == ids(log)


@pytest.mark.parametrize(
    ("chosen", "found"),
    [
        (filters.AllOf(filters=[C, ONLY_A]), {"1": "A", "5": "A A"}),
        (filters.AllOf(filters=[ONLY_A, filters.CaseSize(min=2)]), {"5": "A A"}),
        (filters.AnyOf(filters=[ONLY_A, ONLY_B]), {"1": "A B", "2": "A B", "3": "B B A", "5": "A A"}),
        (filters.AnyOf(filters=[filters.CaseSize(max=2), ONLY_B]), {"1": "B", "2": "A B", "3": "B B", "4": "C"}),
        (filters.NoneOf(filters=[ONLY_A, ONLY_B]), {"1": "C", "4": "C", "5": "C"}),
        (filters.AnyOf(filters=[filters.AllOf(filters=[ONLY_B, filters.CollapseRepeats()]), filters.CaseEnd(values="A")]), {"1": "B", "2": "B", "3": "B B A"}),
        (filters.NoneOf(filters=[filters.CollapseRepeats()]), {"3": "B", "5": "A"}),
        (filters.AnyOf(filters=[filters.AnyOf(filters=[ONLY_A]), filters.NoneOf(filters=[ONLY_A, ONLY_B])]), {"1": "A C", "2": "A", "3": "A", "4": "C", "5": "A A C"}),
    ],
    ids=str,
)  # fmt: skip
def test_events(engine: str, chosen: Filter, found: dict[str, str]) -> None:
    log = made(engine)
    left = log.filter(chosen)
    assert traces(left) == found
    rest = log.filter(chosen.model_copy(update={"keep": False}))  # type: ignore[attr-defined]
    assert left.event_count + rest.event_count == log.event_count
    assert traces(log.filter(filters.CaseSize(min=99)).filter(chosen)) == {}


def test_members_are_checked_and_stored(engine: str) -> None:
    log = made(engine)
    with pytest.raises(UnknownNameError, match="no activity 'Z'"):
        log.filter(filters.AnyOf(filters=[A, filters.CaseEnd(values="Z")]))
    with pytest.raises(SettingError, match="calculator"):
        filters.AllOf(filters=[{"kind": "calculator", "op": "process_map"}])
    both = filters.AnyOf(filters=[A, filters.NoneOf(filters=[C])])
    assert mz.load(both.to_json()) == both
    assert both.title == "Any of: cases with A; or all but: cases with C"


@cache
def many(engine: str) -> EventLog:
    return mz.demo("order-to-cash", cases=2000).on(engine)


def test_samples_have_their_size_and_are_the_same_on_engines() -> None:
    picked = [
        ids(many(engine).filter(filters.Sample(n=250, seed=7))) for engine in ("polars", "duckdb")
    ]
    assert picked[0] == picked[1]
    assert len(picked[0]) == 250
    assert many("polars").filter(filters.Sample(share=0.1)).case_count == 200
    for size, count in ((0, 0), (5, 5), (9999, 2000)):
        assert many("polars").filter(filters.Sample(n=size)).case_count == count
    assert (
        many("polars").filter(filters.CaseSize(min=999), filters.Sample(share=0.5)).case_count == 0
    )
    assert many("polars").filter(filters.Sample(n=3, keep=False)).case_count == 1997


def test_a_sample_of_a_part_is_drawn_from_the_part(engine: str) -> None:
    north = many(engine).filter(filters.CasesWithAttribute(attribute="Region", values="North"))
    assert north.filter(filters.Sample(n=50)).case_count == 50


def test_samples_are_uniform_and_seeds_independent() -> None:
    log = many("polars")
    names = sorted(ids(log))
    place = {name: number for number, name in enumerate(names)}
    seen = [0] * 20
    picked = [set(ids(log.filter(filters.Sample(share=0.25, seed=seed)))) for seed in range(40)]
    counts = dict.fromkeys(names, 0)
    for sample in picked:
        for name in sample:
            seen[place[name] * 20 // len(names)] += 1
            counts[name] += 1
    expected = 40 * 500 / 20
    chi = sum((count - expected) ** 2 / expected for count in seen) / 0.75
    assert chi < 43.8, "20 groups of ids are hit alike (99.9% of fair draws)"
    spread = sum((count - 10) ** 2 for count in counts.values()) / 2000
    assert 6.5 < spread < 8.5, "40 draws of a quarter: a variance of 7.5 for each case"
    for one, other in pairwise(picked):
        shared = len(one & other)
        assert abs(shared - 125) < 4.5 * math.sqrt(125 * 0.75 * 0.75), (
            "two seeds share a quarter of a quarter"
        )


def test_unions_of_events_may_follow_each_other(engine: str) -> None:
    log = log_of({str(case): ["A", "B", "B", "C"][: case % 4 + 1] for case in range(40)}, engine)
    union = filters.AnyOf(
        filters=[
            filters.EventsWithAttribute(
                attribute="case_id", comparison="not_equals", values=("7",)
            ),
            filters.Activities(activities=("A", "C")),
            filters.CaseSize(min=9),
        ]
    )
    once, often = log.filter(union), log.filter(*[union] * 9)
    assert log.event_count > once.event_count == often.event_count
    assert ids(often) == ids(log)
