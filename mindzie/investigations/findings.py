"""What a result says, in one sentence computed from its figures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from mindzie.core.results import Graph, Result, Series, Table
from mindzie.core.words import count, counted, duration, share
from mindzie.investigations import sentences
from mindzie.investigations.sentences import NOTHING, day, seconds


def finding(result: Result) -> str:
    """Say what a result shows.

    Parameters
    ----------
    result : Result
        As ``log.calculate`` returns it.

    Returns
    -------
    str
        One or two sentences; of a calculator without a sentence of its own, its title.

    Examples
    --------
    >>> import mindzie as mz
    >>> log = mz.demo("order-to-cash", cases=100)
    >>> finding(log.calculate(mz.calculators.CaseDuration())).startswith("Half of the cases take no longer than")
    True
    """
    say = _SENTENCES.get(result.operation.id) if result.operation else None
    if say is None or result.log is None:
        return result.title
    said = say(result) if result.log.case_count else NOTHING
    return said[:1].upper() + said[1:]


def _size(result: Any) -> str:
    facts = result.facts
    first, last = day(facts["first_time"]), day(facts["last_time"])
    days = f"on {first}" if first == last else f"between {first} and {last}"
    events, ways = round(facts["events_per_case"], 1), facts["variants"]
    each = f"{count(events)} {'event' if events == 1 else 'events'} each on average"
    how = "in one way" if ways == 1 else f"in {count(ways)} different ways"
    return f"{counted(facts['cases'], 'case')} {days}, with {each}, run {how}."


def _map(result: Graph) -> str:
    nodes, cases = result.nodes.to_polars(), result.log.case_count if result.log else 0
    if not nodes.height:
        return NOTHING
    first, last = (
        nodes.sort(name, descending=True).row(0, named=True) for name in ("starts", "ends")
    )
    always = nodes.filter(pl.col("cases") >= 0.95 * cases).height
    return (
        f"{_of_cases(first['starts'] / cases)} start with {first['activity']}, {_of_cases(last['ends'] / cases)} end with {last['activity']}; "
        f"{always} of {counted(nodes.height, 'activity')} {'happens' if always == 1 else 'happen'} in nearly every case."
    )


def _of_cases(part: float) -> str:
    return "all cases" if part == 1 else f"{share(part)} of the cases"


def _variants(result: Table) -> str:
    log, frame = result.log, result.to_polars()
    if log is None or not frame.height:
        return NOTHING
    if log.variant_count == 1:
        return "All cases take the same way through the process."
    shares = log.variants["share"].cum_sum()
    half = int((shares < 1 / 2).sum()) + 1
    ways = f"the {count(half)} commonest cover half" if half > 1 else "it covers more than half"
    return f"The commonest of {count(log.variant_count)} ways through the process is taken by {share(frame['share'][0])} of the cases; {ways} of them."


def _durations(result: Series) -> str:
    median, mean = (seconds(result.facts[name]) for name in ("median", "mean"))
    unit = result.columns[0].unit or "s"
    if result.facts["min"] == result.facts["max"]:
        return f"Every case takes {duration(median, unit)}."
    skew = (
        ""
        if median is None or mean is None or mean < 1.2 * median
        else f", and a few so much longer that the mean is {duration(mean, unit)}"
    )
    return f"Half of the cases take no longer than {duration(median, unit)}{skew}."


def _lost(result: Table) -> str:
    frame = result.to_polars()
    longest: Any = frame["total"].max()
    if not seconds(longest):
        return "No time is spent between activities."
    row = frame.row(0, named=True)
    part = row.get("share_of_time", row.get("share"))
    often = f"{duration(seconds(row['median']))} at the median, in {counted(row['cases'], 'case')}"
    return f"Most time is lost between {row['from_activity']} and {row['to_activity']}: {often}{f', {share(part)} of all waiting' if part else ''}."


def _rework(result: Table) -> str:
    frame, cases = result.to_polars(), result.log.case_count if result.log else 0
    column = "rework_cases" if "rework_cases" in frame.columns else "cases_with_rework"
    if column not in frame.columns or not frame.height or not frame[column].max():
        return "No activity is repeated within a case."
    row = frame.sort(column, descending=True).row(0, named=True)
    repeated = int((frame[column] > 0).sum())
    return f"{row['activity']} is the activity most often repeated, in {share(row[column] / cases)} of the cases; {count(repeated)} of {counted(frame.height, 'activity')} {'is' if repeated == 1 else 'are'} repeated at all."


def readiness(log: Any) -> str:
    """Say how ready a log is for analysis.

    Parameters
    ----------
    log : EventLog
        Any log.

    Returns
    -------
    str
        The score, and what lowered it.
    """
    found = [item for item in log.readiness.findings if item.severity != "info"]
    aside = f" {counted(log.rejected.height, 'row')} kept aside." if log.rejected.height else ""
    why = (
        "; ".join(item.title[:1].lower() + item.title[1:].rstrip(".") for item in found[:3])
        if found
        else "nothing stands in the way of its figures"
    )
    return f"The data scores {log.readiness.score} of 100: {why}.{aside}"


_SENTENCES: Final[dict[str, Callable[[Any], str]]] = {
    "data_information": _size, "process_map": _map, "variants": _variants, "case_duration": _durations, "bottlenecks": _lost,
    "activity_statistics": _rework, "cases_over_time": sentences.over_time, "active_cases": sentences.active, "rate": sentences.rate,
    "breakdown": sentences.groups, "weekday_hour": sentences.week, "data_quality": sentences.quality, "standard_checker": sentences.standard,
}  # fmt: skip
