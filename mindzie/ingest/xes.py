"""XES, the event log standard IEEE 1849."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import polars as pl
import r4pm.df

from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.bounds import Room
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.xml_safety import unreadable_xml

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
NO_ID = "00000000-0000-0000-0000-000000000000"
VALUES = {"string", "date", "int", "float", "boolean", "id"}
SOURCE: dict[str, Any] = {"format": "xes"}
LISTS: Final = (b"list", b"container")
PAGE: Final = 1 << 16
PIECE: Final = 1 << 22
STACK: Final = 16 << 20
STACK_PER_BYTE: Final = 8
"""An attribute within another is 20 bytes of file and takes 84 bytes of stack."""
STACK_MOST: Final = 32 << 30
"""Of addresses, not of memory."""


def read_xes(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read XES: by r4pm, or exactly where r4pm would lose something."""
    if options.timezone not in {None, "UTC"}:
        return _exact(path, where, name)
    frame = _fast(path if path.name.endswith(".xes") else _named(path, room))
    if frame is None or frame.is_empty() or _lossy(frame):
        return _exact(path, where, name)
    return Raw(_utc(frame), name, dict(SOURCE))


def _named(path: Path, room: Room) -> Path:
    """Return a copy that r4pm takes for what it is."""
    copy = room.new("log.xes")
    shutil.copyfile(path, copy)
    return copy


def _fast(path: Path) -> pl.DataFrame | None:
    """Read by r4pm; None where it gives up, as on an event without attributes.

    It descends once for every attribute within another, so that a stack of the usual size overflows, and the
    process dies, in a file made for it. A thread of its own gets what the deepest possible file needs.
    """
    if _has_lists(path):
        return None
    found: list[pl.DataFrame | None] = []
    needed = STACK_PER_BYTE * path.stat().st_size + STACK
    if needed > STACK_MOST:
        return None
    usual = threading.stack_size(needed // PAGE * PAGE)
    try:
        reader = threading.Thread(target=lambda: found.append(_by_r4pm(path)))
        reader.start()
    except RuntimeError:  # no room for such a stack
        return None
    finally:
        threading.stack_size(usual)
    reader.join()
    return found[0]


def _has_lists(path: Path) -> bool:
    """Return whether there are attributes of several values, which r4pm writes as a text of its own, by kilobytes of stack."""
    with path.open("rb") as file:
        begin = file.read(4)
        if b"\0" in begin:  # UTF-16, which r4pm does not know
            return True
        # bytes are searched several times faster than a map of the file
        while piece := file.read(PIECE):
            text = begin + piece
            # one search for each name, and a second where it is met at all, as in a value
            met = (name for name in LISTS if name in text)
            if any(b"<" + name in text or b":" + name in text for name in met):
                return True
            begin = text[-max(map(len, LISTS)) :]
    return False


def _by_r4pm(path: Path) -> pl.DataFrame | None:
    try:
        frame: pl.DataFrame = r4pm.df.import_xes(str(path))[0]
    except BaseException:  # noqa: BLE001 - a panic of Rust is no Exception
        return None
    return frame


def _lossy(frame: pl.DataFrame) -> bool:
    """Return whether r4pm met what it cannot keep: traces without a name, bad dates, mixed types, lists."""
    if not {CASE, ACTIVITY, TIME} <= set(frame.columns) or pl.Null in frame.dtypes:
        return True
    if frame[CASE].null_count() or frame[TIME].null_count():
        return True
    texts = frame.select(pl.col(pl.String))
    odd = texts.select(
        (
            pl.all().str.starts_with('"')
            | pl.all().str.starts_with("[Attribute {")
            | (pl.all() == NO_ID)
        ).any()
    )
    return any(odd.row(0)) if odd.width else False


def _utc(frame: pl.DataFrame) -> pl.DataFrame:
    """Mark r4pm's times as what they are, and put the columns in an order that is always the same."""
    zoned = frame.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC"))
    return zoned.select(sorted(zoned.columns))


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
