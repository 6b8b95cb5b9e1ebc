"""OCEL 2.0 in SQLite: opened to be read only, and nothing that a file might run is run."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import quote

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.ocel import EVENT_VALUES, EVENTS, OBJECT_VALUES, OBJECTS, RELATIONS, ObjectLog
from mindzie.ingest.ocel_cases import as_cases
from mindzie.ingest.raw import Options, Raw

NEEDED: Final = {"event", "object", "event_object", "event_map_type", "object_map_type"}
LONGEST: Final = 1 << 20
"""Bytes of a text."""
MANY: Final = 1_000
"""Columns of a table."""
STEPS: Final = 1_000_000
PER_BYTE: Final = 50
"""Steps of SQLite's machine for each byte of the file; reading takes one or two."""


def read_ocel_sqlite(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read OCEL 2.0 in SQLite; one object type is the case."""
    del room
    try:
        with closing(_opened(path)) as connection:
            log = _Tables(connection, where).log()
    except (sqlite3.Error, OverflowError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{where} cannot be read as OCEL 2.0 in SQLite: {error}. Copy or export it again."
        ) from None
    return as_cases(log, where, name, options)


def _opened(path: Path) -> sqlite3.Connection:
    address = f"file:{quote(str(path.resolve()))}?mode=ro&immutable=1"
    connection = sqlite3.connect(address, uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST)
    connection.setlimit(sqlite3.SQLITE_LIMIT_COLUMN, MANY)
    connection.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    left = [(STEPS + PER_BYTE * path.stat().st_size) // STEPS + 10]

    def too_long() -> bool:
        left[0] -= 1
        return left[0] < 0

    connection.set_progress_handler(too_long, STEPS)
    for setting in ("trusted_schema = off", "query_only = on", "cell_size_check = on"):
        connection.execute(f"PRAGMA {setting}")
    return connection


class _Tables:
    """The tables of an OCEL file; views, virtual tables and computed columns are not looked at."""

    def __init__(self, connection: sqlite3.Connection, where: str) -> None:
        self.connection, self.where = connection, where
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND rootpage > 0"
        )
        self.names = {str(name) for (name,) in found}
        if not self.names >= NEEDED:
            raise SourceError(
                f"{where} is a SQLite database without the tables of OCEL 2.0 ({', '.join(sorted(NEEDED - self.names))}). "
                "Connect to it as a database, and say which table or query is the log."
            )

    def log(self) -> ObjectLog:
        events, event_values = self._things("event")
        objects, object_values = self._things("object")
        relations = {
            "ocel_event_id": "id",
            "ocel_object_id": "object",
            "ocel_qualifier": "qualifier",
        }
        others = {"ocel_source_id": "id", "ocel_target_id": "object", "ocel_qualifier": "qualifier"}
        return ObjectLog(
            events=events,
            objects=objects.select(*OBJECTS),
            event_values=event_values.select(*EVENT_VALUES),
            object_values=object_values,
            of_events=self._renamed("event_object", relations),
            of_objects=self._renamed("object_object", others)
            if "object_object" in self.names
            else pl.DataFrame(schema=RELATIONS),
        )

    def _things(self, kind: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return events or objects and their values, which lie in a table for each type."""
        things = self._renamed(kind, {"ocel_id": "id", "ocel_type": "type"})
        types = self._renamed(f"{kind}_map_type", {"ocel_type": "type", "ocel_type_map": "table"})
        times = [pl.DataFrame(schema={"id": pl.String, "time": pl.String})]
        values = [pl.DataFrame(schema=OBJECT_VALUES)]
        for table in types["table"].drop_nulls().unique(maintain_order=True).to_list():
            if f"{kind}_{table}" in self.names:
                rows = self._table(f"{kind}_{table}")
                times.append(_chosen(rows, {"ocel_id": "id", "ocel_time": "time"}))
                values.append(_values(rows))
        if kind == "event":
            first = pl.concat(times).unique("id", keep="first", maintain_order=True)
            things = things.join(first, on="id", how="left", maintain_order="left").select(*EVENTS)
        return things, pl.concat(values)

    def _renamed(self, table: str, names: Mapping[str, str]) -> pl.DataFrame:
        rows = self._table(table)
        if missing := [name for name in names if name not in rows.columns]:
            raise SourceError(
                f"{self.where} is no OCEL 2.0: table {table!r} has no column {missing[0]!r}."
            )
        return _chosen(rows, names)

    def _table(self, name: str) -> pl.DataFrame:
        """Return a table, every value as text."""
        told = self.connection.execute(f"PRAGMA table_info({_quoted(name)})")
        columns = [str(column[1]) for column in told]
        # a number is written as SQLite writes it; blobs are no values of a log
        asked = ", ".join(
            f"CASE WHEN typeof({_quoted(c)}) <> 'blob' THEN CAST({_quoted(c)} AS TEXT) END"
            for c in columns
        )
        rows = self.connection.execute(f"SELECT {asked} FROM {_quoted(name)}")  # noqa: S608 - quoted names of its own
        return pl.DataFrame(rows.fetchall(), dict.fromkeys(columns, pl.String), orient="row")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _chosen(rows: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    texts = dict.fromkeys(names, pl.String)
    return rows.match_to_schema(texts, missing_columns="insert", extra_columns="ignore").rename(
        dict(names)
    )


def _values(rows: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each value; where a row tells one change, the value of that field alone."""
    fixed = ["ocel_id", "ocel_time", "ocel_changed_field"]
    known = rows.match_to_schema(
        {**dict.fromkeys(fixed, pl.String), **rows.schema}, missing_columns="insert"
    )
    long = known.unpivot(index=fixed, variable_name="name", value_name="value")
    changed = pl.col("ocel_changed_field")
    held = long.filter(
        pl.col("value").is_not_null() & (changed.is_null() | (changed == pl.col("name")))
    )
    return held.rename({"ocel_id": "id", "ocel_time": "time"}).select(*OBJECT_VALUES)
