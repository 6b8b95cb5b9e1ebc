"""Filters on events: those left become neighbours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw
from pydantic import Field

from mindzie.core.families import EventFilter
from mindzie.core.settings import Activities as ActivityNames

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class Activities(EventFilter):
    """Keep or remove the events of some activities.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(Activities(activities=log.activities[:2])).variant_count < log.variant_count
    True
    """

    activities: ActivityNames
    """Activities by name."""
    keep: bool = Field(default=True, description="Keep these events; off: remove them.")

    by_activity = True
    example: ClassVar[Mapping[str, Any]] = {"activities": ["Ship"]}
    main_settings: ClassVar[tuple[str, ...]] = ("activities", "keep")
    sentence = "events of {activities}"
    removed = "events except those of {activities}"

    def kept(self, log: EventLog, events: Frame) -> Frame:
        """Return the events to keep."""
        chosen = nw.col("activity").is_in(log.codes(self.activities))
        return events.filter(chosen if self.keep else ~chosen)
