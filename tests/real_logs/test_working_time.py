"""Working time on a real log, beside a plain count of its working minutes from the file itself."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean, median
from zoneinfo import ZoneInfo

import pytest

import mindzie as mz
from mindzie.operations import calculators, filters

ZONE = ZoneInfo("Europe/Berlin")
OFFICE = mz.WorkingCalendar(hours={"mon-thu": "8-12, 13-17", "fri": "8-14"}, country="DE", region="BY", time_zone=ZONE.key)  # fmt: skip
HOURS = [*[[(8, 12), (13, 17)]] * 4, [(8, 14)], [], []]
FREE = {
    "2011-01-01", "2011-01-06", "2011-04-22", "2011-04-25", "2011-05-01", "2011-06-02", "2011-06-13", "2011-06-23",
    "2011-10-03", "2011-11-01", "2011-12-25", "2011-12-26",
}  # fmt: skip
"""Holidays in all of Bavaria."""


def worked(begin: datetime, end: datetime) -> timedelta:
    done, day = timedelta(), begin.replace(hour=0, minute=0, second=0)
    while day <= end:
        free = day.date().isoformat() in FREE
        for first, last in [] if free else HOURS[day.weekday()]:
            low, high = max(begin, day.replace(hour=first)), min(end, day.replace(hour=last))
            done += max(high - low, timedelta())
        day += timedelta(days=1)
    return done


def durations(path: Path) -> dict[str, timedelta]:
    """Return the working time of each case, by local wall times: no shift works while clocks change."""
    ends = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            times = (datetime.fromisoformat(row[name]) for name in ("start_time", "end_time"))
            ends[row["case_id"]] += [time.astimezone(ZONE).replace(tzinfo=None) for time in times]
    assert {time.year for times in ends.values() for time in times} == {2011}
    return {case: worked(min(times), max(times)) for case, times in ends.items()}


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_working_time_of_purchases(logs: Path, engine: str) -> None:
    path = logs / "PurchasingExample.csv.gz"
    expected = durations(path)
    log = mz.read(path).on(engine)
    made = log.calculate(calculators.CaseDuration(calendar=OFFICE))
    assert made.facts["count"] == len(expected) == 608
    values = [time.total_seconds() for time in expected.values()]
    assert made.facts["mean"].total_seconds() == pytest.approx(mean(values))
    assert made.facts["median"].total_seconds() == pytest.approx(median(values))
    assert made.facts["max"] == max(expected.values())
    assert made.facts["mean"] < log.calculate(calculators.CaseDuration()).facts["mean"] / 3
    long = log.filter(filters.CaseDuration(min="80 h", calendar=OFFICE))
    assert set(long.cases["case_id"]) == {
        case for case, time in expected.items() if time >= timedelta(hours=80)
    }
    assert 0 < long.case_count < 608
