"""The studio: an interactive workbench on an event log."""

from mindzie.widgets.studio.widget import Studio

__all__ = ["Studio"]
