"""Filters on which activities happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import narwhals as nw
from pydantic import Field, model_validator

from mindzie.core.families import CaseFilter
from mindzie.core.settings import Activities
from mindzie.operations.filters.wording import listed, span

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class CasesWithActivity(CaseFilter):
    """Keep the cases in which activities happened.

    The number of occurrences of any (or of each) activity listed lies between the two bounds.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(CasesWithActivity(activities=log.activities[0])).case_count <= 100
    True
    """

    activities: Activities
    """Activities to look for."""
    match: Literal["any", "all"] = "any"
    """Whether one of the activities is enough, or each must have happened."""
    min_occurrences: int = Field(default=1, ge=0)
    """Least number of occurrences in a case."""
    max_occurrences: int | None = Field(default=None, ge=0)
    """Most occurrences in a case; none means no limit."""

    example: ClassVar[Mapping[str, Any]] = {"activities": ["Ship"]}
    main_settings: ClassVar[tuple[str, ...]] = (
        "activities",
        "match",
        "min_occurrences",
        "max_occurrences",
    )
    sentence = "cases with {activities} {times}"
    removed = "cases without {activities} {times}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_occurrences is not None and self.min_occurrences > self.max_occurrences:
            message = f"min_occurrences ({self.min_occurrences}) is more than max_occurrences ({self.max_occurrences}): swap them"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the number of times where it is not the usual."""
        usual = self.min_occurrences == 1 and self.max_occurrences is None
        times = "" if usual else span(self.min_occurrences, self.max_occurrences, "time")
        return {
            "activities": listed(self.activities, "or" if self.match == "any" else "and"),
            "times": times,
        }

    def matching(self, log: EventLog) -> Frame:
        """Return the variants that match: activities alone decide."""
        codes = sorted(set(log.codes(self.activities)))
        counts = log.rel.variant_activities.filter(nw.col("activity").is_in(codes))
        within = nw.col("count") >= self.min_occurrences
        if self.max_occurrences is not None:
            within = within & (nw.col("count") <= self.max_occurrences)
        found = counts.group_by("variant").agg(
            met=nw.len(), fitting=nw.when(within).then(1).otherwise(0).sum()
        )
        needed = len(codes) if self.match == "all" else 1
        if self.min_occurrences:
            return found.filter(nw.col("fitting") >= needed).select("variant")
        # an activity that a variant lacks happened 0 times, and that is within the bounds
        every = log.rel.variants.select("variant").join(found, on="variant", how="left")
        fitting = nw.col("fitting").fill_null(0) + len(codes) - nw.col("met").fill_null(0)
        return every.filter(fitting >= needed).select("variant")
