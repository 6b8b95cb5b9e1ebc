"""The second engine: DuckDB, for logs larger than memory and for SQL."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

import duckdb
import narwhals as nw
import polars as pl

from mindzie.core.engine import Frame, TimeUnit
from mindzie.core.lazy import lazy
from mindzie.core.turns import Turn
from mindzie.engine.moving import Moving

if TYPE_CHECKING:
    import pyarrow as pa
    from duckdb import DuckDBPyRelation

_NUMBERS = {
    "hour_of_day": "hour", "weekday": "isodow", "day_of_month": "day", "month_of_year": "month",
    "quarter_of_year": "quarter", "year_number": "year", "week_of_year": "week",
}  # fmt: skip
_PERIODS = frozenset({"hour", "day", "week", "month", "quarter", "year"})
_FRACTIONS = {r"^(-?)(\d)\.?(\d*)e-05$": r"\10.0000\2\3", r"e-0(\d)$": r"e-\1", "^nan$": "NaN"}
_PATTERN = re.compile(r"[*?\[]")
"""What DuckDB takes in a path for a pattern of several files."""
_SAME_CASE = 'OVER (PARTITION BY "case" ORDER BY "position")'


def _native(frame: Frame) -> DuckDBPyRelation:
    return cast("DuckDBPyRelation", frame.to_native())


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


class DuckDBEngine(Moving):
    """Relations are DuckDB relations of one connection; rows have no order unless asked for."""

    name: ClassVar[str] = "duckdb"
    failure: ClassVar[type[Exception]] = duckdb.Error

    def __init__(self) -> None:
        self._connection = duckdb.connect(
            ":memory:",
            config={"autoinstall_known_extensions": "false", "autoload_known_extensions": "false"},
        )
        self.turn: Turn = threading.RLock()

    def frame(self, data: pl.DataFrame) -> Frame:
        """Return rows in memory as a relation, which keeps them alive as long as it is used itself."""
        with self.turn:
            return nw.from_native(self._connection.from_arrow(data.to_arrow()))

    def interrupt(self) -> None:
        """Stop the statement that runs."""
        self._connection.interrupt()

    def scan(self, files: Mapping[str, Path]) -> dict[str, Frame]:
        """Return stored relations by name, read when asked."""
        return {
            name: nw.from_native(self._connection.read_parquet(_PATTERN.sub(r"[\g<0>]", str(path))))
            for name, path in files.items()
        }

    def persist(self, frame: Frame) -> Frame:
        """Compute a relation once; unlike a temporary table it goes when nothing uses it any more."""
        with self.turn:
            return nw.from_native(self._connection.from_arrow(self._arrow(frame)))

    def where(self, frame: Frame, condition: nw.Expr, columns: tuple[str, ...]) -> Frame:
        """Return some columns of the rows that fit a condition."""
        return self.persist(frame.filter(condition).select(*columns))

    def tallied(self, frame: Frame, column: str, *, first: str) -> pl.DataFrame:
        """Count by value, with the lowest of another column."""
        lowest = {f"first_{first}": nw.col(first).min()}
        return self.collect(frame.group_by(column).agg(case_count=nw.len(), **lowest))

    def rows(self, frame: Frame) -> pl.DataFrame:
        """Compute a relation, its types as they are."""
        return cast("pl.DataFrame", pl.from_arrow(self._arrow(frame)))

    def collect(self, frame: Frame, *, held: bool = False) -> pl.DataFrame:  # noqa: ARG002 - the engine protocol
        """Compute a relation."""
        data = self.rows(frame)
        counted = [
            name
            for name, kind in data.schema.items()
            if kind.is_decimal() or (kind.is_integer() and kind != pl.Int64)
        ]
        return data.with_columns(pl.col(counted).cast(pl.Int64))

    def _arrow(self, frame: Frame) -> pa.Table:
        # one connection answers one question at a time, and refuses a second one instead of waiting
        with self.turn:
            return _native(frame).to_arrow_table()

    def neighbours(self, events: Frame) -> Frame:
        """Point each event to its next one by window functions."""
        relation = _native(events)
        start = "start_time" if "start_time" in relation.columns else "time"
        kept = ", ".join(
            _quoted(name)
            for name in relation.columns
            if name not in ("position", "next_activity", "time_to_next")
        )
        return nw.from_native(
            relation.select(
                f'{kept}, row_number() {_SAME_CASE} AS "position", lead("activity") {_SAME_CASE} AS "next_activity", '
                f'lead("{start}") {_SAME_CASE} - "time" AS "time_to_next"'
            )
        )

    def steps(self, events: Frame) -> Frame:
        """Pair each event with its next one."""
        paired = self.neighbours(events).filter(~nw.col("next_activity").is_null())
        return paired.select("case", "activity", "next_activity", "time_to_next")

    def previous(self, events: Frame, column: str, name: str) -> Frame:
        """Add the value of the case's previous event."""
        return nw.from_native(
            _native(events).select(f"*, lag({_quoted(column)}) {_SAME_CASE} AS {_quoted(name)}")
        )

    def traces(self, events: Frame) -> Frame:
        """Return each case's activities."""
        return nw.from_native(
            _native(events).aggregate(
                '"case", list("activity" ORDER BY "position") AS activities', group_expr='"case"'
            )
        )

    def rows_of(
        self, rows: Frame, cases: Frame, case_count: int, *, keep: bool = True  # noqa: ARG002 - the engine protocol
    ) -> Frame:  # fmt: skip
        """Keep the rows of some cases by a semi join."""
        return rows.join(cases.select("case"), on="case", how="semi" if keep else "anti")

    def local_time(self, frame: Frame, column: str, zone: str, unit: TimeUnit, name: str) -> Frame:
        """Add a column with the local time of another column."""
        local = f"timezone({_text(zone)}, make_timestamptz({_quoted(column)}))"
        if unit in _NUMBERS:
            made = f"date_part('{_NUMBERS[unit]}', {local})"
        elif unit in _PERIODS:
            made = f"epoch_us(date_trunc('{unit}', {local})::TIMESTAMP)"
        else:
            made = f"epoch_us({local})"
        return nw.from_native(_native(frame).select(f"*, {made}::BIGINT AS {_quoted(name)}"))

    def upper(self, frame: Frame, column: str, name: str) -> Frame:
        """Add the upper case of a column; characters that DuckDB knows no upper case of are replaced one by one."""
        text, special = _quoted(column), self._special
        replaced = text
        for one, several in special.items():
            replaced = f"replace({replaced}, {_text(one)}, {_text(several)})"
        found = f"regexp_matches({text}, {_text('[' + ''.join(special) + ']')})"
        made = f"CASE WHEN {found} THEN upper({replaced}) ELSE upper({text}) END"
        return nw.from_native(_native(frame).select(f"*, {made} AS {_quoted(name)}"))

    @lazy
    def _special(self) -> dict[str, str]:
        """Return the letters whose upper case DuckDB does not say as Polars does, such as the German sharp s."""
        surrogates = range(0xD800, 0xE000)
        letters = pl.DataFrame(
            {
                "one": [
                    chr(code) for code in range(128, sys.maxunicode + 1) if code not in surrogates
                ]
            }
        )
        letters = letters.with_columns(upper=pl.col("one").str.to_uppercase()).filter(
            pl.col("one") != pl.col("upper")
        )
        unlike = self._connection.from_arrow(letters.to_arrow()).filter('upper("one") <> "upper"')
        with self.turn:
            return dict(sorted(unlike.fetchall()))

    def as_text(self, frame: Frame, column: str, name: str) -> Frame:
        """Add a column as text, fractions written as Polars writes them."""
        relation = _native(frame)
        made = f"{_quoted(column)}::VARCHAR"
        if str(dict(zip(relation.columns, relation.types, strict=True))[column]) in (
            "DOUBLE",
            "FLOAT",
        ):
            for pattern, said in _FRACTIONS.items():
                made = f"regexp_replace({made}, '{pattern}', '{said}')"
        return nw.from_native(relation.select(f"*, {made} AS {_quoted(name)}"))

    def attach(self, frame: Frame, values: Frame, on: tuple[str, ...]) -> Frame:
        """Add columns by key."""
        return frame.join(values, on=list(on), how="left")

    def look_up(self, frame: Frame, place: str, table: pl.DataFrame) -> Frame:
        """Add columns by the numbers of rows."""
        rows = table.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(place))
        return self.attach(frame, self.frame(rows), (place,))
