"""The process map as a still picture: one SVG text that opens anywhere and needs nothing else."""

from __future__ import annotations

import math
from html import escape
from typing import Any, Final
from unicodedata import category

import polars as pl

from mindzie.core.words import counted
from mindzie.pictures.dot import Point
from mindzie.pictures.layout import (
    END_RADIUS,
    FIGURE_SIZE,
    LINE_HEIGHT,
    NAME_SIZE,
    Box,
    Curve,
    Layout,
    layout,
)
from mindzie.pictures.map_view import figures, span
from mindzie.pictures.measures import Measure, measure
from mindzie.pictures.plates import PLATE_HEIGHT, Plate
from mindzie.pictures.scales import Scale, ScaleName, shade, text_on
from mindzie.pictures.tokens import Theme, color, tokens

_LEGEND_HEIGHT: Final = 34.0
# Names of 13 pixels are then still nine or ten high: a page is scrolled down more readily than across.
_LEAST_SCALES: Final = (0.7, 0.77)
_SCREEN: Final = 900
_LEGEND_STEPS: Final = 24
# A line as light as the lightest box would not be seen.
EDGE_LIGHTEST: Final = 0.5
Row = dict[str, Any]


def map_svg(
    nodes: pl.DataFrame,
    edges: pl.DataFrame,
    *,
    shown: str = "events",
    placed: Layout | None = None,
    whole: tuple[pl.DataFrame, pl.DataFrame] | None = None,
    theme: Theme = "light",
    title: str = "Process map",
) -> str:
    """Draw a process map.

    Parameters
    ----------
    nodes, edges : polars.DataFrame
        As a process map result has them.
    shown : str
        Measure: ``events``, ``cases``, ``mean``, ``median``, ``p90`` or ``total``.
    placed : Layout, optional
        Layout of these rows, where it is already known.
    whole : tuple of polars.DataFrame, optional
        Nodes and edges of the whole map, which colours and widths are scaled over; else the shown rows.
    theme : {"light", "dark"}
        Colours.
    title : str
        What the picture is, for those who cannot see it.

    Returns
    -------
    str
        A whole SVG element; every name in it is escaped.

    Raises
    ------
    SettingError
        If there is no such measure.
    LayoutError
        If the layout takes too long.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["Ship"], "events": [3], "mean_position": [1.0]})
    >>> edges = pl.DataFrame({"from_activity": [None, "Ship"], "to_activity": ["Ship", None], "events": [3, 3]})
    >>> map_svg(nodes, edges).startswith("<svg ")
    True
    """
    chosen = measure(shown)
    where = placed or layout(nodes, edges)
    column = chosen.node_column(nodes.columns)
    all_nodes, all_edges = whole or (nodes, edges)
    scale = Scale.spanning(span((all_nodes, column), (all_edges, chosen.name)))
    return framed(Picture(chosen, where, theme, scale, (nodes, edges)), title)


def framed(picture: Picture, title: str) -> str:
    """Return a drawing of a map as a whole SVG element."""
    where, theme = picture.where, picture.theme
    width, height = max(where.width, 340.0), where.height + _LEGEND_HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" role="img" aria-label="{safe(title)}" style="{_fit(width, height)}" '
        f'font-family="{safe(tokens()["font"])}">'
        f'<rect width="100%" height="100%" fill="{color("surface", theme)}"/>'
        + picture.draw()
        + "</svg>"
    )


def _fit(width: float, height: float) -> str:
    """Let a page make the picture smaller, as long as its names can be read; then it scrolls."""
    sides = zip((width, height), _LEAST_SCALES, strict=True)
    least = (round(side * scale) for side, scale in sides)
    wide, tall = (max(side, floor) for side, floor in zip(least, (0, _SCREEN), strict=True))
    return f"max-width:max(100%,{wide}px);max-height:{tall}px;height:auto"


class Picture:
    """One drawing: what it shows, where, in which colours."""

    def __init__(
        self,
        shown: Measure,
        where: Layout,
        theme: Theme,
        scale: Scale,
        rows: tuple[pl.DataFrame, pl.DataFrame],
    ) -> None:
        self.measure, self.where, self.theme = shown, where, theme
        self.nodes, self.edges = nodes, edges = rows[0].to_dicts(), rows[1].to_dicts()
        column = shown.node_column(nodes[0]) if nodes else None
        self.node_values = [row[column] if column else None for row in nodes]
        self.edge_values = [row.get(shown.name) for row in edges]
        self.scale, self.plates = scale, figures(rows[1], where, shown.name)

    def draw(self) -> str:
        """Return the elements, what lies above last."""
        order = sorted(range(len(self.edges)), key=lambda row: self.edge_values[row] or 0)
        lines = [self._path(row, self.where.curves[row]) for row in order]
        boxes = [self._box(row, box) for row, box in enumerate(self.where.boxes)]
        plates = [self._plate(row, self.plates[row]) for row in order]
        return "".join([*lines, *self._ends(), *boxes, *plates, self._legend()])

    def _path(self, row: int, curve: Curve) -> str:
        ink, width, place = self.edge_look(row)
        opacity = (0.6 + 0.35 * place) * (0.7 if curve.back else 1)
        line, head = arrow(curve.points, width)
        return (
            f'<g opacity="{max(opacity, 0.35):.2f}"><title>{safe(self._said(row))}</title>'
            f'<path d="{line}" fill="none" stroke="{ink}" stroke-width="{width:.1f}"/>'
            f'<path d="{head}" fill="{ink}"/></g>'
        )

    def _said(self, row: int) -> str:
        edge = self.edges[row]
        tail = "START" if edge["from_activity"] is None else edge["from_activity"]
        head = "END" if edge["to_activity"] is None else edge["to_activity"]
        return f"{tail} → {head}: {self.edge_said(row)}"

    def edge_look(self, row: int) -> tuple[str, float, float]:
        """Return a path's ink, its width in pixels, and how far it stands out, 0 to 1."""
        value = self.edge_values[row]
        place, width = self.scale.position(value), self.scale.width(value)
        if value is None:
            return color("muted", self.theme), width, place
        lightest = EDGE_LIGHTEST + (1 - EDGE_LIGHTEST) * place
        return shade(self.measure.scale, lightest, self.theme), width, place

    def edge_said(self, row: int, *, short: bool = False) -> str:
        """Say a path's figure."""
        return self.measure.say(self.edge_values[row], short=short)

    def node_look(self, row: int) -> str:
        """Return what a box is filled with."""
        value = self.node_values[row]
        if value is None:
            return color("sunken", self.theme)
        return shade(self.measure.scale, self.scale.position(value), self.theme)

    def node_said(self, row: int) -> str:
        """Say a box's figure."""
        value = self.node_values[row]
        return (
            counted(self.nodes[row]["events"], "event")
            if value is None
            else self.measure.say(value)
        )

    def _plate(self, row: int, plate: Plate | None) -> str:
        if plate is None:
            return ""
        said = self.edge_said(row, short=True)
        return (
            f'<rect x="{plate.x - plate.width / 2:g}" y="{plate.y - PLATE_HEIGHT / 2:g}" '
            f'width="{plate.width:g}" height="{PLATE_HEIGHT:g}" rx="4" fill="{color("surface", self.theme)}"/>'
            f'<text x="{plate.x:g}" y="{plate.y + 4:g}" text-anchor="middle" font-size="{FIGURE_SIZE}" '
            f'fill="{color("ink", self.theme)}">{safe(said)}</text>'
        )

    def _box(self, row: int, box: Box) -> str:
        fill, said = self.node_look(row), self.node_said(row)
        ink = text_on(fill)
        top = box.y - box.height / 2 + 5 + LINE_HEIGHT * 0.75
        lines = "".join(
            f'<text x="{box.x:g}" y="{top + index * LINE_HEIGHT:g}" text-anchor="middle" '
            f'font-size="{NAME_SIZE}" font-weight="600" fill="{ink}">{safe(line)}</text>'
            for index, line in enumerate(box.lines)
        )
        name = self.nodes[row]["activity"]
        return (
            f"<g><title>{safe(name)}: {safe(said)}</title>"
            f'<rect x="{box.x - box.width / 2:g}" y="{box.y - box.height / 2:g}" width="{box.width:g}" '
            f'height="{box.height:g}" rx="{tokens()["radius"]}" fill="{fill}" stroke="{color("muted", self.theme)}" '
            f'stroke-opacity="0.45"/>{lines}'
            f'<text x="{box.x:g}" y="{top + len(box.lines) * LINE_HEIGHT:g}" text-anchor="middle" '
            f'font-size="{FIGURE_SIZE}" fill="{ink}">{safe(said)}</text></g>'
        )

    def _ends(self) -> list[str]:
        ink, surface = color("ink", self.theme), color("surface", self.theme)
        (sx, sy), (ex, ey) = self.where.start, self.where.end
        return [
            f'<circle cx="{sx:g}" cy="{sy:g}" r="{END_RADIUS:g}" fill="{ink}"><title>START</title></circle>',
            (
                f"<g><title>END</title>"
                f'<circle cx="{ex:g}" cy="{ey:g}" r="{END_RADIUS - 1:g}" fill="{surface}" '
                f'stroke="{ink}" stroke-width="2"/><circle cx="{ex:g}" cy="{ey:g}" r="{END_RADIUS - 4.5:g}" '
                f'fill="{ink}"/></g>'
            ),
        ]

    def legend(self) -> tuple[str, str]:
        """Return what the colours show, and what lies at their ends."""
        scale = self.scale
        low, high = (scale.low, scale.high) if scale.known else (None, None)
        if low is not None and self.measure.scale == "frequency":
            low = max(1, round(low))  # events and cases are whole
        cut = "≤ " if scale.cut else ""
        said = f"{cut}{self.measure.say(low, short=True)} – {self.measure.say(high, short=True)}"  # noqa: RUF001
        return self.measure.title, said

    @property
    def colours(self) -> ScaleName:
        """The scale of colours."""
        return self.measure.scale

    def _legend(self) -> str:
        title, said = self.legend()
        top, step = self.where.height + 4, 96 / _LEGEND_STEPS
        bar = "".join(
            f'<rect x="{12 + index * step:g}" y="{top + 14:g}" width="{step + 0.5:g}" height="8" '
            f'fill="{shade(self.colours, index / (_LEGEND_STEPS - 1), self.theme)}"/>'
            for index in range(_LEGEND_STEPS)
        )
        style = f'font-size="{FIGURE_SIZE}" fill="{color("muted", self.theme)}"'
        return (
            f'<text x="12" y="{top + 8:g}" {style}>{safe(title)}</text>{bar}'
            f'<text x="116" y="{top + 22:g}" {style}>{safe(said)}</text>'
        )


def arrow(points: tuple[Point, ...], width: float) -> tuple[str, str]:
    """Return SVG path data of a line and of its arrow head.

    Parameters
    ----------
    points : tuple of (float, float)
        Control points to the tip.
    width : float
        Line width in pixels.

    Returns
    -------
    tuple of str
        The line, which ends inside the head, and the head.

    Examples
    --------
    >>> arrow(((0, 0), (0, 10), (0, 20), (0, 30)), 1)[1]
    'M0 30L-3.2 23L3.2 23Z'
    """
    (bx, by), (tx, ty) = points[-2], points[-1]
    span = math.hypot(tx - bx, ty - by) or 1.0
    ux, uy = (tx - bx) / span, (ty - by) / span
    length, half = 6 + width, 2.6 + 0.6 * width
    base = (tx - ux * length, ty - uy * length)
    body = [*points[:-1], (tx - ux * length * 0.8, ty - uy * length * 0.8)]
    line = f"M{_at(body[0])}" + "".join(
        "C" + " ".join(_at(point) for point in body[i : i + 3]) for i in range(1, len(body) - 2, 3)
    )
    left = (base[0] - uy * half, base[1] + ux * half)
    right = (base[0] + uy * half, base[1] - ux * half)
    return line, f"M{_at(points[-1])}L{_at(left)}L{_at(right)}Z"


def _at(point: Point) -> str:
    return f"{point[0]:.5g} {point[1]:.5g}"


def safe(text: Any) -> str:
    """Return text as XML can hold it."""
    # Control characters are no XML, escaped or not.
    return escape("".join(c for c in str(text) if category(c) not in {"Cc", "Cs", "Cn"}))
