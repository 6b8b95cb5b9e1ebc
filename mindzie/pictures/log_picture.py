"""A log at a glance, as still HTML: size, period, readiness, its map and its commonest variants."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any, Final

import narwhals as nw
import polars as pl

from mindzie.core import words
from mindzie.core.log import EventLog
from mindzie.mining.simplify import Simplifier
from mindzie.operations.calculators import ProcessMap, Variants
from mindzie.pictures.map_svg import map_svg
from mindzie.pictures.still import facts_html, page_part, still

_TOP: Final = 5
_MOST_ACTIVITIES: Final = 14
_FEW_PATHS: Final = 0.1
_SIDE_BY_SIDE: Final = "display:flex;flex-wrap:wrap;gap:24px;margin-top:12px"


def log_html(log: EventLog, *, filters: Iterable[Any] = ()) -> str:
    """Return a log at a glance.

    Parameters
    ----------
    log : EventLog
        Any log.
    filters : iterable of Filter, optional
        Said above the figures.

    Returns
    -------
    str
        HTML with one SVG; everything in it that comes from data is escaped.

    Examples
    --------
    >>> import mindzie as mz
    >>> "100" in log_html(mz.demo("order-to-cash", cases=100))
    True
    """
    chosen = "".join(f"<li>{escape(step.title)}</li>" for step in filters)
    head = f'<p class="mz-finding">{escape(log.name)}</p>' + (
        f"<ol>{chosen}</ol>" if chosen else ""
    )
    # a live studio may be asking the same engine on its own thread
    with log.turn():
        if not log.case_count:
            return page_part(f"{head}<p>No cases are left.</p>")
        return page_part(
            f'{head}{_figures(log)}<div style="{_SIDE_BY_SIDE}">'
            f'<div style="flex:0 1 400px">{log_map(log)}</div>'
            f'<div style="flex:1 1 480px;min-width:0;overflow-x:auto">{_variants(log)}</div></div>'
        )


def _figures(log: EventLog) -> str:
    figures = log.collect(
        log.rel.index.select(
            first=nw.col("start").min(),
            last=nw.col("end").max(),
            median=nw.col("duration").median(),
        )
    )
    dates = pl.col("first", "last").cast(pl.Datetime("us", "UTC"))
    first, last = figures.select(dates.dt.convert_time_zone(log.time_zone)).row(0)
    facts = {
        "Cases": words.count(log.case_count),
        "Events": words.count(log.event_count),
        "Variants": words.count(log.variant_count),
        "Median case duration": words.duration(figures["median"][0] / 1e6),
        "Readiness": f"{log.readiness.score} of 100",
    }
    period = f"{words.date(first.date())} to {words.date(last.date())}, times in {log.time_zone}"
    return f'<p class="mz-about">{escape(period)}</p>{facts_html(facts)}'


def log_map(log: EventLog) -> str:
    """Return the process map of a log's commonest activities and paths, as SVG."""
    graph = log.calculate(ProcessMap()).frequency
    nodes, edges = graph.nodes.to_polars(), graph.edges.to_polars()
    share = min(1.0, _MOST_ACTIVITIES / max(nodes.height, 1))
    part = Simplifier(nodes, edges).at(share, _FEW_PATHS)
    return map_svg(part.nodes, part.edges, title=f"Process map of {log.name}")


def _variants(log: EventLog) -> str:
    top = log.calculate(Variants(top=_TOP, measures=("median",)))
    return f"<b>The commonest variants</b>{still(top)}"
