"""Where a map's boxes, lines and figure plates go; the same for the browser and for Python's own drawing."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

import polars as pl

from mindzie.pictures.dot import DotEdge, DotNode, Placed, Point, place
from mindzie.pictures.order import flow_order, importance, main_path
from mindzie.pictures.plates import Places
from mindzie.pictures.text import text_width, wrap

NAME_SIZE: Final = 13
FIGURE_SIZE: Final = 11
LINE_HEIGHT: Final = 16
END_RADIUS: Final = 9.0
_TEXT_WIDTH, _PADDING, _LEAST_WIDTH = 166.0, 16.0, 92.0
_MARGIN: Final = 12.0
_LOOP_REACH: Final = 30.0
_HEAD: Final = 14.0
# Many times the pull of its cases keeps the main path upright.
_STRAIGHT: Final = 40


@dataclass(frozen=True, slots=True)
class Box:
    """A placed activity: centre and size in pixels, and its name's lines."""

    x: float
    y: float
    width: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Curve:
    """A placed path.

    Attributes
    ----------
    points : tuple of (float, float)
        Control points of a chain of cubic Bézier curves, from the first box to the arrow's tip.
    back : bool
        Whether the path runs against the usual order.
    """

    points: tuple[Point, ...]
    back: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """A placed map: boxes and curves in the order of the rows given, START, END, the size, and places for figures."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    curves: tuple[Curve, ...]
    start: Point
    end: Point
    places: Places = field(compare=False, repr=False)


def layout(nodes: pl.DataFrame, edges: pl.DataFrame, *, timeout: float = 20) -> Layout:
    """Lay out a map top to bottom.

    Parameters
    ----------
    nodes : polars.DataFrame
        Columns ``activity`` and ``order`` (as of `flow_order` for a whole map), else ``mean_position``.
    edges : polars.DataFrame
        Columns ``from_activity`` (null for START), ``to_activity`` (null for END), and ``cases`` or ``events``.
    timeout : float
        Seconds after which to give up.

    Returns
    -------
    Layout
        Pixels, y growing downwards. The same input gives the same layout.

    Raises
    ------
    LayoutError
        If it takes longer than the timeout.
    MissingPackageError
        If there is no Graphviz.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["Ship"], "mean_position": [1.0]})
    >>> edges = pl.DataFrame({"from_activity": [None, "Ship"], "to_activity": ["Ship", None], "events": [3, 3]})
    >>> placed = layout(nodes, edges)
    >>> placed.start[1] < placed.boxes[0].y < placed.end[1]
    True
    """
    names = [str(name) for name in nodes["activity"].to_list()]
    texts = [tuple(wrap(name, NAME_SIZE, _TEXT_WIDTH)) for name in names]
    sizes = [_size(lines) for lines in texts]
    links, middle, below = _links(nodes, edges)
    round_end = 2 * END_RADIUS
    placed = place(
        [
            *(DotNode(*box, main=row in middle) for row, box in enumerate(sizes)),
            DotNode(round_end, round_end, "circle", "source", main=True),
            DotNode(round_end, round_end, "circle", "sink", main=True),
        ],
        links,
        timeout=timeout,
        below=below,
    )
    return _framed(placed, sizes, texts, links)


def _size(lines: tuple[str, ...]) -> tuple[float, float]:
    widest = max(text_width(line, NAME_SIZE) for line in lines)
    return max(_LEAST_WIDTH, widest + _PADDING), LINE_HEIGHT * (len(lines) + 1) + 10


def _links(
    nodes: pl.DataFrame, edges: pl.DataFrame
) -> tuple[list[DotEdge], set[int], list[tuple[int, int]]]:
    """Return the lines between rows, the main path's rows, and what else stands below what.

    START is the row behind the last, END the next.
    """
    size = nodes.height
    ranks = nodes["order"] if "order" in nodes.columns else flow_order(nodes, edges)
    order = [*ranks.to_list(), -1, math.inf]
    codes = {name: code for code, name in enumerate(nodes["activity"].to_list())}
    ends = [
        (size if tail is None else codes[tail], size + 1 if head is None else codes[head])
        for tail, head in edges.select("from_activity", "to_activity").rows()
    ]
    weights = importance(edges)
    forward = [
        (*pair, weight)
        for pair, weight in zip(ends, weights, strict=True)
        if order[pair[0]] < order[pair[1]]
    ]
    middle = main_path(forward, size, size + 1)
    steps = set(pairwise(middle))
    links = [
        DotEdge(
            *pair,
            weight=_pull(weight) * (_STRAIGHT if pair in steps else 1),
            back=order[pair[0]] > order[pair[1]],
        )
        for pair, weight in zip(ends, weights, strict=True)
    ]
    return links, set(middle), _below(middle[:-1], order[:size], {head for _, head, _ in forward})


def _below(main: list[int], order: list[float], reached: set[int]) -> list[tuple[int, int]]:
    """Hold activities that only ways back lead to below the main path's activities that come before them."""
    loose = [row for row in range(len(order)) if row not in reached]
    before = [[step for step in main[1:] if order[step] < order[row]] for row in loose]
    return [(steps[-1], row) for steps, row in zip(before, loose, strict=True) if steps]


def _pull(weight: float) -> int:
    """How short and straight a path wants to be: rare ones give way."""
    return max(1, round(2 * math.log2(max(weight, 1))))


def _loop(box: Box) -> tuple[Point, ...]:
    """Draw a loop beside the box, in the place that Graphviz left for it."""
    side, reach, up = box.x + box.width / 2, _LOOP_REACH, box.height / 4
    return (
        (side, box.y - up),
        (side + reach, box.y - 2 * up),
        (side + reach, box.y + 2 * up),
        (side, box.y + up),
    )


def _framed(
    placed: Placed,
    sizes: list[tuple[float, float]],
    texts: list[tuple[str, ...]],
    links: list[DotEdge],
) -> Layout:
    def moved(point: Point) -> Point:
        return round(point[0] + _MARGIN, 1), round(point[1] + _MARGIN, 1)

    centres = [moved(point) for point in placed.centres]
    boxes = tuple(
        Box(*centre, *size, lines)
        for centre, size, lines in zip(centres, sizes, texts, strict=False)
    )
    curves = [
        _loop(boxes[link.tail])
        if link.tail == link.head
        else tuple(moved(point) for point in points)
        for points, link in zip(placed.curves, links, strict=True)
    ]
    taken = [(box.x, box.y, box.width, box.height) for box in boxes]
    taken += [(*centre, 2 * END_RADIUS, 2 * END_RADIUS) for centre in centres[-2:]]
    # A figure on an arrow head would hide where the path leads.
    taken += [(*points[-1], _HEAD, _HEAD) for points in curves]
    width, height = placed.width + 2 * _MARGIN, placed.height + 2 * _MARGIN
    return Layout(
        width=round(width, 1),
        height=round(height, 1),
        boxes=boxes,
        curves=tuple(Curve(points, link.back) for points, link in zip(curves, links, strict=True)),
        start=centres[-2],
        end=centres[-1],
        places=Places(curves, taken, (width, height)),
    )
