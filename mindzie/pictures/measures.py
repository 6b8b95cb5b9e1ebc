"""What a map can show: the measures, their columns, their scales, and how their values are said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from mindzie.core import words
from mindzie.core.errors import SettingError, nearest

MeasureName = Literal["events", "cases", "mean", "median", "p90", "total"]


@dataclass(frozen=True, slots=True)
class Measure:
    """One way to read a map.

    Attributes
    ----------
    name : str
        Column of the edges.
    title : str
        Name for people.
    scale : {"frequency", "performance"}
        Colours.
    node_columns : tuple of str
        Columns of the nodes that may hold it, best first.
    """

    name: MeasureName
    title: str
    scale: Literal["frequency", "performance"]
    node_columns: tuple[str, ...]

    def node_column(self, columns: Iterable[str]) -> str | None:
        """Return the nodes' column that holds the measure, if there is one."""
        known = set(columns)
        return next((name for name in self.node_columns if name in known), None)

    def say(self, value: float | None, *, short: bool = False) -> str:
        """Return a value in words."""
        if self.scale == "performance":
            return words.duration(value)
        return words.count(value, short=short)


def _duration(name: MeasureName, title: str) -> Measure:
    return Measure(name, title, "performance", (f"service_{name}", name))


MEASURES: Final[dict[str, Measure]] = {
    measure.name: measure
    for measure in (
        Measure("events", "Events", "frequency", ("events",)),
        Measure("cases", "Cases", "frequency", ("cases",)),
        _duration("mean", "Mean duration"),
        _duration("median", "Median duration"),
        _duration("p90", "90th percentile of duration"),
        _duration("total", "Total duration"),
    )
}


def measure(name: str) -> Measure:
    """Return a measure by its name.

    Parameters
    ----------
    name : str
        ``events``, ``cases``, ``mean``, ``median``, ``p90`` or ``total``.

    Returns
    -------
    Measure
        The measure.

    Raises
    ------
    SettingError
        If there is none of this name.

    Examples
    --------
    >>> measure("p90").say(5400)
    '1 h 30 min'
    """
    if name in MEASURES:
        return MEASURES[name]
    close = nearest(str(name), MEASURES)
    hint = f"Did you mean {close[0]!r}?" if close else f"Choose one of {', '.join(MEASURES)}."
    raise SettingError(f"A map has no measure {name!r}. {hint}")
