"""What calculators return: numbers, tables, series and graphs that know where they come from."""

from mindzie.core.results.base import Column, Number, Provenance, Result, plain
from mindzie.core.results.flat import flat
from mindzie.core.results.graphs import Graph
from mindzie.core.results.tables import Series, Table

__all__ = ["Column", "Graph", "Number", "Provenance", "Result", "Series", "Table", "flat", "plain"]
