"""The files and the table that readers are measured on, generated: one log in every format."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

import polars as pl

from benchmarks.data import ALL, EVENTS_A_CASE, FEW

XES = '<?xml version="1.0" encoding="UTF-8"?>\n<log xes.version="1.0" xmlns="http://www.xes-standard.org/">\n'
KEYS = {"activity": "concept:name", "time": "time:timestamp", "resource": "org:resource"}
FEW_CASES = 90


def make(folder: Path, events: int) -> int:
    """Write the log, and one of a few events, as CSV, Parquet and packed XES; return the exact number of events."""
    _written(folder, FEW, FEW_CASES)
    return _written(folder, ALL, round(events / EVENTS_A_CASE))


def _written(folder: Path, name: str, cases: int) -> int:
    from mindzie.demos import generate

    frame = generate("order-to-cash", cases=cases).drop("row")
    times = ["time", "start_time", "Invoice due date"]
    frame = frame.with_columns(pl.col(times).cast(pl.Datetime("us", "UTC")))
    frame.write_parquet(folder / f"{name}.parquet")
    frame.with_columns(pl.col(times).dt.strftime("%Y-%m-%dT%H:%M:%S%z")).write_csv(
        folder / f"{name}.csv"
    )
    with gzip.open(folder / f"{name}.xes.gz", "wb", compresslevel=6) as file:
        file.write(XES.encode())
        for part in _traces(frame).iter_slices(20_000):
            file.write("".join(part["trace"]).encode())
        file.write(b"</log>\n")
    return frame.height


def _traces(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the traces as XML; texts of the generator need no escapes but of ampersands."""
    fields = [_field(name, kind) for name, kind in frame.schema.items() if name != "case_id"]
    event = pl.concat_str(pl.lit("<event>"), *fields, pl.lit("</event>\n"), ignore_nulls=True)
    head = pl.format('<trace><string key="concept:name" value="{}"/>\n', "case_id")
    cases = frame.select("case_id", event=event).group_by("case_id", maintain_order=True)
    found = cases.agg(pl.col("event").str.join(""))
    return found.select(trace=pl.concat_str(head, "event", pl.lit("</trace>\n")))


def _field(name: str, kind: pl.DataType) -> pl.Expr:
    tag, value = "string", pl.col(name).cast(pl.String).str.replace_all("&", "&amp;", literal=True)
    if kind.is_temporal():
        tag, value = "date", pl.col(name).dt.strftime("%Y-%m-%dT%H:%M:%S.000+00:00")
    elif kind.is_numeric():
        tag = "int" if kind.is_integer() else "float"
    key = KEYS.get(name, name)
    return pl.format(f'<{tag} key="{key}" value="{{}}"/>', value)


def load(url: str, folder: Path) -> None:
    """Copy the logs into tables of PostgreSQL."""
    import psycopg

    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        for name in (FEW, ALL):
            frame = pl.read_parquet(folder / f"{name}.parquet", n_rows=1000)
            kinds = ", ".join(
                f'"{column}" {_column(kind)}' for column, kind in frame.schema.items()
            )
            cursor.execute(f"CREATE TABLE {name} ({kinds})")
            with (
                cursor.copy(f"COPY {name} FROM STDIN (FORMAT csv, HEADER)") as copy,
                (folder / f"{name}.csv").open("rb") as file,
            ):
                while piece := file.read(1 << 20):
                    copy.write(piece)


def _column(kind: pl.DataType) -> str:
    if kind.is_temporal():
        return "timestamptz"
    if kind.is_numeric():
        return "bigint" if kind.is_integer() else "double precision"
    return "boolean" if kind == pl.Boolean else "text"


if __name__ == "__main__":
    print(json.dumps(make(Path(sys.argv[1]), int(sys.argv[2]))))
