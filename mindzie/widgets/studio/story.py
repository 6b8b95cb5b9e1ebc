"""What the first look at a log tells: size, period, where time is lost, how long cases take."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from mindzie.core.log import EventLog
from mindzie.core.results import Graph
from mindzie.widgets.studio.rows import cells, variant_rows

Json = dict[str, Any]
_BINS: Final = 40
_TOP: Final = 5


def figures(log: EventLog) -> Json:
    """Return the figures of header and footer.

    Parameters
    ----------
    log : EventLog
        Any log.

    Returns
    -------
    dict
        Counts; ``median`` and ``mean`` case duration in seconds (None for no cases); ``first`` and ``last`` time
        in the log's zone.
    """
    row = log.collect(
        log.rel.index.select(
            median=nw.col("duration").median(),
            mean=nw.col("duration").mean(),
            first=nw.col("start").min(),
            last=nw.col("end").max(),
        )
    )
    said = row.select(
        pl.col("median", "mean") / 1e6,
        pl.col("first", "last").cast(pl.Datetime("us", "UTC")).dt.convert_time_zone(log.time_zone),
    )
    names = said.columns
    made = dict(zip(names, cells(said)[0], strict=True))
    return {
        "cases": log.case_count,
        "events": log.event_count,
        "variants": log.variant_count,
        "activities": len(log.activities),
        **made,
    }


def durations(log: EventLog) -> Json:
    """Return the histogram of case durations.

    Parameters
    ----------
    log : EventLog
        Any log.

    Returns
    -------
    dict
        ``edges`` (seconds) and ``counts``; the last bin also holds the longest cases, which would flatten the rest;
        ``mean``, ``median``, ``p90``, ``min``, ``max`` in seconds.
    """
    seconds = log.collect(log.rel.index.select("duration"))["duration"].to_numpy() / 1e6
    if not len(seconds):
        return {"edges": [], "counts": [], "median": None, "mean": None}
    low, high = float(seconds.min()), float(seconds.max())
    top = _upper(seconds)
    edges = np.linspace(low, top, _BINS + 1) if top > low else np.array([low, low + 1])
    counts, _ = np.histogram(np.minimum(seconds, edges[-1]), bins=edges)
    median, p90 = (float(np.quantile(seconds, q)) for q in (0.5, 0.9))
    return {
        "edges": [*(float(edge) for edge in edges[:-1]), max(high, float(edges[-1]))],
        "counts": [int(count) for count in counts],
        "open": high > edges[-1],
        "axis": float(edges[-1]),
        "mean": float(seconds.mean()),
        "median": median,
        "p90": p90,
        "min": low,
        "max": high,
    }


def _upper(seconds: np.ndarray[Any, Any]) -> float:
    """End of the axis: outliers (Tukey's fence, twice as wide) share the last bin."""
    q1, q3 = np.quantile(seconds, [0.25, 0.75])
    return float(min(seconds.max(), q3 + 3 * (q3 - q1))) if q3 > q1 else float(seconds.max())


def overview(log: EventLog, graph: Graph) -> Json:
    """Return what stands beside the map on the first screen.

    Parameters
    ----------
    log : EventLog
        The log shown.
    graph : Graph
        Its process map with durations.

    Returns
    -------
    dict
        ``variants`` (the five commonest), ``lost`` (the five paths with most waiting), ``durations`` and ``months``.
    """
    columns = ["variant", "activities", "cases", "share", "median_duration"]
    variants = variant_rows(log).to_polars().head(_TOP).select(columns)
    return {
        "variants": [dict(zip(columns, row, strict=True)) for row in cells(variants)],
        "lost": _lost(graph),
        "durations": durations(log),
        "starts": _starts(log),
    }


def _lost(graph: Graph) -> list[Json]:
    edges = graph.edges.to_polars()
    if "total" not in edges.columns:
        return []
    between = edges.filter(pl.col("total") > 0)
    everything = between["total"].sum() or 1
    top = between.sort("total", descending=True).head(_TOP)
    made: list[Json] = top.select(
        "from_activity",
        "to_activity",
        "cases",
        "median",
        "total",
        share=pl.col("total") / everything,
    ).to_dicts()
    return made


def _starts(log: EventLog) -> Json:
    """Cases started by month, or by day where the log is short; empty periods count 0."""
    index = log.rel.index
    ends = log.collect(index.select(low=nw.col("start").min(), high=nw.col("start").max())).row(0)
    if ends[0] is None:
        return {"period": "month", "times": [], "counts": []}
    days = (ends[1] - ends[0]) / 86_400e6
    period, every = (
        ("month", "1mo") if days > 120 else ("week", "1w") if days > 45 else ("day", "1d")
    )  # noqa: PLR2004
    local = log.rel.engine.local_time(index.select("start"), "start", log.time_zone, period, "at")
    counted = log.collect(local.group_by("at").agg(cases=nw.len()))
    counted = counted.with_columns(pl.col("at").cast(pl.Datetime("us"))).sort("at")
    whole = counted.upsample("at", every=every).with_columns(pl.col("cases").fill_null(0))
    return {
        "period": period,
        "times": whole["at"].dt.to_string("%Y-%m-%d").to_list(),
        "counts": whole["cases"].to_list(),
    }
