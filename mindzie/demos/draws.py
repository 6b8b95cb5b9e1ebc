"""Random draws that are the same everywhere: raw 16-bit integers of PCG64 and quantile tables of integers."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from mindzie.demos.process import Spread

TABLE = 4_096
WHOLE = 65_536

Ints = npt.NDArray[np.int64]
Draw = npt.NDArray[np.uint16]


class Draws:
    """A stream of 16-bit draws; the key (seed, purpose, part) decides it."""

    def __init__(self, *key: int) -> None:
        self._bits = np.random.PCG64(np.random.SeedSequence(key))

    def bits(self, size: int) -> Draw:
        """Return that many uniform integers from 0 to 65,535."""
        raw: npt.NDArray[np.uint64] = self._bits.random_raw(-(-size // 4))
        return raw.astype("<u8", copy=False).view("<u2")[:size]

    def from_table(self, table: Ints, size: int) -> Ints:
        """Return that many entries of a table of ``TABLE`` entries."""
        return table.take(self.bits(size) >> 4)


@cache
def normal() -> npt.NDArray[np.float64]:
    """Return the standard normal distribution's quantiles, one an entry of a table."""
    inverse = NormalDist().inv_cdf
    return np.array([inverse((entry + 0.5) / TABLE) for entry in range(TABLE)])


@cache
def quantiles(spread: Spread, unit: int = 1) -> Ints:
    """Return the quantiles of a spread as integers of 1/`unit`."""
    values = (spread.shift + spread.median * np.exp(spread.sigma * normal())) * unit
    return np.rint(values).astype(np.int64)


def weighted(weights: Sequence[float], entries: int = TABLE) -> Ints:
    """Return a table of codes in which each code has its weight's share of entries."""
    total = np.cumsum(np.asarray(weights, dtype=np.float64))
    place = (np.arange(entries) + 0.5) / entries
    return np.searchsorted(total / total[-1], place, side="right").astype(np.int64)
