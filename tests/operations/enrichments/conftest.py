"""Hand-made logs: cases as text such as "Order 0, Ship 3", hours after Monday 2024-01-01 00:00 UTC."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.snapshot import open_snapshot
from mindzie.engine.source_table import SourceAttribute, SourceTable

HOUR = 3_600_000_000
MONDAY = 1_704_067_200_000_000
TYPES = {"text": pl.String, "number": pl.Float64, "boolean": pl.Boolean}

Make = Callable[..., EventLog]


def source(
    cases: Mapping[str, str],
    attributes: Mapping[str, tuple[str, list[Any]]] | None = None,
    zone: str = "UTC",
) -> SourceTable:
    """Return rows; attributes are type and values in the order of the rows."""
    rows = [
        (case, *event.rsplit(" ", 1))
        for case, events in cases.items()
        for event in filter(None, events.split(", "))
    ]
    frame = pl.DataFrame(
        {
            "case_id": [row[0] for row in rows],
            "activity": [row[1] for row in rows],
            "time": [MONDAY + round(float(row[2]) * HOUR) for row in rows],
            "row": list(range(1, len(rows) + 1)),
        },
        schema={"case_id": pl.String, "activity": pl.String, "time": pl.Int64, "row": pl.Int64},
    )
    named = []
    for number, (name, (kind, values)) in enumerate((attributes or {}).items()):
        column = f"attribute_{number}"
        whole = kind == "number" and all(v is None or isinstance(v, int) for v in values)
        dtype = pl.Int64 if whole else TYPES.get(kind, pl.Int64)
        frame = frame.with_columns(pl.Series(column, values, dtype=dtype))
        named.append(SourceAttribute(name, column, kind))
    return SourceTable(frame, tuple(named), name="small", time_zone=zone)


@pytest.fixture(params=["polars", "duckdb"])
def make(request: pytest.FixtureRequest) -> Make:
    """Build a log on each engine."""

    def made(*args: Any, **options: Any) -> EventLog:
        return build(source(*args, **options), request.param)

    return made


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[EventLog], EventLog]:
    """Save a log as a data set and open that."""

    def opened(log: EventLog) -> EventLog:
        return open_snapshot(log.save(tmp_path / "kept"), log.engine)

    return opened


def column(log: EventLog, name: str) -> dict[str, Any]:
    """Return a case attribute by case id."""
    return dict(zip(log.cases["case_id"], log.cases[name], strict=True))


def event_column(log: EventLog, name: str) -> list[Any]:
    """Return an event attribute in canonical order."""
    return log.events[name].to_list()
