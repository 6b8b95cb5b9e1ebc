"""A placed map as plain values: what the browser needs to draw it, and no more."""

from __future__ import annotations

from typing import Any

import polars as pl

from mindzie.pictures.layout import Layout
from mindzie.pictures.measures import MEASURES

Json = dict[str, Any]


def map_view(nodes: pl.DataFrame, edges: pl.DataFrame, placed: Layout) -> Json:
    """Return a placed map as JSON values.

    Parameters
    ----------
    nodes, edges : polars.DataFrame
        The shown rows of a process map.
    placed : Layout
        Their layout.

    Returns
    -------
    dict
        Size, places of START and END, a list of nodes and one of edges, which name their ends by node ids
        (``None`` for START and END).

    Examples
    --------
    >>> import polars as pl
    >>> from mindzie.pictures.layout import layout
    >>> nodes = pl.DataFrame({"activity": ["Ship"], "events": [3], "mean_position": [1.0]})
    >>> edges = pl.DataFrame({"from_activity": [None, "Ship"], "to_activity": ["Ship", None], "events": [3, 3]})
    >>> map_view(nodes, edges, layout(nodes, edges))["edges"][0]["to"]
    0
    """
    rows, links = nodes.to_dicts(), edges.to_dicts()
    ids = {row["activity"]: index for index, row in enumerate(rows)}
    columns = {
        name: next((column for column in measure.node_columns if column in nodes.columns), None)
        for name, measure in MEASURES.items()
    }
    return {
        "width": placed.width,
        "height": placed.height,
        "start": list(placed.start),
        "end": list(placed.end),
        "nodes": [
            {
                "id": index,
                "name": row["activity"],
                "lines": list(box.lines),
                "x": box.x,
                "y": box.y,
                "width": round(box.width, 1),
                "height": box.height,
                "values": {name: _short(row.get(column)) for name, column in columns.items()},
                "events": row["events"],
            }
            for index, (row, box) in enumerate(zip(rows, placed.boxes, strict=True))
        ],
        "edges": [
            {
                "from": ids.get(link["from_activity"]),
                "to": ids.get(link["to_activity"]),
                "points": [part for point in curve.points for part in point],
                "plate": curve.plate
                and [curve.plate.x, curve.plate.y, curve.plate.anchor, curve.plate.room],
                "back": curve.back,
                "values": {name: _short(link.get(name)) for name in MEASURES},
            }
            for link, curve in zip(links, placed.curves, strict=True)
        ],
    }


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
