"""The embedded default: Polars, hot columns in memory."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import ClassVar, cast

import narwhals as nw
import numpy as np
import polars as pl

from mindzie.core.engine import Frame, TimeUnit
from mindzie.core.turns import Turn
from mindzie.engine.columns import ORDER, ChosenColumns, StoredColumns
from mindzie.engine.moving import Moving

_NUMBERS = {
    "hour_of_day": "hour", "weekday": "weekday", "day_of_month": "day", "month_of_year": "month",
    "quarter_of_year": "quarter", "year_number": "year", "week_of_year": "week",
}  # fmt: skip
_PERIODS = {"hour": "1h", "day": "1d", "week": "1w", "month": "1mo", "quarter": "1q", "year": "1y"}


def _native(frame: Frame) -> pl.LazyFrame:
    return cast("pl.LazyFrame", frame.to_native())


def _plain(schema: pl.Schema) -> list[pl.Expr]:
    # sums and counts are Int64 on every engine, so that results compare
    return [
        pl.col(name).cast(pl.Int64)
        for name, dtype in schema.items()
        if dtype.is_decimal() or (dtype.is_integer() and dtype != pl.Int64)
    ]


class PolarsEngine(Moving):
    """Relations are lazy frames over memory, or over Parquet where they are larger than the memory budget."""

    name: ClassVar[str] = "polars"
    failure: ClassVar[type[Exception]] = pl.exceptions.PolarsError
    turn: Turn = nullcontext()

    def frame(self, data: pl.DataFrame) -> Frame:
        """Return rows in memory as a relation."""
        lazy = data.lazy()
        if "position" in data.columns and data["case"].is_sorted():
            lazy = lazy.set_sorted("case")
        return nw.from_native(lazy)

    def scan(self, files: Mapping[str, Path]) -> dict[str, Frame]:
        """Return stored relations by name; their columns are read when they are first used."""
        made = {}
        for name, path in files.items():
            lazy = StoredColumns(name, path).lazy()
            made[name] = nw.from_native(lazy.set_sorted("case") if name in ORDER else lazy)
        return made

    def persist(self, frame: Frame) -> Frame:
        """Compute a relation once."""
        return self.frame(_native(frame).collect())

    def where(self, frame: Frame, condition: nw.Expr, columns: tuple[str, ...]) -> Frame:
        """Look at a condition once, and take each column when it is first used: a map needs few of an index."""
        marked = _native(frame.select(*columns, _fits=condition))
        chosen = ChosenColumns(marked, pl.col("_fits")).lazy()
        return nw.from_native(chosen.drop("_fits").set_sorted("case"))

    def collect(self, frame: Frame, *, held: bool = False) -> pl.DataFrame:
        """Compute a relation; what is held is not cut into pieces for all cores."""
        data = _native(frame).collect(engine="in-memory") if held else self.rows(frame)
        return data.with_columns(_plain(data.schema))

    def rows(self, frame: Frame) -> pl.DataFrame:
        """Compute a relation, its types as they are."""
        return _native(frame).collect()

    def tallied(self, frame: Frame, column: str, *, first: str) -> pl.DataFrame:
        """Count by array: codes are small integers, and a table of them is quicker than hashing."""
        data = _native(frame).select(column, first).collect(engine="in-memory")
        codes, rows = (data[name].to_numpy().astype(np.int64) for name in (column, first))
        counts = np.bincount(codes)
        lowest = np.full(len(counts), np.iinfo(np.int64).max)
        np.minimum.at(lowest, codes, rows)
        found = np.flatnonzero(counts)
        return pl.DataFrame(
            {column: found, "case_count": counts[found], f"first_{first}": lowest[found]}
        )

    def neighbours(self, events: Frame) -> Frame:
        """Point each event to its next one by a plain shift: events lie sorted by case and position."""
        frame = _native(events)
        start = "start_time" if "start_time" in frame.collect_schema() else "time"
        same = pl.col("case") == pl.col("case").shift(-1)
        row = pl.int_range(pl.len(), dtype=pl.Int64)
        first = (pl.col("case") != pl.col("case").shift(1)).fill_null(value=True)
        return nw.from_native(
            frame.with_columns(
                position=row - pl.when(first).then(row).forward_fill() + 1,
                next_activity=pl.when(same).then(pl.col("activity").shift(-1)),
                time_to_next=pl.when(same).then(pl.col(start).shift(-1) - pl.col("time")),
            ),
        )

    def steps(self, events: Frame) -> Frame:
        """Pair each event with its next one: shifts alone, half the work of pointing every event to its next."""
        frame = _native(events)
        start = "start_time" if "start_time" in frame.collect_schema() else "time"
        shifted = frame.select(
            "case",
            "activity",
            "time",
            next_case=pl.col("case").shift(-1),
            next_activity=pl.col("activity").shift(-1),
            next_start=pl.col(start).shift(-1),
        )
        same = shifted.filter(pl.col("case") == pl.col("next_case"))
        between = pl.col("next_start") - pl.col("time")
        return nw.from_native(
            same.select("case", "activity", "next_activity", time_to_next=between)
        )

    def previous(self, events: Frame, column: str, name: str) -> Frame:
        """Add the value of the case's previous event."""
        same = pl.col("case") == pl.col("case").shift(1)
        return nw.from_native(
            _native(events).with_columns(pl.when(same).then(pl.col(column).shift(1)).alias(name))
        )

    def traces(self, events: Frame) -> Frame:
        """Return each case's activities."""
        frame = _native(events).select("case", "activity").set_sorted("case")
        return nw.from_native(
            frame.group_by("case", maintain_order=True).agg(activities=pl.col("activity"))
        )

    def rows_of(self, rows: Frame, cases: Frame, case_count: int, *, keep: bool = True) -> Frame:
        """Keep the rows of some cases by a look-up table, several times faster than a join."""
        wanted = _native(cases).select(pl.col("case")).collect().to_series()
        others = pl.repeat(not keep, case_count, dtype=pl.Boolean, eager=True)
        mask = others.scatter(wanted, values=keep)
        return nw.from_native(_native(rows).filter(pl.lit(mask).gather(pl.col("case"))))

    def local_time(self, frame: Frame, column: str, zone: str, unit: TimeUnit, name: str) -> Frame:
        """Add a column with the local time of another column."""
        local = (
            pl.col(column)
            .cast(pl.Datetime("us", "UTC"))
            .dt.convert_time_zone(zone)
            .dt.replace_time_zone(None)
        )
        if unit in _NUMBERS:
            made = getattr(local.dt, _NUMBERS[unit])()
        elif unit in _PERIODS:
            made = local.dt.truncate(_PERIODS[unit])
        else:
            made = local
        return nw.from_native(_native(frame).with_columns(made.cast(pl.Int64).alias(name)))

    def upper(self, frame: Frame, column: str, name: str) -> Frame:
        """Add the upper case of a column."""
        return nw.from_native(
            _native(frame).with_columns(pl.col(column).str.to_uppercase().alias(name))
        )

    def as_text(self, frame: Frame, column: str, name: str) -> Frame:
        """Add a column as text."""
        return nw.from_native(
            _native(frame).with_columns(pl.col(column).cast(pl.String).alias(name))
        )

    def attach(self, frame: Frame, values: Frame, on: tuple[str, ...]) -> Frame:
        """Add columns by key; rows stay in order."""
        left, right = _native(frame), _native(values)
        kinds = left.select(on).collect_schema()
        right = right.with_columns([pl.col(name).cast(kind) for name, kind in kinds.items()])
        return nw.from_native(
            left.join(right, on=list(on), how="left", maintain_order="left", nulls_equal=False)
        )

    def look_up(self, frame: Frame, place: str, table: pl.DataFrame) -> Frame:
        """Add columns by the places of rows, several times faster than a join."""
        found = [pl.lit(column).gather(pl.col(place)).alias(column.name) for column in table]
        return nw.from_native(_native(frame).with_columns(found))
