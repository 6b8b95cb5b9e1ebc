"""The one place that knows Graphviz: a graph of plain ids and numbers in, positions and splines out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import MindzieError, MissingPackageError

Point = tuple[float, float]
_INCH: Final = 72.0
# Above so many lines the last few crossings are not worth the wait: nobody follows single lines.
_MANY: Final = 200
# Lines per box.
_MEETING: Final = 1.6
# A loop's figure stands beside its box: more loops, not drawn, keep ten pixels each free for it. (With a
# label instead, Graphviz would double the ranks of the whole map.)
_LOOP_ROOM: Final = 4
_BINARIES: Final = ("graphviz-pure", "dot")


class LayoutError(MindzieError, RuntimeError):
    """A map that could not be laid out."""


@dataclass(frozen=True, slots=True)
class DotNode:
    """A box to place: its size in pixels, its shape, the rank it is held to, whether in the middle."""

    width: float
    height: float
    shape: str = "box"
    rank: str | None = None
    main: bool = False


@dataclass(frozen=True, slots=True)
class DotEdge:
    """A line to draw between two boxes, by their numbers; ``back`` for one that runs upwards."""

    tail: int
    head: int
    weight: int
    back: bool


@dataclass(frozen=True, slots=True)
class Placed:
    """Centres of the boxes and control points of the lines, from tail to tip, in pixels."""

    width: float
    height: float
    centres: tuple[Point, ...]
    curves: tuple[tuple[Point, ...], ...]


def place(
    nodes: list[DotNode],
    edges: list[DotEdge],
    *,
    timeout: float,
    below: Sequence[tuple[int, int]] = (),
) -> Placed:
    """Lay out a graph top to bottom.

    Parameters
    ----------
    nodes : list of DotNode
        Boxes; an edge names them by their position in this list.
    edges : list of DotEdge
        Lines.
    timeout : float
        Seconds after which to give up.
    below : sequence of (int, int)
        Pairs of boxes without a line of their own, the first to stand above the second.

    Returns
    -------
    Placed
        In the order of the input; y grows downwards. A curve's last point is the tip of its arrow.

    Raises
    ------
    LayoutError
        If Graphviz fails or takes too long.
    MissingPackageError
        If there is no Graphviz.

    Examples
    --------
    >>> place([DotNode(90, 40), DotNode(90, 40)], [DotEdge(0, 1, 2, back=False)], timeout=9).height
    116.06
    """
    drawn = json.loads(_run(_script(nodes, edges, below), timeout))
    left, bottom, right, top = _numbers(drawn["bb"])
    found = {item["name"]: item for item in drawn.get("objects", []) if "pos" in item}
    centres = [_numbers(found[f"n{index}"]["pos"]) for index in range(len(nodes))]
    lines = {item["id"]: item["pos"] for item in drawn.get("edges", []) if "id" in item}
    curves = [
        _curve(lines[f"e{index}"], top, left, back=edge.back and edge.tail != edge.head)
        for index, edge in enumerate(edges)
    ]
    return Placed(
        width=right - left,
        height=top - bottom,
        centres=tuple((x - left, top - y) for x, y in centres),
        curves=tuple(curves),
    )


def _script(nodes: list[DotNode], edges: list[DotEdge], below: Sequence[tuple[int, int]]) -> str:
    # Every long line takes a place of its own in the ranks it passes: many lines, narrow places.
    gap = min(max(24 / max(len(edges), 1), 0.08), 0.36)
    # Where many lines meet, figures need longer lines to stand on.
    crowded = _MEETING * len(nodes) < len(edges) <= _MANY
    effort = "" if len(edges) <= _MANY else " mclimit=0.3"
    lines = [
        "digraph {",
        f"graph [nodesep={gap:.2f} ranksep={0.7 if crowded else 0.5} remincross=true{effort}];",
        'node [fixedsize=true label=""];',
        "edge [arrowsize=0.6];",
    ]
    for index, node in enumerate(nodes):
        size = f"width={node.width / _INCH:.3f} height={node.height / _INCH:.3f}"
        group = " group=main" if node.main else ""
        lines.append(f"n{index} [shape={node.shape} {size}{group}];")
        if node.rank:
            lines.append(f"{{rank={node.rank}; n{index}}}")
    for index, edge in enumerate(edges):
        # Ranks follow the arrow as it is given, so a back edge is given reversed.
        tail, head, way = (
            (edge.head, edge.tail, "back") if edge.back else (edge.tail, edge.head, "forward")
        )
        lines.append(f"n{tail} -> n{head} [id=e{index} weight={edge.weight} dir={way}];")
        lines += [f"n{tail} -> n{head} [style=invis];"] * (_LOOP_ROOM if tail == head else 0)
    lines += [f"n{above} -> n{under} [style=invis weight=0];" for above, under in below]
    return "\n".join([*lines, "}"])


@lru_cache(maxsize=256)
def _run(script: str, timeout: float) -> str:
    binary = graphviz()
    try:
        done = subprocess.run(  # noqa: S603
            [binary, "-Kdot", "-Tjson0"],
            input=script,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise LayoutError(
            f"The map's layout took longer than {timeout:g} s: show fewer activities or paths."
        ) from None
    if done.returncode or not done.stdout:
        raise LayoutError(f"{binary} could not lay out the map: {done.stderr.strip()[:300]}")
    return done.stdout


def graphviz() -> str:
    """Return the path of the layout program: ``graphviz-pure`` beside Python, else ``dot``.

    Returns
    -------
    str
        A program to run.

    Raises
    ------
    MissingPackageError
        If there is none.

    Examples
    --------
    >>> from pathlib import Path
    >>> Path(graphviz()).exists()
    True
    """
    beside = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    found = next((path for name in _BINARIES if (path := shutil.which(name, path=beside))), None)
    if found is None:
        raise MissingPackageError(
            "Maps need Graphviz: install the package graphviz-pure, or put 'dot' on the PATH."
        )
    return found


def _numbers(text: str) -> Any:
    return tuple(float(part) for part in text.split(","))


def _curve(text: str, top: float, left: float, *, back: bool) -> tuple[Point, ...]:
    """Control points from tail to tip; Graphviz marks the tip with ``e,`` or ``s,``."""
    tip: Point | None = None
    points: list[Point] = []
    for part in text.split():
        if part[0] in "es":
            tip = _numbers(part[2:])
        else:
            points.append(_numbers(part))
    if back:
        points.reverse()
    if tip:
        # The arrow's tip ends the last curve, so the line reaches the box.
        points[-1] = tip
    return tuple((x - left, top - y) for x, y in points)
