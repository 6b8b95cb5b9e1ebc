"""Any log on any engine has the figures that plain loops over its events give."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mindzie import calculators, filters
from mindzie.core.log import EventLog
from tests.properties.logs import ENGINES, activities, built, logs
from tests.properties.reference import Event, Reference

on_each_engine = pytest.mark.parametrize("engine", ENGINES)
FEW = settings(max_examples=25)


def assert_is(log: EventLog, wanted: Reference) -> None:
    assert log.case_count == len(wanted.cases)
    assert log.event_count == sum(map(len, wanted.cases.values()))
    assert log.variant_count == len(wanted.variants)
    found = log.variants.to_polars()
    pairs = zip(found["activities"], found["cases"], strict=True)
    assert {tuple(names): cases for names, cases in pairs} == wanted.variants
    assert found["cases"].is_sorted(descending=True)
    cases = log.cases
    seconds = cases["case_duration"].dt.total_seconds()
    assert dict(zip(cases["case_id"], seconds, strict=True)) == wanted.durations
    reworked = {
        case for case, of in wanted.cases.items() if len({e.activity for e in of}) < len(of)
    }
    assert set(cases["case_id"].filter(cases["has_rework"])) == reworked
    _assert_order(log, wanted)
    _assert_map(log, wanted)


def _assert_order(log: EventLog, wanted: Reference) -> None:
    rows = log.events.to_polars()
    micros = [rows[name].dt.epoch("s") for name in ("start_timestamp", "timestamp")]
    found: dict[str, list[tuple[str, int, int]]] = {case: [] for case in wanted.cases}
    for case, *event in zip(rows["case_id"], rows["activity"], *micros, strict=True):
        found[case].append(tuple(event))
    assert found == {
        c: [(e.activity, e.start, e.time) for e in of] for c, of in wanted.cases.items()
    }


def _assert_map(log: EventLog, wanted: Reference) -> None:
    graph = log.calculate(calculators.ProcessMap())
    edges = {(e["from_activity"], e["to_activity"]): e for e in graph.edges.to_polars().to_dicts()}
    assert {pair: (e["events"], e["cases"]) for pair, e in edges.items()} == wanted.paths
    for pair, (mean, median, total) in wanted.seconds.items():
        edge = edges[pair]
        assert (edge["mean"], edge["median"], edge["total"]) == pytest.approx((mean, median, total))
    columns = ("events", "cases", "starts", "ends", "rework_cases")
    nodes = {n["activity"]: {k: n[k] for k in columns} for n in graph.nodes.to_polars().to_dicts()}
    assert nodes == wanted.nodes
    assert Counter(log.activities).keys() == wanted.nodes.keys()


@on_each_engine
@FEW
@given(rows=logs)
def test_whole_log(rows: list[Event], engine: str) -> None:
    assert_is(built(rows, engine), Reference.of(rows))


@on_each_engine
@FEW
@given(rows=logs, name=activities, keep=st.booleans())
def test_cases_left(rows: list[Event], engine: str, name: str, keep: bool) -> None:
    log = built(rows, engine)
    if name in log.activities:
        left = log.filter(filters.CasesWithActivity(activities=(name,), keep=keep))
        has = {
            c for c, of in Reference.of(rows).cases.items() if any(e.activity == name for e in of)
        }
        assert_is(left, Reference.of(rows).of_cases(lambda of: (of[0].case in has) is keep))


@on_each_engine
@FEW
@given(rows=logs, name=activities, keep=st.booleans())
def test_neighbours_of_events_left(rows: list[Event], engine: str, name: str, keep: bool) -> None:
    log = built(rows, engine)
    if name in log.activities:
        left = log.filter(filters.Activities(activities=(name,), keep=keep))
        assert_is(left, Reference.of(rows).keeping(lambda e: (e.activity == name) is keep))


@on_each_engine
@FEW
@given(rows=logs, gone=activities, wanted=activities, times=st.integers(1, 3))
def test_events_then_cases_then_events(
    rows: list[Event], engine: str, gone: str, wanted: str, times: int
) -> None:
    log = built(rows, engine)
    if not {gone, wanted} <= set(log.activities):
        return
    chain = (
        filters.Activities(activities=(gone,), keep=False),
        filters.CasesWithActivity(activities=(wanted,), min_occurrences=times),
        filters.Activities(activities=(wanted,), keep=False),
    )
    reference = Reference.of(rows).keeping(lambda e: e.activity != gone)
    reference = reference.of_cases(lambda of: sum(e.activity == wanted for e in of) >= times)
    assert_is(log.filter(*chain), reference.keeping(lambda e: e.activity != wanted))
