"""Measure what decision 0014 rests on: events as rows, as JSON documents, and as a snapshot.

``python -m benchmarks.rows_or_snapshot postgresql://user@host/empty_database``; the tables it makes are dropped again.
"""

from __future__ import annotations

import argparse
import io
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import polars as pl
import psycopg

import mindzie as mz
from benchmarks.data import EVENTS_A_CASE
from mindzie import calculators, filters
from mindzie.core.log import EventLog
from mindzie.store.files import Place, SnapshotFiles

ACTIVITY = "Check credit"
PLACE = Place(UUID(int=1), UUID(int=2), 1, "original")
BY_REGION = calculators.Breakdown(attributes=("Region",), aggregation="mean", of="case_duration")
HAVING = filters.CasesWithActivity(activities=(ACTIVITY,))
TYPES = {pl.String: "TEXT", pl.Boolean: "BOOLEAN", pl.Float64: "DOUBLE PRECISION"}
QUESTIONS = {
    "map": "SELECT done, following, count(*) FROM (SELECT {activity} AS done, lead({activity}) OVER (PARTITION BY case_number ORDER BY position) AS following FROM events) AS steps GROUP BY 1, 2",
    "duration by region": "SELECT {region}, avg(CAST({duration} AS BIGINT)) FROM cases GROUP BY 1",
    "cases with an activity": "SELECT count(DISTINCT case_number) FROM events WHERE {activity} = '" + ACTIVITY + "'",
}  # fmt: skip


@dataclass
class Measured:
    """What one way of keeping events costs."""

    name: str
    size: int
    write: float
    opened: float | None = None
    answers: dict[str, float] = field(default_factory=dict)

    def line(self) -> str:
        """Return a row of the table."""
        opened = "-" if self.opened is None else f"{self.opened * 1000:,.0f} ms"
        figures = [f"{self.size / 1e6:,.0f} MB", f"{self.write:.1f} s", opened]
        figures += [f"{seconds * 1000:,.0f} ms" for seconds in self.answers.values()]
        return f"| {self.name} | {' | '.join(figures)} |"


class PostgreSQL:
    """A server, by its address."""

    name = "PostgreSQL"

    def __init__(self, url: str) -> None:
        self.connection = psycopg.connect(url, autocommit=True)

    def write(self, table: str, columns: str, frame: pl.DataFrame) -> None:
        """Make a table by COPY, the fastest way in."""
        self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        self.connection.execute(f"CREATE TABLE {table} ({columns})")
        data = io.BytesIO()
        frame.write_csv(data)
        with self.connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT csv, HEADER)") as copy:
            copy.write(data.getbuffer())
        self.connection.execute(f"VACUUM ANALYZE {table}")

    def ask(self, sql: str) -> list[Any]:
        """Return all rows of an answer."""
        return self.connection.execute(sql).fetchall()

    def size(self) -> int:
        """Return bytes on disk, indexes included."""
        sizes = "SELECT pg_total_relation_size('events') + pg_total_relation_size('cases')"
        return int(self.ask(sizes)[0][0])

    def close(self) -> None:
        """Leave nothing behind."""
        self.connection.execute("DROP TABLE events, cases")
        self.connection.close()


class SQLite:
    """A file."""

    name = "SQLite"

    def __init__(self, path: Path) -> None:
        self.path, self.connection = path, sqlite3.connect(path)

    def write(self, table: str, columns: str, frame: pl.DataFrame) -> None:
        """Make a table in one transaction."""
        self.connection.execute(f"DROP TABLE IF EXISTS {table}")
        self.connection.execute(f"CREATE TABLE {table} ({columns.replace('JSONB', 'TEXT')})")
        marks = ", ".join("?" * frame.width)
        self.connection.executemany(f"INSERT INTO {table} VALUES ({marks})", frame.iter_rows())
        self.connection.commit()
        self.connection.execute("ANALYZE")

    def ask(self, sql: str) -> list[Any]:
        """Return all rows of an answer."""
        return self.connection.execute(sql).fetchall()

    def size(self) -> int:
        """Return bytes on disk, indexes included."""
        self.connection.execute("VACUUM")
        return self.path.stat().st_size

    def close(self) -> None:
        """Give the file back."""
        self.connection.close()


def timed(call: Callable[[], Any], rounds: int = 3) -> float:
    """Return the median of seconds."""
    seconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    return statistics.median(seconds)


def frames(log: EventLog) -> dict[str, pl.DataFrame]:
    """Return events and cases as a database would have them: names as text, times as numbers."""
    names = pl.Series(log.rel.activities)
    events = log.rel.engine.rows(log.rel.events).drop("next_activity", "time_to_next")
    events = events.with_columns(activity=pl.col("activity").cast(pl.Int64).replace_strict(dict(enumerate(names))))  # fmt: skip
    cases = log.rel.engine.rows(log.rel.cases).drop("start_activity", "end_activity", "case_hash")
    first = {"events": ["case", "position"], "cases": ["case"]}
    both = {"events": events, "cases": cases}
    return {
        name: frame.select(*first[name], pl.exclude(*first[name])).rename(
            {"case": "case_number", "start": "started", "end": "ended"}, strict=False
        )
        for name, frame in both.items()
    }


def in_base(base: PostgreSQL | SQLite, log: EventLog, *, documents: bool) -> Measured:
    """Measure a database."""
    keys = {"events": "case_number, position", "cases": "case_number"}

    def write() -> None:
        for table, frame in frames(log).items():
            rest = [name for name in frame.columns if name not in keys[table].split(", ")]
            columns = [f"{name} INTEGER" for name in keys[table].split(", ")]
            if documents:
                frame = frame.select(*keys[table].split(", "), document=pl.struct(rest).struct.json_encode())  # fmt: skip  # noqa: PLW2901
                columns += ["document JSONB"]
            else:
                columns += [f"{name} {TYPES.get(type(frame.schema[name]), 'BIGINT')}" for name in rest]  # fmt: skip
            base.write(table, ", ".join([*columns, f"PRIMARY KEY ({keys[table]})"]), frame)

    written = timed(write, rounds=1)
    said = {
        name: f"document->>'{name}'" if documents else name
        for name in ("activity", "region", "duration")
    }
    found = Measured(f"{'JSON documents' if documents else 'rows'} in {base.name}", base.size(), written)  # fmt: skip
    for name, sql in QUESTIONS.items():
        found.answers[name] = timed(lambda sql=sql: base.ask(sql.format(**said)))  # type: ignore[misc]
    return found


def in_snapshot(folder: Path, log: EventLog) -> Measured:
    """Measure the snapshot; every question is put to a log just opened, every byte of it verified."""
    storage = SnapshotFiles(str(folder))
    start = time.perf_counter()
    stored = storage.put(PLACE, log)
    found = Measured("snapshot", stored.size, time.perf_counter() - start)
    asked: dict[str, Callable[[EventLog], Any]] = {
        "map": lambda log: log.calculate(calculators.ProcessMap()).frequency.edges,
        "duration by region": lambda log: log.calculate(BY_REGION).to_polars(),
        "cases with an activity": lambda log: log.filter(HAVING).case_count,
    }
    found.opened = timed(lambda: storage.open(PLACE, stored.files))
    for name in QUESTIONS:
        fresh = iter([storage.open(PLACE, stored.files) for _ in range(3)])
        found.answers[name] = timed(lambda: asked[name](next(fresh)))  # noqa: B023
    return found


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", help="of an empty PostgreSQL database")
    parser.add_argument("--events", type=int, default=1_000_000)
    given = parser.parse_args()
    log = mz.demo("order-to-cash", cases=round(given.events / EVENTS_A_CASE))
    print(f"{log.event_count:,} events, {log.case_count:,} cases\n")
    print(
        f"| | size | write | open | {' | '.join(QUESTIONS)} |\n|---|{'--:|' * (3 + len(QUESTIONS))}"
    )
    with tempfile.TemporaryDirectory() as folder:
        for documents in (False, True):
            for base in (PostgreSQL(given.url), SQLite(Path(folder) / f"{documents}.db")):
                print(in_base(base, log, documents=documents).line(), flush=True)
                base.close()
        print(in_snapshot(Path(folder), log).line())


if __name__ == "__main__":
    main()
