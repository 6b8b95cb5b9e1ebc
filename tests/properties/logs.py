"""Random small logs, and how they become event logs."""

from __future__ import annotations

import polars as pl
from hypothesis import strategies as st

from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceAttribute, SourceTable
from tests.properties.reference import Event

SECOND = 1_000_000
ACTIVITIES = ("A", "B", "C", "Ärger 事")
ENGINES = ("polars", "duckdb")
START = 1_700_000_000

activities = st.sampled_from(ACTIVITIES)
# few cases and few moments, so that ties, loops and equal variants are common
events = st.builds(
    lambda case, activity, start, spent, amount: Event(
        case, activity, start, start + spent, amount
    ),
    case=st.sampled_from(["1", "2", "10", "NA", "ß", "01"]),
    activity=activities,
    start=st.integers(0, 12).map(lambda step: START + 3600 * step),
    spent=st.sampled_from([0, 0, 1800, 3600, 9000]),
    amount=st.one_of(st.none(), st.integers(-3, 3)),
)
logs = st.lists(events, max_size=40)
untied = st.lists(events, max_size=40, unique_by=lambda e: (e.case, e.start, e.time))


def source(rows: list[Event], *, starts: bool = True) -> SourceTable:
    """Return the source of a log."""
    frame = pl.DataFrame(
        {
            "case_id": [e.case for e in rows],
            "activity": [e.activity for e in rows],
            "start_time": [e.start * SECOND for e in rows],
            "time": [e.time * SECOND for e in rows],
            "row": list(range(1, len(rows) + 1)),
            "attribute_0": [e.amount for e in rows],
        },
        schema={
            "case_id": pl.String,
            "activity": pl.String,
            "start_time": pl.Int64,
            "time": pl.Int64,
            "row": pl.Int64,
            "attribute_0": pl.Int64,
        },
    )
    roles = {"case": "case_id", "activity": "activity", "timestamp": "time"}
    attributes = (SourceAttribute("amount", "attribute_0", "number"),)
    kept = frame if starts else frame.drop("start_time")
    return SourceTable(kept, attributes, name="random", roles=roles)


def built(rows: list[Event], engine: str = "polars", *, starts: bool = True) -> EventLog:
    """Return the log on an engine."""
    return build(source(rows, starts=starts), engine)
