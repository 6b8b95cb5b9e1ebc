"""XES, the event log standard IEEE 1849."""

from __future__ import annotations

import gzip
import io
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import polars as pl
import r4pm.df

from mindzie.core.errors import SourceError
from mindzie.core.readiness import Finding
from mindzie.core.words import counted
from mindzie.ingest.raw import Options, Raw

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
NO_ID = "00000000-0000-0000-0000-000000000000"
VALUES = {"string", "date", "int", "float", "boolean", "id"}
SOURCE: dict[str, Any] = {"format": "xes"}


def read_xes(content: Path | bytes, where: str, name: str, options: Options) -> Raw:
    """Read XES, packed or not: by r4pm, or exactly where r4pm would lose something."""
    if options.timezone not in {None, "UTC"}:
        return _exact(content, where, name)
    with ExitStack() as stack:
        path = (
            content
            if isinstance(content, Path) and content.name.endswith((".xes", ".xes.gz"))
            else None
        )
        if path is None:
            data = content if isinstance(content, bytes) else content.read_bytes()
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            path = Path(folder, "log.xes.gz" if data[:2] == b"\x1f\x8b" else "log.xes")
            path.write_bytes(data)
        frame = _fast(path)
    if frame is None or frame.is_empty() or _lossy(frame):
        return _exact(content, where, name)
    return Raw(_utc(frame), name, dict(SOURCE))


def _fast(path: Path) -> pl.DataFrame | None:
    """Read by r4pm; None where it gives up, as on an event without attributes."""
    try:
        return r4pm.df.import_xes(str(path))[0]
    except BaseException as error:  # a panic of Rust is no Exception
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            return None
        raise


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


def _unreadable(where: str, error: object) -> SourceError:
    return SourceError(f"{where} cannot be read as XES: {error}. Check that the file is complete.")


def _exact(content: Path | bytes, where: str, name: str) -> Raw:
    """Read every value as the text it is; slower, so only where the fast reader loses something."""
    data = content if isinstance(content, bytes) else content.read_bytes()
    data = gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    columns: dict[str, list[str | None]] = {CASE: [], ACTIVITY: [], TIME: []}
    count = unnamed = empty = traces = 0
    kinds: dict[str, set[str]] = {}
    trace: dict[str, str] = {}
    events: list[dict[str, str]] = []
    try:
        for _, node in ET.iterparse(io.BytesIO(data)):  # noqa: S314 - expat bounds entity growth
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
    except ET.ParseError as error:
        raise _unreadable(where, error) from None
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
