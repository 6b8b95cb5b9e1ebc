"""Equal bins over a range of values, told apart by the same arithmetic on every engine."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

import narwhals as nw
import polars as pl

if TYPE_CHECKING:
    from mindzie.core.engine import Frame

_NICE = (1, 2, 3, 5, 6, 10, 12, 15, 20, 30, 50)
_FENCE = 1.5


class Bins(NamedTuple):
    """``number`` bins of a width; each has its lower edge, and the last one its upper edge too where ``closed``."""

    low: float
    high: float
    width: float
    number: int
    closed: bool = True

    def edges(self) -> pl.DataFrame:
        """Return ``bin`` (from 0), ``low``, ``high`` and ``closed``: whether the upper edge belongs to it."""
        place = pl.int_range(self.number, dtype=pl.Int64, eager=True)
        low = self.low + place * self.width
        high = self.low + (place + 1) * self.width
        if self.number:
            high = high.scatter(self.number - 1, self.high)
        return pl.DataFrame(
            {
                "bin": place,
                "low": low,
                "high": high,
                "closed": (place == self.number - 1) & self.closed,
            }
        )

    def within(self) -> nw.Expr:
        """Whether ``value`` is in one of the bins."""
        return (nw.col("value") >= self.low) & ~self.above()

    def above(self) -> nw.Expr:
        """Whether ``value`` is beyond the bins."""
        return nw.col("value") > self.high if self.closed else nw.col("value") >= self.high

    def place(self, frame: Frame) -> Frame:
        """Keep the rows whose ``value`` is within, and add their ``bin``."""
        value, number = nw.col("value"), nw.col("bin")
        frame = frame.filter(self.within())
        if isinstance(self.width, int):
            frame = frame.with_columns(bin=((value - self.low) // self.width).cast(nw.Int64))
        else:
            # division may round across an edge: the edges decide
            guess = ((value - self.low) / self.width).floor() if self.width else value * 0
            frame = frame.with_columns(bin=guess.cast(nw.Int64))
            below = nw.when(value < self.low + number * self.width).then(1).otherwise(0)
            above = nw.when(value >= self.low + (number + 1) * self.width).then(1).otherwise(0)
            frame = frame.with_columns(bin=number - below + above)
        last = self.number - 1
        return frame.with_columns(bin=nw.when(number > last).then(last).otherwise(number))


def equal_bins(low: float, high: float, count: int, *, whole: bool, discrete: bool) -> Bins:
    """Return bins over a range.

    Parameters
    ----------
    low, high : float
        Least and largest value.
    count : int
        How many bins; fewer where values are whole and there are not so many of them.
    whole : bool
        Whether values are integers: then edges are.
    discrete : bool
        Whether each integer stands for itself, as counts do: then the last bin ends beyond ``high``.

    Returns
    -------
    Bins
        One bin without a width where all values are the same.

    Examples
    --------
    >>> equal_bins(1, 6, 3, whole=True, discrete=True).edges()["low"].to_list()
    [1, 3, 5]
    """
    if discrete:
        width = -(-(int(high) - int(low) + 1) // count)
        needed = -(-(int(high) - int(low) + 1) // width)
        return Bins(int(low), int(low) + needed * width, width, needed, closed=False)
    if low == high:
        return Bins(low, high, 1 if whole else 0.0, 1)
    if whole:
        width = max(1, -(-(int(high) - int(low)) // count))
        return Bins(int(low), int(high), width, -(-(int(high) - int(low)) // width))
    return Bins(low, high, (high - low) / count, count)


def nice_bins(low: int, high: int, count: int, unit: int) -> Bins:
    """Return bins whose edges are round numbers of a unit: at most ``count`` and one.

    Examples
    --------
    >>> nice_bins(7, 95, 10, 1).edges()["low"].to_list()
    [0, 10, 20, 30, 40, 50, 60, 70, 80, 90]
    """
    least = max((high - low) / count / unit, 1e-9)
    scale = 10 ** max(math.floor(math.log10(least)) - 1, 0)
    steps = (step * power for power in (scale, scale * 10, scale * 100) for step in _NICE)
    width = next(step for step in steps if step >= least) * unit
    start = low // width * width
    needed = (high - start) // width + 1
    return Bins(start, start + needed * width, width, needed, closed=False)


def without_outliers(frame: Frame, quarter: float, three_quarters: float) -> Frame:
    """Keep the values within Tukey's fences: at most 1.5 times the interquartile range beyond the quartiles.

    Where half of the values are the same there is no such range, and all are kept.
    """
    spread = three_quarters - quarter
    if not spread:
        return frame
    slack = spread * 1e-9  # quartiles differ in their last digit between engines
    low = quarter - _FENCE * spread - slack
    high = three_quarters + _FENCE * spread + slack
    return frame.filter((nw.col("value") >= low) & (nw.col("value") <= high))
