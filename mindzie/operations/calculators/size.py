"""How much there is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

from mindzie.core.families import Calculator
from mindzie.core.results import Number

if TYPE_CHECKING:
    from mindzie.core.log import EventLog


class CaseCount(Calculator):
    """Count the cases.

    Examples
    --------
    >>> import mindzie as mz
    >>> mz.demo("order-to-cash", cases=100).calculate(CaseCount()).value
    100
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "number of cases"

    def compute(self, log: EventLog) -> Number:
        """Return the number of cases."""
        return Number(log.case_count, "cases")


class EventCount(Calculator):
    """Count the events.

    Examples
    --------
    >>> import mindzie as mz
    >>> mz.demo("order-to-cash", cases=100).calculate(EventCount()).unit
    'events'
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "number of events"

    def compute(self, log: EventLog) -> Number:
        """Return the number of events."""
        return Number(log.event_count, "events")


class ActivityCount(Calculator):
    """Count the different activities that occur.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(ActivityCount()).value == len(log.activities)
    True
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "number of activities"

    def compute(self, log: EventLog) -> Number:
        """Return the number of activities."""
        return Number(len(log.activities), "activities")


class VariantCount(Calculator):
    """Count the different sequences of activities.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(VariantCount()).value == log.variant_count
    True
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "number of variants"

    def compute(self, log: EventLog) -> Number:
        """Return the number of variants."""
        return Number(log.variant_count, "variants")
