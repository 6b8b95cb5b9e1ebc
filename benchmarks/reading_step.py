"""One reader reads one source once, in a process of its own that has read a few events already: seconds, memory beyond that, events."""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

from benchmarks.data import ALL, FEW, ROLES

DRIVERS = ("psycopg", "sqlalchemy.dialects.postgresql.psycopg", "sqlglot")
"""What Mindzie and pandas read PostgreSQL by, and Mindzie looks at queries by."""
Place = str
"""A folder, or the address of a database."""
Read = Callable[[str], Any]
"""Reads the file or table of a name, and returns how many events it has."""
COLUMNS = {"case_id": "case_id", "activity_key": "activity", "timestamp_key": "time"}


def mindzie(format: str, place: Place) -> Read:  # noqa: A002 - the word
    """Read a log, with all that is found out about it."""
    import mindzie as mz
    import mindzie.engine.build
    import mindzie.ingest.reading

    if format == "postgresql":
        for name in (*DRIVERS, "adbc_driver_postgresql.dbapi", "mindzie.ingest.connectors.connect"):
            import_module(name)
        return lambda name: mz.connect(place).read(name, **ROLES).event_count
    roles = {} if format == "xes.gz" else ROLES
    return lambda name: mz.read(f"{place}/{name}.{format}", **roles).event_count


def pandas(format: str, place: Place) -> Read:  # noqa: A002
    """Read a frame, times included."""
    import pandas as pd

    times = ["time", "start_time", "Invoice due date"]
    if format == "postgresql":
        import sqlalchemy as sa

        for name in DRIVERS:
            import_module(name)
        engine = sa.create_engine(place.replace("postgresql://", "postgresql+psycopg://"))
        return lambda name: len(pd.read_sql(f"SELECT * FROM {name}", engine))
    if format == "parquet":
        return lambda name: len(pd.read_parquet(f"{place}/{name}.parquet"))
    return lambda name: len(pd.read_csv(f"{place}/{name}.csv", parse_dates=times))


def pm4py(format: str, place: Place) -> Read:  # noqa: A002
    """Read a log as pm4py's documentation does."""
    import pandas as pd
    import pm4py as pm

    if format == "xes.gz":
        return lambda name: len(pm.read_xes(f"{place}/{name}.xes.gz"))
    read = {"csv": pd.read_csv, "parquet": pd.read_parquet}[format]
    return lambda name: len(pm.format_dataframe(read(f"{place}/{name}.{format}"), **COLUMNS))


def r4pm(format: str, place: Place) -> Read:  # noqa: A002
    """Read a frame of the log."""
    import r4pm.df as rust

    assert format == "xes.gz"
    return lambda name: rust.import_xes(f"{place}/{name}.xes.gz")[0].height


def connectorx(format: str, place: Place) -> Read:  # noqa: A002
    """Read a frame of the table."""
    import connectorx as cx
    import polars as pl  # noqa: F401 - before the clock runs

    assert format == "postgresql"
    return lambda name: cx.read_sql(place, f"SELECT * FROM {name}", return_type="polars").height


def main(reader: str, format: str, place: Place) -> None:  # noqa: A002
    """Print what it took; libraries that print do so on standard error."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    import numpy.ma  # noqa: F401 - what others import when they are first used
    import pyarrow  # noqa: F401, ICN001

    read = globals()[reader](format, place)
    read(FEW)
    before, begin = _peak(), time.perf_counter()
    events = read(ALL)
    seconds = time.perf_counter() - begin
    told = {"seconds": seconds, "memory": _peak() - before, "events": events}
    answers.write(json.dumps(told))
    answers.flush()


def _peak() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


if __name__ == "__main__":
    main(*sys.argv[1:])
