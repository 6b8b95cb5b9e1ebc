"""Series as still charts: bars over a time, number or category axis, the median marked where it is known."""

from __future__ import annotations

import datetime as dt
import json
import math
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import numpy as np

from mindzie.core import words
from mindzie.core.results import Column, Series
from mindzie.pictures.still_table import said
from mindzie.pictures.text import text_width
from mindzie.pictures.ticks import Kind, between, kind_of, tick_words, ticks

WIDTH: Final = 480
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 18, 34
NAME_WIDTH: Final = 160
OTHERS: Final = "others"
_SIZE: Final = 10
_MOST_NAMES: Final = 6


def chart_svg(series: Series, *, height: int = 220, event: str = "", title: str = "") -> str:
    """Draw a series.

    Parameters
    ----------
    series : Series
        Its first measure is drawn.
    height : int
        Of the drawing, in pixels; categories make their own.
    event : str
        What a click on a bar does, where the page is live.
    title : str
        What it is, for those who cannot see it; the series' own if not given.

    Returns
    -------
    str
        An SVG element; everything in it that comes from data is escaped.
    """
    frame = series.to_polars()
    column = {c.name: c for c in series.columns}
    measure = series.measures[0]
    values = [0.0 if value is None else number(value) for value in frame[measure].to_list()]
    labels = frame[series.axis].to_list()
    label = escape(title or series.title)
    texts = axis_texts(labels, column[series.axis])
    if "other" in column:
        texts = [
            OTHERS if other else text for text, other in zip(texts, frame["other"], strict=True)
        ]
    figures = [said(value, column[measure]) for value in frame[measure].to_list()]
    bars = _Bars(texts, values, figures, label, event)
    if any(isinstance(value, str | bool) for value in labels):
        return _lying(bars)
    return _standing(bars, series, height, kind_of(column[measure]))


def axis_texts(labels: list[Any], axis: Column) -> list[str]:
    """Say the places of an axis; first days of months are said as months."""
    months = [value for value in labels if isinstance(value, dt.date) and value.day == 1]
    if len(months) == len(labels) > 0:
        return [words.month(value) for value in months]
    return [said(value, axis) for value in labels]


@dataclass(frozen=True, slots=True)
class _Bars:
    """What is drawn: names, lengths, and these in words."""

    texts: list[str]
    values: list[float]
    figures: list[str]
    label: str
    event: str


def number(value: Any) -> float:
    """Return a figure of a series; a duration in seconds."""
    return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


def act(event: str, place: int) -> str:
    """Return the attributes that make a bar tell its row; none where nothing is listening."""
    return (
        f' tabindex="0" role="button" data-do="{escape(event)}" data-value="{escape(json.dumps(place))}"'
        if event
        else ""
    )


def svg(height: float, label: str, parts: list[str]) -> str:
    """Return a chart of some height around its parts."""
    return f'<svg class="mz-chart" viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _lying(bars: _Bars) -> str:
    row, low, high = 24, min(bars.values, default=0), max(bars.values, default=0)
    along = between(min(low, 0), max(high, 0), NAME_WIDTH, WIDTH - 60)
    parts = []
    for place, (text, value, figure) in enumerate(
        zip(bars.texts, bars.values, bars.figures, strict=True)
    ):
        y, (left, right) = place * row, sorted((along(0), along(value)))
        parts.append(
            f'<text x="{NAME_WIDTH - 8}" y="{y + 16}" text-anchor="end">{escape(fitting(text))}</text>'
            f'<rect x="{left:.1f}" y="{y + 4}" width="{max(right - left, 1):.1f}" height="{row - 8}" rx="2" fill="var(--mz-bar, #3d76c9)"{act(bars.event, place)}>'
            f'<title>{escape(f"{text}: {figure}")}</title></rect><text x="{right + 6:.1f}" y="{y + 16}">{escape(figure)}</text>'
        )
    return svg(max(row * len(bars.texts), row), bars.label, parts)


def _standing(bars: _Bars, series: Series, height: int, kind: Kind) -> str:
    marks = ticks(max(bars.values, default=0), kind, min(bars.values, default=0))
    floor = height - BOTTOM
    up = between(marks[0], marks[-1], floor, TOP)
    step = (WIDTH - LEFT - RIGHT) / max(len(bars.values), 1)
    parts = grid(marks, floor, kind)
    for place, (value, figure) in enumerate(zip(bars.values, bars.figures, strict=True)):
        upper, lower = sorted((up(0), up(value)))
        gap = min(2.0, step * 0.15)
        parts.append(
            f'<rect x="{LEFT + place * step + gap / 2:.2f}" y="{upper:.2f}" width="{step - gap:.2f}" height="{lower - upper:.2f}" rx="1" '
            f'fill="var(--mz-bar, #3d76c9)"{act(bars.event, place)}><title>{escape(f"{bars.texts[place]}: {figure}")}</title></rect>'
        )
    # A period is named under its middle, a bin at its lower edge.
    shift = (
        0.5
        if series.to_polars()[series.axis].dtype.is_temporal()
        and "high" not in series.to_polars().columns
        else 0.0
    )
    parts += [
        f'<text x="{LEFT + (place + shift) * step:.1f}" y="{floor + 16}" text-anchor="middle">{escape(bars.texts[place])}</text>'
        for place in range(0, len(bars.texts), every(bars.texts))
    ]
    return svg(height, bars.label, [*parts, *_median(series, step, floor)])


def fitting(text: str) -> str:
    """Return a name as long as it has room beside its bar."""
    room = NAME_WIDTH - 12
    if text_width(text, _SIZE) <= room:
        return text
    long = max(n for n in range(len(text)) if text_width(f"{text[:n]}\u2026", _SIZE) <= room)
    return f"{text[:long].rstrip()}\u2026"


def every(texts: list[str]) -> int:
    """Return of how many places one is named, so that their names have room."""
    widest = max((text_width(text, _SIZE) for text in texts), default=1) + 8
    fit = max(1, min(_MOST_NAMES, int((WIDTH - LEFT - RIGHT) / widest)))
    return max(1, math.ceil(len(texts) / fit))


def grid(marks: list[float], floor: float, kind: Kind) -> list[str]:
    """Return the lines of a standing chart with what they stand for; that of 0 is told apart where bars hang from it."""
    parts, up = [], between(marks[0], marks[-1], floor, TOP)
    for tick in marks:
        y = up(tick)
        zero = tick == 0 and marks[0] < 0
        color = "var(--mz-muted, #5c6b7a)" if zero else "var(--mz-line, #d9e0e7)"
        parts.append(
            f'<line x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="{color}"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(tick_words(tick, kind))}</text>'
        )
    return parts


def _median(series: Series, step: float, floor: float) -> list[str]:
    value = series.facts.get("median")
    axis = series.to_polars()[series.axis].to_list()
    if value is None or len(axis) < 2 or isinstance(axis[0], dt.date | dt.datetime):  # noqa: PLR2004 - a line needs two
        return []
    starts = [number(item) for item in axis]
    place = float(
        np.interp(number(value), [*starts, 2 * starts[-1] - starts[-2]], np.arange(len(starts) + 1))
    )
    x = LEFT + place * step
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{TOP - 6}" y2="{floor}" stroke="var(--mz-ink, #1b2430)" stroke-dasharray="3 3"/>'
    column = next(c for c in series.columns if c.name == series.axis)
    said_median = escape(said(value, column))
    return [
        line,
        f'<text x="{x + 5:.1f}" y="{TOP}" style="fill:var(--mz-ink,#1b2430)">median {said_median}</text>',
    ]
