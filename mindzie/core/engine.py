"""What an engine must offer to operations beyond narwhals."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Protocol

import narwhals as nw
import polars as pl

from mindzie.core.turns import Turn

if TYPE_CHECKING:
    from mindzie.core.log import EventLog

Frame = nw.LazyFrame[Any]
"""A lazy relation of any engine, in narwhals' words."""

TimeUnit = Literal[
    "local", "hour_of_day", "weekday", "day_of_month", "week_of_year", "month_of_year", "quarter_of_year", "year_number",
    "hour", "day", "week", "month", "quarter", "year",
]  # fmt: skip
"""What a time becomes: local microseconds, a number (Monday is 1, weeks as in ISO 8601), or the local start of its period in microseconds."""


class Engine(Protocol):
    """Runs lazy relations; the few things narwhals cannot say are methods here."""

    name: ClassVar[str]
    failure: ClassVar[type[Exception]]
    """What the engine raises on its own."""
    turn: Turn
    """What a thread takes to work on the engine alone."""

    def frame(self, data: pl.DataFrame) -> Frame:
        """Return rows in memory as a relation of this engine."""

    def scan(self, files: Mapping[str, Path]) -> dict[str, Frame]:
        """Return stored relations by name."""

    def persist(self, frame: Frame) -> Frame:
        """Compute a relation once and return it as a relation."""

    def where(self, frame: Frame, condition: nw.Expr, columns: tuple[str, ...]) -> Frame:
        """Return some columns of the rows that fit a condition, computed once; null does not fit."""

    def collect(self, frame: Frame, *, held: bool = False) -> pl.DataFrame:
        """Compute a relation; integers come as Int64, whatever the engine counted with.

        ``held`` says that it is a small question to a relation computed by ``persist``.
        """

    def tallied(self, frame: Frame, column: str, *, first: str) -> pl.DataFrame:
        """Return each value of a column of codes with ``case_count`` and the lowest ``first_...`` of another column."""

    def rows(self, frame: Frame) -> pl.DataFrame:
        """Compute a relation, its types as they are stored."""

    def neighbours(self, events: Frame) -> Frame:
        """Give positions again and point each event to its next one in the case.

        Events come sorted by case and position; ``position``, ``next_activity`` and ``time_to_next`` are replaced.
        """

    def steps(self, events: Frame) -> Frame:
        """Pair each event with its next one in the case: ``case``, ``activity``, ``next_activity``, ``time_to_next``.

        Events come sorted by case and position; those without a next one are left out.
        """

    def previous(self, events: Frame, column: str, name: str) -> Frame:
        """Add the value a column has in the case's previous event (null in the first)."""

    def traces(self, events: Frame) -> Frame:
        """Return ``case`` and its ``activities``, a list in order of position."""

    def rows_of(self, rows: Frame, cases: Frame, case_count: int, *, keep: bool = True) -> Frame:
        """Keep the rows whose ``case`` is in a relation of cases, or all others; ids are below ``case_count``."""

    def local_time(self, frame: Frame, column: str, zone: str, unit: TimeUnit, name: str) -> Frame:
        """Add a column with a UTC time of another column said in a time zone."""

    def upper(self, frame: Frame, column: str, name: str) -> Frame:
        """Add a column with the upper case of another column's texts, as Unicode has it."""

    def as_text(self, frame: Frame, column: str, name: str) -> Frame:
        """Add a column with numbers or booleans of another column as text."""

    def attach(self, frame: Frame, values: Frame, on: tuple[str, ...]) -> Frame:
        """Add the columns of another relation by key, null where it has none; rows and their order stay.

        The key is unique in ``values``.
        """

    def look_up(self, frame: Frame, place: str, table: pl.DataFrame) -> Frame:
        """Add the columns of a small table: of its row, counted from 0, that the column ``place`` names; null gives nulls."""

    def save(self, log: EventLog, path: Path) -> Path:
        """Write a log as a data set folder."""

    def moved(self, log: EventLog, engine: str) -> EventLog:
        """Return a log on another engine."""
