"""Series split by a category as still charts: bars of each category in its colour, stacked where they add up."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from html import escape
from typing import Any, Final

from mindzie.core.results import Column, Series
from mindzie.pictures.still_chart import (
    BOTTOM,
    LEFT,
    NAME_WIDTH,
    OTHERS,
    RIGHT,
    TOP,
    WIDTH,
    act,
    axis_texts,
    every,
    fitting,
    grid,
    number,
    svg,
)
from mindzie.pictures.still_table import said
from mindzie.pictures.ticks import between, kind_of, ticks
from mindzie.pictures.tokens import tokens

_ADDING: Final = ("count", "sum")
_LINE: Final = 24
_ROOM: Final = 16


@dataclass(frozen=True, slots=True)
class _Piece:
    """A bar: where it begins, how long it is, beside which others it stands."""

    row: int
    category: int
    begin: float
    length: float
    tip: str


def split_html(series: Series, *, height: int = 220, event: str = "") -> str:
    """Draw a series that is split.

    Parameters
    ----------
    series : Series
        Its first measure is drawn.
    height : int
        Of a standing chart, in pixels; categories as axis make their own.
    event : str
        What a click on a bar does, where the page is live.

    Returns
    -------
    str
        A legend and an SVG element; everything in them that comes from data is escaped.
    """
    frame = series.to_polars()
    columns = {column.name: column for column in series.columns}
    measure, split = columns[series.measures[0]], columns[series.split or ""]
    others = frame[_others(series)] if _others(series) in frame.columns else [False] * frame.height
    names = [
        OTHERS if other else "no value" if value is None else said(value, split)
        for value, other in zip(frame[split.name].to_list(), others, strict=True)
    ]
    categories = list(dict.fromkeys(names))
    axis = _places(series)
    places = list(dict.fromkeys(axis))
    texts = [
        OTHERS if other else text
        for (_, other), text in zip(
            places, axis_texts([place for place, _ in places], columns[series.axis]), strict=True
        )
    ]
    by_place: dict[Any, list[_Piece]] = defaultdict(list)
    adding = getattr(series.operation, "aggregation", "count") in _ADDING
    for row, (place, name, value) in enumerate(
        zip(axis, names, frame[measure.name].to_list(), strict=True)
    ):
        length = 0.0 if value is None else number(value)
        # what takes away hangs below what adds
        alike = [p.length for p in by_place[place] if (p.length < 0) == (length < 0)]
        before = sum(alike) if adding else 0.0
        tip = f"{texts[places.index(place)]}, {name}: {said(value, measure)}"
        by_place[place].append(_Piece(row, categories.index(name), before, length, tip))
    stacks = [by_place[place] for place in places]
    shape = _Shape(texts, stacks, len(categories), adding, measure)
    lying = any(isinstance(place, str | bool) for place, _ in places)
    drawn = shape.lying(event) if lying else shape.standing(height, event)
    return _legend(categories) + svg(drawn[0], escape(series.title), drawn[1])


def _places(series: Series) -> list[tuple[Any, bool]]:
    """Return the place of each row; all others than those shown are a place of their own."""
    frame = series.to_polars()
    places = frame[series.axis].to_list()
    if series.split != "category_2" or "other" not in frame.columns:
        return [(place, False) for place in places]
    return list(zip(places, frame["other"].to_list(), strict=True))


def _others(series: Series) -> str:
    return "other_2" if series.split == "category_2" else "other"


def _color(category: int) -> str:
    colors = tokens()["categories"]
    return colors[category % len(colors)]


def _legend(categories: list[str]) -> str:
    items = "".join(
        f'<span><i style="background:{_color(place)}"></i>{escape(name)}</span>'
        for place, name in enumerate(categories)
    )
    return f'<p class="mz-legend">{items}</p>'


@dataclass(frozen=True, slots=True)
class _Shape:
    """What is drawn: the bars of each place, stacked or beside each other."""

    texts: list[str]
    stacks: list[list[_Piece]]
    many: int
    adding: bool
    measure: Column

    @property
    def ends(self) -> tuple[float, float]:
        """How far bars go below 0, and above."""
        found = [p.begin + p.length for stack in self.stacks for p in stack]
        return min(0.0, *found, 0.0), max(0.0, *found, 0.0)

    def _beside(self, piece: _Piece, room: float) -> tuple[float, float]:
        """Return where across its place a bar begins, and how wide it is."""
        if self.adding:
            return 0.0, room
        return room * piece.category / self.many, room / self.many

    def lying(self, event: str) -> tuple[float, list[str]]:
        """Return height and parts of a chart whose places are names."""
        along = between(*self.ends, NAME_WIDTH, WIDTH - RIGHT - 48)
        parts = []
        for place, (text, stack) in enumerate(zip(self.texts, self.stacks, strict=True)):
            y = place * _LINE
            parts.append(
                f'<text x="{NAME_WIDTH - 8}" y="{y + 16}" text-anchor="end">{escape(fitting(text))}</text>'
            )
            for piece in stack:
                across, thick = self._beside(piece, _ROOM)
                left, right = sorted(map(along, (piece.begin, piece.begin + piece.length)))
                box = (left, y + 4 + across, right - left, thick)
                parts.append(_rect(box, piece, event))
            if self.adding:
                total = sum(piece.length for piece in stack)
                end = along(max(0.0, *(p.begin + p.length for p in stack))) + 6
                parts.append(f'<text x="{end:.1f}" y="{y + 16}">{escape(self._said(total))}</text>')
        return max(_LINE * len(self.stacks), _LINE), parts

    def _said(self, total: float) -> str:
        unit = "s" if self.measure.type == "duration" else self.measure.unit
        return said(total, Column(name="total", type="number", unit=unit))

    def standing(self, height: int, event: str) -> tuple[float, list[str]]:
        """Return height and parts of a chart over time or numbers."""
        kind = kind_of(self.measure)
        low, high = self.ends
        marks = ticks(high, kind, low)
        floor = height - BOTTOM
        up = between(marks[0], marks[-1], floor, TOP)
        step = (WIDTH - LEFT - RIGHT) / max(len(self.stacks), 1)
        gap = min(2.0, step * 0.15)
        parts = grid(marks, floor, kind)
        for place, stack in enumerate(self.stacks):
            for piece in stack:
                across, thick = self._beside(piece, step - gap)
                upper, lower = sorted(map(up, (piece.begin, piece.begin + piece.length)))
                box = (LEFT + place * step + gap / 2 + across, upper, thick, lower - upper)
                parts.append(_rect(box, piece, event))
        parts += [
            f'<text x="{LEFT + (place + 0.5) * step:.1f}" y="{floor + 16}" text-anchor="middle">{escape(self.texts[place])}</text>'
            for place in range(0, len(self.texts), every(self.texts))
        ]
        return height, parts


def _rect(box: tuple[float, float, float, float], piece: _Piece, event: str) -> str:
    x, y, width, height = box
    if not piece.length:
        return ""
    return (
        f'<rect x="{x:.2f}" y="{y:.2f}" width="{width:.2f}" height="{height:.2f}" '
        f'fill="{_color(piece.category)}"{act(event, piece.row)}><title>{escape(piece.tip)}</title></rect>'
    )
