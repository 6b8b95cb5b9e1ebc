"""Filters: choose cases or events of a log."""

from mindzie.operations.filters.activities import CasesWithActivity
from mindzie.operations.filters.events import Activities

__all__ = ["Activities", "CasesWithActivity"]
