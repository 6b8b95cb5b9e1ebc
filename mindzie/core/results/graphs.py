"""Graphs."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Self

import polars as pl

from mindzie.core.results.base import Result
from mindzie.core.results.tables import Table

if TYPE_CHECKING:
    from mindzie.core.families import Calculator
    from mindzie.core.log import EventLog


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
        *,
        frequency: Graph | None = None,
        means: Graph | None = None,
    ) -> None:
        super().__init__(title)
        self.nodes = nodes
        self.edges = edges
        self.facts = dict(facts or {})
        self.frequency = frequency or self
        """The same graph with counts alone, which cost no look at events."""
        self.means = means or self
        """The same graph with counts, means and totals, which cost less than medians."""

    def showing(self, *measures: str) -> Graph:
        """Return the graph that has some measures of paths and costs the least.

        Parameters
        ----------
        *measures : str
            Columns of the paths, such as ``"events"`` or ``"median"``.

        Returns
        -------
        Graph
            This one, or one with fewer columns.
        """
        for form in (self.frequency, self.means):
            if {column.name for column in form.edges.columns} >= {*measures}:
                return form
        return self

    def stamped(self, log: EventLog, operation: Calculator) -> Self:
        """Return the graph, and those with fewer columns, with their provenance."""
        made = super().stamped(log, operation)
        for name in ("frequency", "means"):
            form = getattr(self, name)
            form = made if form is self else copy.copy(form)
            form.log, form.operation, form.title = made.log, made.operation, made.title
            form.provenance = made.provenance
            setattr(made, name, form)
        return made

    def to_polars(self) -> pl.DataFrame:
        """Return the edges."""
        return self.edges.to_polars()

    def _json(self, most_rows: int | None = None) -> dict[str, Any]:
        return {
            "nodes": self.nodes._json(most_rows),  # noqa: SLF001 - results know each other
            "edges": self.edges._json(most_rows),  # noqa: SLF001
            "facts": self.facts,
        }

    def __repr__(self) -> str:
        """Title and edges."""
        return f"{self.title}\n{self.frequency.edges.to_polars()}"
