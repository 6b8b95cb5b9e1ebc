"""Widgets: what is clicked in notebooks, dashboards and reports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mindzie.widgets.process_map import ProcessMapWidget

__all__ = ["ProcessMapWidget"]


def __getattr__(name: str) -> Any:
    # ipywidgets takes half a second, and not every user of a module here shows a map.
    if name == "ProcessMapWidget":
        from mindzie.widgets.process_map import ProcessMapWidget

        return ProcessMapWidget
    message = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(message)
