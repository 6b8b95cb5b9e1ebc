"""What an operation makes of the demo log, as Markdown."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import polars as pl

from mindzie.core import words
from mindzie.core.families import Calculator, Enrichment, Filter
from mindzie.core.log import EventLog
from mindzie.core.moments import moment_of
from mindzie.core.operation import Operation
from mindzie.core.results import Graph, Number, Result, Table

ROWS = 6
COLUMNS = 8


def preview(operation: Operation, log: EventLog) -> str:
    """Return what an operation makes of a log as Markdown.

    Parameters
    ----------
    operation : Operation
        Of any kind.
    log : EventLog
        Which it fits.

    Returns
    -------
    str
        The head of a table, or a line.
    """
    if isinstance(operation, Calculator):
        return _result(log.calculate(operation))
    if isinstance(operation, Filter):
        return _sizes(log, log.filter(operation))
    assert isinstance(operation, Enrichment)  # noqa: S101 - there is no fourth kind
    return _enriched(log, log.enrich(operation))


def _result(result: Result) -> str:
    if isinstance(result, Number):
        timed = result.unit == "s" and isinstance(result.value, int | float)
        return f"**{cell(result.value, result.unit)}** {'' if timed else result.unit}".strip()
    if isinstance(result, Graph):
        edges = result.edges.to_polars().with_columns(
            pl.col("from_activity").fill_null("*START*"), pl.col("to_activity").fill_null("*END*")
        )
        return markdown(edges, units(result.edges))
    assert isinstance(result, Table)  # noqa: S101 - series are tables
    return markdown(result.to_polars(), units(result))


def units(table: Table) -> dict[str, str]:
    """Return the unit of each column that has one."""
    return {column.name: column.unit for column in table.columns if column.unit}


def _sizes(before: EventLog, after: EventLog) -> str:
    counts = ("case_count", "event_count", "variant_count")
    rows = {
        "number of": ["cases", "events", "variants"],
        "before": [getattr(before, name) for name in counts],
        "after": [getattr(after, name) for name in counts],
    }
    return markdown(pl.DataFrame(rows), {})


def _enriched(before: EventLog, after: EventLog) -> str:
    known = {attribute.name for attribute in before.own_attributes}
    added = [a for a in after.own_attributes if a.name not in known]
    if any(a.level == "event" for a in added):
        names = ["case_id", "activity", "timestamp", *(a.name for a in added)]
        return markdown(after.events.to_polars().select(names), {})
    if added:
        names = ["case_id", *(a.name for a in added)]
        return markdown(after.cases.to_polars().select(names), {})
    if after.now != before.now and after.now is not None:
        return f"`log.now` is {moment_of(after.now, after.time_zone):%Y-%m-%d %H:%M %Z}."
    gone = [name for name in before.activities if name not in after.activities]
    new = [name for name in after.activities if name not in before.activities]
    return _sizes(before, after) + f"\n\nActivities gone: {cell(gone)}. New: {cell(new)}."


def markdown(frame: pl.DataFrame, of: dict[str, str]) -> str:
    """Return the head of a frame as a Markdown table; columns in seconds as durations."""
    shown = frame.select(frame.columns[:COLUMNS]).head(ROWS)
    lines = ["| " + " | ".join(shown.columns) + " |", "|---" * shown.width + "|"]
    for row in shown.iter_rows(named=True):
        cells = (cell(value, of.get(name, "")) for name, value in row.items())
        lines.append("| " + " | ".join(text.replace("|", "\\|") for text in cells) + " |")
    left = [
        f"{count} more {thing}"
        for count, thing in (
            (frame.height - shown.height, "rows"),
            (frame.width - shown.width, "columns"),
        )
        if count > 0
    ]
    return "\n".join(lines) + (f"\n\n... and {' and '.join(left)}" if left else "")


def cell(value: Any, unit: str = "") -> str:
    """Return a value as it stands in a table."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        if unit in ("s", "share"):
            return words.duration(value) if unit == "s" else words.share(value)
        return f"{value:.6g}" if isinstance(value, float) else str(value)
    if isinstance(value, timedelta):
        return cell(value.total_seconds(), "s")
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(cell, value)) if isinstance(value, list | tuple) else str(value or "")
