"""Process maps: what a share hides is hidden whole, and every path drills down to its cases."""

from __future__ import annotations

import json

import pytest

import mindzie as mz
from mindzie import calculators
from mindzie.core.log import EventLog
from tests.operations.calculators.conftest import rows

HOUR = 3600


def test_whole_map(orders: EventLog, nothing: EventLog) -> None:
    made = orders.calculate(calculators.ProcessMap())
    edges = rows(made.edges, "from_activity", "to_activity", "events", "cases", "mean", "total")
    assert sorted(edges, key=str) == sorted(
        [
            (None, "Order", 4, 4, None, None),
            ("Order", None, 1, 1, None, None),
            ("Order", "Pack", 2, 2, 1.5 * HOUR, 3 * HOUR),
            ("Order", "Ship", 1, 1, 6 * HOUR, 6 * HOUR),
            ("Pack", "Pack", 1, 1, 0, 0),
            ("Pack", "Ship", 2, 2, 4 * HOUR, 8 * HOUR),
            ("Ship", None, 3, 3, None, None),
        ],
        key=str,
    )
    for row in made.edges.to_polars().to_dicts():
        assert made.drill(**row).case_count == row["cases"], row
    for row in made.nodes.to_polars().to_dicts():
        assert made.drill(activity=row["activity"]).case_count == row["cases"]
    empty = nothing.calculate(calculators.ProcessMap(activity_share=0.5))
    assert len(empty.nodes) == len(empty.edges) == 0
    json.dumps(made.to_json(), allow_nan=False)


@pytest.mark.parametrize("share", [0, 0.3, 0.7])
def test_what_is_shown_is_connected(engine: str, share: float) -> None:
    log = mz.demo("order-to-cash", cases=200).on(engine)
    made = log.calculate(calculators.ProcessMap(activity_share=share, path_share=share))
    shown = set(made.nodes["activity"])
    assert 0 < len(shown) < len(log.activities)
    edges = rows(made.edges, "from_activity", "to_activity")
    assert {name for edge in edges for name in edge} - {None} == shown
    for near, far in ((0, 1), (1, 0)):  # from START forward, from END back
        reached: set[str | None] = {None}
        while more := {edge[far] for edge in edges if edge[near] in reached} - reached:
            reached |= more
        assert shown <= reached
    assert made.facts["all_activities"] == len(log.activities)


def test_commonest_variants_alone(engine: str) -> None:
    log = mz.demo("order-to-cash", cases=200).on(engine)
    made = log.calculate(calculators.ProcessMap(top_variants=1))
    assert list(made.nodes["activity"]) != []
    assert set(made.nodes["cases"]) == {log.variants["cases"][0]}
