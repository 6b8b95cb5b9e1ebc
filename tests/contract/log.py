"""A hand-made log with everything an operation may meet."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import polars as pl

from mindzie.engine.source_table import SourceAttribute, SourceTable

CASES = 40
ALONE = 17  # the case of one event
ODD = "Ж\"'%\\;--$1 事 " + "ü" * 300 + " "  # one start for all keeps the order of names
HOUR = 3_600_000_000
FIRST = 1_704_700_800_000_000  # 2024-01-08 08:00 UTC, a Monday
PATHS = (
    ("Order", "Check", "Pack", "Ship", "Pay"),
    ("Order", "Pack", "Ship", "Pay"),
    ("Order", "Check", "Check", "Pack", "Ship", "Return", "Ship", "Pay"),
    ("Order", "Check", "Cancel"),
    ("Order", "Pack", "Pack", "Pack", "Ship", "Pay", "Remind", "Pay"),
    ("Order", "Pay", "Ship", "Return", "Refund"),
)
ACTIVITIES = tuple(sorted({activity for path in PATHS for activity in path}))
ATTRIBUTES: dict[str, str] = {
    "Region": "text",
    "Customer": "text",
    "Value": "number",
    "Items": "number",
    "Express": "boolean",
    "Due": "date",
    "Promised": "duration",
    "Amount": "number",
    "Team": "text",
    "Automatic": "boolean",
    "Booked": "date",
    "Effort": "duration",
}
"""The first seven are the same in all events of a case, the others differ."""


def _case(number: int, dice: random.Random) -> Iterator[dict[str, Any]]:
    path = ("Ship",) if number == ALONE else dice.choices(PATHS, (9, 7, 4, 4, 3, 2))[0]
    clock = FIRST + number * 9 * HOUR + dice.randrange(4) * HOUR
    of_case = {
        "Region": dice.choice(["North", "South", "West", None]),
        "Customer": f"Customer {dice.randrange(9)}",
        "Value": round(dice.uniform(10, 5000), 2) if dice.random() < 0.9 else None,
        "Items": dice.randrange(1, 9),
        "Express": dice.choice([True, False, None]),
        "Due": clock + dice.randrange(100, 900) * HOUR if dice.random() < 0.8 else None,
        "Promised": dice.randrange(1, 40) * 6 * HOUR,
    }
    for activity in path:
        start = clock
        clock += dice.choice([0, 0, 0.25, 1, 3, 50]) * HOUR
        yield {
            "case_id": f"{number:04d}",
            "activity": activity,
            "start_time": int(start),
            "time": int(clock),
            "resource": dice.choice(["Ann", "Ben", "Cleo", None]),
            **of_case,
            "Amount": round(dice.uniform(-20, 300), 2) if dice.random() < 0.7 else None,
            "Team": dice.choice(["Sales", "Store", "Finance", None]),
            "Automatic": dice.choice([True, False, None]),
            "Booked": int(clock) + dice.randrange(5) * HOUR if dice.random() < 0.9 else None,
            "Effort": dice.randrange(0, 120) * 60_000_000 if dice.random() < 0.9 else None,
        }
        clock += dice.choice([0, 0, 1, 4, 30, 200]) * HOUR


def source(cases: int = CASES, said: Callable[[str], str] = str) -> SourceTable:
    """Return the log's rows; ``said`` renames activities and attributes."""
    dice = random.Random(7)
    rows = [row for number in range(cases) for row in _case(number, dice)]
    kinds = {"text": pl.String, "number": pl.Float64, "boolean": pl.Boolean}
    schema = {"case_id": pl.String, "activity": pl.String, "start_time": pl.Int64, "time": pl.Int64}
    schema |= {"resource": pl.String}
    schema |= {name: kinds.get(kind, pl.Int64) for name, kind in ATTRIBUTES.items()}
    schema["Items"] = pl.Int64
    columns = {name: f"attribute_{place}" for place, name in enumerate(ATTRIBUTES)}
    names = pl.col("activity").replace_strict(
        {name: said(name) for name in ACTIVITIES}, return_dtype=pl.String
    )
    frame = pl.DataFrame(rows, schema=schema).rename(columns).with_row_index("row", offset=1)
    return SourceTable(
        frame.with_columns(names, pl.col("row").cast(pl.Int64)),
        tuple(SourceAttribute(said(n), columns[n], kind) for n, kind in ATTRIBUTES.items()),
        name="contract",
        time_zone="Europe/Berlin",
        roles={
            "case": "case_id",
            "activity": "activity",
            "timestamp": "time",
            "start": "start_time",
            "resource": "resource",
        },
    )
