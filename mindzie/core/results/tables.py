"""Tables and series."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl

from mindzie.core.errors import unknown
from mindzie.core.lazy import lazy
from mindzie.core.results.base import Column, Result, plain
from mindzie.core.turns import CURRENT, taking


class Table(Result):
    """Rows with typed columns, computed when they are first needed.

    Parameters
    ----------
    rows : polars.DataFrame or callable
        The rows, or what makes them.
    columns : tuple of Column
        In order; dates are Datetime with the log's zone, durations are Duration.
    facts : mapping
        Figures about the table as a whole, such as totals.
    """

    kind = "table"

    def __init__(
        self, rows: pl.DataFrame | Callable[[], pl.DataFrame], columns: tuple[Column, ...], title: str = "",
        facts: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(title)
        self._rows = rows
        self._turn = CURRENT.get()
        self.columns = columns
        self.facts = dict(facts or {})

    @lazy
    def _frame(self) -> pl.DataFrame:
        with taking(self._turn):
            made = self._rows() if callable(self._rows) else self._rows
        return made.select([column.name for column in self.columns])

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame."""
        return self._frame

    def page(
        self,
        offset: int,
        limit: int,
        *,
        sort: str | None = None,
        descending: bool = False,
        search: str = "",
    ) -> tuple[pl.DataFrame, int]:
        """Return some rows, sorted and searched, and how many there are.

        Parameters
        ----------
        offset, limit : int
            Rows to skip and to return.
        sort : str, optional
            Column to sort by; nulls come last.
        descending : bool
            Largest first.
        search : str
            Text to be found in any text column, without regard to case.

        Returns
        -------
        tuple of (polars.DataFrame, int)
            The rows, and the number of all rows found.
        """
        frame = self._frame
        if search:
            texts = [
                pl.col(name).str.to_lowercase().str.contains(search.lower(), literal=True)
                for name, kind in frame.schema.items()
                if kind == pl.String
            ]
            frame = frame.filter(pl.any_horizontal(texts)) if texts else frame.clear()
        if sort:
            if sort not in frame.columns:
                raise unknown("column", sort, frame.columns, "this table")
            frame = frame.sort(sort, descending=descending, nulls_last=True, maintain_order=True)
        return frame.slice(max(offset, 0), max(limit, 0)), frame.height

    def __len__(self) -> int:
        """Count the rows."""
        return self._frame.height

    def __getitem__(self, name: str) -> pl.Series:
        """Return a column."""
        if name not in self._frame.columns:
            raise unknown("column", name, self._frame.columns, "this table")
        return self._frame[name]

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        frame = self._frame if most_rows is None else self._frame.head(most_rows)
        rows = [
            {name: plain(value) for name, value in row.items()}
            for row in frame.iter_rows(named=True)
        ]
        facts = {name: plain(value) for name, value in self.facts.items()}
        more = {"row_count": len(self)} if frame.height < len(self) else {}
        return {
            "columns": [column.model_dump() for column in self.columns],
            "rows": rows,
            "facts": facts,
            **more,
        }

    def __repr__(self) -> str:
        """Title and rows."""
        return f"{self.title}\n{self._frame}"


class Series(Table):
    """A table with one time or category axis and measures.

    Parameters
    ----------
    axis : str
        The column of the axis.
    measures : tuple of str
        The columns drawn over it.
    split : str, optional
        A second category.
    """

    kind = "series"

    def __init__(
        self, rows: pl.DataFrame | Callable[[], pl.DataFrame], columns: tuple[Column, ...], *, axis: str, measures: tuple[str, ...],
        split: str | None = None, title: str = "", facts: Mapping[str, Any] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(rows, columns, title, facts)
        self.axis = axis
        self.measures = measures
        self.split = split

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        return {
            **super()._json(most_rows),
            "axis": self.axis,
            "measures": list(self.measures),
            "split": self.split,
        }
