"""What the first look at a log tells: size, period, where time is lost, how long cases take."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import narwhals as nw
import polars as pl

from mindzie.core.log import EventLog
from mindzie.core.results import Graph
from mindzie.core.settings import MICROSECONDS, DurationUnit, Period
from mindzie.operations.calculators import CaseDuration, CasesOverTime, Variants
from mindzie.operations.filters import CaseDuration as Between
from mindzie.widgets.rows import cells

Json = dict[str, Any]
VARIANTS: Final = Variants(measures=("median", "mean"))
"""What the tab of variants shows."""
_BINS: Final = 40
_DAY: Final = 86_400_000_000
_DAYS_BY_MONTH, _DAYS_BY_WEEK = 120, 45
_SMALL_BINS: Final = 30
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
    row = log.of_cases(
        median=nw.col("duration").median(),
        mean=nw.col("duration").mean(),
        first=nw.col("start").min(),
        last=nw.col("end").max(),
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


def durations(log: EventLog, bins: int = _BINS) -> Json:
    """Return the histogram of case durations.

    Parameters
    ----------
    log : EventLog
        Any log.
    bins : int
        About how many bars.

    Returns
    -------
    dict
        ``edges`` (seconds, one more than bars) and ``counts``; ``above``: cases longer than the last edge; ``mean``,
        ``median``, ``min`` and ``max`` in seconds.
    """
    series = log.calculate(histogram(log, bins))
    rows = series.to_polars()
    low, high = (rows[name].dt.total_microseconds() / 1e6 for name in ("low", "high"))
    figures = {name: series.facts.get(name) for name in ("mean", "median", "min", "max", "above")}
    return {
        "edges": [*low, *high.tail(1)],
        "counts": rows["count"].to_list(),
        **{name: _seconds(value) for name, value in figures.items()},
    }


def histogram(log: EventLog, bins: int = _BINS) -> CaseDuration:
    """Return the calculator of the tab of durations, in the unit in which the log's cases are long."""
    longest = log.collect(log.rel.index.select(nw.col("duration").max())).item() or 0
    units: tuple[DurationUnit, ...] = ("d", "h", "min", "s")
    unit = next((name for name in units if longest >= bins / 2 * MICROSECONDS[name]), None)
    return CaseDuration(bins=bins, unit=unit)


def bar_filter(log: EventLog, row: Mapping[str, Any]) -> Between:
    """Return the filter of a bar, which holds its lower edge; said in whole seconds where the log knows no less."""
    smallest = log.collect(log.rel.index.select(rest=(nw.col("duration") % 1_000_000).max())).item()
    end = (
        row["high"]
        if row["closed"]
        else row["high"] - timedelta(microseconds=1 if smallest else 1_000_000)
    )
    return Between(min=row["low"], max=end)


def _seconds(value: Any) -> Any:
    return value.total_seconds() if hasattr(value, "total_seconds") else value


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
    shown = log.calculate(Variants(top=_TOP, measures=("median",)))
    variants = shown.to_polars().select(columns)
    return {
        "variants": [dict(zip(columns, row, strict=True)) for row in cells(variants)],
        "lost": _lost(graph),
        "durations": durations(log, _SMALL_BINS),
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
    """Cases started by month, or by week or day where the log is short."""
    index = log.rel.index
    ends = log.collect(index.select(low=nw.col("start").min(), high=nw.col("start").max())).row(0)
    days = 0 if ends[0] is None else (ends[1] - ends[0]) / _DAY
    period: Period = "month" if days > _DAYS_BY_MONTH else "week" if days > _DAYS_BY_WEEK else "day"
    rows = log.calculate(CasesOverTime(period=period)).to_polars()
    return {
        "period": period,
        "times": [row[0][:10] for row in cells(rows.select("period"))],
        "counts": rows["cases"].to_list(),
    }
