"""What calculators return: numbers, tables, series and graphs that know where they come from."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

import polars as pl
from pydantic import BaseModel, ConfigDict

from mindzie.core.display import mimebundle, plot
from mindzie.core.errors import MissingPackageError, unknown
from mindzie.core.settings import AttributeType

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from mindzie.core.families import Calculator
    from mindzie.core.log import EventLog


class Provenance(BaseModel):
    """Where a figure comes from: same fingerprint and recipe, same result.

    Parameters
    ----------
    fingerprint : str
        Of the source log.
    recipe : tuple of dict
        The operations applied to it, in stored form.
    operation : dict, optional
        The calculator, in stored form.
    now : int, optional
        Frozen time of the log, microseconds UTC.
    resolved : dict
        What relative settings came to: of a step of the recipe under ``"recipe.0"`` and so on, of the operation by name.
    versions : dict
        Of Mindzie and the engine.
    """

    model_config = ConfigDict(frozen=True)

    fingerprint: str
    recipe: tuple[dict[str, Any], ...] = ()
    operation: dict[str, Any] | None = None
    now: int | None = None
    resolved: dict[str, Any] = {}
    versions: dict[str, str] = {}


class Column(BaseModel):
    """A column of a table.

    Parameters
    ----------
    name : str
        Unique in the table.
    type : {"text", "number", "boolean", "date", "duration", "list"}
        How values are stored: dates and durations as Datetime and Duration.
    unit : str
        Such as ``"cases"`` or ``"s"``; ``"share"`` for 0 to 1.
    """

    model_config = ConfigDict(frozen=True)

    name: str
    type: AttributeType | Literal["list"]
    unit: str = ""


class Result:
    """Base of all results."""

    kind: ClassVar[str] = ""

    def __init__(self, title: str = "") -> None:
        self.title = title
        self.provenance: Provenance | None = None
        self.log: EventLog | None = None
        self.operation: Calculator | None = None

    def stamped(self, log: EventLog, operation: Calculator) -> Self:
        """Return the result with its provenance and the way back to its cases."""
        made = copy.copy(self)
        made.log, made.operation = log, operation
        made.title = self.title or operation.title
        resolved = self.provenance.resolved if self.provenance else {}
        made.provenance = log.provenance(
            operation.to_json(), {**operation.resolved(log), **resolved}
        )
        return made

    def drill(self, **row: Any) -> EventLog:
        """Return the log of the cases behind a row of the result.

        Parameters
        ----------
        **row
            The row's values, such as ``from_activity="Order", to_activity="Ship"``; none for all cases.

        Returns
        -------
        EventLog
            The log the result was calculated from, filtered.
        """
        if self.log is None or self.operation is None:
            message = "This result was not calculated from a log, so it has no cases."
            raise LookupError(message)
        return self.log.filter(*self.operation.drill(row)) if row else self.log

    def cases(self, **row: Any) -> Table:
        """Return the cases behind a row of the result as a table."""
        return self.drill(**row).cases

    def to_polars(self) -> pl.DataFrame:
        """Return the rows as a Polars frame."""
        raise NotImplementedError

    def to_pandas(self) -> pd.DataFrame:
        """Return the rows as a pandas frame."""
        try:
            import pandas  # noqa: F401, ICN001 - optional and heavy
        except ImportError:
            message = "pandas is not installed: pip install 'mindzie[pandas]', or use to_polars() or to_arrow()."
            raise MissingPackageError(message) from None
        return self.to_polars().to_pandas()

    def to_arrow(self) -> pa.Table:
        """Return the rows as an Arrow table."""
        return self.to_polars().to_arrow()

    def to_json(self, most_rows: int | None = None) -> dict[str, Any]:
        """Return the result as plain JSON values, with its provenance.

        Parameters
        ----------
        most_rows : int, optional
            Leave out what comes after so many rows of a table; their number is said then.

        Returns
        -------
        dict
            Dates in ISO 8601, durations in seconds.
        """
        made: dict[str, Any] = {"kind": self.kind, "title": self.title, **self._json(most_rows)}
        made["provenance"] = self.provenance.model_dump(mode="json") if self.provenance else None
        return made

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        raise NotImplementedError

    def plot(self) -> Any:
        """Draw the result with HoloViews."""
        return plot(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Any:
        return mimebundle(self, include, exclude)


class Number(Result):
    """One figure.

    Parameters
    ----------
    value : int, float or None
        None where it is unknown, such as the mean of nothing. Durations are in seconds.
    unit : str
        Such as ``"cases"`` or ``"s"``.
    """

    kind = "number"

    def __init__(self, value: float | bool | str | None, unit: str = "", title: str = "") -> None:
        super().__init__(title)
        self.value = value
        self.unit = unit

    def to_polars(self) -> pl.DataFrame:
        """Return one row with ``value`` and ``unit``."""
        return pl.DataFrame({"value": [self.value], "unit": [self.unit]})

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:  # noqa: ARG002 - one figure is never too long
        return {"value": self.value, "unit": self.unit}

    def __repr__(self) -> str:
        """Title, value and unit."""
        return f"{self.title}: {self.value} {self.unit}".strip()


def plain(value: Any) -> Any:
    """Return a cell as JSON has it: dates in ISO 8601, durations in seconds."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    return value


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
        self.columns = columns
        self.facts = dict(facts or {})

    @cached_property
    def _frame(self) -> pl.DataFrame:
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


class Graph(Result):
    """Nodes and edges with measures; each table is computed when it is first needed.

    Parameters
    ----------
    nodes, edges : Table
        Edges have ``from_activity`` (null: START) and ``to_activity`` (null: END).
    facts : mapping
        Figures about the whole, such as the shares shown.
    """

    kind = "graph"

    def __init__(
        self,
        nodes: Table,
        edges: Table,
        title: str = "",
        facts: Mapping[str, Any] | None = None,
        frequency: Graph | None = None,
    ) -> None:
        super().__init__(title)
        self.nodes = nodes
        self.edges = edges
        self.facts = dict(facts or {})
        self.frequency = frequency or self
        """The same graph with counts alone, which cost no look at events."""

    def stamped(self, log: EventLog, operation: Calculator) -> Self:
        """Return the graph, and the one with counts alone, with their provenance."""
        made = super().stamped(log, operation)
        counts = made if self.frequency is self else copy.copy(self.frequency)
        counts.log, counts.operation, counts.title, counts.provenance = (
            made.log,
            made.operation,
            made.title,
            made.provenance,
        )
        made.frequency = counts
        return made

    def to_polars(self) -> pl.DataFrame:
        """Return the edges."""
        return self.edges.to_polars()

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        return {
            "nodes": self.nodes._json(most_rows),
            "edges": self.edges._json(most_rows),
            "facts": self.facts,
        }  # noqa: SLF001 - same module

    def __repr__(self) -> str:
        """Title and edges."""
        return f"{self.title}\n{self.frequency.edges.to_polars()}"
