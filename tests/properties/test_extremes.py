"""Logs at the edge: nothing, one, the same everywhere, very many, very long."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from mindzie import calculators, filters
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from tests.contract.comparing import assert_same, figures
from tests.properties.logs import ENGINES, START, Event, built
from tests.properties.reference import Reference
from tests.properties.test_against_reference import assert_is

on_each_engine = pytest.mark.parametrize("engine", ENGINES)
LONG = "Prüfung der Rechnung 事務 🧾 " * 400
SMALL = {
    "empty": [],
    "one event": [Event("1", "A", START, START, 1)],
    "one case": [Event("1", name, START + n, START + n, n) for n, name in enumerate("ABABBC")],
    "all at once": [Event(str(n % 3), "ABC"[n % 2], START, START, n) for n in range(12)],
    "one activity": [Event("1", "A", START + n, START + n, n) for n in range(9)],
    "long names": [
        Event(LONG + str(n % 2), LONG + "AB"[n % 2] * (n % 3), START + n, START + n, n)
        for n in range(9)
    ],
    "odd names": [
        Event(case, name, START + n, START + n, n)
        for n, (case, name) in enumerate(
            [
                ("'", '"'),
                ("'", "\\"),
                (";--", "\t"),
                ("\u200b", "é"),
                ("'", "e\u0301"),
                ("NULL", "{x}"),
            ]
        )
    ],
    "before our time": [
        Event("1", n, -(10**9) + i, -(10**9) + i * 2, i) for i, n in enumerate("AB")
    ],
}


def many(activities: list[str], cases: np.ndarray, places: np.ndarray, engine: str) -> EventLog:
    """Build a log from activity numbers by case and place."""
    names = pl.Series(activities)
    frame = pl.DataFrame({"case": cases[:, 0], "number": cases[:, 1], "time": places})
    frame = frame.select(
        case_id=pl.col("case").cast(pl.String),
        activity=pl.lit(names).gather(pl.col("number").cast(pl.UInt32)),
        time=pl.col("time").cast(pl.Int64) * 1_000_000,
    )
    return build(
        SourceTable(frame.with_columns(row=pl.int_range(1, pl.len() + 1)), name="many"), engine
    )


@on_each_engine
@pytest.mark.parametrize("name", SMALL)
def test_small(name: str, engine: str) -> None:
    rows = SMALL[name]
    assert_is(built(rows, engine), Reference.of(rows))
    assert_same(figures(built(rows, engine)), figures(built(rows)))


@on_each_engine
def test_all_filtered_away_and_more(engine: str) -> None:
    log = built(SMALL["one case"], engine).filter(filters.Activities(activities="A", keep=False))
    log = log.filter(filters.CasesWithActivity(activities="A"))
    assert (log.case_count, log.event_count, log.variant_count, log.activities) == (0, 0, 0, ())
    assert_is(log.filter(filters.Activities(activities="A")), Reference.of([]))


@on_each_engine
def test_a_thousand_activities(engine: str) -> None:
    names = [f"Activity {number}" for number in range(1000)]
    dice = np.random.default_rng(1)
    number = dice.integers(0, 1000, 20_000)
    case = np.sort(dice.integers(0, 2_000, 20_000))
    log = many(names, np.stack([case, number], axis=1), np.arange(20_000), engine)
    assert set(log.activities) == set(names)
    counts = np.bincount(number, minlength=1000)
    nodes = log.calculate(calculators.ProcessMap()).nodes.to_polars()
    assert dict(zip(nodes["activity"], nodes["events"], strict=True)) == dict(
        zip(names, counts, strict=True)
    )
    same = case[1:] == case[:-1]
    pairs = np.unique(
        np.stack([number[:-1][same], number[1:][same]], axis=1), axis=0, return_counts=True
    )
    wanted = {(names[a], names[b]): int(n) for (a, b), n in zip(*pairs, strict=True)}
    edges = log.calculate(calculators.ProcessMap()).frequency.edges.to_polars().drop_nulls()
    found = zip(edges["from_activity"], edges["to_activity"], edges["events"], strict=True)
    assert {(a, b): n for a, b, n in found} == wanted
    gone = names[:500]
    left = log.filter(filters.Activities(activities=gone, keep=False))
    assert left.event_count == int((number >= 500).sum())


@on_each_engine
def test_a_hundred_thousand_variants(engine: str) -> None:
    size, length = 100_000, 6
    case = np.repeat(np.arange(size), length)
    place = np.tile(np.arange(length), size)
    number = (case // 10**place) % 10
    number[place == 5] = 9
    log = many([*"ABCDEFGHIJ"], np.stack([case, number], axis=1), case * 10 + place, engine)
    assert (log.case_count, log.variant_count, log.event_count) == (size, size, size * length)
    assert log.variants["cases"].max() == 1
    graph = log.calculate(calculators.ProcessMap())
    edges = graph.frequency.edges.to_polars()
    # each of the ten digits follows each other one equally often in the first five places
    inner = edges.drop_nulls().filter(pl.col("to_activity") != "J")
    assert set(inner["events"]) == {4 * size // 100}
    assert edges.filter(pl.col("from_activity").is_null())["events"].to_list() == [size // 10] * 10
    with_a = log.filter(filters.CasesWithActivity(activities="A"))
    assert with_a.variant_count == with_a.case_count == size - 9**5
    without = log.filter(filters.Activities(activities="J"))
    lengths = sorted(without.variants["activities"].list.len().to_list())
    assert (lengths, without.case_count) == ([1, 2, 3, 4, 5, 6], size)
