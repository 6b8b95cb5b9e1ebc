"""How results show themselves, without knowing who draws.

Packages above declare in the entry-point group ``mindzie.displays`` what shows a kind of result (a function from the
result to a MIME bundle) and, as ``plot.KIND``, what plots it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from mindzie.core.errors import MissingPackageError


@cache
def _declared(name: str) -> Callable[..., Any] | None:
    for point in entry_points(group="mindzie.displays", name=name):
        try:
            made: Callable[..., Any] = point.load()
        except ImportError:
            continue
        return made
    return None


def mimebundle(result: Any, include: Any = None, exclude: Any = None) -> Any:  # noqa: ANN401 - any result or log
    """Return what a notebook shows for a result or a log."""
    show = _declared(result.kind)
    if show is None:
        return {"text/plain": repr(result)}
    return show(result, include=include, exclude=exclude)


def plot(result: Any) -> Any:  # noqa: ANN401
    """Return the drawing of a result."""
    draw = _declared(f"plot.{result.kind}")
    if draw is None:
        message = "Plots need HoloViews and Bokeh: pip install 'mindzie[dashboards]'."
        raise MissingPackageError(message)
    return draw(result)
