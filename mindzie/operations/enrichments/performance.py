"""Enrichments that judge how fast cases and events are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import narwhals as nw
from pydantic import model_validator

from mindzie.core.enrichment import ComputedEnrichment
from mindzie.core.settings import Duration, DurationAttributeName, microseconds

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

SHARES = (0.2, 0.8, 0.9)


class DurationCategory(ComputedEnrichment):
    """Sort durations into Fast, Normal, Slow and Extreme.

    Below the first limit is Fast, up to the second Normal, up to the third Slow, above it Extreme. Negative durations are
    Negative, a missing one stays missing. Without limits the 20th, 80th and 90th percentiles of the durations that are not
    negative are taken (of the cases of ``where``, if given).

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100).enrich(DurationCategory(name="Pace"))
    >>> log.cases["Pace"].to_list().count("Extreme")
    10
    """

    attribute: DurationAttributeName = "case_duration"
    """The duration, an attribute of cases or of events."""
    limits: tuple[Duration, Duration, Duration] | None = None
    """Where Normal, Slow and Extreme begin, ascending; none takes percentiles."""

    example: ClassVar[Mapping[str, Any]] = {"name": "Pace", "attribute": "case_duration"}
    sentence = "{name}: {attribute} as Fast, Normal, Slow or Extreme"

    @model_validator(mode="after")
    def _ascending(self) -> Self:
        limits = [microseconds(limit) for limit in self.limits or ()]
        if limits != sorted(limits):
            message = f"limits must ascend, as in ('1 d', '5 d', '10 d'), not {self.limits}"
            raise ValueError(message)
        return self

    def inputs(self) -> tuple[str, ...]:
        """Return the duration."""
        return (self.attribute,)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return text."""
        del log
        return "text"

    def bounds(self, log: EventLog) -> tuple[float, ...] | None:
        """Return the limits in microseconds; none where the log has no durations to take them from."""
        if self.limits is not None:
            return tuple(microseconds(limit) for limit in self.limits)
        log = self.where.apply(log) if self.where else log
        of_case = self.level_of(log) == "case"
        values = (
            log.case_values(value=self.attribute)
            if of_case
            else log.event_values(value=self.attribute)
        )
        value = nw.col("value")
        shares = {f"p{n}": value.quantile(s, interpolation="linear") for n, s in enumerate(SHARES)}
        row = log.collect(values.filter(value >= 0).select(**shares)).row(0)
        # values are whole microseconds: what engines round differently must not decide
        return None if row[0] is None else tuple(round(limit, 1) for limit in row)

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Compare with the limits."""
        fast, normal, slow = self.bounds(log) or (0, 0, 0)
        value = nw.col(inputs[0])
        steps = (
            (value < 0, "Negative"),
            (value < fast, "Fast"),
            (value <= normal, "Normal"),
            (value <= slow, "Slow"),
            (value > slow, "Extreme"),
        )
        made = nw.lit(None, dtype=nw.String)
        for condition, label in reversed(steps):
            made = nw.when(condition).then(nw.lit(label)).otherwise(made)
        return frame.with_columns(made.alias(column))
