"""Filters on when cases happened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import narwhals as nw
from pydantic import BeforeValidator, Field, model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import CaseFilter
from mindzie.core.moments import Bound, bound_words, moment_of, resolve
from mindzie.core.settings import Activity, DateAttributeName, as_tuple

if TYPE_CHECKING:
    from mindzie.core.engine import Frame, TimeUnit
    from mindzie.core.log import EventLog

Mode = Literal["contained", "intersecting", "started", "ended", "activity", "attribute"]
QUARTER = 900_000_000
"""Microseconds; no time zone's hours begin within one."""
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
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


class CasesAtHours(CaseFilter):
    """Keep the cases in which something happens on some weekdays and at some hours.

    Monday is 1; the hour 8 is from 8:00 to 8:59. Times are those of the log's time zone. Events count at their completion.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> CasesAtHours(weekdays=[6, 7], of="starts").title
    'Cases that start on Saturday or Sunday'
    >>> log.filter(CasesAtHours()).case_count
    100
    """

    weekdays: Annotated[
        tuple[Annotated[int, Field(ge=1, le=7)], ...], BeforeValidator(as_tuple)
    ] = ()
    """Days from 1, Monday, to 7; none means all."""
    hours: Annotated[tuple[Annotated[int, Field(ge=0, le=23)], ...], BeforeValidator(as_tuple)] = ()
    """Hours from 0 to 23; none means all."""
    of: Literal["events", "starts", "ends"] = "events"
    """What happens then: an event, the start of the case, or its end."""

    main_settings: ClassVar[tuple[str, ...]] = ("weekdays", "hours", "of")
    example: ClassVar[Mapping[str, Any]] = {"weekdays": (6, 7), "of": "starts"}
    sentence = "cases {what} {when}"
    removed = "cases except those {what} {when}"

    def words(self) -> dict[str, str]:
        """Say the days and hours."""
        days = " or ".join(_DAYS[day - 1] for day in sorted(set(self.weekdays)))
        hours = " or ".join(f"from {hour}:00 to {hour + 1}:00" for hour in sorted(set(self.hours)))
        what = {"events": "with events", "starts": "that start", "ends": "that end"}[self.of]
        when = f"on {days} {hours}" if days else hours
        return {"what": what, "when": when or "at any time"}

    def matching(self, log: EventLog) -> Frame:
        """Say the local time of each quarter of an hour, not of each event."""
        column = {"starts": "start", "ends": "end"}.get(self.of, "time")
        frame = log.rel.events if self.of == "events" else log.rel.index
        frame = frame.select("case", quarter=nw.col(column) // QUARTER)
        moments = frame.select("quarter").unique().with_columns(at=nw.col("quarter") * QUARTER)
        wanted: tuple[tuple[TimeUnit, tuple[int, ...]], ...] = (
            ("weekday", self.weekdays),
            ("hour_of_day", self.hours),
        )
        for unit, chosen in wanted:
            moments = log.rel.engine.local_time(moments, "at", log.time_zone, unit, unit)
            moments = moments.filter(nw.col(unit).is_in(chosen)) if chosen else moments
        return frame.join(moments.select("quarter"), on="quarter", how="semi").select("case")
