"""Filters on the length of cases, in time and in events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, Self

import narwhals as nw
from pydantic import Field, model_validator

from mindzie.core.calendar import WorkingCalendar
from mindzie.core.calendar_time import resolved_calendar, working_time
from mindzie.core.families import CaseFilter
from mindzie.core.settings import Duration, microseconds
from mindzie.operations.filters.wording import duration, span

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

_ALL: Final = 6
"""Units of durations, from days to microseconds."""


def _between(column: str, low: int | None, high: int | None) -> nw.Expr:
    within = ~nw.col(column).is_null()
    if low is not None:
        within = within & (nw.col(column) >= low)
    return within if high is None else within & (nw.col(column) <= high)


class CaseDuration(CaseFilter):
    """Keep the cases that took some time from first start to last completion.

    Both bounds are included. With a working calendar only working time counts; a unit keeps its length, so that three days of
    8 working hours are 24 h.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> long = CaseDuration(min="30 d")
    >>> long.title
    'Cases that took at least 30 d'
    >>> log.filter(long).case_count < 100
    True
    >>> CaseDuration(min="1 d", calendar=mz.WorkingCalendar(hours="8-16")).title
    'Cases that took at least 24 h of working time'
    """

    min: Duration | None = None
    """Least time; none means no limit."""
    max: Duration | None = None
    """Most time; none means no limit."""
    calendar: WorkingCalendar | None = None
    """When work is done; without one all time counts."""

    main_settings: ClassVar[tuple[str, ...]] = ("min", "max", "calendar")
    example: ClassVar[Mapping[str, Any]] = {"min": "3 d"}
    sentence = "cases that took {range}{working}"
    removed = "cases except those that took {range}{working}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if (
            self.min is not None
            and self.max is not None
            and microseconds(self.min) > microseconds(self.max)
        ):
            low, high = duration(self.min, _ALL), duration(self.max, _ALL)
            message = f"min ({low}) is more than max ({high}): swap them"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the range in two units, in more only where its ends would read the same."""
        longest: Literal["d", "h"] = "h" if self.calendar else "d"
        said = {
            units: tuple(b and duration(b, units, longest) for b in (self.min, self.max))
            for units in (2, _ALL)
        }
        low, high = said[2] if self.min == self.max or len(set(said[2])) > 1 else said[_ALL]
        working = " of working time" if self.calendar else ""
        return {"range": span(low, high), "working": working}

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return what the calendar came to."""
        return resolved_calendar(self.calendar, log)

    def matching(self, log: EventLog) -> nw.Expr | Frame:
        """Compare the case's duration."""
        low, high = (
            None if bound is None else microseconds(bound) for bound in (self.min, self.max)
        )
        if self.calendar is None:
            return _between("duration", low, high)
        worked = working_time(log, log.rel.index, self.calendar, "start", "end", name="worked")
        return worked.filter(_between("worked", low, high)).select("case")


class CaseSize(CaseFilter):
    """Keep the cases with some number of events.

    Both bounds are included.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(CaseSize(min=1)).case_count
    100
    >>> CaseSize(min=2, max=5).title
    'Cases of 2 to 5 events'
    """

    min: int | None = Field(default=None, ge=0)
    """Least number of events; none means no limit."""
    max: int | None = Field(default=None, ge=0)
    """Most events; none means no limit."""

    main_settings: ClassVar[tuple[str, ...]] = ("min", "max")
    example: ClassVar[Mapping[str, Any]] = {"min": 4, "max": 6}
    sentence = "cases of {range}"
    removed = "cases except those of {range}"

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.min is not None and self.max is not None and self.min > self.max:
            message = f"min ({self.min}) is more than max ({self.max}): swap them"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the range."""
        return {"range": span(self.min, self.max, "event")}

    def matching(self, log: EventLog) -> Frame:
        """Compare the length of variants."""
        return log.rel.variants.filter(_between("length", self.min, self.max)).select("variant")
