"""Dashboards: figures of a log that follow its filters."""

from mindzie.widgets.dashboard.board import Dashboard
from mindzie.widgets.dashboard.panel import Panel

__all__ = ["Dashboard", "Panel"]
