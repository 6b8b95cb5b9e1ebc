"""Enrichments that measure time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final

import narwhals as nw

from mindzie.core.calendar import WorkingCalendar
from mindzie.core.calendar_time import resolved_calendar, working_time
from mindzie.core.enrichment import AttributeEnrichment
from mindzie.core.settings import MICROSECONDS, Activity, DurationUnit, Occurrence

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType


_UNITS: Final = {"s": "seconds", "min": "minutes", "h": "hours", "d": "days", "w": "weeks"}


class DurationBetweenActivities(AttributeEnrichment):
    """Measure the time from one activity to another in each case.

    It runs from the completion of the first to the completion of the second, and is negative where the second was completed
    before the first. Cases that lack one of them get no value. With a working calendar only working time counts; a unit keeps its
    length, so that three days of 8 working hours are 24 h.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(DurationBetweenActivities(name="Lead time", first="Receive order", second="Ship goods"))
    >>> log.cases["Lead time"].null_count() < 100
    True
    >>> office = mz.WorkingCalendar(hours="8-16", country="DE")
    >>> hours = DurationBetweenActivities(name="Working hours", first="Receive order", second="Ship goods", unit="h", calendar=office)
    >>> print(hours)
    Working hours: working time from first Receive order to first Ship goods in hours
    """

    first: Activity
    """Where the time begins."""
    first_occurrence: Occurrence = "first"
    """Which event of a case that has several of them."""
    second: Activity
    """Where the time ends."""
    second_occurrence: Occurrence = "first"
    """Which event of a case that has several of them."""
    unit: DurationUnit | None = None
    """Write a number of this unit; none writes a duration."""
    calendar: WorkingCalendar | None = None
    """When work is done; without one all time counts."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Order to shipping",
        "first": "Order",
        "second": "Ship",
    }
    main_settings = ("name", "first", "second")
    sentence = (
        "{name}: {time} from {first_occurrence} {first} to {second_occurrence} {second}{in_unit}"
    )

    def words(self) -> dict[str, str]:
        """Say which time counts, and the unit."""
        time = "working time" if self.calendar else "time"
        in_unit = f" in {_UNITS[self.unit]}" if self.unit else ""
        return {**super().words(), "time": time, "in_unit": in_unit}

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return what the calendar came to."""
        return resolved_calendar(self.calendar, log)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return duration, or number where a unit is asked for."""
        del log
        return "number" if self.unit else "duration"

    def unit_of(self, log: EventLog) -> str:
        """Return which working time it is, where there is a calendar."""
        del log
        if self.calendar is None:
            return ""
        return f"working {_UNITS[self.unit]}" if self.unit else self.calendar.unit

    def values(self, log: EventLog) -> Frame:
        """Subtract the completion times."""
        begin = _completion(log, self.first, self.first_occurrence, "begin")
        end = _completion(log, self.second, self.second_occurrence, "end")
        both = begin.join(end, on="case", how="inner")
        value = nw.col("end") - nw.col("begin")
        if self.calendar is not None:
            both = log.rel.engine.persist(both)
            both = working_time(log, both, self.calendar, "begin", "end", name="value")
            value = nw.col("value")
        return both.select("case", value=value / MICROSECONDS[self.unit] if self.unit else value)


def _completion(log: EventLog, activity: str, occurrence: Occurrence, name: str) -> Frame:
    """Return ``case`` and when its first or last event of an activity was completed."""
    events = log.rel.events.filter(nw.col("activity").is_in(log.codes((activity,))))
    # as if the case had no other events: then they are numbered, and the last has no next one
    alone = log.rel.engine.neighbours(events.select("case", "position", "activity", "time"))
    wanted = nw.col("position") == 1 if occurrence == "first" else nw.col("next_activity").is_null()
    return alone.filter(wanted).select("case", nw.col("time").alias(name))
