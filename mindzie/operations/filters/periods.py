"""Filters on when cases happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import narwhals as nw
from pydantic import model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import CaseFilter
from mindzie.core.moments import Bound, bound_words, moment_of, resolve
from mindzie.core.settings import Activity, DateAttributeName

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

Mode = Literal["contained", "intersecting", "started", "ended", "activity", "attribute"]
_WORDS: Mapping[str, str] = {
    "contained": "that lie", "intersecting": "that were under way", "started": "that started", "ended": "that ended",
    "activity": "with {activity}", "attribute": "with {attribute}",
}  # fmt: skip


class TimePeriod(CaseFilter):
    """Keep the cases that fall into a period.

    A bound is a date or time (``"2025-01-31"``), a distance from now (``"-30 d"``, ``"now"``) or the start of a period
    some periods away (``"start of month -1"``), in the log's time zone. A date as end includes its whole day, a time that
    very moment; the start of a period ends what was before it, so from ``"start of month -1"`` to ``"start of month"`` is
    the whole of last month. Now is the log's frozen time where it has one. What the bounds came to is in the provenance.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.filter(TimePeriod(end="1999-12-31", mode="started")).case_count
    0
    >>> TimePeriod(start="2025-01-01", end="2025-03-31").title
    'Cases that lie between 1 Jan 2025 and 31 Mar 2025'
    """

    start: Bound | None = None
    """First day or moment; none means no limit."""
    end: Bound | None = None
    """Last day or moment, included; none means no limit."""
    mode: Mode = "contained"
    """What must be in the period: the whole case, a part of it, its start, its end, an activity, or a date attribute."""
    activity: Activity | None = None
    """For the mode activity: one of its completions is in the period."""
    attribute: DateAttributeName | None = None
    """For the mode attribute: the date that is in the period; of an attribute of events any one."""

    main_settings: ClassVar[tuple[str, ...]] = ("start", "end", "mode")
    example: ClassVar[Mapping[str, Any]] = {
        "start": "2024-01-10",
        "end": "2024-01-20",
        "mode": "started",
    }
    sentence = "cases {what} {period}"
    removed = "cases except those {what} {period}"

    @model_validator(mode="after")
    def _named(self) -> Self:
        for name in ("activity", "attribute"):
            if self.mode == name and getattr(self, name) is None:
                message = f"the mode {name!r} needs the setting {name!r}"
                raise ValueError(message)
            if self.mode != name and getattr(self, name) is not None:
                message = f"{name}={getattr(self, name)!r} is for the mode {name!r}, but the mode is {self.mode!r}"
                raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say the mode and the bounds."""
        start, end = (bound and bound_words(bound) for bound in (self.start, self.end))
        period = f"between {start} and {end}"
        past = start is not None and start.endswith(" ago")
        if end is None:
            period = f"since {start}" if start else "at any time"
            period = f"from {start} on" if past else period
        elif past and start and end == "now":
            period = f"in the last {start.removesuffix(' ago')}"
        elif start is None:
            period = f"until {end}"
        return {
            "what": _WORDS[self.mode].format(activity=self.activity, attribute=self.attribute),
            "period": period,
        }

    def period(self, log: EventLog) -> tuple[int | None, int | None]:
        """Return the first microsecond of the period and the first one after it, None for no limit."""
        now, zone = log.clock, log.time_zone
        begin = None if self.start is None else resolve(self.start, now=now, zone=zone)
        after = None if self.end is None else resolve(self.end, now=now, zone=zone, end=True)
        return begin, after

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return the bounds as points in time; ``before`` is the first moment after the period."""
        bounds = zip(("start", "before"), self.period(log), strict=True)
        return {
            name: moment_of(bound, log.time_zone).isoformat()
            for name, bound in bounds
            if bound is not None
        }

    def check(self, log: EventLog) -> None:
        """Refuse unknown names, and periods that end before they begin."""
        super().check(log)
        begin, after = self.period(log)
        if begin is not None and after is not None and begin >= after:
            said = self.resolved(log)
            message = f"The period ends ({said['before']}) before it begins ({said['start']}): change start or end."
            raise SettingError(message)

    def matching(self, log: EventLog) -> nw.Expr | Frame:
        """Compare times of the case; events only where an activity or their attribute is asked for."""
        within = self._within
        if self.mode in ("contained", "intersecting"):
            begin, after = self.period(log)
            first, last = ("start", "end") if self.mode == "contained" else ("end", "start")
            return _from(first, begin) & _until(last, after)
        if self.mode in ("started", "ended"):
            return within(log, "start" if self.mode == "started" else "end")
        if self.activity is not None:
            codes = log.codes((self.activity,))
            return log.rel.events.filter(
                nw.col("activity").is_in(codes), within(log, "time")
            ).select("case")
        attribute = log.attribute(str(self.attribute))
        if attribute.level == "case":
            return within(log, attribute.column)
        return log.rel.events.filter(within(log, attribute.column)).select("case")

    def _within(self, log: EventLog, column: str) -> nw.Expr:
        begin, after = self.period(log)
        return _from(column, begin) & _until(column, after)


def _from(column: str, begin: int | None) -> nw.Expr:
    return ~nw.col(column).is_null() if begin is None else nw.col(column) >= begin


def _until(column: str, after: int | None) -> nw.Expr:
    return ~nw.col(column).is_null() if after is None else nw.col(column) < after
