"""Columns of a relation, brought into memory when they are first used.

Opening a data set costs nothing, and a question reads the columns it needs once. A relation that would not fit into the
memory budget is scanned from its file each time instead.
"""

from __future__ import annotations

import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.io.plugins import register_io_source

from mindzie.core.errors import DataSetError

ORDER = {"events": ("case", "position"), "cases": ("case",)}
_BYTES_A_VALUE = 12
_PART = 500_000


def memory_budget() -> int:
    """Return the bytes that one relation may take: half of the machine's memory, or ``MINDZIE_MEMORY`` megabytes."""
    given = os.environ.get("MINDZIE_MEMORY")
    if given and given.isdigit():
        return int(given) * 1_000_000
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2


def is_sorted(frame: pl.DataFrame, keys: tuple[str, ...]) -> bool:
    """Tell whether rows are in the order of one key, or of case and position, at the cost of one look."""
    if len(keys) == 1:
        return frame[keys[0]].is_sorted()
    case, position = (pl.col(key) for key in keys)
    before = case.shift(1)
    later = (case > before) | ((case == before) & (position > position.shift(1)))
    return bool(frame.select(later.all()).item())


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


class KeptColumns(ABC):
    """A source of rows whose columns are kept once they were used.

    Parameters
    ----------
    schema : polars.Schema
        All columns.
    """

    def __init__(self, schema: pl.Schema) -> None:
        self.schema = schema
        self._kept: dict[str, pl.Series] = {}
        self._lock = threading.Lock()

    @abstractmethod
    def _bring(self, names: list[str]) -> pl.DataFrame:
        """Return columns that were not used before."""

    def lazy(self) -> pl.LazyFrame:
        """Return the relation as a lazy frame."""
        return register_io_source(self._read, schema=self.schema, is_pure=True)

    def _columns(self, names: list[str]) -> pl.DataFrame:
        with self._lock:
            missing = [name for name in names if name not in self._kept]
            if missing:
                found = self._bring(missing)
                self._kept |= {name: found[name] for name in missing}
            return pl.DataFrame([self._kept[name] for name in names])

    def _read(
        self, with_columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, batch_size: int | None  # noqa: ARG002 - Polars' call
    ) -> Iterator[pl.DataFrame]:  # fmt: skip
        wanted = with_columns if with_columns is not None else list(self.schema)
        if not wanted:  # a mere count of rows
            wanted = [next(iter(self.schema))]
        frame = self._columns(wanted)
        frame = frame if n_rows is None else frame.head(n_rows)
        for part in (
            frame.iter_slices(_PART) if frame.height else [frame]
        ):  # parts keep all cores busy
            yield part if predicate is None else part.filter(predicate)


class ChosenColumns(KeptColumns):
    """The rows of a relation that fit a condition, which is looked at once.

    Parameters
    ----------
    frame : polars.LazyFrame
        The relation; it gives its rows in the same order each time.
    condition : polars.Expr
        Rows where it is null are left out.
    """

    def __init__(self, frame: pl.LazyFrame, condition: pl.Expr) -> None:
        super().__init__(frame.collect_schema())
        self._frame = frame
        fits = frame.select(chosen=condition).collect(engine="in-memory")
        self._chosen = fits["chosen"]

    def _bring(self, names: list[str]) -> pl.DataFrame:
        found = self._frame.select(names).collect(engine="in-memory")
        # in one piece: a median of several is found by sorting them
        return found.filter(self._chosen).rechunk()


class StoredColumns(KeptColumns):
    """One Parquet file whose columns are kept once they were read, in canonical order.

    Parameters
    ----------
    name : str
        The relation.
    path : Path
        Its file.
    """

    def __init__(self, name: str, path: Path) -> None:
        self._path = path
        self._keys = ORDER.get(name, ())
        self._order: pl.Series | None = None
        self._checked = not self._keys
        self._state = _state(path)
        super().__init__(pl.scan_parquet(path, glob=False).collect_schema())

    def lazy(self) -> pl.LazyFrame:
        """Return the relation as a lazy frame."""
        rows = pl.scan_parquet(self._path, glob=False).select(pl.len()).collect().item()
        if rows * len(self.schema) * _BYTES_A_VALUE > memory_budget():
            frame = pl.scan_parquet(self._path, glob=False)
            keys = self._keys
            return (
                frame
                if not keys or is_sorted(frame.select(keys).collect(), keys)
                else frame.sort(keys)
            )
        return super().lazy()

    def _check_order(self) -> None:
        # a file written by another tool may have its rows in any order
        keys = pl.read_parquet(self._path, columns=list(self._keys), glob=False)
        if not is_sorted(keys, self._keys):
            self._order = keys.select(pl.arg_sort_by(*self._keys)).to_series()
        self._checked = True

    def _bring(self, names: list[str]) -> pl.DataFrame:
        try:
            if not self._checked:
                self._check_order()
            read = pl.read_parquet(self._path, columns=names, glob=False)
        except (OSError, pl.exceptions.PolarsError):
            if _state(self._path) == self._state:
                raise
            read = None
        # looked at after reading: what was read is what was there when the data set was opened
        if read is None or _state(self._path) != self._state:
            raise DataSetError(
                f"{self._path} was changed or removed after the data set was opened, and is not read: open it again."
            )
        return read if self._order is None else read[self._order]
