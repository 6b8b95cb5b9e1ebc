"""Enrichments of dates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from mindzie.core.enrichment import ComputedEnrichment
from mindzie.core.settings import DateAttributeName

if TYPE_CHECKING:
    from mindzie.core.engine import Frame, TimeUnit
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType

Part = Literal["year", "quarter", "month", "week", "day", "weekday", "hour"]
UNITS: dict[Part, TimeUnit] = {
    "year": "year_number",
    "quarter": "quarter_of_year",
    "month": "month_of_year",
    "week": "week_of_year",
    "day": "day_of_month",
    "weekday": "weekday",
    "hour": "hour_of_day",
}


class DatePart(ComputedEnrichment):
    """Take the year, quarter, month, week, day, weekday or hour of a date as a number.

    Dates are read in the log's time zone. Monday is weekday 1; weeks are those of ISO 8601.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(DatePart(name="Start hour", attribute="case_start", part="hour"))
    >>> log.cases["Start hour"].is_between(0, 23).all()
    True
    """

    attribute: DateAttributeName
    """The date, an attribute of cases or of events."""
    part: Part
    """What to take of it."""

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Weekday due",
        "attribute": "Due",
        "part": "weekday",
    }
    sentence = "{name}: {part} of {attribute}"

    def inputs(self) -> tuple[str, ...]:
        """Return the date."""
        return (self.attribute,)

    def type_of(self, log: EventLog) -> AttributeType:
        """Return number."""
        del log
        return "number"

    def computed(self, log: EventLog, frame: Frame, inputs: tuple[str, ...], column: str) -> Frame:
        """Leave it to the engine."""
        return log.rel.engine.local_time(frame, inputs[0], log.time_zone, UNITS[self.part], column)
