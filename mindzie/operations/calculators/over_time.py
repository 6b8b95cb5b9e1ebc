"""Cases over time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import narwhals as nw
import polars as pl
from pydantic import Field, model_validator

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter, Stored
from mindzie.core.results import Column, Result, Series, Table
from mindzie.core.settings import Aggregation, AttributeName, CaseAttributeName, Period, Pick
from mindzie.core.words import counted
from mindzie.operations.calculators.groups import (
    Figure,
    Having,
    Top,
    checked_figure,
    equals,
    figure_title,
    grouped,
    having,
    key_column,
    shown_values,
    told,
    wanted_figures,
)
from mindzie.operations.calculators.periods import bounds, calendar, in_zone

if TYPE_CHECKING:
    from mindzie.core.engine import Frame, TimeUnit
    from mindzie.core.log import EventLog

QUARTER = 900_000_000
"""Microseconds; no time zone's hours begin within one."""


class CasesOverTime(Calculator):
    """Follow the cases, or a figure of them, over the periods of the calendar.

    A case belongs to the period of its date; cases without one are counted in ``facts``. Every period from the first to
    the last is there: where nothing happened counts and sums are 0 and other figures null. Periods are those of the log's
    time zone; weeks begin on Monday.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(CasesOverTime(period="week"))["cases"].sum()
    100
    """

    date: Annotated[str, Pick("attribute", types=("date",), level="case")] = "case_start"
    """Date of each case that says its period."""
    period: Period = "month"
    """Length of the periods."""
    aggregation: Aggregation = "count"
    """How the values of the aggregated attribute become one."""
    of: AttributeName | None = None
    """Attribute to aggregate; none counts cases."""
    filters: tuple[Stored[Filter], ...] = ()
    """Filters of the cases that are followed; none means all."""
    by: CaseAttributeName | None = None
    """A case attribute that splits the series."""
    top: int = Field(
        default=8, ge=1, le=100, description="How many categories to show by themselves."
    )
    max_periods: int = Field(default=2000, ge=1, le=100_000, description="Most periods allowed.")

    main_settings: ClassVar[tuple[str, ...]] = ("period", "date", "by")
    example: ClassVar[Mapping[str, Any]] = {"period": "day", "by": "Region"}
    sentence = "{figure} per {period} {by}"

    @model_validator(mode="after")
    def _something(self) -> Self:
        checked_figure(self.aggregation, self.of, ": set of")
        return self

    def words(self) -> dict[str, str]:
        """Say the figure and the category."""
        figure = figure_title(self.aggregation, self.of)
        dated = "" if self.date == "case_start" else f"of {self.date}"
        by = f"by {self.by}" if self.by else ""
        return {**super().words(), "figure": figure, "by": f"{dated} {by}"}

    def compute(self, log: EventLog) -> Series:
        """Return one row a period and category."""
        kept = log.filter(*self.filters)
        figures = wanted_figures(self.aggregation, self.of)
        top = self._top(kept)

        def prepare(frame: Frame) -> Frame:
            engine = kept.rel.engine
            frame = frame.filter(~nw.col("at").is_null())
            frame = engine.local_time(frame, "at", log.time_zone, self.period, "period")
            return top.ranks(frame) if top else frame

        by = {"at": self.date, **({"category": self.by} if self.by else {})}
        keys = ["period", *([top.rank] if top else [])]
        rows = self._filled(grouped(kept, by, figures, prepare=prepare, keys=keys), top)
        undated = kept.case_count - self._dated(kept)
        rows = in_zone(rows, "period", log.time_zone)
        return self._series(log, rows, figures, {"cases": kept.case_count, "undated": undated})

    def _top(self, log: EventLog) -> Top | None:
        if self.by is None:
            return None
        rows = grouped(log, {"category": self.by})
        ranked = rows.sort("cases", "category", descending=[True, False], nulls_last=True)
        return Top(log, "category", ranked["category"], self.top)

    def _dated(self, log: EventLog) -> int:
        values = log.case_values(value=self.date)
        return int(log.collect(values.select(nw.col("value").count())).item())

    def _filled(self, rows: pl.DataFrame, top: Top | None) -> pl.DataFrame:
        """Add the periods, and categories of periods, in which nothing happened."""
        every = pl.DataFrame(schema={"period": pl.Int64})
        if rows.height:
            first, last = rows.select(
                first=pl.col("period").min(), last=pl.col("period").max()
            ).row(0)
            every = calendar(first, last, self.period, self.max_periods).alias("period").to_frame()
        keys = ["period"]
        if top:
            keys.append(top.rank)
            ranks = pl.int_range(top.table.height + top.more, dtype=pl.Int64, eager=True)
            every = every.join(ranks.alias(top.rank).to_frame(), how="cross")
        rows = every.join(rows, on=keys, how="left").sort(keys)
        zero = [
            "cases",
            *(["value"] if self.of and self.aggregation in ("count", "distinct", "sum") else []),
        ]
        rows = rows.with_columns(pl.col(zero).fill_null(0))
        return top.told(rows, "other").sort(keys) if top else rows

    def _series(
        self,
        log: EventLog,
        rows: pl.DataFrame,
        figures: tuple[Figure, ...],
        facts: Mapping[str, Any],
    ) -> Series:
        columns = [Column(name="period", type="date")]
        if self.by:
            columns.append(key_column(log, "category", self.by))
            columns.append(Column(name="other", type="boolean"))
        columns += [
            Column(name="cases", type="number", unit="cases"),
            *(f.column(log) for f in figures),
        ]
        types = {c.name: c.type for c in columns[1:] if c.type != "list"}
        measures = ("value",) if figures else ("cases",)
        split = "category" if self.by else None
        made = told(rows, types, log.time_zone)
        return Series(
            made, tuple(columns), axis="period", measures=measures, split=split, facts=facts
        )

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of a period and category; those of all other categories need the result."""
        if row.get("other"):
            message = "Which categories are the others, only the result knows: ask result.drill(**row) of it."
            raise SettingError(message)
        chosen = self._within(row)
        if self.by is not None and "category" in row:
            chosen += (equals(self.by, row["category"]),)
        return chosen

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the same, also for all other categories and for the cases without a date."""
        if "left_out" in row:
            return (*self.filters, equals(self.date, None))
        if result.log is None or self.by is None or not row.get("other"):
            return self.drill(row)
        shown = shown_values(result.to_polars(), "category", "other")
        return (*self._within(row), *having(result.log, [Having(self.by, shown, rest=True)]))

    def left_out(self, result: Result) -> dict[str, str]:
        """Name the cases without a date."""
        undated = result.facts["undated"] if isinstance(result, Table) else 0
        return {"undated": f"{counted(undated, 'case')} without {self.date}"} if undated else {}

    def _within(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        from mindzie.operations.filters.attributes import CasesWithAttribute

        start, end = bounds(row["period"], self.period)
        return (
            *self.filters,
            CasesWithAttribute(attribute=self.date, comparison="at_least", values=(start,)),
            CasesWithAttribute(attribute=self.date, comparison="less", values=(end,)),
        )


class ActiveCases(Calculator):
    """Follow the work in progress: how many cases were open in each period.

    A case is active in a period from its first start to its last completion, both included: on every day with start <= day
    <= end. Besides, how many cases started and ended in the period. Days are those of the log's time zone.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(ActiveCases(period="month"))["started"].sum()
    100
    """

    period: Period = "day"
    """Length of the periods."""
    max_periods: int = Field(default=10_000, ge=1, le=100_000, description="Most periods allowed.")

    main_settings: ClassVar[tuple[str, ...]] = ("period",)
    example: ClassVar[Mapping[str, Any]] = {"period": "day"}
    sentence = "active cases per {period}"

    def compute(self, log: EventLog) -> Series:
        """Return running sums of starts less ends: no case is looked at twice."""
        started, ended = (self._counts(log, column) for column in ("start", "end"))
        every = pl.DataFrame(schema={"period": pl.Int64})
        if started.height:
            first, last = min(started["period"].to_list()), max(ended["period"].to_list())
            every = calendar(first, last, self.period, self.max_periods).alias("period").to_frame()
        rows = every.join(started.rename({"cases": "started"}), on="period", how="left")
        rows = rows.join(ended.rename({"cases": "ended"}), on="period", how="left").sort("period")
        rows = rows.with_columns(pl.col("started", "ended").fill_null(0).cast(pl.Int64))
        ended_before = pl.col("ended").cum_sum().shift(1, fill_value=0)
        rows = rows.with_columns(active=pl.col("started").cum_sum() - ended_before)
        names = ("active", "started", "ended")
        columns = (
            Column(name="period", type="date"),
            *(Column(name=name, type="number", unit="cases") for name in names),
        )
        return Series(
            in_zone(rows, "period", log.time_zone), columns, axis="period", measures=("active",)
        )

    def _counts(self, log: EventLog, column: str) -> pl.DataFrame:
        frame = log.rel.engine.local_time(
            log.rel.index, column, log.time_zone, self.period, "period"
        )
        return log.collect(frame.group_by("period").agg(cases=nw.len()))

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of the cases active in a period."""
        from mindzie.operations.filters.attributes import CasesWithAttribute

        start, end = bounds(row["period"], self.period)
        return (
            CasesWithAttribute(attribute="case_start", comparison="less", values=(end,)),
            CasesWithAttribute(attribute="case_end", comparison="at_least", values=(start,)),
        )


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
