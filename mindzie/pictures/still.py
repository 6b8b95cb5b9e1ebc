"""Any result as a still picture: what reports print and what stands where no kernel runs."""

from __future__ import annotations

import datetime as dt
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

from mindzie.core import words
from mindzie.core.log import EventLog
from mindzie.core.results import Column, Graph, Number, Result, Series, Table
from mindzie.pictures.map_svg import map_svg
from mindzie.pictures.still_chart import chart_svg
from mindzie.pictures.still_heat import heat_html, is_heat
from mindzie.pictures.still_split import split_html
from mindzie.pictures.still_table import Colors, activity_colors, said, table_html

# Of the many figures about a log, those that people ask for first.
_FACTS: Final = frozenset(
    {
        "cases",
        "events",
        "activities",
        "variants",
        "events_per_case",
        "first_time",
        "last_time",
        "median_duration",
    }
)
_RATE: Final = ["matching", "total", "share"]


@cache
def style() -> str:
    """Return the style sheet of still pictures."""
    return files("mindzie.pictures").joinpath("still.css").read_text(encoding="utf-8")


def still(
    result: Result,
    *,
    event: str = "",
    colors: Colors | None = None,
    most_rows: int = 10,
    columns: tuple[str, ...] = (),
) -> str:
    """Draw a result.

    Parameters
    ----------
    result : Result
        Any.
    event : str
        What a click on a row or bar does, where the page is live.
    colors : mapping, optional
        Colour of each activity; those of the result's log if not given.
    most_rows : int
        Rows drawn of a table.
    columns : tuple of str
        Columns drawn of a table; all if not given.

    Returns
    -------
    str
        HTML for an element of class ``mz-still``.
    """
    if isinstance(result, Graph):
        measure = result.facts.get("measure") or "events"
        graph = result.showing(measure)
        return map_svg(
            graph.nodes.to_polars(), graph.edges.to_polars(), shown=measure, title=result.title
        )
    if isinstance(result, Series):
        return _series(result, event)
    if isinstance(result, Table):
        return _table(result, event, colors, most_rows, columns)
    if isinstance(result, Number):
        return facts_html(
            {
                result.title: said(
                    result.value, Column(name="value", type="number", unit=result.unit)
                )
            }
        )
    return f"<pre>{escape(repr(result))}</pre>"


def _series(series: Series, event: str) -> str:
    if not len(series):
        return "<p>No cases are left.</p>"
    return split_html(series, event=event) if series.split else chart_svg(series, event=event)


def _table(
    table: Table, event: str, colors: Colors | None, most_rows: int, names: tuple[str, ...]
) -> str:
    known = [column.name for column in table.columns]
    if known == ["name", "value", "unit"]:
        return facts_html(
            {
                name.replace("_", " ").capitalize(): _fact(value)
                for name, value in table.facts.items()
                if name in _FACTS
            }
        )
    if known == _RATE:
        row = table.to_polars().row(0, named=True)
        return facts_html({c.name.capitalize(): said(row[c.name], c) for c in table.columns})
    if is_heat(table):
        return heat_html(table, event=event)
    shown = colors or activity_colors(table.log.activities if table.log else ())
    return table_html(table, event=event, colors=shown, most_rows=most_rows, names=names)


def _fact(value: Any) -> str:
    if isinstance(value, float):
        value = round(value, 1)
    return said(
        value.date() if isinstance(value, dt.datetime) else value,
        Column(name="value", type="number"),
    )


def facts_html(facts: dict[str, str]) -> str:
    """Draw figures side by side, each under its name."""
    return (
        '<dl class="mz-facts">'
        + "".join(
            f"<div><dt>{escape(name)}</dt><dd>{escape(value)}</dd></div>"
            for name, value in facts.items()
        )
        + "</dl>"
    )


def page_part(body: str) -> str:
    """Wrap drawings so that they bring their style along."""
    return f'<div class="mz-still"><style>{style()}</style>{body}</div>'


def show(result: Result, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG001 - as IPython asks
    """Return what a notebook shows for a table, series or number."""
    about = (
        f'<p class="mz-finding">{escape(result.title)}</p>'
        if not isinstance(result, Number)
        else ""
    )
    if result.left_out:
        about += f'<p class="mz-about">Not shown: {escape(", ".join(result.left_out.values()))}</p>'
    return {"text/plain": repr(result), "text/html": page_part(about + still(result))}


def show_log(log: EventLog, include: Any = None, exclude: Any = None) -> dict[str, str]:  # noqa: ARG001 - as IPython asks
    """Return what a notebook shows for a log."""
    facts = {
        "Cases": words.count(log.case_count), "Events": words.count(log.event_count), "Activities": words.count(len(log.activities)),
        "Variants": words.count(log.variant_count), "Readiness": f"{log.readiness.score} of 100",
    }  # fmt: skip
    steps = "".join(f"<li>{escape(step.title)}</li>" for step in log.recipe)
    recipe = f"<ol>{steps}</ol>" if steps else ""
    return {
        "text/plain": repr(log),
        "text/html": page_part(
            f'<p class="mz-finding">{escape(log.name)}</p>{facts_html(facts)}{recipe}'
        ),
    }
