"""Figures of each activity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw
import polars as pl

from mindzie.core.aggregate import Measure, aggregate
from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Table
from mindzie.core.tables import name_of
from mindzie.operations.calculators.groups import share_of, told

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

TIMES = ("service", "waiting", "sojourn")
FIGURES = tuple(f"{how}_{what}" for what in TIMES for how in ("mean", "median"))


class ActivityStatistics(Calculator):
    """Describe each activity: frequency, place in the case, rework and times.

    ``first_position`` and ``last_position`` are where, on average over its cases, it happens first and last (1 is the case's
    first event). ``rework_cases`` have it more than once, ``rework_events`` are the repetitions. Times as in Dumas et al.,
    *Fundamentals of Business Process Management*: service time is from start to completion, waiting time from the previous
    event's completion in the case to the start (never below 0, where work overlaps), and sojourn time is both together. The
    first event of a case has waited for nothing known: it has no waiting time, and no sojourn time. Without start times
    service time is not computed, and the time since the previous event's completion is all sojourn time.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(ActivityStatistics())["events"].sum() == log.event_count
    True
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "activity statistics"

    def compute(self, log: EventLog) -> Table:
        """Return one row an activity: counts from variants, times from one look at the events."""
        rows = _counts(log)
        times = log.collect(_times(log)).with_columns(pl.col("activity").cast(pl.Int64))
        rows = rows.with_columns(pl.col("activity").cast(pl.Int64)).join(
            times, on="activity", how="left", maintain_order="left"
        )
        for name in FIGURES:
            if name not in rows.columns:
                rows = rows.with_columns(pl.lit(None, dtype=pl.Float64).alias(name))
        rows = rows.with_columns(name_of(log, "activity"), share=share_of("cases", log.case_count))
        units = {
            "events": "events",
            "cases": "cases",
            "share": "share",
            "first_position": "",
            "last_position": "",
            "rework_cases": "cases",
            "rework_events": "events",
        }
        columns = (
            Column(name="activity", type="text"),
            *(Column(name=name, type="number", unit=unit) for name, unit in units.items()),
            *(Column(name=name, type="duration") for name in FIGURES),
        )
        known = log.manifest.has_start_time
        facts = {"cases": log.case_count, "events": log.event_count}
        if not known:
            facts["service"] = facts["waiting"] = "not computed: the log has no start times"  # type: ignore[assignment]
        return Table(
            told(rows, dict.fromkeys(FIGURES, "duration"), log.time_zone), columns, facts=facts
        )

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of the cases with an activity."""
        from mindzie.operations.filters.activities import CasesWithActivity

        return (CasesWithActivity(activities=(row["activity"],)),)


def _counts(log: EventLog) -> pl.DataFrame:
    weighted = log.rel.variant_activities.join(
        log.rel.variants.select("variant", "case_count"), on="variant", how="inner"
    )
    cases = nw.col("case_count")
    grouped = weighted.group_by("activity").agg(
        events=(nw.col("count") * cases).sum(),
        cases=cases.sum(),
        first=(nw.col("first_position") * cases).sum(),
        last=(nw.col("last_position") * cases).sum(),
        rework_cases=nw.when(nw.col("count") > 1).then(cases).otherwise(0).sum(),
    )
    rows = log.collect(grouped).sort("events", "activity", descending=[True, False])
    return rows.with_columns(
        first_position=pl.col("first") / pl.col("cases"), last_position=pl.col("last") / pl.col("cases"),
        rework_events=pl.col("events") - pl.col("cases"),
    )  # fmt: skip


def _times(log: EventLog) -> Frame:
    events = log.rel.events
    if not log.manifest.has_start_time:
        between = events.filter(~nw.col("next_activity").is_null())
        between = between.select(activity=nw.col("next_activity"), sojourn=nw.col("time_to_next"))
        return aggregate(between, ["activity"], _measures("sojourn"))
    events = events.select(
        "case",
        "position",
        "activity",
        "time_to_next",
        service=nw.col("time") - nw.col("start_time"),
    )
    waited = log.rel.engine.previous(events, "time_to_next", "waited")
    waited = waited.with_columns(
        waiting=nw.when(nw.col("waited") < 0).then(0).otherwise(nw.col("waited"))
    )
    waited = waited.with_columns(sojourn=nw.col("waiting") + nw.col("service"))
    return aggregate(waited, ["activity"], _measures(*TIMES))


def _measures(*names: str) -> list[Measure]:
    return [
        measure
        for name in names
        for measure in (
            Measure(f"mean_{name}", "mean", name),
            Measure(f"median_{name}", "median", name),
        )
    ]
