"""Enrichments that check a rule: true marks the cases that break it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
from pydantic import Field

from mindzie.core.conformance import ConformanceEnrichment
from mindzie.core.settings import Activity

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class MandatoryActivity(ConformanceEnrichment):
    """Check that an activity happened in each case.

    Examples
    --------
    >>> import mindzie as mz
    >>> from mindzie import filters
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> checked = log.enrich(MandatoryActivity(name="Not paid", activity="Receive payment"))
    >>> paid = log.filter(filters.CasesWithActivity(activities="Receive payment"))
    >>> checked.cases["Not paid"].sum() == 100 - paid.case_count
    True
    """

    activity: Activity
    """What must happen at least once."""

    example: ClassVar[Mapping[str, Any]] = {"name": "Not paid", "activity": "Pay"}
    rule_sentence: ClassVar[str] = "{activity} is mandatory"

    def violations(self, log: EventLog) -> Frame:
        """Return the variants without the activity."""
        done = log.rel.variant_activities.filter(
            nw.col("activity").is_in(log.codes((self.activity,)))
        )
        return log.rel.variants.select("variant").join(
            done.select("variant"), on="variant", how="anti"
        )


class WrongOrder(ConformanceEnrichment):
    """Check that one activity is not followed by another in any case.

    The settings state the wrong order: a case breaks the rule where the first activity comes before the second.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log = log.enrich(WrongOrder(name="Paid before invoice", first="Receive payment", second="Send invoice"))
    >>> log.attribute("Paid before invoice").severity
    'warning'
    """

    first: Activity
    """What must not come before the second."""
    second: Activity
    """What must not come after the first."""
    how: Literal["eventually", "directly"] = Field(
        default="eventually",
        description="Whether the second breaks the rule anywhere after the first, or as the next event only.",
    )

    example: ClassVar[Mapping[str, Any]] = {
        "name": "Paid before shipping",
        "first": "Pay",
        "second": "Ship",
    }
    rule_sentence: ClassVar[str] = "{first} must not come {how} before {second}"

    def violations(self, log: EventLog) -> Frame:
        """Return the variants with the wrong order."""
        first = nw.col("activity").is_in(log.codes((self.first,)))
        second = nw.col("activity").is_in(log.codes((self.second,)))
        if self.how == "directly":
            follows = nw.col("next_activity").is_in(log.codes((self.second,)))
            found = log.rel.variant_events.filter(first, follows)
            return found.select(nw.col("case").alias("variant")).unique()
        table = log.rel.variant_activities
        begins = table.filter(first).select("variant", begin="first_position")
        ends = table.filter(second).select("variant", end="last_position")
        both = begins.join(ends, on="variant", how="inner")
        return both.filter(nw.col("begin") < nw.col("end")).select("variant")
