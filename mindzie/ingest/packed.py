"""Large tables of texts in little memory: few different texts as categories, times written in one way as times.

Every text can be given back as it was. A column is packed by what its first rows are like; where a later row does not fit,
nothing is packed, and the table is read as texts.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

import polars as pl

from mindzie.ingest.clock import Times
from mindzie.ingest.exact_times import ExactTimes
from mindzie.ingest.raw import Hints
from mindzie.ingest.texts import sample_of
from mindzie.ingest.times import read_times, within_calendar

AHEAD: Final = 3
"""Pieces that are packed while the next is read; more take memory and save next to nothing."""
REPEATS: Final = 8
"""Rows for each different text, on average, from which categories are worth it."""

Ways = Mapping[str, ExactTimes]
T = TypeVar("T")
R = TypeVar("R")


class NotPackedError(Exception):
    """A piece is not like the first ones."""


class Packer:
    """Packs pieces of a table by what each column is first like.

    Parameters
    ----------
    first : polars.DataFrame
        The first rows, texts as texts.
    times : bool
        Whether texts may be held as times.
    """

    def __init__(self, first: pl.DataFrame, *, times: bool = True) -> None:
        self._times = times
        self.ways: dict[str, ExactTimes] = {}
        self._few: dict[str, pl.Categorical] = {}
        self._known: set[str] = set()
        self._learn(first)
        self.schema = pl.Schema({**first.schema, **self._few})
        """Types to read later pieces in."""

    def pack(self, piece: pl.DataFrame) -> pl.DataFrame:
        """Return a piece packed; it may have columns that the first has not.

        Raises
        ------
        NotPackedError
            Where it is not like the first.
        """
        self._learn(piece)
        columns = [self._column(column) for column in piece]
        return pl.DataFrame(columns).rechunk()  # without what parsing set aside

    def _learn(self, rows: pl.DataFrame) -> None:
        for name in rows.schema.keys() - self._known:
            column = rows[name]
            if column.dtype == pl.String:
                way = ExactTimes.of(sample_of(column)) if self._times else None
                if way is not None:
                    self.ways[name] = way
                elif _repeats(column):
                    self._few[name] = pl.Categorical(pl.Categories.random())
        self._known |= rows.schema.keys()

    def _column(self, column: pl.Series) -> pl.Series:
        if (kind := self._few.get(column.name)) and column.dtype in (pl.String, kind):
            return column.cast(kind)
        if column.dtype != pl.String:
            return column
        way = self.ways.get(column.name)
        if way is None:
            return column
        clock = way.read(column)
        if clock is None:
            raise NotPackedError(column.name)
        return clock.alias(column.name)


def _repeats(column: pl.Series) -> bool:
    return column.n_unique() * REPEATS <= len(column)


def text_of(column: pl.Series, ways: Ways) -> pl.Series:
    """Return a column with its texts as texts."""
    if isinstance(column.dtype, pl.Categorical):
        return column.cast(pl.String)
    way = ways.get(column.name)
    return column if way is None else way.write(column)


def times_of(column: pl.Series, hints: Hints, ways: Ways, *, numbers: bool = True) -> Times:
    """Read a column as times, as `read_times` does its texts."""
    way = ways.get(column.name)
    if way is not None:
        return within_calendar(way.times(column, hints.zone), hints.zone)
    return read_times(text_of(column, ways), hints, numbers=numbers)


def texts_of(frame: pl.DataFrame, ways: Ways) -> pl.DataFrame:
    """Return a table with all its texts as texts."""
    packed = [text_of(column, ways) for column in frame if is_packed(column, ways)]
    return frame.with_columns(packed) if packed else frame


def is_packed(column: pl.Series, ways: Ways) -> bool:
    """Return whether a column holds texts as something else."""
    return column.name in ways or isinstance(column.dtype, pl.Categorical)


def without_marks(column: pl.Series, marks: list[str], ways: Ways) -> pl.Series:
    """Return a column with null for every text that is one of the marks."""
    if isinstance(column.dtype, pl.Categorical):
        each = column.unique()
        met = each.filter(each.cast(pl.String).is_in(marks)).to_physical()
        told = column.to_physical()
    elif way := ways.get(column.name):
        # what is written in another way is no text of this column
        read = [clock for mark in marks if (clock := way.read(pl.Series([mark]))) is not None]
        met, told = pl.concat(read) if read else column.clear(), column
    elif column.dtype == pl.String:
        met, told = pl.Series(marks), column
    else:
        return column
    if not len(met):
        return column
    kept = pl.select(pl.when(~told.is_in(met.implode())).then(column)).to_series()
    return kept.alias(column.name)


def in_turn(work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """Do work on items in threads, a few at a time, and give what comes of it in their order."""
    with ThreadPoolExecutor(AHEAD) as pool:
        begun: deque[Future[R]] = deque()
        for item in items:
            begun.append(pool.submit(work, item))
            if len(begun) > AHEAD:
                yield begun.popleft().result()
        while begun:
            yield begun.popleft().result()
