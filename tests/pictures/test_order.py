from __future__ import annotations

import polars as pl

from mindzie.pictures.layout import layout
from mindzie.pictures.order import flow_order, main_path

SCHEMA = {"from_activity": pl.String, "to_activity": pl.String, "cases": pl.Int64}


def frames(positions, steps):
    nodes = pl.DataFrame({"activity": list(positions), "mean_position": list(positions.values())})
    return nodes, pl.DataFrame(steps, SCHEMA, orient="row")


def test_a_few_long_cases_do_not_turn_the_order():
    # One long case repeats the receipt late; nearly all cases pay after it.
    nodes, edges = frames(
        {"Order": 0.1, "Pay": 0.5, "Receipt": 0.9},
        [("Order", "Receipt", 9), ("Receipt", "Pay", 8), ("Pay", "Receipt", 1)],
    )
    assert flow_order(nodes, edges).to_list() == [0, 2, 1]


def test_without_paths_the_mean_positions_rank():
    nodes, edges = frames({"B": 0.9, "A": 0.1, "C": None}, [])
    assert flow_order(nodes, edges).to_list() == [1, 0, 2]


def test_the_main_path_avoids_dead_ends():
    links = [(9, 0, 10), (0, 1, 8), (0, 2, 3), (2, 10, 3)]
    assert main_path(links, 9, 10) == [9, 0, 2, 10]
    assert main_path(links[:2], 9, 10) == []


def test_the_main_path_is_one_upright_line():
    names = [f"Step {i}" for i in range(6)]
    main = list(zip([None, *names], [*names, None], strict=True))
    steps = [(a, b, 100) for a, b in main]
    # Side ways of different lengths on both sides would bend it.
    side = {f"Side {i}": i + 0.5 for i in range(5)}
    steps += [(names[i], f"Side {i}", 20) for i in range(5)]
    steps += [(f"Side {i}", names[min(i + 2, 5)], 20) for i in range(5)]
    nodes, edges = frames({**{name: float(i) for i, name in enumerate(names)}, **side}, steps)
    placed = layout(nodes, edges)
    middles = [placed.start[0], *(box.x for box in placed.boxes[:6]), placed.end[0]]
    assert max(middles) - min(middles) < 2


def test_the_main_path_stays_upright_on_a_large_map():
    names = [f"Step {i}" for i in range(20)]
    steps = [(a, b, 100) for a, b in zip([None, *names], [*names, None], strict=True)]
    steps += [(a, b, 1) for a in names for b in names if names.index(b) > names.index(a) + 1]
    steps += [(b, a, 1) for a, b in zip(names, names[2:], strict=False)]
    placed = layout(*frames({name: float(i) for i, name in enumerate(names)}, steps))
    assert len(placed.curves) > 200
    middles = [placed.start[0], *(box.x for box in placed.boxes), placed.end[0]]
    assert max(middles) - min(middles) < 2
