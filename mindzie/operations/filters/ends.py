"""Filters on the first and the last event of a case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.compare import ComparedValues, condition
from mindzie.core.families import CaseFilter
from mindzie.core.settings import AttributeName
from mindzie.operations.filters.wording import listed

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class _CaseEnd(CaseFilter):
    """What both ends have in common."""

    attribute: AttributeName = "activity"
    """Attribute of the event."""
    values: ComparedValues = Field(min_length=1)
    """One of these values is enough."""

    main_settings: ClassVar[tuple[str, ...]] = ("attribute", "values")
    variant_column: ClassVar[str] = ""

    def words(self) -> dict[str, str]:
        """Name the attribute unless it is the activity."""
        at = "" if self.attribute == "activity" else f"{self.attribute} "
        return {"values": at + listed(self.values)}

    def check(self, log: EventLog) -> None:
        """Refuse unknown names, and values that do not fit the attribute."""
        super().check(log)
        self._condition(log)
        if self.attribute == "activity":
            log.codes(map(str, self.values))

    def _condition(self, log: EventLog) -> nw.Expr:
        return condition(log.attribute(self.attribute), "one_of", self.values, zone=log.time_zone)

    def outermost(self) -> nw.Expr:
        """Say which event of a case is looked at."""
        raise NotImplementedError

    def matching(self, log: EventLog) -> nw.Expr | Frame:
        """Ask variants for activities, else the outermost events."""
        if self.attribute == "activity":
            codes = log.codes(map(str, self.values))
            return log.rel.variants.filter(nw.col(self.variant_column).is_in(codes)).select(
                "variant"
            )
        if log.attribute(self.attribute).level == "case":
            found = condition(
                log.attribute(self.attribute),
                "one_of",
                self.values,
                zone=log.time_zone,
                column="value",
            )
            return log.case_values(value=self.attribute).filter(found).select("case")
        return log.rel.events.filter(self.outermost(), self._condition(log)).select("case")


class CaseStart(_CaseEnd):
    """Keep the cases whose first event has one of some values.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> start = CaseStart(values="Receive order")
    >>> start.title
    'Cases that start with Receive order'
    >>> log.filter(start).calculate(mz.calculators.ProcessMap()).nodes["starts"].max() <= 100
    True
    """

    variant_column = "start_activity"
    example: ClassVar[Mapping[str, Any]] = {"values": ("Order",)}
    sentence = "cases that start with {values}"
    removed = "cases that do not start with {values}"

    def outermost(self) -> nw.Expr:
        """Return the condition of a first event."""
        return nw.col("position") == 1


class CaseEnd(_CaseEnd):
    """Keep the cases whose last event has one of some values.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> last = log.variants["activities"].to_list()[0][-1]
    >>> log.filter(CaseEnd(values=last)).case_count > 0
    True
    """

    variant_column = "end_activity"
    example: ClassVar[Mapping[str, Any]] = {"values": ("Pay",)}
    sentence = "cases that end with {values}"
    removed = "cases that do not end with {values}"

    def outermost(self) -> nw.Expr:
        """Return the condition of a last event."""
        return nw.col("next_activity").is_null()
