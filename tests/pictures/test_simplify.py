from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mindzie.core.errors import SettingError
from mindzie.mining.coverage import Coverage
from mindzie.mining.simplify import Simplified, Simplifier, simplify

NODES = {"activity": pl.String, "events": pl.Int64}
EDGES = {"from_activity": pl.String, "to_activity": pl.String, "events": pl.Int64}
NAMES = ["START", "END", "Ship", "Pay <b>", "é", "", "F"]
shares = st.floats(0, 1)


@st.composite
def maps(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Any graph, connected or not."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True))
    ends = st.sampled_from([None, *names])
    pairs = draw(st.lists(st.tuples(ends, ends), unique=True, max_size=30))
    counts = st.integers(1, 9)
    nodes = [(name, draw(counts)) for name in names]
    edges = [(*pair, draw(counts)) for pair in pairs]
    return pl.DataFrame(nodes, NODES, orient="row"), pl.DataFrame(edges, EDGES, orient="row")


@st.composite
def logs(draw: st.DrawFn) -> tuple[pl.DataFrame, pl.DataFrame, list[list[str]]]:
    """A map counted from traces, so that everything in it is connected."""
    traces = draw(st.lists(st.lists(st.sampled_from(NAMES), min_size=1, max_size=6), max_size=8))
    steps = [step for trace in traces for step in zip([None, *trace], [*trace, None], strict=True)]
    nodes = pl.DataFrame(
        [(name,) for trace in traces for name in trace], {"activity": pl.String}, orient="row"
    )
    edges = pl.DataFrame(
        steps, {"from_activity": pl.String, "to_activity": pl.String}, orient="row"
    )
    count = pl.len().cast(pl.Int64).alias("events")
    keys = ["from_activity", "to_activity"]
    return (
        nodes.group_by("activity", maintain_order=True).agg(count),
        edges.group_by(keys, maintain_order=True).agg(count),
        traces,
    )


def reached(edges: pl.DataFrame, tail: str, head: str) -> set[str | None]:
    """Everything that shown paths lead to from outside."""
    found: set[str | None] = set()
    waiting: list[str | None] = [None]
    steps = edges.select(tail, head).rows()
    while waiting:
        at = waiting.pop()
        for start, end in steps:
            if start == at and end not in found:
                found.add(end)
                if end is not None:
                    waiting.append(end)
    return found


def assert_connected(shown: Simplified, names: set[str]) -> None:
    assert names <= reached(shown.edges, "from_activity", "to_activity")
    assert names <= reached(shown.edges, "to_activity", "from_activity")


@given(logs(), shares, shares)
def test_shown_activities_lie_between_start_and_end(log, activity_share, path_share):
    nodes, edges, _ = log
    shown = simplify(nodes, edges, activity_share, path_share)
    assert_connected(shown, set(shown.nodes["activity"]))
    assert shown.nodes.height > 0 or nodes.is_empty()


@given(maps(), shares, shares)
def test_what_can_be_connected_is(drawn, activity_share, path_share):
    nodes, edges = drawn
    possible = reached(edges, "from_activity", "to_activity")
    possible &= reached(edges, "to_activity", "from_activity")
    shown = simplify(nodes, edges, activity_share, path_share)
    names = set(shown.nodes["activity"])
    assert_connected(shown, names & possible)
    assert names <= possible or activity_share == 1
    # Nothing invented, and no path without its ends.
    assert set(shown.edges.rows()) <= set(edges.rows())
    ends = {*shown.edges["from_activity"], *shown.edges["to_activity"]} - {None}
    assert ends <= names


@given(maps())
def test_one_shows_everything(drawn):
    nodes, edges = drawn
    shown = simplify(nodes, edges, 1, 1)
    assert shown.nodes.equals(nodes)
    assert shown.edges.equals(edges)


@given(maps(), shares, shares, shares, shares)
def test_more_never_hides(drawn, activities, more_activities, paths, more_paths):
    simplifier = Simplifier(*drawn)
    activities, more_activities = sorted((activities, more_activities))
    paths, more_paths = sorted((paths, more_paths))
    less = simplifier.at(activities, paths)
    more = simplifier.at(more_activities, more_paths)
    assert not (less.node_mask & ~more.node_mask).any()
    assert not (less.edge_mask & ~more.edge_mask).any()


@given(logs(), shares, shares)
def test_cases_kept_are_those_told_completely(log, activity_share, path_share):
    nodes, edges, traces = log
    variants = pl.DataFrame(
        {"activities": traces, "cases": list(range(1, len(traces) + 1))},
        schema={"activities": pl.List(pl.String), "cases": pl.Int64},
    )
    shown = simplify(nodes, edges, activity_share, path_share)
    names, steps = set(shown.nodes["activity"]), set(shown.edges.drop("events").rows())
    coverage = Coverage(variants, nodes, edges)
    total = sum(range(len(traces) + 1))
    whole = [
        weight
        for weight, trace in enumerate(traces, 1)
        if set(zip([None, *trace], [*trace, None], strict=True)) <= steps
    ]
    known = [weight for weight, trace in enumerate(traces, 1) if set(trace) <= names]
    assert coverage.cases_of_paths(shown.edge_mask) == (sum(whole) / total if total else None)
    assert coverage.cases_of_activities(shown.node_mask) == (sum(known) / total if total else None)


def test_least_is_the_main_path():
    nodes = pl.DataFrame({"activity": ["A", "B", "C", "X"], "events": [90, 95, 90, 10]})
    edges = pl.DataFrame(
        [
            (None, "A", 90), ("A", "B", 85), ("B", "C", 85), ("C", None, 90),
            ("A", "X", 5), ("X", "B", 10), ("B", "B", 5), ("B", "X", 5),
        ],
        EDGES, orient="row",
    )  # fmt: skip
    shown = simplify(nodes, edges, 0, 0)
    assert shown.nodes["activity"].to_list() == ["A", "B", "C"]
    assert shown.edges.height == 4
    assert shown.events_kept == pytest.approx(275 / 285)


def test_an_activity_may_be_called_start():
    nodes = pl.DataFrame({"activity": ["START"], "events": [2]})
    edges = pl.DataFrame([(None, "START", 1), ("START", None, 1)], EDGES, orient="row")
    assert simplify(nodes, edges, 0, 0).edges.height == 2


def test_bad_input_is_refused():
    nodes, edges = pl.DataFrame(schema=NODES), pl.DataFrame([(None, "A", 1)], EDGES, orient="row")
    with pytest.raises(SettingError, match="'A'"):
        Simplifier(nodes, edges)
    with pytest.raises(SettingError, match="between 0 and 1"):
        simplify(nodes, edges.clear(), np.nan, 0)
    twice = pl.DataFrame({"activity": ["A", "A"], "events": [1, 1]})
    with pytest.raises(SettingError, match="twice"):
        Simplifier(twice, edges)
