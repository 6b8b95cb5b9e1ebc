"""When work is done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import narwhals as nw
import polars as pl

from mindzie.core.families import Calculator, Filter
from mindzie.core.results import Column, Table

if TYPE_CHECKING:
    from mindzie.core.engine import Frame, TimeUnit
    from mindzie.core.log import EventLog

QUARTER = 900_000_000
"""Microseconds; no time zone's hours begin within one."""


class WeekdayHour(Calculator):
    """Show when work is done: a heat map of seven weekdays by 24 hours.

    All 168 cells are there, also those where nothing happened. Monday is 1. Events count at their completion; a case counts
    once in each cell in which it has events. Times are those of the log's time zone.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(WeekdayHour())
    >>> len(made), made["value"].sum() == log.event_count
    (168, True)
    """

    measure: Literal["events", "cases", "starts", "ends"] = "events"
    """What is counted: events, cases with events, or starts or ends of cases."""

    example: ClassVar[Mapping[str, Any]] = {"measure": "events"}
    sentence = "{measure} by weekday and hour"

    def compute(self, log: EventLog) -> Table:
        """Return the cells."""
        of_cases = self.measure in ("starts", "ends")
        column = {"starts": "start", "ends": "end"}.get(self.measure, "time")
        frame = log.rel.index if of_cases else log.rel.events
        frame = frame.select("case", nw.col(column).alias("at"))
        counted = self._counted(log, frame.with_columns(quarter=nw.col("at") // QUARTER))
        days = pl.DataFrame({"weekday": range(1, 8)}, schema={"weekday": pl.Int64})
        hours = pl.DataFrame({"hour": range(24)}, schema={"hour": pl.Int64})
        cells = days.join(hours, how="cross").join(counted, on=["weekday", "hour"], how="left")
        cells = cells.with_columns(pl.col("value").fill_null(0).cast(pl.Int64)).sort(
            "weekday", "hour"
        )
        counted_in = "events" if self.measure == "events" else "cases"
        columns = (
            Column(name="weekday", type="number", unit="weekday"),
            Column(name="hour", type="number"),
            Column(name="value", type="number", unit=counted_in),
        )
        return Table(
            cells, columns, facts={"measure": self.measure, "total": int(cells["value"].sum())}
        )

    def _counted(self, log: EventLog, frame: Frame) -> pl.DataFrame:
        """Say the local time of each quarter of an hour, not of each event."""
        quarters = frame.group_by("quarter").agg(value=nw.len())
        quarters = quarters.with_columns(at=nw.col("quarter") * QUARTER)
        units: tuple[tuple[TimeUnit, str], ...] = (("weekday", "weekday"), ("hour_of_day", "hour"))
        for unit, name in units:
            quarters = log.rel.engine.local_time(quarters, "at", log.time_zone, unit, name)
        if self.measure != "cases":
            grouped_again = quarters.group_by("weekday", "hour").agg(value=nw.col("value").sum())
            return log.collect(grouped_again)
        cells = log.rel.engine.persist(quarters.select("quarter", "weekday", "hour"))
        frame = log.rel.engine.attach(frame, cells, ("quarter",))
        return log.collect(frame.group_by("weekday", "hour").agg(value=nw.col("case").n_unique()))

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a cell; without an hour of its day, without a day of its hour."""
        from mindzie.operations.filters.periods import CasesAtHours

        of: Literal["events", "starts", "ends"] = (
            "events" if self.measure == "cases" else self.measure
        )
        days, hours = ((row[name],) if name in row else () for name in ("weekday", "hour"))
        return (CasesAtHours(of=of, weekdays=days, hours=hours),)
