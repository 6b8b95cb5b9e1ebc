"""Enrichments that measure time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw

from mindzie.core.enrichment import AttributeEnrichment
from mindzie.core.settings import Activity, Occurrence

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType


class DurationBetweenActivities(AttributeEnrichment):
    """Measure the time from one activity to another in each case.

    It runs from the completion of the first to the completion of the second, and is negative where the second was completed
    before the first. Cases that lack one of them get no value.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(DurationBetweenActivities(name="Lead time", first="Receive order", second="Ship goods"))
    >>> log.cases["Lead time"].null_count() < 100
    True
    """

    first: Activity
    """Where the time begins."""
    first_occurrence: Occurrence = "first"
    """Which event of a case that has several of them."""
    second: Activity
    """Where the time ends."""
    second_occurrence: Occurrence = "first"
    """Which event of a case that has several of them."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Order to shipping",
        "first": "Order",
        "second": "Ship",
    }
    main_settings = ("name", "first", "second")
    sentence = "{name}: time from {first_occurrence} {first} to {second_occurrence} {second}"

    def type_of(self, log: EventLog) -> AttributeType:
        """Return duration."""
        del log
        return "duration"

    def values(self, log: EventLog) -> Frame:
        """Subtract the completion times."""
        begin = _completion(log, self.first, self.first_occurrence, "begin")
        end = _completion(log, self.second, self.second_occurrence, "end")
        both = begin.join(end, on="case", how="inner")
        return both.select("case", value=nw.col("end") - nw.col("begin"))


def _completion(log: EventLog, activity: str, occurrence: Occurrence, name: str) -> Frame:
    """Return ``case`` and when its first or last event of an activity was completed."""
    events = log.rel.events.filter(nw.col("activity").is_in(log.codes((activity,))))
    # as if the case had no other events: then they are numbered, and the last has no next one
    alone = log.rel.engine.neighbours(events.select("case", "position", "activity", "time"))
    wanted = nw.col("position") == 1 if occurrence == "first" else nw.col("next_activity").is_null()
    return alone.filter(wanted).select("case", nw.col("time").alias(name))
