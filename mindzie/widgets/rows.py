"""Tables for the browser: pages of rows, sorted and searched once for all the pages that follow."""

from __future__ import annotations

from typing import Any

import polars as pl

from mindzie.core.results import Table
from mindzie.core.spreadsheets import csv_text

Json = dict[str, Any]


class Pages:
    """A table read page by page.

    Parameters
    ----------
    table : Table
        The rows.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self._order: tuple[str | None, bool, str] | None = None
        self._sorted = pl.DataFrame()

    def rows(
        self, sort: str | None = None, *, descending: bool = False, search: str = ""
    ) -> pl.DataFrame:
        """Return all rows found, sorted; the same question again costs nothing."""
        order = (sort, descending, search)
        if order != self._order:
            everything = len(self.table)
            self._sorted, _ = self.table.page(
                0, everything, sort=sort, descending=descending, search=search
            )
            self._order = order
        return self._sorted

    def page(
        self,
        offset: int,
        limit: int,
        *,
        sort: str | None = None,
        descending: bool = False,
        search: str = "",
    ) -> Json:
        """Return some rows as JSON values.

        Parameters
        ----------
        offset, limit : int
            Rows to skip and to return.
        sort, descending, search
            As in ``Table.page``.

        Returns
        -------
        dict
            ``columns``, ``rows`` (lists of cells), ``offset``, ``total`` found and ``all`` rows there are.
        """
        found = self.rows(sort, descending=descending, search=search)
        return {
            "columns": [column.model_dump() for column in self.table.columns],
            "rows": cells(found.slice(offset, limit)),
            "offset": offset,
            "total": found.height,
            "all": len(self.table),
        }

    def csv(self, sort: str | None = None, *, descending: bool = False, search: str = "") -> str:
        """Return the rows found as CSV text; lists are joined by arrows, durations are in seconds."""
        return csv_text(self.rows(sort, descending=descending, search=search))


def cells(frame: pl.DataFrame) -> list[list[Any]]:
    """Return rows as JSON values: dates as ISO 8601 in their zone, durations in seconds.

    Parameters
    ----------
    frame : polars.DataFrame
        Few rows.

    Returns
    -------
    list of list
        One list a row.

    Examples
    --------
    >>> cells(pl.DataFrame({"cases": [3], "share": [float("nan")]}))
    [[3, None]]
    """
    made = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.Duration):
            made.append(column.dt.total_microseconds() / 1e6)
        elif isinstance(kind, pl.Datetime):
            made.append(column.dt.to_string("%Y-%m-%dT%H:%M:%S"))
        elif isinstance(kind, pl.Date):
            made.append(column.dt.to_string("%Y-%m-%d"))
        elif kind.is_float():
            made.append(pl.when(column.is_finite()).then(column))
    return [list(row) for row in frame.with_columns(made).iter_rows()]
