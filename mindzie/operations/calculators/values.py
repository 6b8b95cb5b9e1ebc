"""One figure of an attribute, or of an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar

import narwhals as nw
import polars as pl
from pydantic import Field

from mindzie.core.aggregate import Measure, aggregate, aggregated_type, aggregated_unit
from mindzie.core.families import Calculator, Filter, Stored
from mindzie.core.results import Column, Number, Table, plain
from mindzie.core.settings import Activity, Aggregation, AttributeName, Pick
from mindzie.core.words import aggregated
from mindzie.operations.calculators.groups import plain_value, told

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class AggregateValue(Calculator):
    """Aggregate the values of an attribute to one figure.

    A case attribute is taken once a case, with an activity only of the cases in which it happened; an event attribute once
    an event, with an activity only of its events. Durations are in seconds and may be negative; dates are ISO 8601 text in the
    log's time zone. Nulls are left out; the mean of nothing is None, the sum of nothing 0.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(AggregateValue(attribute="event_count", aggregation="sum")).value == log.event_count
    True
    """

    attribute: AttributeName
    """Attribute whose values are aggregated."""
    aggregation: Aggregation = "mean"
    """How many values become one."""
    activity: Activity | None = None
    """Only events of this activity, or cases with it."""

    example: ClassVar[Mapping[str, Any]] = {"attribute": "case_duration", "aggregation": "median"}
    sentence = "{figure} {at}"

    def words(self) -> dict[str, str]:
        """Say at which activity."""
        figure = aggregated(self.aggregation, self.attribute)
        return {"figure": figure, "at": f"at {self.activity}" if self.activity else ""}

    def compute(self, log: EventLog) -> Number:
        """Return the figure."""
        attribute = log.attribute(self.attribute)
        kind = aggregated_type(attribute, self.aggregation)
        measure = [Measure("figure", self.aggregation, "value")]
        frame, order = self._values(log, of_events=attribute.level == "event")
        value = log.collect(aggregate(frame, (), measure, order)).item()
        if self.aggregation == "count":
            return Number(value, f"{attribute.level}s")
        if kind == "duration":
            unit = aggregated_unit(attribute, self.aggregation) or "s"
            return Number(None if value is None else value / 1e6, unit)
        made = plain(plain_value(value, kind, log.time_zone)) if kind == "date" else value
        return Number(made, aggregated_unit(attribute, self.aggregation))

    def _values(self, log: EventLog, *, of_events: bool) -> tuple[Frame, tuple[str, ...]]:
        codes = log.codes((self.activity,)) if self.activity is not None else []
        if of_events:
            events = log.event_values(value=self.attribute)
            chosen = nw.col("activity").is_in(codes)
            order = ("time", "case", "position")
            return (events.filter(chosen) if self.activity is not None else events), order
        cases = log.case_values(value=self.attribute, begun="case_start")
        if self.activity is not None:
            having = log.rel.variant_activities.filter(nw.col("activity").is_in(codes))
            kept = log.rel.index.join(having.select("variant"), on="variant", how="semi")
            cases = cases.join(kept.select("case"), on="case", how="semi")
        return cases, ("begun", "case")

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:  # noqa: ARG002 - there is one row
        """Return the filter of the activity."""
        from mindzie.operations.filters.activities import CasesWithActivity

        return () if self.activity is None else (CasesWithActivity(activities=(self.activity,)),)


class Rate(Calculator):
    """Share of the cases that filters leave.

    One row: what matches (all filters, one after another), the total, and the share, which is null where there is nothing.
    With a weight they are sums of it instead of counts; cases without a weight count nothing.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(Rate(outcome=[filters.CaseSize(min=1)]))["share"].to_list()
    [1.0]
    """

    outcome: tuple[Stored[Filter], ...] = Field(
        min_length=1, description="Filters that a case must pass, all of them."
    )
    weight: Annotated[str, Pick("attribute", types=("number", "duration"), level="case")] | None = (
        None
    )
    """Case attribute to sum instead of counting cases."""

    example: ClassVar[Mapping[str, Any]] = {
        "outcome": (
            {"kind": "filter", "op": "cases_with_activity", "settings": {"activities": ["Ship"]}},
        )
    }
    sentence = "rate of {outcome} {by}"

    def words(self) -> dict[str, str]:
        """Say the outcome as one condition."""
        outcome = " and ".join(step.title[:1].lower() + step.title[1:] for step in self.outcome)
        return {"outcome": outcome, "by": f"by {self.weight}" if self.weight else ""}

    def compute(self, log: EventLog) -> Table:
        """Return matching, total and share."""
        matched = log.filter(*self.outcome)
        if self.weight is None:
            kind, unit = "number", "cases"
            total, matching = log.case_count, matched.case_count
        else:
            weight = log.attribute(self.weight)
            kind, unit = weight.type, weight.unit
            values = log.case_values(value=self.weight)
            kept = values.join(matched.rel.index.select("case"), on="case", how="semi")
            sums = [log.collect(frame.select(nw.col("value").sum())) for frame in (kept, values)]
            matching, total = (frame.item() or 0 for frame in sums)
        share = matching / total if total else None
        rows = pl.DataFrame(
            {"matching": [matching], "total": [total], "share": [share]},
            schema_overrides={"share": pl.Float64},
        )
        rows = told(rows, {"matching": kind, "total": kind}, log.time_zone)  # type: ignore[dict-item]
        columns = (
            Column(name="matching", type=kind, unit=unit),  # type: ignore[arg-type]
            Column(name="total", type=kind, unit=unit),  # type: ignore[arg-type]
            Column(name="share", type="number", unit="share"),
        )
        return Table(rows, columns)

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:  # noqa: ARG002 - there is one row
        """Return the outcome's filters."""
        return self.outcome
