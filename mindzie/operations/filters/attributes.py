"""Filters on the value of an attribute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import narwhals as nw
from pydantic import Field, model_validator

from mindzie.core.compare import WORDS, ComparedValues, Comparison, check_count, condition
from mindzie.core.families import CaseFilter, EventFilter
from mindzie.core.operation import Operation
from mindzie.core.settings import Activity, AttributeName
from mindzie.operations.filters.wording import listed

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

OF_VARIANTS: Mapping[str, str] = {
    "variant": "variant",
    "has_rework": "has_rework",
    "event_count": "length",
}
"""Built-in attributes that are known of each variant, and their columns there."""


def activities_where(log: EventLog, expression: nw.Expr) -> list[int]:
    """Return the codes of the activities whose ``name`` meets a condition."""
    return log.collect(log.activity_names().filter(expression))["activity"].to_list()


class AttributeSettings(Operation):
    """What filters on an attribute's value have in common."""

    attribute: AttributeName
    """Attribute to compare."""
    comparison: Comparison = "equals"
    """How to compare; which ones fit depends on the attribute's type."""
    values: ComparedValues = ()
    """What to compare with: two values for between, any number for one of, none for the comparisons that begin with is."""
    activity: Activity | None = None
    """Only events of this activity count; for attributes of events."""
    ignore_case: bool = False
    """Whether capital and small letters are the same."""

    main_settings: ClassVar[tuple[str, ...]] = ("attribute", "comparison", "values")

    @model_validator(mode="after")
    def _count(self) -> Self:
        check_count(self.comparison, self.values)
        return self

    def words(self) -> dict[str, str]:
        """Say the comparison."""
        joint = "and" if self.comparison == "between" else "or"
        values = listed(self.values, joint) if self.values else ""
        at = f" at {self.activity}" if self.activity else ""
        name = "the case id" if self.attribute == "case_id" else self.attribute
        return {
            **super().words(),
            "compared": f"{name} {WORDS[self.comparison]} {values}".strip() + at,
        }

    def condition(self, log: EventLog, column: str | None = None) -> nw.Expr:
        """Return the comparison as an expression on the attribute's values."""
        attribute = log.attribute(self.attribute)
        return condition(
            attribute,
            self.comparison,
            self.values,
            zone=log.time_zone,
            column=column,
            ignore_case=self.ignore_case,
        )

    def check(self, log: EventLog) -> None:
        """Refuse names the log does not have, and comparisons that do not fit the attribute's type."""
        super().check(log)
        self.condition(log)


class CasesWithAttribute(AttributeSettings, CaseFilter):
    """Keep the cases whose attribute has some value.

    An attribute of the case is compared; of an attribute of events it is enough that one event of the case matches. A
    missing value equals nothing: it matches ``is_null`` and ``not_equals`` alone. A pattern (``matches``) may match
    anywhere in the text. A date without a time means its whole day in the log's time zone.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> north = CasesWithAttribute(attribute="Region", values="North")
    >>> north.title
    'Cases where Region is North'
    >>> log.filter(north).case_count < 100
    True
    """

    example: ClassVar[Mapping[str, Any]] = {
        "attribute": "Region",
        "comparison": "equals",
        "values": ("North",),
    }
    sentence = "cases where {compared}"
    removed = "cases except where {compared}"

    def matching(self, log: EventLog) -> nw.Expr | Frame:
        """Return the cases that match, with the activity where one is given."""
        found = self._found(log)
        if self.activity is None or log.attribute(self.attribute).level == "event":
            return found
        # What is the same in all events of a case is so at any activity that it has.
        variants = log.rel.variant_activities.filter(
            nw.col("activity").is_in(log.codes((self.activity,)))
        ).select("variant")
        if not isinstance(found, nw.Expr) and "variant" in found.collect_schema().names():
            return found.join(variants, on="variant", how="semi")
        cases = log.rel.cases
        cases = (
            cases.filter(found)
            if isinstance(found, nw.Expr)
            else cases.join(found, on="case", how="semi")
        )
        return cases.join(variants, on="variant", how="semi").select("case")

    def _found(self, log: EventLog) -> nw.Expr | Frame:
        """Ask variants where activities decide, the case where it knows, else events."""
        name = self.attribute
        if name == "activity":
            codes = set(activities_where(log, self.condition(log, "name")))
            codes &= set(log.codes((self.activity,)) if self.activity else codes)
            return (
                log.rel.variant_activities.filter(nw.col("activity").is_in(sorted(codes)))
                .select("variant")
                .unique()
            )
        if name in ("start_activity", "end_activity"):
            codes = set(activities_where(log, self.condition(log, "name")))
            return log.rel.variants.filter(nw.col(name).is_in(sorted(codes))).select("variant")
        if name in OF_VARIANTS:
            return log.rel.variants.filter(self.condition(log, OF_VARIANTS[name])).select("variant")
        attribute = log.attribute(name)
        if attribute.level == "case":
            stored = log.case_column(name) is not None
            return (
                self.condition(log)
                if stored
                else log.case_values(value=name).filter(self.condition(log, "value")).select("case")
            )
        events = log.rel.events
        if self.activity:
            events = events.filter(nw.col("activity").is_in(log.codes((self.activity,))))
        return events.filter(self.condition(log)).select("case")


class EventsWithAttribute(AttributeSettings, EventFilter):
    """Keep or remove the events whose attribute has some value.

    The event itself must match; an attribute of the case counts for each of its events.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(EventsWithAttribute(attribute="timestamp", comparison="less", values="1990-01-01")).event_count
    0
    """

    keep: bool = Field(default=True, description="Keep the events that match; off: remove them.")

    example: ClassVar[Mapping[str, Any]] = {
        "attribute": "Amount",
        "comparison": "at_least",
        "values": (100,),
    }
    sentence = "events where {compared}"
    removed = "events except where {compared}"

    def decided_by_activity(self) -> bool:
        """Whether the attribute is the activity."""
        return self.attribute == "activity"

    def kept(self, log: EventLog, events: Frame) -> Frame:
        """Return the events to keep."""
        attribute = log.attribute(self.attribute)
        attached = "_matches"
        if self.attribute == "activity":
            chosen = nw.col("activity").is_in(activities_where(log, self.condition(log, "name")))
        elif attribute.level == "case":
            flags = log.case_values(value=self.attribute).with_columns(
                self.condition(log, "value").alias(attached)
            )
            events = log.rel.engine.attach(events, flags.select("case", attached), ("case",))
            chosen = nw.col(attached)
        else:
            chosen = self.condition(log)
        if self.activity:
            chosen = chosen & nw.col("activity").is_in(log.codes((self.activity,)))
        left = events.filter(chosen if self.keep else ~chosen)
        return left.drop(attached, strict=False)
