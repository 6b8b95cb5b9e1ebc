"""Process maps: directly-follows graphs with START and END."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache, partial
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
import polars as pl
from pydantic import Field

from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Graph, Table
from mindzie.core.settings import Share
from mindzie.core.tables import name_of
from mindzie.mining.simplify import simplify

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

Measure = Literal["events", "cases", "mean", "median", "p90", "total"]
_LARGEST = 9e12
"""Seconds whose microseconds fit 64 bits."""
SECONDS = ("mean", "median", "p90", "total")
MEANS = ("mean", "total")


def _columns(
    texts: tuple[str, ...], counts: tuple[str, ...], seconds: tuple[str, ...] = ()
) -> tuple[Column, ...]:
    made = [Column(name=name, type="text") for name in texts]
    made += [
        Column(
            name=name,
            type="number",
            unit="" if name == "mean_position" else "cases" if name != "events" else "events",
        )
        for name in counts
    ]
    return (*made, *(Column(name=name, type="number", unit="s") for name in seconds))


EDGE_COUNTS = _columns(("from_activity", "to_activity"), ("events", "cases"))
EDGES = (*EDGE_COUNTS, *_columns((), (), SECONDS))
NODE_COUNTS = _columns(
    ("activity",), ("events", "cases", "starts", "ends", "rework_cases", "mean_position")
)
NODES = (*NODE_COUNTS, *_columns((), (), SECONDS))


def path_counts(log: EventLog) -> pl.DataFrame:
    """Count the directly-follows pairs of a log from its variants.

    Parameters
    ----------
    log : EventLog
        Any log.

    Returns
    -------
    polars.DataFrame
        ``from_activity``, ``to_activity`` (codes; null is START or END), ``events``, ``cases``.
    """
    counts = log.rel.path_sums.of(log.rel.case_counts)
    order = ["events", "from_activity", "to_activity"]
    return counts.sort(order, descending=[True, False, False], nulls_last=True)


def _seconds_of(
    frame: Frame, keys: tuple[str, ...], value: str, figures: tuple[str, ...] = SECONDS
) -> Frame:
    micro = nw.col(value)
    ranked = {
        "median": micro.median() / 1e6,
        "p90": micro.quantile(0.9, interpolation="linear") / 1e6,
    }
    made = frame.group_by(*keys).agg(
        mean=micro.mean() / 1e6,
        summed=micro.sum() / 1e6,
        number=micro.count(),
        **{name: figure for name, figure in ranked.items() if name in figures},
    )
    about = nw.col("mean") * nw.col("number")
    # beyond 64 bits the exact sum has wrapped around
    exact = nw.when(about.abs() < _LARGEST).then(nw.col("summed")).otherwise(about)
    return made.with_columns(total=exact).drop("summed", "number")


def mean_seconds(log: EventLog, counts: pl.DataFrame) -> pl.DataFrame:
    """Add ``mean`` and ``total`` in seconds to path counts: from variants where whole ones are left, else by a scan of events."""
    pair = ["from_activity", "to_activity"]
    totals = log.collect(log.rel.path_totals).drop_nulls(pair)
    total = pl.col("total") / 1e6
    made = counts.join(totals, on=pair, how="left", maintain_order="left")
    return made.with_columns(total=total, mean=total / pl.col("events"))


class ProcessMap(Calculator):
    """The directly-follows graph of the log, from START to END.

    Every position of the two shares leaves each activity shown connected from START to END; no path is invented.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(ProcessMap()).nodes["cases"].max()
    100
    """

    measure: Measure = "events"
    """What colours and widths show at first: events, cases, or a duration of the paths."""
    activity_share: Share = 1.0
    """Share of the activities to show, the most frequent first."""
    path_share: Share = 1.0
    """Share of the paths to show, the most frequent first."""
    top_variants: int | None = Field(default=None, ge=1)
    """Only the cases of so many commonest variants; none means all."""

    example: ClassVar[Mapping[str, Any]] = {"measure": "events"}
    sentence = "process map by {measure}"

    def compute(self, log: EventLog) -> Graph:
        """Return the graph; durations are computed when they are first looked at."""
        if self.top_variants is not None:
            from mindzie.operations.filters.variants import VariantsTop

            log = log.filter(VariantsTop(mode="count", threshold=self.top_variants))
        nodes, edges = _node_counts(log), path_counts(log)
        named = edges.with_columns(name_of(log, "from_activity"), name_of(log, "to_activity"))
        shown_nodes, shown_edges = nodes, named
        if self.activity_share < 1 or self.path_share < 1:
            kept = simplify(nodes, named, self.activity_share, self.path_share)
            shown_nodes, shown_edges = kept.nodes, kept.edges
        facts = {
            "measure": self.measure, "cases": log.case_count, "events": log.event_count,
            "all_activities": nodes.height, "all_paths": named.height,
        }  # fmt: skip
        frequency = Graph(
            Table(shown_nodes, NODE_COUNTS), Table(shown_edges, EDGE_COUNTS), facts=facts
        )

        @cache
        def durations() -> pl.DataFrame:
            return path_seconds(log)

        def all_edges() -> pl.DataFrame:
            return shown_edges.join(
                durations(),
                on=["from_activity", "to_activity"],
                how="left",
                nulls_equal=True,
                maintain_order="left",
            )

        def all_nodes(figures: tuple[str, ...] = SECONDS) -> pl.DataFrame:
            spent = _service_seconds(log, figures)
            return shown_nodes.join(spent, on="activity", how="left", maintain_order="left")

        means = Graph(
            Table(partial(all_nodes, MEANS), (*NODE_COUNTS, *_columns((), (), MEANS))),
            Table(
                lambda: _with_means(log, edges, shown_edges),
                (*EDGE_COUNTS, *_columns((), (), MEANS)),
            ),
            facts=facts,
        )
        return Graph(
            Table(all_nodes, NODES),
            Table(all_edges, EDGES),
            facts=facts,
            frequency=frequency,
            means=means,
        )

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a path or an activity."""
        from mindzie.operations.filters.activities import CasesWithActivity
        from mindzie.operations.filters.paths import Path

        if "activity" in row:
            return (CasesWithActivity(activities=(row["activity"],)),)
        return (Path(from_activity=row.get("from_activity"), to_activity=row.get("to_activity")),)


def _node_counts(log: EventLog) -> pl.DataFrame:
    made = log.rel.activity_sums.of(log.rel.case_counts)
    return made.sort("events", "activity", descending=[True, False]).select(
        name_of(log, "activity"),
        "events",
        "cases",
        "starts",
        "ends",
        "rework_cases",
        mean_position=pl.col("positions") / pl.col("events"),
    )


def path_seconds(log: EventLog) -> pl.DataFrame:
    """Return mean, median, p90 and total seconds of each path between two activities, by name."""
    made = log.collect(_seconds_of(log.rel.steps, ("activity", "next_activity"), "time_to_next"))
    made = made.rename({"activity": "from_activity", "next_activity": "to_activity"}).with_columns(
        pl.col(SECONDS).cast(pl.Float64)
    )
    return made.with_columns(name_of(log, "from_activity"), name_of(log, "to_activity"))


def _with_means(log: EventLog, counts: pl.DataFrame, shown: pl.DataFrame) -> pl.DataFrame:
    pair = ["from_activity", "to_activity"]
    made = mean_seconds(log, counts).with_columns(*(name_of(log, end) for end in pair))
    made = made.select(*pair, *MEANS)
    return shown.join(made, on=pair, how="left", nulls_equal=True, maintain_order="left")


def _service_seconds(log: EventLog, figures: tuple[str, ...]) -> pl.DataFrame:
    """Return the time between start and completion of each activity; nothing where the log has no start times."""
    if not log.manifest.has_start_time:
        return pl.DataFrame(schema={"activity": pl.String, **dict.fromkeys(figures, pl.Float64)})
    spent = log.rel.events.select("activity", spent=nw.col("time") - nw.col("start_time"))
    made = log.collect(_seconds_of(spent, ("activity",), "spent", figures)).with_columns(
        pl.col(figures).cast(pl.Float64)
    )
    return made.with_columns(name_of(log, "activity"))
