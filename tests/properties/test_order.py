"""The order of a case's events is decided once, by what the rows say and not by how they lie."""

from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import mindzie as mz
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from tests.contract.comparing import assert_same, figures
from tests.properties.logs import SECOND, Event, built, logs, source, untied

FEW = settings(max_examples=30)
seeds = st.integers(0, 2**32)


def shuffled(rows: list[Event], seed: int) -> list[Event]:
    return random.Random(seed).sample(rows, len(rows))


def frame(rows: list[Event]) -> pl.DataFrame:
    moment = pl.from_epoch
    return pl.DataFrame(
        {
            "case": [e.case for e in rows],
            "activity": [e.activity for e in rows],
            "start": [e.start for e in rows],
            "timestamp": [e.time for e in rows],
        },
        schema={"case": pl.String, "activity": pl.String, "start": pl.Int64, "timestamp": pl.Int64},
    ).with_columns(moment("start", "s"), moment("timestamp", "s"))


@FEW
@given(rows=untied, seed=seeds)
def test_shuffled_rows_are_the_same_log(rows: list[Event], seed: int) -> None:
    log, other = built(rows), built(shuffled(rows, seed))
    assert log.fingerprint == other.fingerprint
    assert_same(figures(log), figures(other))


@FEW
@given(rows=logs, seed=seeds)
def test_shuffling_moves_nothing_but_ties(rows: list[Event], seed: int) -> None:
    def moments(log: EventLog) -> list[tuple[object, ...]]:
        found = log.events.to_polars().group_by("case_id", "start_timestamp", "timestamp")
        return sorted((*key, tuple(sorted(of["activity"]))) for key, of in found)

    log, other = built(rows), built(shuffled(rows, seed))
    assert moments(log) == moments(other)
    columns = ["case_id", "start_timestamp", "timestamp"]
    assert log.events.to_polars()[columns].equals(other.events.to_polars()[columns])
    steady = ["case_id", "case_start", "case_end", "case_duration", "event_count", "has_rework"]
    assert log.cases.to_polars()[steady].equals(other.cases.to_polars()[steady])


@FEW
@given(rows=st.lists(st.nothing()) | logs.filter(bool))
def test_ties_are_counted(rows: list[Event]) -> None:
    if not rows:
        return
    log = mz.read(frame(rows))
    moments = [(e.case, e.start, e.time) for e in rows]
    tied = sum(moments.count(moment) > 1 for moment in moments)
    found = log.readiness.find("ties")
    assert (found.count if found else 0) == tied


@FEW
@given(rows=logs, seed=seeds, order=st.permutations(["A", "B", "C", "Ärger 事"]))
def test_an_expected_order_decides_between_ties(
    rows: list[Event], seed: int, order: list[str]
) -> None:
    def read(events: list[Event]) -> EventLog:
        table = source(events)
        wanted = {name: getattr(table, name) for name in ("attributes", "name", "roles")}
        bare = table.frame.drop("attribute_0")
        wanted["attributes"] = ()
        return build(type(table)(bare, **wanted, expected_order=tuple(order)))

    log = read(rows)
    assert log.fingerprint == read(shuffled(rows, seed)).fingerprint
    for events in log.events.to_polars().partition_by("case_id", "start_timestamp", "timestamp"):
        places = [order.index(name) for name in events["activity"]]
        assert places == sorted(places)


@pytest.mark.parametrize("starts", [True, False])
def test_the_start_comes_before_the_completion(starts: bool) -> None:
    rows = [Event("1", "A", 0, 50, None), Event("1", "B", 10, 20, None)]
    log = built(rows, starts=starts)
    assert log.variants["activities"].to_list() == [["A", "B"] if starts else ["B", "A"]]
    [between] = log.calculate(mz.calculators.ProcessMap()).edges["mean"].drop_nulls()
    assert between == (-40 if starts else 30)


def test_an_order_column_decides_before_the_row() -> None:
    table = source([Event("1", name, 0, 0, None) for name in "ABC"])
    numbered = table.frame.with_columns(order=pl.Series([2, None, 1]))
    log = build(type(table)(numbered, table.attributes, roles=table.roles))
    assert log.variants["activities"].to_list() == [["C", "A", "B"]]


def test_far_times_are_in_order() -> None:
    far = [-(10**10), 10**10, 0, 5 * 10**9]
    rows = [Event(str(case), f"{t}", t, t, None) for case in range(3) for t in far]
    log = built(rows)
    assert log.variants["activities"].to_list() == [[str(t) for t in sorted(far)]]
    assert log.cases["case_duration"].dt.total_seconds().to_list() == [2 * 10**10] * 3
    assert SECOND * 2 * 10**10 < 2**63
