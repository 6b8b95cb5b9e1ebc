"""Enrichments that count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw

from mindzie.core.enrichment import AttributeEnrichment
from mindzie.core.settings import Activities

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog
    from mindzie.core.settings import AttributeType


class CountActivities(AttributeEnrichment):
    """Count how often activities happened in each case.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> counted = log.enrich(CountActivities(name="orders", activities="Receive order"))
    >>> counted.cases["orders"].max() >= 1
    True
    """

    activities: Activities
    """Activities whose events are counted together."""

    example: ClassVar[Mapping[str, Any]] = {"name": "Shipments", "activities": ["Ship"]}
    sentence = "{name}: how often {activities} happened"

    def type_of(self, log: EventLog) -> AttributeType:  # noqa: ARG002 - always the same
        """Return number."""
        return "number"

    def values(self, log: EventLog) -> Frame:
        """Count on variants: activities alone decide."""
        counted = log.rel.variant_activities.filter(
            nw.col("activity").is_in(log.codes(self.activities))
        )
        counted = counted.group_by("variant").agg(found=nw.col("count").sum())
        every = log.rel.variants.select("variant").join(counted, on="variant", how="left")
        return every.select("variant", value=nw.col("found").fill_null(0).cast(nw.Int64))
