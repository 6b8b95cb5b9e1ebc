"""Event filters on how usual an activity is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

import narwhals as nw
import polars as pl
from pydantic import model_validator

from mindzie.core.families import EventFilter
from mindzie.core.settings import Share
from mindzie.operations.filters.wording import percent

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class ActivityFrequency(EventFilter):
    """Keep the events of the activities that happen in some share of the cases.

    All events of the other activities are removed. Both bounds are included; a case counts once, however often the
    activity happens in it.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> usual = log.filter(ActivityFrequency(min_share=0.5))
    >>> len(usual.activities) < len(log.activities)
    True
    """

    min_share: Share = 0.0
    """Least share of the cases, 0 to 1."""
    max_share: Share = 1.0
    """Greatest share of the cases, 0 to 1."""

    by_activity = True
    main_settings: ClassVar[tuple[str, ...]] = ("min_share", "max_share")
    example: ClassVar[Mapping[str, Any]] = {"min_share": 0.3}
    sentence = "events of activities in {shares} of cases"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min_share > self.max_share:
            message = (
                f"min_share ({self.min_share}) is more than max_share ({self.max_share}): swap them"
            )
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say shares as per cent."""
        low, high = (percent(share) for share in (self.min_share, self.max_share))
        return {
            "shares": f"at least {low}"
            if self.max_share == 1
            else f"{low} to {high}"
            if self.min_share
            else f"at most {high}"
        }

    def kept(self, log: EventLog, events: Frame) -> Frame:
        """Count cases on variants."""
        counts = log.rel.variant_activities.join(
            log.rel.variants.select("variant", "case_count"), on="variant", how="inner"
        )
        cases = log.collect(counts.group_by("activity").agg(cases=nw.col("case_count").sum()))
        share = pl.col("cases") / (log.case_count or 1)
        fitting = cases.filter(share >= self.min_share, share <= self.max_share)
        return events.filter(nw.col("activity").is_in(fitting["activity"].to_list()))
