"""Results as HoloViews elements, drawn by Bokeh: for dashboards and for analysts who go on from there."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import polars as pl

from mindzie.core import words
from mindzie.core.errors import MissingPackageError
from mindzie.core.results import Column, Graph, Number, Series, Table
from mindzie.pictures.still_table import said
from mindzie.pictures.ticks import kind_of, tick_words, ticks
from mindzie.pictures.tokens import color, tokens

_WIDTH, _HEIGHT = 720, 320
# Columns of text for hovering.
_TOLD = ("told_axis", "told_figure")


def _holoviews() -> Any:
    try:
        import bokeh  # noqa: F401 - the back end
        import holoviews as hv
    except ImportError:
        message = "Plots need HoloViews and Bokeh: pip install 'mindzie[dashboards]'."
        raise MissingPackageError(message) from None
    if "bokeh" not in hv.Store.renderers:
        hv.extension("bokeh")
    return hv


def series(result: Series) -> Any:
    """Draw a series: lines over time, bars over names and bins.

    Parameters
    ----------
    result : Series
        The result.

    Returns
    -------
    holoviews.Element
        ``Curve``, ``Bars`` or ``Histogram``; an ``NdOverlay`` where there are several measures or a split.

    Raises
    ------
    MissingPackageError
        Where HoloViews or Bokeh is not installed.
    """
    columns = {column.name: column for column in result.columns}
    frame = _plain(result)
    groups = {measure: frame.select(result.axis, measure) for measure in result.measures}
    if result.split:
        measure = result.measures[0]
        parts = frame.partition_by(result.split, as_dict=True, maintain_order=True)
        groups = {str(key[0]): part.select(result.axis, measure) for key, part in parts.items()}
    hv = _holoviews()
    if (
        columns[result.axis].type in ("duration", "number")
        and "high" in columns
        and not result.split
    ):
        drawn = _histogram(hv, frame, columns[result.axis], columns[result.measures[0]])
        return drawn.opts(title=result.title, **_called(result))
    made = {
        name: _element(
            hv,
            part,
            columns[result.axis],
            columns[result.measures[0] if result.split else name],
            place,
        )
        for place, (name, part) in enumerate(groups.items())
    }
    overlay = (
        next(iter(made.values()))
        if len(made) == 1
        else hv.NdOverlay(made, kdims=[result.split or "measure"])
    )
    return overlay.opts(title=result.title, **_called(result))


def _called(result: Series) -> dict[str, str]:
    """Return what the axes are called: names that people know, not those of columns."""
    axis, measures = result.axis, result.measures
    if axis == "low":
        axis = getattr(result.operation, "attribute", "case duration")
    elif axis == "period":
        axis = getattr(result.operation, "period", axis)
    unit = next(column.unit for column in result.columns if column.name == measures[0])
    counted = measures[0] in ("count", "value") and unit in ("cases", "events")
    upright = "" if len(measures) > 1 else unit if counted else measures[0]
    return {"xlabel": _name(axis), "ylabel": _name(upright)}


def _name(text: str) -> str:
    """Return a column's name as people write it."""
    text = text.replace("_", " ")
    return text[:1].upper() + text[1:]


def _histogram(hv: Any, frame: pl.DataFrame, axis: Column, measure: Column) -> Any:
    """Bins side by side."""
    kind, figures = kind_of(axis), frame[measure.name].to_list()
    edges = [*frame[axis.name].to_list(), *frame["high"].tail(1).to_list()]
    said = [f"{_said(low, axis)} to {_said(high, axis)}" for low, high in pairwise(edges)]
    bins = (edges, figures, said, [_said(value, measure) for value in figures])
    low, high = min(edges, default=0), max(edges, default=0)
    marks = [mark for mark in ticks(high, kind, low) if low <= mark <= high]
    look = {
        "fill_color": tokens()["scales"]["frequency"][3],
        "line_color": "white",
        "xticks": [(mark, tick_words(mark, kind)) for mark in marks],
    }
    made = hv.Histogram(bins, kdims=[axis.name], vdims=[measure.name, *_TOLD])
    return made.opts(**look, **_shown(figures, axis, measure))


def _element(hv: Any, frame: pl.DataFrame, axis: Column, measure: Column, place: int) -> Any:
    hues = tokens()["categories"]
    at, figures = frame[axis.name].to_list(), frame[measure.name].to_list()
    told = [_said(value, axis) for value in at], [_said(value, measure) for value in figures]
    look = {"color": hues[place % len(hues)], **_shown(figures, axis, measure)}
    if axis.type == "date":
        made = hv.Curve((at, figures, *told), axis.name, [measure.name, *_TOLD])
        return made.opts(**look, xformatter=_dates())
    names = told[0]
    made = hv.Bars((names, figures, *told), axis.name, [measure.name, *_TOLD])
    return made.opts(**look, xrotation=45)


def _shown(figures: list[Any], axis: Column, measure: Column) -> dict[str, Any]:
    """Return the size, the marks of the upright axis, and what hovering says: all in words."""
    kind = kind_of(measure)
    known = [value for value in figures if value is not None]
    marks = ticks(max(known, default=0), kind, min(known, default=0))
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "tools": ["hover"],
        "yticks": [(mark, tick_words(mark, kind)) for mark in marks],
        "hover_tooltips": [
            (_name("from" if axis.name == "low" else axis.name), f"@{_TOLD[0]}"),
            (_name(measure.name), f"@{_TOLD[1]}"),
        ],
    }


def _dates() -> Any:
    from bokeh.models import DatetimeTickFormatter

    return DatetimeTickFormatter(days="%e %b", months="%b %Y", years="%Y", hours="%H:%M")


def _said(value: Any, column: Column) -> str:
    unit = column.unit or ("s" if column.type == "duration" else "")
    return words.cell(value, unit)


def _plain(table: Table) -> pl.DataFrame:
    """Durations as seconds, dates without zone: what plots have axes for."""
    frame = table.to_polars()
    made = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Duration):
            made.append((pl.col(name).dt.total_microseconds() / 1e6).alias(name))
        elif isinstance(kind, pl.Datetime):
            made.append(pl.col(name).dt.replace_time_zone(None))
    return frame.with_columns(made)


def table(result: Table) -> Any:
    """Draw a table as a HoloViews table of values in words.

    Parameters
    ----------
    result : Table
        The result.

    Returns
    -------
    holoviews.Table
        Text cells.
    """
    columns = result.columns
    rows = [
        [said(value, column) for value, column in zip(row, columns, strict=True)]
        for row in result.to_polars().rows()
    ]
    names = [column.name for column in columns]
    return _holoviews().Table(rows, names).opts(width=_WIDTH, height=_HEIGHT, title=result.title)


def number(result: Number) -> Any:
    """Draw a figure as large text.

    Parameters
    ----------
    result : Number
        The result.

    Returns
    -------
    holoviews.Text
        Without axes.
    """
    text = said(result.value, Column(name="value", type="number", unit=result.unit))
    look = {"xaxis": None, "yaxis": None, "width": 320, "height": 160, "title": result.title}
    return _holoviews().Text(0.5, 0.5, text, fontsize=28).opts(**look)


def graph(result: Graph) -> Any:
    """Draw a process map with the layout of the map widget.

    Parameters
    ----------
    result : Graph
        The result.

    Returns
    -------
    holoviews.Overlay
        Paths, boxes and names.
    """
    from mindzie.pictures.layout import layout

    hv = _holoviews()
    nodes, edges = result.nodes.to_polars(), result.edges.to_polars()
    placed = layout(nodes, edges)
    paths = [[(x, -y) for x, y in curve.points] for curve in placed.curves]
    boxes = [
        (
            box.x - box.width / 2,
            -box.y - box.height / 2,
            box.x + box.width / 2,
            -box.y + box.height / 2,
        )
        for box in placed.boxes
    ]
    names = [(box.x, -box.y, " ".join(box.lines)) for box in placed.boxes]
    drawn = (
        hv.Path(paths).opts(color=color("muted"), alpha=0.6)
        * hv.Rectangles(boxes).opts(
            fill_color=tokens()["scales"]["frequency"][0], line_color=color("muted")
        )
        * hv.Labels(names, ["x", "y"], "activity").opts(
            text_font_size="8pt", text_color=color("ink")
        )
    )
    look = {"xaxis": None, "yaxis": None, "width": _WIDTH, "height": 640, "title": result.title}
    return drawn.opts(**look)
