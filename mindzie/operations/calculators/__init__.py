"""Calculators: turn a log into a number, a table, a series or a graph."""

from mindzie.operations.calculators.maps import ProcessMap

__all__ = ["ProcessMap"]
