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
from mindzie.pictures.ticks import Kind, kind_of, tick_words, ticks

_WIDTH: Final = 480
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 12, 18, 34
_NAME_WIDTH: Final = 160


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
    values = [0.0 if value is None else _number(value) for value in frame[measure].to_list()]
    labels = frame[series.axis].to_list()
    label = escape(title or series.title)
    months = [value for value in labels if isinstance(value, dt.date) and value.day == 1]
    texts = (
        [words.month(value) for value in months]
        if len(months) == len(labels) > 0
        else [said(value, column[series.axis]) for value in labels]
    )
    tips = [
        f"{text}: {said(value, column[measure])}"
        for text, value in zip(texts, frame[measure].to_list(), strict=True)
    ]
    bars = _Bars(texts, values, tips, label, event)
    if labels and isinstance(labels[0], str):
        return _lying(bars, column[measure])
    return _standing(bars, series, height, kind_of(column[measure]))


@dataclass(frozen=True, slots=True)
class _Bars:
    """What is drawn: names, lengths, what hovering says."""

    texts: list[str]
    values: list[float]
    tips: list[str]
    label: str
    event: str


def _number(value: Any) -> float:
    return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


def _act(event: str, place: int) -> str:
    return (
        f' tabindex="0" role="button" data-do="{escape(event)}" data-value="{escape(json.dumps(place))}"'
        if event
        else ""
    )


def _svg(height: float, label: str, parts: list[str]) -> str:
    return f'<svg class="mz-chart" viewBox="0 0 {_WIDTH} {height:g}" role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg">{"".join(parts)}</svg>'


def _lying(bars: _Bars, measure: Column) -> str:
    top, row = max(bars.values, default=0) or 1, 24
    parts = []
    for place, (text, value, tip) in enumerate(
        zip(bars.texts, bars.values, bars.tips, strict=True)
    ):
        y, wide = place * row, (_WIDTH - _NAME_WIDTH - 60) * value / top
        short = text if len(text) < 27 else text[:25] + "\u2026"  # noqa: PLR2004 - what fits
        parts.append(
            f'<text x="{_NAME_WIDTH - 8}" y="{y + 16}" text-anchor="end">{escape(short)}</text>'
            f'<rect x="{_NAME_WIDTH}" y="{y + 4}" width="{max(wide, 1):.1f}" height="{row - 8}" rx="2" fill="var(--mz-bar, #3d76c9)"{_act(bars.event, place)}>'
            f'<title>{escape(tip)}</title></rect><text x="{_NAME_WIDTH + wide + 6:.1f}" y="{y + 16}">{escape(said(value, measure))}</text>'
        )
    return _svg(max(row * len(bars.texts), row), bars.label, parts)


def _standing(bars: _Bars, series: Series, height: int, kind: Kind) -> str:
    marks = ticks(max(bars.values, default=0), kind)
    floor, top = height - _BOTTOM, marks[-1] or 1
    step = (_WIDTH - _LEFT - _RIGHT) / max(len(bars.values), 1)
    parts = []
    for tick in marks:
        y = floor - (floor - _TOP) * tick / top
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}" stroke="var(--mz-line, #d9e0e7)"/>'
            f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{escape(tick_words(tick, kind))}</text>'
        )
    for place, (value, tip) in enumerate(zip(bars.values, bars.tips, strict=True)):
        tall = (floor - _TOP) * value / top
        gap = min(2.0, step * 0.15)
        parts.append(
            f'<rect x="{_LEFT + place * step + gap / 2:.2f}" y="{floor - tall:.2f}" width="{step - gap:.2f}" height="{tall:.2f}" rx="1" '
            f'fill="var(--mz-bar, #3d76c9)"{_act(bars.event, place)}><title>{escape(tip)}</title></rect>'
        )
    every = max(1, math.ceil(len(bars.texts) / 6))
    # A period is named under its middle, a bin at its lower edge.
    shift = (
        0.5
        if series.to_polars()[series.axis].dtype.is_temporal()
        and "high" not in series.to_polars().columns
        else 0.0
    )
    parts += [
        f'<text x="{_LEFT + (place + shift) * step:.1f}" y="{floor + 16}" text-anchor="middle">{escape(bars.texts[place])}</text>'
        for place in range(0, len(bars.texts), every)
    ]
    return _svg(height, bars.label, [*parts, *_median(series, step, floor)])


def _median(series: Series, step: float, floor: float) -> list[str]:
    value = series.facts.get("median")
    axis = series.to_polars()[series.axis].to_list()
    if value is None or len(axis) < 2 or isinstance(axis[0], dt.date | dt.datetime):  # noqa: PLR2004 - a line needs two
        return []
    starts = [_number(item) for item in axis]
    place = float(
        np.interp(
            _number(value), [*starts, 2 * starts[-1] - starts[-2]], np.arange(len(starts) + 1)
        )
    )
    x = _LEFT + place * step
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP - 6}" y2="{floor}" stroke="var(--mz-ink, #1b2430)" stroke-dasharray="3 3"/>'
    column = next(c for c in series.columns if c.name == series.axis)
    said_median = escape(said(value, column))
    return [
        line,
        f'<text x="{x + 5:.1f}" y="{_TOP}" style="fill:var(--mz-ink,#1b2430)">median {said_median}</text>',
    ]
