"""XES, the event log standard IEEE 1849."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl

from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.bounds import Room
from mindzie.ingest.packed import Ways
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.xes_fast import ACTIVITY, CASE, TIME, read_whole
from mindzie.ingest.xes_pieces import read_pieces
from mindzie.ingest.xml_safety import unreadable_xml

VALUES = {"string", "date", "int", "float", "boolean", "id"}
SOURCE: dict[str, Any] = {"format": "xes"}


def read_xes(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read XES: by r4pm, or exactly where r4pm would lose something."""
    if options.timezone not in {None, "UTC"}:
        return _exact(path, where, name)
    ways: Ways = {}
    if options.may_pack and (packed := read_pieces(path, room, times=options.packs_times)):
        frame, ways = packed
    else:
        whole = read_whole(path if path.name.endswith(".xes") else _named(path, room))
        if whole is None:
            return _exact(path, where, name)
        frame = whole
    # the columns in an order that is always the same
    return Raw(frame.select(sorted(frame.columns)), name, dict(SOURCE), ways=ways)


def _named(path: Path, room: Room) -> Path:
    """Return a copy that r4pm takes for what it is."""
    copy = room.new("log.xes")
    shutil.copyfile(path, copy)
    return copy


def _exact(path: Path, where: str, name: str) -> Raw:
    """Read every value as the text it is; slower, so only where the fast reader loses something."""
    columns: dict[str, list[str | None]] = {CASE: [], ACTIVITY: [], TIME: []}
    count = unnamed = empty = traces = 0
    kinds: dict[str, set[str]] = {}
    trace: dict[str, str] = {}
    events: list[dict[str, str]] = []
    try:
        for _, node in ET.iterparse(path):  # noqa: S314 - no document type, so no entities
            tag = node.tag.rsplit("}", 1)[-1]
            if tag == "event":
                events.append(_values(node, "", kinds))
            elif tag == "trace":
                traces += 1
                trace = _values(node, "case:", kinds)
                unnamed += not trace.get(CASE)
                trace[CASE] = trace.get(CASE) or f"trace {traces}"
                empty += not events
                count = _append(columns, [trace | event for event in events], count)
                events = []
                node.clear()
    except (ET.ParseError, ValueError, LookupError) as error:
        raise unreadable_xml(where, error) from None
    texts = {key: pl.Series(key, columns[key], dtype=pl.String) for key in sorted(columns)}
    frame = pl.DataFrame([_cast(column, kinds.get(key, set())) for key, column in texts.items()])
    return Raw(frame, name, dict(SOURCE), tuple(_findings(unnamed, empty)))


def _values(node: ET.Element, prefix: str, kinds: dict[str, set[str]]) -> dict[str, str]:
    """Return the attributes of a trace or event as text, and note of which kinds each key is."""
    found: dict[str, str] = {}
    for child in node:
        tag, parts = child.tag.rsplit("}", 1)[-1], child.attrib
        if tag in VALUES and "key" in parts and "value" in parts:
            key = prefix + parts["key"]
            found[key] = parts["value"]
            kinds.setdefault(key, set()).add(tag)
    return found


def _cast(column: pl.Series, kinds: set[str]) -> pl.Series:
    """Give a column the type that XES says, where every value is of it."""
    types: dict[str, type[pl.DataType]] = {"int": pl.Int64, "float": pl.Float64}
    if len(kinds) != 1 or (kind := types.get(next(iter(kinds)))) is None:
        return column
    values = column.cast(kind, strict=False)
    return values if values.count() == column.count() else column


def _append(columns: dict[str, list[str | None]], rows: list[dict[str, str]], count: int) -> int:
    """Add the events of a trace; a column met for the first time is missing before."""
    for key in {key for row in rows for key in row}:
        columns.setdefault(key, [None] * count)
    for key, values in columns.items():
        values.extend([row.get(key) for row in rows])
    return count + len(rows)


def _findings(unnamed: int, empty: int) -> list[Finding]:
    return [
        Finding(
            id="unnamed_traces",
            title=counted(unnamed, "trace") + " without concept:name",
            count=unnamed,
            severity="warning",
            done="They were numbered by their place in the file.",
            change="Name the traces in the source.",
        ),
        Finding(
            id="empty_traces",
            title=counted(empty, "trace") + " without events",
            count=empty,
            severity="info",
            done="They are no cases of the log.",
        ),
    ]
