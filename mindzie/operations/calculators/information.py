"""What a log is, at a glance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import narwhals as nw
import polars as pl

from mindzie.core.families import Calculator
from mindzie.core.results import Column, Result, Table, plain
from mindzie.core.words import cell
from mindzie.operations.calculators.groups import plain_value

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

UNITS = {
    "cases": "cases", "events": "events", "activities": "activities", "variants": "variants", "span": "s",
    "mean_duration": "s", "median_duration": "s", "min_duration": "s", "max_duration": "s", "events_per_case": "events",
}  # fmt: skip
NAMES = {
    "cases": "Cases", "events": "Events", "activities": "Activities", "variants": "Variants", "events_per_case": "Events per case",
    "first_time": "First event", "last_time": "Last event", "span": "Period covered", "mean_duration": "Mean case duration",
    "median_duration": "Median case duration", "min_duration": "Shortest case", "max_duration": "Longest case", "time_zone": "Time zone",
}  # fmt: skip


class DataInformation(Calculator):
    """Describe the log: its size, its period, the duration of its cases and its attributes.

    One row a figure, with its value as text (dates in ISO 8601 in the log's time zone, durations in seconds). The same
    figures as typed values are in ``facts``, and there under ``attributes`` the name, type, level, share of nulls and number
    of distinct values of every attribute.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> log.calculate(DataInformation()).facts["cases"]
    100
    """

    example: ClassVar[Mapping[str, Any]] = {}
    sentence = "data information"

    def compute(self, log: EventLog) -> Table:
        """Return the figures; durations and dates come from one look at the cases."""
        facts = _figures(log)
        rows = pl.DataFrame(
            {
                "name": list(facts),
                "value": [None if v is None else str(plain(v)) for v in facts.values()],
                "unit": [UNITS.get(name, "") for name in facts],
            },
            schema={"name": pl.String, "value": pl.String, "unit": pl.String},
        )
        columns = tuple(Column(name=name, type="text") for name in rows.columns)
        return Table(rows, columns, facts={**facts, "attributes": _attributes(log)})

    def for_people(self, result: Result) -> Result:
        """Name the figures and say them in words."""
        facts = {name: value for name, value in result.facts.items() if name != "attributes"}  # type: ignore[attr-defined]
        rows = pl.DataFrame(
            {
                "figure": [NAMES.get(name, name) for name in facts],
                "value": [cell(value) for value in facts.values()],
            }
        )
        columns = tuple(Column(name=name, type="text") for name in rows.columns)
        return Table(rows, columns, result.title)


def _figures(log: EventLog) -> dict[str, Any]:
    duration = nw.col("duration")
    figures = log.of_cases(
        first_time=nw.col("start").min(), last_time=nw.col("end").max(), mean=duration.mean(), median=duration.median(),
        min=duration.min(), max=duration.max(),
    )  # fmt: skip
    row = figures.row(0, named=True)
    cases, events = log.case_count, log.event_count
    span = row["last_time"] - row["first_time"] if cases else None
    zone = log.time_zone
    return {
        "cases": cases,
        "events": events,
        "activities": len(log.activities),
        "variants": log.variant_count,
        "events_per_case": events / cases if cases else None,
        "first_time": plain_value(row["first_time"], "date", zone),
        "last_time": plain_value(row["last_time"], "date", zone),
        "span": plain_value(span, "duration", zone),
        **{
            f"{how}_duration": plain_value(row[how], "duration", zone)
            for how in ("mean", "median", "min", "max")
        },
        "time_zone": zone,
    }


def _attributes(log: EventLog) -> list[dict[str, Any]]:
    rows = log.attributes.to_polars()
    of_level = pl.when(pl.col("level") == "case").then(log.case_count).otherwise(log.event_count)
    share = pl.when(of_level > 0).then(pl.col("nulls") / of_level).alias("null_share")
    return rows.select("name", "type", "level", share, "distinct").to_dicts()
