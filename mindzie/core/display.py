"""How results show themselves, without knowing who draws.

Packages above declare in the entry-point group ``mindzie.displays`` what shows a kind of result (a function from the
result to a MIME bundle) and, as ``plot.KIND``, what plots it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from importlib.metadata import entry_points
from typing import Any, Final

from mindzie.core.errors import MissingPackageError

RESULT_MIME: Final = "application/vnd.mindzie.results+json"
"""In a run, outputs carry the results themselves beside their pictures."""
RECORDING: Final = "MINDZIE_RECORD"
"""Environment variable that tells a kernel that its results are wanted."""
_MOST_ROWS: Final = 10_000


@cache
def _declared(name: str) -> Callable[..., Any] | None:
    for point in entry_points(group="mindzie.displays", name=name):
        try:
            made: Callable[..., Any] = point.load()
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] == "mindzie":
                raise
            continue  # its extra is not installed
        return made
    return None


def recorded(*results: Any) -> list[dict[str, Any]]:
    """Return results as JSON where a run wants them, else nothing; of long tables the first rows.

    Parameters
    ----------
    *results : Result
        Anything else is left out.

    Returns
    -------
    list of dict
        In the same order.
    """
    if not os.environ.get(RECORDING):
        return []
    return [result.to_json(_MOST_ROWS) for result in results if hasattr(result, "to_json")]


def mimebundle(result: Any, include: Any = None, exclude: Any = None) -> Any:
    """Return what a notebook shows for a result or a log."""
    show = _declared(result.kind)
    shown = (
        {"text/plain": repr(result)}
        if show is None
        else show(result, include=include, exclude=exclude)
    )
    kept = recorded(result)
    if not kept:
        return shown
    data, metadata = shown if isinstance(shown, tuple) else (shown, {})
    return {**data, RESULT_MIME: kept}, metadata


def plot(result: Any) -> Any:
    """Return the drawing of a result."""
    draw = _declared(f"plot.{result.kind}")
    if draw is None:
        message = "Plots need HoloViews and Bokeh: pip install 'mindzie[dashboards]'."
        raise MissingPackageError(message)
    return draw(result)
