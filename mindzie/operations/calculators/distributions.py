"""How values are spread."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, Self

import narwhals as nw
import polars as pl
from pydantic import BeforeValidator, Field, model_validator

from mindzie.core.aggregate import Measure, aggregate, aggregated_type, aggregated_unit
from mindzie.core.calendar import WorkingCalendar
from mindzie.core.calendar_time import resolved_calendar, working_time
from mindzie.core.errors import SettingError, WrongTypeError
from mindzie.core.families import Calculator, Filter
from mindzie.core.manifest import Attribute
from mindzie.core.moments import span
from mindzie.core.results import Column, Result, Series, Table
from mindzie.core.settings import (
    MICROSECONDS,
    Aggregation,
    Duration,
    DurationUnit,
    Pick,
    microseconds,
)
from mindzie.core.words import counted, typed
from mindzie.operations.calculators.bins import Bins, equal_bins, nice_bins, without_outliers
from mindzie.operations.calculators.groups import plain_value, share_of, told

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog

Range = Literal["auto", "full", "manual"]
STATISTICS: tuple[Aggregation, ...] = ("count", "mean", "median", "min", "max", "std")


def _bound(value: Any) -> Any:
    if isinstance(value, timedelta):
        return typed(value // timedelta(microseconds=1))
    return value.isoformat() if isinstance(value, date) else value


Bound = Annotated[float | str, BeforeValidator(_bound)]
"""A number; for durations text such as ``"3 d"``, for dates ISO 8601 text."""


class _Spread(Calculator):
    """What histograms have in common."""

    bins: int = Field(default=20, ge=1, le=1000, description="How many bins.")
    range: Range = "auto"
    """Auto leaves outliers out (beyond 1.5 interquartile ranges from the quartiles), full shows all, manual goes from min to max."""

    def left_out(self, result: Result) -> dict[str, str]:
        """Name the values outside of the range."""
        if not isinstance(result, Table):
            return {}
        counts = ((name, int(result.facts.get(name) or 0)) for name in ("below", "above"))
        unit = result.columns[3].unit.removesuffix("s")
        return {
            name: f"{counted(number, unit)} {name} the range" for name, number in counts if number
        }

    def for_people(self, result: Result) -> Result:
        """Add a row for the values below the range and one for those above."""
        if not isinstance(result, Series) or not self.left_out(result):
            return result
        frame, facts = result.to_polars(), result.facts
        ends = {"below": {"high": frame["low"][0]}, "above": {"low": frame["high"][-1]}}
        rest = {
            name: pl.DataFrame(
                [{**end, "count": facts[name], "share": facts[name] / facts["count"]}],
                schema=frame.schema,
            )
            for name, end in ends.items()
            if facts.get(name)
        }
        parts = (rest.get("below"), frame, rest.get("above"))
        rows = pl.concat([part for part in parts if part is not None])
        return Table(rows, result.columns, result.title, facts)

    def series(
        self,
        log: EventLog,
        frame: Frame,
        attribute: Attribute,
        manual: tuple[Any, Any],
        *,
        unit: int = 0,
        how: Aggregation = "count",
    ) -> Series:
        """Return bins of the column ``value``; with a unit, edges are round numbers of it."""
        frame = frame.filter(~nw.col("value").is_null())
        measures = [Measure(name, name, "value") for name in (*STATISTICS, "p25", "p75")]
        figures = log.collect(aggregate(frame, (), measures)).row(0, named=True)
        found = self._range(log, frame, figures, manual)
        bins = Bins(0, 0, 1, 0) if found is None else self._bins(found, attribute, unit)
        rows = self._counted(log, frame, bins, (how, float(figures["count"] or 0)))
        facts: dict[str, Any] = {
            name: plain_value(figures[name], aggregated_type(attribute, name), log.time_zone)
            for name in STATISTICS
        }
        columns = [
            Column(name="low", type=attribute.type, unit=attribute.unit), Column(name="high", type=attribute.type, unit=attribute.unit),
            Column(name="closed", type="boolean"),
            Column(name="count", type="number", unit=f"{attribute.level}s"), Column(name="share", type="number", unit="share"),
        ]  # fmt: skip
        if how != "count":
            unit_said = aggregated_unit(attribute, how)
            columns.append(
                Column(name="value", type=aggregated_type(attribute, how), unit=unit_said)
            )
        rows = told(
            rows, {c.name: c.type for c in columns if c.type in ("date", "duration")}, log.time_zone
        )
        measure = "count" if how == "count" else "value"
        return Series(
            rows,
            tuple(columns),
            axis="low",
            measures=(measure,),
            facts={**facts, **_beyond(log, frame, bins)},
        )

    def _range(
        self, log: EventLog, frame: Frame, figures: Mapping[str, Any], manual: tuple[Any, Any]
    ) -> tuple[float, float] | None:
        """Return the least and the largest value to show; none where there are no values."""
        low, high = figures["min"], figures["max"]
        if low is not None and self.range == "auto":
            kept = without_outliers(frame, figures["p25"], figures["p75"])
            low, high = log.collect(
                kept.select(low=nw.col("value").min(), high=nw.col("value").max())
            ).row(0)
        if self.range == "manual":
            low = low if manual[0] is None else manual[0]
            high = high if manual[1] is None else manual[1]
        if low is None or high is None:
            return None
        if low > high and self.range == "manual" and None not in manual:
            message = f"{self.id}: min is more than max: swap them."
            raise SettingError(message)
        return low, max(low, high)

    def _bins(self, found: tuple[float, float], attribute: Attribute, unit: int) -> Bins:
        low, high = found
        whole = isinstance(low, int) and isinstance(high, int)
        if unit and self.range != "manual":
            return nice_bins(int(low), int(high), self.bins, unit)
        discrete = whole and attribute.type == "number" and self.range != "manual"
        return equal_bins(
            low,
            high,
            self.bins,
            whole=discrete or (whole and attribute.type != "number"),
            discrete=discrete,
        )

    def _counted(
        self, log: EventLog, frame: Frame, bins: Bins, wanted: tuple[Aggregation, float]
    ) -> pl.DataFrame:
        how, everything = wanted
        measures = [Measure("count", "count")]
        if how != "count":
            measures.append(Measure("figure", how, "value"))
        placed = bins.place(frame) if bins.number else frame.with_columns(bin=nw.lit(0))
        made = log.collect(aggregate(placed, ["bin"], measures, ("value",)))
        rows = bins.edges().join(
            made.with_columns(pl.col("bin").cast(pl.Int64)), on="bin", how="left"
        )
        rows = rows.sort("bin").with_columns(pl.col("count").fill_null(0))
        rows = rows.with_columns(share=share_of("count", everything))
        return rows.rename({"figure": "value"}, strict=False)


def _beyond(log: EventLog, frame: Frame, bins: Bins) -> dict[str, int]:
    """Count the values outside of the range."""
    if not bins.number:
        return {"below": 0, "above": 0}
    below = nw.when(nw.col("value") < bins.low).then(1).otherwise(0).sum()
    above = nw.when(bins.above()).then(1).otherwise(0).sum()
    made = log.collect(frame.select(below=below, above=above)).row(0, named=True)
    return {name: int(count or 0) for name, count in made.items()}


def beyond(row: Mapping[str, Any]) -> str | None:
    """Return which side of the range a row stands for; none where it is a bin."""
    if "left_out" in row:
        return str(row["left_out"])
    return next(
        (name for name, end in (("below", "low"), ("above", "high")) if row[end] is None), None
    )


class Histogram(_Spread):
    """Count the values of an attribute in equal bins.

    Each bin holds its lower edge, the last one its upper edge too where it is ``closed``; its share is of all values. Values outside of the range are counted as ``below`` and
    ``above`` in ``facts``, where also count, mean, median, min, max and standard deviation of all values are. Counts of
    things, such as ``event_count``, get bins of whole numbers, and no more than there are numbers. An attribute of events
    counts once an event.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> made = log.calculate(Histogram(attribute="event_count", range="full"))
    >>> made["count"].sum()
    100
    """

    attribute: Annotated[str, Pick("attribute", types=("number", "duration", "date"))]
    """Attribute whose values are counted."""
    min: Bound | None = None
    """Where a manual range begins; none means at the least value."""
    max: Bound | None = None
    """Where a manual range ends; none means at the largest value."""
    aggregation: Aggregation = "count"
    """What each bin shows: how many values, or a figure of them."""

    main_settings: ClassVar[tuple[str, ...]] = ("attribute", "bins", "range")
    example: ClassVar[Mapping[str, Any]] = {"attribute": "Value", "bins": 10}
    sentence = "histogram of {attribute}"

    @model_validator(mode="after")
    def _manual(self) -> Self:
        if self.range != "manual" and (self.min is not None or self.max is not None):
            message = f"min and max are for the range 'manual', not {self.range!r}"
            raise ValueError(message)
        return self

    def compute(self, log: EventLog) -> Series:
        """Return the bins."""
        attribute = log.attribute(self.attribute)
        aggregated_type(attribute, self.aggregation)  # refuses what has no meaning
        of_cases = attribute.level == "case"
        frame = (log.case_values if of_cases else log.event_values)(value=self.attribute)
        manual = tuple(self._micro(value, attribute, log) for value in (self.min, self.max))
        return self.series(
            log,
            frame.select("case", "value"),
            attribute,
            (manual[0], manual[1]),
            how=self.aggregation,
        )

    def _micro(self, value: float | str | None, attribute: Attribute, log: EventLog) -> Any:
        if value is None:
            return None
        try:
            if attribute.type == "duration":
                return microseconds(str(value))
            return span(str(value), log.time_zone)[0] if attribute.type == "date" else float(value)
        except ValueError:
            kinds = {
                "number": "a number",
                "duration": "a duration such as '3 d'",
                "date": "a date such as '2025-01-31'",
            }
            message = f"{attribute.name!r} is a {attribute.type}: its range needs {kinds[attribute.type]}, not {value!r}."
            raise WrongTypeError(message) from None

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of a bin; of an attribute of events the result knows better."""
        from mindzie.operations.filters.attributes import CasesWithAttribute

        return tuple(CasesWithAttribute(**said) for said in self._edges(row))

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filters of a bin, or of what lies outside: an attribute of events in one and the same event."""
        from mindzie.operations.filters.attributes import CasesWithAttribute, EventsWithAttribute
        from mindzie.operations.filters.combined import CasesWithEvents

        name = beyond(row)
        edges = [self._beyond(result, name)] if name else self._edges(row)
        assert result.log is not None  # noqa: S101 - results of calculators know their log
        if len(edges) > 1 and result.log.attribute(self.attribute).level == "event":
            return (CasesWithEvents(filters=tuple(EventsWithAttribute(**e) for e in edges)),)
        return tuple(CasesWithAttribute(**said) for said in edges)

    def _edges(self, row: Mapping[str, Any]) -> list[dict[str, Any]]:
        last = "at_most" if row.get("closed") else "less"
        return [self._compared("at_least", row["low"]), self._compared(last, row["high"])]

    def _beyond(self, result: Result, name: str) -> dict[str, Any]:
        bins = result.to_polars()
        if name == "below":
            return self._compared("less", bins["low"][0])
        return self._compared("more" if bins["closed"][-1] else "at_least", bins["high"][-1])

    def _compared(self, comparison: str, value: Any) -> dict[str, Any]:
        return {"attribute": self.attribute, "comparison": comparison, "values": (value,)}


class CaseDuration(_Spread):
    """Count the cases by their duration.

    The histogram of case durations, with count, mean, median, min, max and standard deviation in ``facts``. With a unit the
    edges of the bins are round numbers of it, and there are about as many bins as asked for. With a working calendar only working
    time counts; a unit keeps its length, so that three days of 8 working hours are 24 h.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(CaseDuration(unit="d", range="full"))["count"].sum()
    100
    >>> working = log.calculate(CaseDuration(calendar=mz.WorkingCalendar(country="DE")))
    >>> working.facts["mean"] < log.calculate(CaseDuration()).facts["mean"]
    True
    """

    unit: DurationUnit | None = None
    """Unit of the edges; none means bins of equal width from the least to the largest."""
    min: Duration | None = None
    """Where a manual range begins; none means at the least duration."""
    max: Duration | None = None
    """Where a manual range ends; none means at the largest duration."""
    calendar: WorkingCalendar | None = None
    """When work is done; without one all time counts."""

    main_settings: ClassVar[tuple[str, ...]] = ("bins", "range", "unit", "calendar")
    example: ClassVar[Mapping[str, Any]] = {"bins": 10, "unit": "d"}
    sentence = "case durations{working}"

    @model_validator(mode="after")
    def _manual(self) -> Self:
        if self.range != "manual" and (self.min is not None or self.max is not None):
            message = f"min and max are for the range 'manual', not {self.range!r}"
            raise ValueError(message)
        return self

    def words(self) -> dict[str, str]:
        """Say which time counts."""
        return {"working": " in working time" if self.calendar else ""}

    def resolved(self, log: EventLog) -> dict[str, Any]:
        """Return what the calendar came to."""
        return resolved_calendar(self.calendar, log)

    def compute(self, log: EventLog) -> Series:
        """Return the bins, from the index of cases alone."""
        frame = log.rel.index.with_columns(value=nw.col("duration"))
        if self.calendar is not None:
            frame = working_time(log, frame, self.calendar, "start", "end", name="value")
            frame = log.rel.engine.persist(frame.select("case", "value"))
        low, high = (
            None if bound is None else microseconds(bound) for bound in (self.min, self.max)
        )
        unit = MICROSECONDS[self.unit] if self.unit else 0
        attribute = log.attribute("case_duration")
        if self.calendar is not None:
            attribute = attribute.model_copy(update={"unit": self.calendar.unit})
        return self.series(log, frame.select("case", "value"), attribute, (low, high), unit=unit)

    def drill(self, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a bin."""
        from mindzie.operations.filters.durations import CaseDuration as Between

        low, high = (
            value if isinstance(value, timedelta) else timedelta(seconds=value)
            for value in (row["low"], row["high"])
        )
        end = high if row.get("closed") else high - timedelta(microseconds=1)
        return (Between(min=_bound(low), max=_bound(end), calendar=self.calendar),)

    def behind(self, result: Result, row: Mapping[str, Any]) -> tuple[Filter, ...]:
        """Return the filter of a bin, or of the cases that are shorter or longer than all bins."""
        from mindzie.operations.filters.durations import CaseDuration as Between

        name = beyond(row)
        if name is None:
            return self.drill(row)
        bins, least = result.to_polars(), timedelta(microseconds=1)
        if name == "below":
            end = bins["low"][0] - least
            return (Between(max=_bound(end), calendar=self.calendar),)
        start = bins["high"][-1] + (least if bins["closed"][-1] else timedelta(0))
        return (Between(min=_bound(start), calendar=self.calendar),)
