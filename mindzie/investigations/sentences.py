"""Sentences about shares, groups, periods and quality."""

from __future__ import annotations

import datetime as dt
from typing import Any, Final

import polars as pl

from mindzie.core.results import Column, Result, Series, Table
from mindzie.core.words import aggregated, cell, count, counted, date, month, share

NOTHING: Final = "No cases are left."
_OUTSIDE_WEEK: Final = 5
_OUTCOMES: Final = {
    "cases that ": "{} of the cases ",
    "cases in which ": "In {} of the cases ",
    "cases with ": "{} of the cases have ",
    "cases without ": "{} of the cases lack ",
    "cases of ": "{} of the cases go ",
}
_DATED: Final = {"case_start": "began", "case_end": "ended"}


def day(time: Any) -> str:
    """Say the day of a date or time."""
    return date(dt.date(time.year, time.month, time.day))


def seconds(value: dt.timedelta | float | None) -> float | None:
    """Return a duration in seconds."""
    return value.total_seconds() if isinstance(value, dt.timedelta) else value


def _when(period: str, at: Any) -> str:
    return month(at) if period == "month" else f"the {period} of {day(at)}"


def over_time(result: Series) -> str:
    """Say how many cases a period brings, or between what a figure of them lies."""
    frame, operation = result.to_polars(), result.operation
    if not frame.height:
        return NOTHING
    period = getattr(operation, "period", "period")
    if getattr(operation, "of", None) is not None:
        return _figure_over_time(result, period)
    totals = frame.group_by(result.axis).agg(pl.col(result.measures[0]).sum())
    peak = totals.sort(result.measures[0], result.axis, descending=[True, False]).row(0, named=True)
    usual: Any = totals[result.measures[0]].median()
    dated = getattr(operation, "date", "case_start")
    verb = _DATED.get(dated, f"have their {dated}")
    most = (
        f"the most {verb} in {_when(period, peak[result.axis])}: {count(peak[result.measures[0]])}"
    )
    return f"A {period} brings {counted(round(usual or 0), 'case')} at the median; {most}."


def _figure_over_time(result: Series, period: str) -> str:
    measure = result.measures[0]
    known = result.to_polars().drop_nulls(measure).sort(measure, result.axis)
    operation: Any = result.operation
    what = aggregated(operation.aggregation, _plain(operation.of))
    if not known.height:
        return f"There is no {what} in any {period}."
    low, high = (known.row(place, named=True) for place in (0, -1))
    unit = _unit(result, measure)
    ends = [
        (cell(row[measure], unit), f"in {_when(period, row[result.axis])}") for row in (low, high)
    ]
    return _between(what, ends)


def _between(what: str, ends: list[tuple[str, str]]) -> str:
    """Say the least and the largest figure, each with where that is."""
    (low, here), (high, there) = ends
    if low == high:
        return f"The {what} is {low} {here if here == there else 'throughout'}."
    return f"The {what} lies between {low} {here} and {high} {there}."


def _unit(result: Table, name: str) -> str:
    column: Column = next(column for column in result.columns if column.name == name)
    return column.unit or ("s" if column.type == "duration" else "")


def _plain(attribute: str) -> str:
    return attribute.replace("_", " ") if attribute.islower() else attribute


def active(result: Series) -> str:
    """Say how much work was open at most and at the end."""
    frame, measure = result.to_polars(), result.measures[0]
    if not frame.height:
        return NOTHING
    peak = frame.sort(measure, result.axis, descending=[True, False]).row(0, named=True)
    period = getattr(result.operation, "period", "period")
    median: Any = frame[measure].median()
    usual = round(median or 0)
    return f"{counted(usual, 'case')} {'is' if usual == 1 else 'are'} open in a {period} at the median, the most in {_when(period, peak[result.axis])}: {count(peak[measure])}."


def rate(result: Table) -> str:
    """Say which part of the cases has an outcome."""
    row, operation = result.to_polars().row(0, named=True), result.operation
    said = operation.words()["outcome"] if operation else "of the outcome"
    if row["share"] is None:
        return NOTHING
    units = [_unit(result, name) for name in ("matching", "total")]
    figures = [
        cell(row[name], unit) for name, unit in zip(("matching", "total"), units, strict=True)
    ]
    return f"{_of_cases(share(row['share']), said)}: {figures[0]} of {figures[1]}."


def _of_cases(part: str, said: str) -> str:
    for begins, instead in _OUTCOMES.items():
        if said.startswith(begins):
            return instead.format(part) + said.removeprefix(begins)
    return f"{part} are {said}"


def groups(result: Series) -> str:
    """Say which group is the largest, or which has the highest and lowest figure."""
    operation: Any = result.operation
    measure, axis = result.measures[0], result.axis
    frame = result.to_polars().filter(~pl.col("other"))
    if not frame.height or len(operation.attributes) > 1:
        return result.title
    name = _plain(operation.attributes[0])
    largest = frame.sort("cases", descending=True, maintain_order=True).row(0, named=True)
    part = f"{name} {_named(largest[axis])}"
    size = (
        f"{share(largest['share'])} of the cases have the {part}"
        if frame.height == 1
        else f"Of {counted(frame.height, 'value')} of {name} shown, {_named(largest[axis])} is the commonest, with {share(largest['share'])} of the cases"
    )
    known = frame.drop_nulls(measure).sort(measure, maintain_order=True)
    if operation.of is None or not known.height:
        return f"{size}."
    low, high = (known.row(place, named=True) for place in (0, -1))
    unit = _unit(result, measure)
    what = aggregated(operation.aggregation, _plain(operation.of))
    ends = [(cell(row[measure], unit), f"for {_named(row[axis])}") for row in (low, high)]
    return _between(what, ends)


def _named(value: Any) -> str:
    return "no value" if value is None else cell(value)


def week(result: Table) -> str:
    """Say when most happens, and how much of it at weekends."""
    frame = result.to_polars()
    total = int(frame["value"].sum())
    if not total:
        return NOTHING
    top = frame.sort("value", "weekday", "hour", descending=[True, False, False]).row(0, named=True)
    late: float = frame.filter(pl.col("weekday") > _OUTSIDE_WEEK)["value"].sum()  # type: ignore[assignment]
    at = f"{cell(top['weekday'], 'weekday')} between {top['hour']}:00 and {top['hour'] + 1}:00"
    return (
        f"The busiest hour is on {at}; {share(late / total)} of all falls on Saturday and Sunday."
    )


def quality(result: Table) -> str:
    """Say the score of the data, and what costs the most."""
    frame = (
        result.to_polars()
        .filter(pl.col("deduction") > 0)
        .sort("deduction", descending=True, maintain_order=True)
    )
    said = f"The data scores {count(round(result.facts['score'], 1))} of 100"
    if not frame.height:
        return f"{said}: nothing is deducted."
    worst = frame.row(0, named=True)
    of = f" ({worst['attribute']})" if worst["attribute"] else ""
    return f"{said}; most is deducted for {worst['check']}{of}, {share(worst['share'])}."


def standard(result: Result) -> str:
    """Say how much of what is needed was found, and what is missing."""
    frame = result.to_polars()
    missing = frame.filter(pl.col("needed") & ~pl.col("present"))["expected"].to_list()
    return f"{result.title}; missing: {', '.join(missing)}." if missing else f"{result.title}."
