"""The map of what changed: figures of both, colours by the change, and nothing said where nothing changed."""

from __future__ import annotations

import re

import polars as pl

from mindzie.pictures.map_difference import map_difference
from mindzie.pictures.scales import shade


def graph(events, paths):
    nodes = pl.DataFrame(
        {
            "activity": list(events),
            "events": list(events.values()),
            "mean_position": [float(n) for n in range(len(events))],
        }
    )
    ends = pl.DataFrame(
        [(*pair, many) for pair, many in paths.items()],
        {"from_activity": pl.String, "to_activity": pl.String, "events": pl.Int64},
        orient="row",
    )
    return nodes, ends


BEFORE = graph(
    {"Order": 100, "Ship": 80, "Fax": 20},
    {
        (None, "Order"): 100,
        ("Order", "Ship"): 80,
        ("Order", "Fax"): 20,
        ("Ship", None): 80,
        ("Fax", None): 20,
    },
)
AFTER = graph(
    {"Order": 100, "Ship": 120, "Mail": 5},
    {
        (None, "Order"): 100,
        ("Order", "Ship"): 120,
        ("Order", "Mail"): 5,
        ("Ship", None): 40,
        ("Mail", None): 5,
    },
)


def titles(drawn):
    return re.findall(r"<title>(.*?)</title>", drawn)


def fill(drawn, name):
    found = re.search(rf"<title>{name}: .*?</title><rect [^>]*fill=\"(#\w+)\"", drawn)
    assert found
    return found[1]


def test_each_side_is_drawn_with_both_figures():
    drawn, hidden = map_difference(BEFORE, AFTER)
    assert hidden == 0
    assert {"Order: 100", "Ship: 80 → 120", "Fax: 20 → 0", "Mail: 0 → 5"} <= {*titles(drawn)}
    assert "Order → Ship: 80 → 120 +50 %" in titles(drawn)
    assert "Order → Fax: 20 → 0 gone" in titles(drawn)
    assert "Order → Mail: 0 → 5 new" in titles(drawn)
    assert "Ship → END: 80 → 40 \N{MINUS SIGN}50 %" in titles(drawn)
    assert fill(drawn, "Order") == shade("difference", 0.5)
    assert fill(drawn, "Ship") == fill(drawn, "Mail") == shade("difference", 1)
    assert fill(drawn, "Fax") == shade("difference", 0)


def test_where_nothing_changed_no_change_is_said():
    drawn, _ = map_difference(BEFORE, BEFORE)
    assert "%<" not in drawn.replace("+50 %<", "")
    assert not {"new", "gone"} & {*re.findall(r">(\w+)</text>", drawn)}
    assert fill(drawn, "Fax") == shade("difference", 0.5)


def test_of_very_many_paths_the_rarest_are_counted():
    names = {f"A{n}": 500 for n in range(20)}
    many = {(a, b): 10 + x + y for x, a in enumerate(names) for y, b in enumerate(names) if a < b}
    drawn, hidden = map_difference(graph(names, many), graph(names, many))
    assert hidden == len(many) - 120
    assert len([title for title in titles(drawn) if "→" in title]) == 120
