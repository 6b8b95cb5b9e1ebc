"""Whether figures go one way, or left their level: plain statistics of runs in their order."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

_SLACK: Final = 0.5
"""Standard deviations that a figure may be off without adding to the sums."""


def mann_kendall(values: Any) -> float:
    """Return how surely figures go one way, in standard deviations; negative where they fall.

    Parameters
    ----------
    values : array of float
        In their order.

    Returns
    -------
    float
        0 where none is larger than another.

    Examples
    --------
    >>> round(mann_kendall([1, 2, 3, 5, 8]), 2), mann_kendall([2, 2, 2])
    (2.2, 0.0)
    """
    figures = np.asarray(values, dtype=float)
    n = len(figures)
    total = np.sign(figures[None, :] - figures[:, None])[np.triu_indices(n, 1)].sum()
    ties = np.unique(figures, return_counts=True)[1]
    spread = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    return float((total - np.sign(total)) / np.sqrt(spread)) if total else 0.0


def cumulative_sums(values: Any) -> tuple[float, float, float]:
    """Return how far figures went up and down from the level of their first half, and that level.

    Parameters
    ----------
    values : array of float
        In their order.

    Returns
    -------
    tuple of float
        Page's sums at the last figure, in standard deviations of the first half.

    Examples
    --------
    >>> up, down, level = cumulative_sums([9, 11, 10, 9, 11, 20, 20, 20, 20, 20])
    >>> up > 5, down, level
    (True, 0.0, 10.0)
    """
    figures = np.asarray(values, dtype=float)
    first, rest = np.split(figures, [len(figures) // 2])
    level = float(first.mean())
    # figures that never moved would make anything a shift
    spread = max(float(first.std(ddof=1)), abs(level) * 0.01, 1e-12)
    steps = (rest - level) / spread
    up, down = (_sums(way * steps - _SLACK) for way in (1, -1))
    return up, down, level


def _sums(steps: Any) -> float:
    summed = np.cumsum(steps)
    return float(summed[-1] - min(0.0, float(np.minimum.accumulate(summed)[-1])))
