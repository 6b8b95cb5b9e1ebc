"""A placed map as plain values: what the browser needs to draw it, and no more."""

from __future__ import annotations

from typing import Any

import polars as pl

from mindzie.pictures.layout import FIGURE_SIZE, Layout
from mindzie.pictures.measures import MEASURES
from mindzie.pictures.plates import Plate
from mindzie.pictures.text import text_width

Json = dict[str, Any]


def map_view(
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    placed: Layout,
    whole: tuple[pl.DataFrame, pl.DataFrame] | None = None,
) -> Json:
    """Return a placed map as JSON values.

    Parameters
    ----------
    nodes, edges : polars.DataFrame
        The shown rows of a process map.
    placed : Layout
        Their layout.
    whole : tuple of polars.DataFrame, optional
        Nodes and edges of the whole map, which colours and widths are scaled over; else the shown rows.

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
    ids: dict[str | None, int] = {row["activity"]: index for index, row in enumerate(rows)}
    columns = {name: measure.node_column(nodes.columns) for name, measure in MEASURES.items()}
    all_nodes, all_edges = whole or (nodes, edges)
    plates = {name: figures(edges, placed, name) for name in MEASURES if name in edges.columns}
    return {
        "width": placed.width,
        "height": placed.height,
        "ranges": {name: span((all_nodes, columns[name]), (all_edges, name)) for name in MEASURES},
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
                "values": {
                    name: _short(row[column]) if column else None
                    for name, column in columns.items()
                },
                "events": row["events"],
            }
            for index, (row, box) in enumerate(zip(rows, placed.boxes, strict=True))
        ],
        "edges": [
            {
                "from": ids.get(link["from_activity"]),
                "to": ids.get(link["to_activity"]),
                "points": [part for point in curve.points for part in point],
                "plates": {
                    name: [plate.x, plate.y, plate.width]
                    for name, column in plates.items()
                    if (plate := column[row])
                },
                "back": curve.back,
                "values": {name: _short(link.get(name)) for name in MEASURES},
            }
            for row, (link, curve) in enumerate(zip(links, placed.curves, strict=True))
        ],
    }


def figures(edges: pl.DataFrame, placed: Layout, shown: str) -> list[Plate | None]:
    """Place the figures of a measure on the lines of a map.

    Parameters
    ----------
    edges : polars.DataFrame
        The shown paths, with a column of the measure.
    placed : Layout
        Their layout.
    shown : str
        Measure.

    Returns
    -------
    list of Plate or None
        A place for each path that has a figure and room for it; the largest have chosen first.
    """
    chosen = MEASURES[shown]
    values = edges[chosen.name].to_list() if chosen.name in edges.columns else [None] * edges.height
    widths = [
        None if value is None else plate_width(chosen.say(value, short=True)) for value in values
    ]
    return placed.places.choose(widths, values)


def plate_width(text: str) -> float:
    """Return the width of the plate behind a figure, in pixels."""
    return round(text_width(text, FIGURE_SIZE) + 4, 1)


def span(*columns: tuple[pl.DataFrame, str | None]) -> list[float] | None:
    """Return the smallest and largest value above zero of some columns together.

    Parameters
    ----------
    *columns : tuple of (polars.DataFrame, str or None)
        Frames and the names of their columns, which may be missing.

    Returns
    -------
    list of float or None
        ``None`` where there is no value above zero.

    Examples
    --------
    >>> span((pl.DataFrame({"mean": [None, 0.0, 2.0, 5.0]}), "mean"))
    [2.0, 5.0]
    """
    present = [frame[name].cast(pl.Float64) for frame, name in columns if name in frame.columns]
    if not present:
        return None
    values = pl.concat([column.rename("value") for column in present])
    known = values.filter(values > 0)
    return None if known.is_empty() else [_short(known.min()), _short(known.max())]


def _short(value: Any) -> Any:
    return round(value, 3) if isinstance(value, float) else value
