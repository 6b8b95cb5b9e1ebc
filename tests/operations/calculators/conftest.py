"""Every test of a calculator runs on both engines, on logs whose figures are known by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl
import pytest

from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceAttribute, SourceTable

HOUR = 3_600_000_000
FIRST = 1_704_672_000_000_000  # Monday 2024-01-08 00:00 UTC
NAMES: Mapping[str, Any] = {
    "Region": ("text", pl.String),
    "Value": ("number", pl.Float64),
    "Due": ("date", pl.Int64),
    "Rush": ("boolean", pl.Boolean),
    "Team": ("text", pl.String),
    "Cost": ("number", pl.Int64),
}
# case: its values, then activity, start hour, end hour, team, cost
Event = tuple[str, float, float, str | None, int | None]
ORDERS: Mapping[str, tuple[Mapping[str, Any], Sequence[Event]]] = {
    "A": (
        {"Region": "North", "Value": 100.0, "Due": 30, "Rush": True},
        [("Order", 0, 1, "Sales", 5), ("Pack", 3, 5, "Store", 7), ("Ship", 5, 6, "Store", 1)],
    ),
    "B": (
        {"Region": "South", "Value": 300.0, "Due": None, "Rush": False},
        [("Order", 24, 24, "Sales", 5), ("Ship", 30, 31, None, None)],
    ),
    "C": (
        {"Region": "North", "Value": None, "Due": 90, "Rush": None},
        [
            ("Order", 48, 49, "Sales", 5),
            ("Pack", 50, 51, "Store", 2),
            ("Pack", 51, 52, "Store", 4),
            ("Ship", 60, 61, "Store", -3),
        ],
    ),
    "D": ({"Region": None, "Value": 50.0, "Due": 80, "Rush": True}, [("Order", 72, 72, None, 5)]),
}


def log_of(
    cases: Mapping[str, tuple[Mapping[str, Any], Sequence[Event]]],
    engine: str,
    zone: str = "UTC",
    *,
    starts: bool = True,
) -> EventLog:
    """Hours are counted from the first Monday."""
    rows = []
    for case_id, (values, events) in cases.items():
        due = values.get("Due")
        of_case = {**values, "Due": None if due is None else FIRST + due * HOUR}
        for activity, begin, end, team, cost in events:
            times = {"start_time": int(FIRST + begin * HOUR), "time": int(FIRST + end * HOUR)}
            one = {"case_id": case_id, "activity": activity, **times, **of_case}
            rows.append({**one, "Team": team, "Cost": cost})
    schema = {"case_id": pl.String, "activity": pl.String, "start_time": pl.Int64, "time": pl.Int64}
    schema |= {name: kind for name, (_, kind) in NAMES.items()}
    frame = pl.DataFrame(rows, schema=schema)
    frame = frame.rename({name: f"attribute_{place}" for place, name in enumerate(NAMES)})
    frame = frame.with_columns(row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    if not starts:
        frame = frame.drop("start_time")
    attributes = tuple(
        SourceAttribute(name, f"attribute_{place}", kind)
        for place, (name, (kind, _)) in enumerate(NAMES.items())
    )
    return build(SourceTable(frame, attributes, name="orders", time_zone=zone), engine)


@pytest.fixture(params=["polars", "duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def orders(engine: str) -> EventLog:
    return log_of(ORDERS, engine)


@pytest.fixture
def nothing(engine: str) -> EventLog:
    return log_of({}, engine)


def rows(result: Any, *names: str) -> list[tuple[Any, ...]]:
    """The rows of a result, or some of its columns."""
    frame = result.to_polars()
    return list(frame.select(names or frame.columns).iter_rows())


def hours(*values: float | None) -> list[Any]:
    """Durations of so many hours."""
    from datetime import timedelta

    return [None if value is None else timedelta(hours=value) for value in values]
