"""Numbers without end and times that no calendar has are told, and never wrap around to something else."""

from __future__ import annotations

import json
import math
from datetime import datetime

import polars as pl
import pytest

import mindzie as mz
from mindzie.core.log import EventLog

SECONDS = 1_700_000_000


def log_at(times: list[int] | list[float]) -> EventLog:
    return mz.read(
        pl.DataFrame({"case": ["1"] * 4, "activity": ["A"] * 4, "time": times}),
        case="case",
        activity="activity",
        timestamp="time",
    )


@pytest.mark.parametrize(
    ("unit", "beyond"),
    [(1, 99_999_999_999_999_999), (1_000, 999_999_999_999_999), (1_000_000, 2**62)],
)
def test_a_number_that_is_no_time_is_set_aside(unit: int, beyond: int) -> None:
    log = log_at([SECONDS * unit, SECONDS * unit + 1, SECONDS * unit + 2, beyond])
    assert log.event_count == 3
    assert log.rejected["reason"].to_list() == ["timestamp cannot be read"]
    json.dumps(log.events.to_json(), allow_nan=False)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo"])
def test_the_last_moment_of_all_can_be_shown_in_every_zone(zone: str) -> None:
    first, last = datetime(1, 1, 1), datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001 - of the zone
    rows = pl.DataFrame(
        {"case": ["1", "1"], "activity": ["A", "B"], "time": [first, last], "until": [last, last]}
    )
    log = mz.read(rows, timezone=zone, timestamp="time")
    assert log.event_count == 2
    assert log.attribute("until").type == "date"
    shown = log.events.to_json()["rows"]
    assert shown[0]["timestamp"].startswith("0001-01-01")
    assert shown[1]["timestamp"].startswith("9999-12-31")
    json.dumps(log.cases.to_json(), allow_nan=False)


def test_infinite_numbers_are_missing_and_said() -> None:
    rows = pl.DataFrame(
        {
            "case": ["1", "2", "3"],
            "activity": ["A", "A", "A"],
            "time": ["2024-01-01"] * 3,
            "cost": [1.5, math.inf, -math.inf],
            "price": ["1e999", "2.5", "3.5"],
        }
    )
    log = mz.read(rows)
    assert log.cases["cost"].null_count() == 2
    assert log.cases["price"].null_count() == 1
    [found] = [finding for finding in log.readiness.findings if finding.id == "infinite_numbers"]
    assert found.count == 3
    json.dumps(log.cases.to_json(), allow_nan=False)
