"""Tables of a million rows, of which only those looked at are computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import narwhals as nw
import polars as pl

from mindzie.core.errors import unknown
from mindzie.core.patterns import literal
from mindzie.core.results import Column, Table
from mindzie.operations.calculators.groups import told

if TYPE_CHECKING:
    from mindzie.core.engine import Frame
    from mindzie.core.log import EventLog


class CasePages(Table):
    """Cases with some attributes, sorted, searched and fetched by the engine.

    The rows are those of one page; ``page`` fetches any others. Of a sort or search only the numbers of the cases are kept.

    Parameters
    ----------
    log : EventLog
        Whose cases.
    names : tuple of str
        Case attributes to show.
    """

    def __init__(
        self, log: EventLog, names: tuple[str, ...], query: Mapping[str, Any], title: str = ""
    ) -> None:
        self._attributes = {
            f"column_{number}": log.attribute(name, level="case")
            for number, name in enumerate(names)
        }
        self._source = log
        self._orders: dict[tuple[str | None, bool, str], pl.Series] = {}
        columns = tuple(
            Column(name=a.name, type=a.type, unit=a.unit) for a in self._attributes.values()
        )
        rows, found = self.page(**query)
        facts = {"cases": log.case_count, "found": found, "offset": query["offset"]}
        super().__init__(rows, columns, title, facts)

    def page(
        self,
        offset: int,
        limit: int,
        *,
        sort: str | None = None,
        descending: bool = False,
        search: str = "",
    ) -> tuple[pl.DataFrame, int]:
        """Return some rows as ``Table.page`` does, sorted and searched by the engine.

        Without a column to sort by, cases are in the order of their starts in the whole log.
        """
        key = sort, descending, search.lower()
        with self._source.turn():
            if key not in self._orders:
                self._orders[key] = self._ordered(sort, search.lower(), descending=descending)
            order = self._orders[key]
            return self._fetched(order.slice(max(offset, 0), max(limit, 0))), len(order)

    def _ordered(self, sort: str | None, search: str, *, descending: bool) -> pl.Series:
        """Return the numbers of the cases found, in order."""
        aliases = {a.name: alias for alias, a in self._attributes.items()}
        if sort is not None and sort not in aliases:
            raise unknown("column", sort, aliases, "this table")
        texts = (
            [alias for alias, a in self._attributes.items() if a.type == "text"] if search else []
        )
        wanted = [*texts, *([aliases[sort]] if sort is not None else [])]
        frame = self._values(*wanted)
        if search:
            pattern = "(?i)" + literal(search)  # engines fold letters alike there
            hits = [
                nw.coalesce(
                    nw.col(alias).str.contains(pattern),
                    nw.lit(value=False),
                )
                for alias in texts
            ]
            frame = frame.filter(
                nw.any_horizontal(*hits, ignore_nulls=False) if hits else nw.lit(value=False)
            )
        if sort is None:
            return self._source.collect(frame.select("case"))["case"].sort(descending=descending)
        by = aliases[sort]
        return self._source.collect(
            frame.sort(by, "case", descending=[descending, False], nulls_last=True).select("case")
        )["case"]

    def _values(self, *aliases: str) -> Frame:
        if not aliases:
            return self._source.rel.index.select("case")
        return self._source.case_values(
            **{alias: self._attributes[alias].name for alias in dict.fromkeys(aliases)}
        )

    def _fetched(self, cases: pl.Series) -> pl.DataFrame:
        """Return the columns of some cases, in their order."""
        # the narrower the cases before values are looked up, the less is computed
        frame = self._values(*self._attributes).filter(nw.col("case").is_in(cases.to_list()))
        rows = self._source.collect(frame)
        order = cases.to_frame("case").with_columns(pl.col("case").cast(rows.schema["case"]))
        rows = order.join(rows, on="case", how="left", maintain_order="left")
        rows = told(
            rows, {alias: a.type for alias, a in self._attributes.items()}, self._source.time_zone
        )
        return rows.select(**{a.name: pl.col(alias) for alias, a in self._attributes.items()})
