"""One case: its events as a time line, and its attributes."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import polars as pl

from mindzie.core.errors import UnknownNameError
from mindzie.core.log import EventLog
from mindzie.core.tables import said
from mindzie.widgets.rows import cells

Json = dict[str, Any]


def case_story(log: EventLog, case_id: str) -> Json:
    """Return a case's events and attributes.

    Parameters
    ----------
    log : EventLog
        The log shown.
    case_id : str
        As in the source.

    Returns
    -------
    dict
        ``attributes`` (name, type, unit, value) and ``events``: ``activity``, ``start``, ``end``, ``service`` and
        ``wait`` before it in seconds, ``resource``, and event ``attributes``.

    Raises
    ------
    UnknownNameError
        Where the log has no such case.
    """
    of_case = [a for a in log.attribute_list if a.level == "case"]
    wanted = {f"value_{n}": a.name for n, a in enumerate(of_case)}
    row = log.collect(log.case_values(**wanted).filter(nw.col("value_0") == case_id))
    if not row.height:
        message = f"There is no case {case_id!r} in the log shown: a filter may have left it out."
        raise UnknownNameError(message)
    shown = said(row, {f"value_{n}": a.type for n, a in enumerate(of_case)}, log.time_zone)
    values = cells(shown.select(wanted.keys()))[0]
    facts = [
        {"name": a.name, "type": a.type, "unit": a.unit, "value": v, "kind": a.kind}
        for a, v in zip(of_case, values, strict=True)
    ]
    return {"case": case_id, "attributes": facts, "events": _events(log, row["case"][0])}


def _events(log: EventLog, case: int) -> list[Json]:
    of_event = [a for a in log.attribute_list if a.level == "event"]
    wanted = {f"value_{n}": a.name for n, a in enumerate(of_event)}
    rows = log.collect(log.event_values(**wanted).filter(nw.col("case") == case)).sort("position")
    alias = {a.name: name for name, a in zip(wanted, of_event, strict=True)}
    end = pl.col(alias["timestamp"])
    start = (
        pl.coalesce(pl.col(alias["start_timestamp"]), end) if "start_timestamp" in alias else end
    )
    rows = rows.with_columns(
        service=(end - start) / 1e6,
        wait=(start - end.shift(1)).clip(lower_bound=0) / 1e6,
        begun=start,
    )
    types = {**{alias[a.name]: a.type for a in of_event}, "begun": "date"}
    shown = said(rows, types, log.time_zone)
    names = ["activity", "timestamp", *(["resource"] if "resource" in alias else [])]
    rest = [a for a in of_event if a.name not in (*names, "start_timestamp")]
    columns = [alias[name] for name in names] + ["begun", "service", "wait"]
    made = []
    # a frame of no columns has no rows either
    extras = cells(shown.select(alias[a.name] for a in rest)) if rest else [[]] * shown.height
    for row, extra in zip(cells(shown.select(columns)), extras, strict=True):
        event = dict(zip([*names, "start", "service", "wait"], row, strict=True))
        event["attributes"] = [
            {"name": a.name, "type": a.type, "unit": a.unit, "value": value}
            for a, value in zip(rest, extra, strict=True)
            if value is not None
        ]
        made.append(event)
    return made
