"""Files that are made up, one strategy a format: an error of ours, or a log that says what was in them."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mindzie.core.errors import MindzieError
from mindzie.engine.source_table import SourceTable
from mindzie.ingest import source_table
from mindzie.ingest.feeds.spool import Spool

quick = settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
names = st.text(
    st.characters(codec="utf-8", categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8
)
times = st.one_of(
    st.datetimes().map(str), st.dates().map(lambda day: day.strftime("%d/%m/%Y")), st.sampled_from(["", "?", "0000-00-00", "now"]), texts,
)  # fmt: skip
scalars = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), texts)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(names, inner, max_size=2),
    max_leaves=4,
)
events = st.fixed_dictionaries(
    {"case": texts, "activity": texts, "time": times}, optional={"extra": values, "order": values}
)
ROLES: Any = {"case": "case", "activity": "activity", "timestamp": "time"}


def read(path: Path, **said: Any) -> SourceTable | None:
    """Read a file; None where it is refused with a reason."""
    try:
        table = source_table(path, **said)
    except MindzieError as error:
        words = str(error)
    else:
        return checked(table)
    assert len(words) > 20
    return None


def checked(table: SourceTable) -> SourceTable:
    """Return a table that can be a log."""
    frame = table.frame
    assert not frame["case_id"].null_count()
    assert not frame["time"].null_count()
    assert table.readiness.rows_read >= frame.height
    return table


@quick
@given(
    rows=st.lists(events, max_size=6),
    delimiter=st.sampled_from(",;\t|"),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_text_tables(
    rows: list[dict[str, Any]], delimiter: str, encoding: str, tmp_path: Path
) -> None:
    out = io.StringIO()
    writer = csv.DictWriter(
        out,
        ["case", "activity", "time", "extra", "order"],
        delimiter=delimiter,
        lineterminator="\n",
    )
    writer.writeheader()
    writer.writerows(rows)
    path = tmp_path / "log.csv"
    path.write_bytes(out.getvalue().encode(encoding, "replace"))
    read(path, **ROLES)
    read(path)


@quick
@given(rows=st.lists(events | values, max_size=6), lines=st.booleans())
def test_json(rows: list[Any], lines: bool, tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    text = "\n".join(map(json.dumps, rows)) if lines else json.dumps(rows)
    path.write_text(text, "utf-8")
    read(path, **ROLES)


@quick
@given(rows=st.lists(events | values | st.binary(max_size=20), max_size=8))
def test_messages_of_streams(rows: list[Any]) -> None:
    with Spool() as spool:
        spool.add(row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows)
        found = spool.records()
    wanted = [
        isinstance(row, dict) and "NaN" not in json.dumps(row) and "Infinity" not in json.dumps(row)
        for row in rows
    ]
    assert found.bad.height + (found.frame.height or sum(wanted)) == len(rows)
    if not any(isinstance(row, bytes) for row in rows):
        assert found.bad["place"].to_list() == [n for n, good in enumerate(wanted) if not good]


@quick
@given(
    columns=st.lists(
        st.sampled_from([pl.Int8, pl.UInt64, pl.Float32, pl.Boolean, pl.String, pl.Date, pl.Datetime("ns"), pl.Duration, pl.Binary, pl.Time]),
        min_size=3, max_size=5,
    ),
    rows=st.integers(0, 4),
)  # fmt: skip
def test_parquet(columns: list[Any], rows: int, tmp_path: Path) -> None:
    names = ["case", "activity", "time", "a", "b"][: len(columns)]
    made = {
        name: pl.Series([1 if kind.is_numeric() else None] * rows, dtype=kind)
        for name, kind in zip(names, columns, strict=True)
    }
    path = tmp_path / "log.parquet"
    pl.DataFrame(made).write_parquet(path)
    read(path, **ROLES)


@quick
@given(rows=st.lists(events, max_size=5), junk=st.text(st.sampled_from("<>/&\"' ax="), max_size=20))
def test_xes(rows: list[dict[str, Any]], junk: str, tmp_path: Path) -> None:
    def put(tag: str, key: str, value: Any) -> str:
        return f'<{tag} key="{key}" value="{escape(str(value), {chr(34): "&quot;"})}"/>'

    body = "".join(
        f"<trace>{put('string', 'concept:name', row['case'])}<event>{put('string', 'concept:name', row['activity'])}"
        f"{put('date', 'time:timestamp', row['time'])}{junk if n == 2 else ''}</event></trace>"
        for n, row in enumerate(rows)
    )
    path = tmp_path / "log.xes"
    path.write_text(f'<?xml version="1.0" encoding="UTF-8"?><log>{body}</log>', "utf-8")
    read(path)


@quick
@given(objects=values, kinds=values, said=st.lists(events, max_size=3))
def test_object_centric_logs(objects: Any, kinds: Any, said: list[Any], tmp_path: Path) -> None:
    ocel = {
        "objectTypes": kinds, "eventTypes": [{"name": "Pay", "attributes": []}], "objects": objects,
        "events": [{"id": str(n), "type": e["activity"], "time": e["time"], "relationships": [{"objectId": e["case"], "qualifier": ""}]} for n, e in enumerate(said)],
    }  # fmt: skip
    path = tmp_path / "log.jsonocel"
    path.write_text(json.dumps(ocel), "utf-8")
    read(path, object_type="Order")


@quick
@given(
    content=st.binary(max_size=300),
    ending=st.sampled_from(
        [
            "csv",
            "json",
            "xes",
            "xes.gz",
            "parquet",
            "zip",
            "jsonocel",
            "xmlocel",
            "sqlite",
            "gz",
            "zst",
        ]
    ),
)
def test_bytes_under_every_name(content: bytes, ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"log.{ending}"
    path.write_bytes(content)
    read(path)


@pytest.mark.parametrize(
    "magic",
    [
        b"PK\x03\x04",
        b"PAR1",
        b"\x1f\x8b\x08",
        b"SQLite format 3\0",
        b"\xd0\xcf\x11\xe0",
        b"(\xb5/\xfd",
        b"<?xml",
        b"{",
        b"\xff\xfe",
    ],
)
def test_a_right_beginning_of_nothing(magic: bytes, tmp_path: Path) -> None:
    for tail in (b"", b"\0" * 64, magic * 9):
        path = tmp_path / "log"
        path.write_bytes(magic + tail)
        assert read(path) is None
