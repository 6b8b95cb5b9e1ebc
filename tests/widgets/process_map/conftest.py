"""A small map with a loop, a way back, and names that try to break out."""

from __future__ import annotations

import polars as pl
import pytest

from mindzie.core.results import Column, Graph, Table

NASTY = "<img src=x onerror=alert(1)>"


def graph_of(nodes: pl.DataFrame, edges: pl.DataFrame) -> Graph:
    def table(frame: pl.DataFrame) -> Table:
        kinds = {pl.String: "text"}
        return Table(
            frame,
            tuple(
                Column(name=name, type=kinds.get(frame.schema[name], "number"))
                for name in frame.columns
            ),
        )

    return Graph(table(nodes), table(edges), title="Orders")


def chain(names: list[str]) -> Graph:
    """A map of one case after the other, all alike."""
    nodes = pl.DataFrame(
        {"activity": names, "events": [9] * len(names)},
        {"activity": pl.String, "events": pl.Int64},
    ).with_columns(mean_position=pl.int_range(pl.len()).cast(pl.Float64))
    ends = zip([None, *names], [*names, None], strict=True) if names else []
    edges = pl.DataFrame(
        list(ends), {"from_activity": pl.String, "to_activity": pl.String}, orient="row"
    ).with_columns(events=pl.lit(9, pl.Int64))
    return graph_of(nodes, edges)


@pytest.fixture
def graph() -> Graph:
    nodes = pl.DataFrame(
        {
            "activity": ["Order", "Check", "Ship", NASTY],
            "events": [100, 130, 90, 10],
            "cases": [100, 100, 90, 10],
            "mean_position": [0.0, 1.0, 2.0, 3.0],
        }
    )
    rows = [
        (None, "Order", 100, None), ("Order", "Check", 100, 3600.0), ("Check", "Check", 20, 60.0),
        ("Check", "Ship", 90, 273_600.0), ("Ship", None, 80, None), ("Ship", "Check", 10, 86_400.0),
        ("Check", NASTY, 10, 5.0), (NASTY, None, 10, None), ("Check", None, 10, None),
    ]  # fmt: skip
    edges = pl.DataFrame(
        [(a, b, events, events, *[seconds] * 4) for a, b, events, seconds in rows],
        {
            "from_activity": pl.String, "to_activity": pl.String, "events": pl.Int64, "cases": pl.Int64,
            "mean": pl.Float64, "median": pl.Float64, "p90": pl.Float64, "total": pl.Float64,
        },
        orient="row",
    )  # fmt: skip
    return graph_of(nodes, edges)
