"""Small logs whose answers are known by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceAttribute, SourceTable

HOUR = 3_600_000_000
DAY = 24 * HOUR
KINDS: Mapping[str, Any] = {
    "text": pl.String,
    "number": pl.Float64,
    "whole": pl.Int64,
    "boolean": pl.Boolean,
}


def at(text: str) -> int:
    """A time in UTC as microseconds."""
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def log_of(
    cases: Mapping[str, Sequence[Any]],
    engine: str = "polars",
    types: Mapping[str, str] | None = None,
    zone: str = "UTC",
) -> EventLog:
    """Cases by id, each a list of events: an activity, or (activity, hours or time[, values])."""
    types = types or {}
    rows = []
    for case_id, events in cases.items():
        for place, event in enumerate(events):
            activity, time, values = (
                (event, place, {}) if isinstance(event, str) else (*event, {})[:3]
            )
            when = at(time) if isinstance(time, str) else int(time * HOUR)
            values = {f"a_{list(types).index(name)}": value for name, value in values.items()}
            rows.append({"case_id": case_id, "activity": activity, "time": when, **values})
    schema: dict[str, Any] = {"case_id": pl.String, "activity": pl.String, "time": pl.Int64}
    schema |= {f"a_{place}": KINDS.get(kind, pl.Int64) for place, kind in enumerate(types.values())}
    frame = pl.DataFrame(rows, schema=schema).with_columns(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64)
    )
    attributes = tuple(
        SourceAttribute(name, f"a_{place}", "number" if kind == "whole" else kind)  # type: ignore[arg-type]
        for place, (name, kind) in enumerate(types.items())
    )
    return build(SourceTable(frame, attributes, name="small", time_zone=zone), engine)


def ids(log: EventLog) -> list[str]:
    """Ids of the cases."""
    return sorted(log.cases["case_id"].to_list())


def kept(log: EventLog, chosen: Filter) -> list[str]:
    """Ids of the cases a filter keeps; removing them leaves all others."""
    rest = log.filter(chosen.model_copy(update={"keep": not chosen.keep}))  # type: ignore[attr-defined]
    left = log.filter(chosen)
    assert sorted(ids(left) + ids(rest)) == ids(log)
    assert left.event_count + rest.event_count == log.event_count
    assert left.case_count == len(ids(left))
    return ids(left)


def traces(log: EventLog) -> dict[str, str]:
    """The activities of each case."""
    events = log.events.to_polars()
    grouped = events.group_by("case_id", maintain_order=True).agg(pl.col("activity"))
    found = {case: " ".join(activities) for case, activities in grouped.rows()}
    said = {tuple(trace.split()) for trace in found.values()}
    assert said == {tuple(v) for v in log.variants["activities"].to_list()}, (
        "variants tell another story"
    )
    return dict(sorted(found.items()))
