"""Sums over the rows of variants, added up again for every selection of cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    import numpy as np


class VariantSums:
    """Rows of variants that are numbered by group once; then a sum is one pass over small arrays.

    Parameters
    ----------
    rows : polars.DataFrame
        ``variant``, keys (may be null) and whole numbers.
    keys : tuple of str
        What sums are made for.

    Examples
    --------
    >>> rows = pl.DataFrame({"variant": [1, 2, 2], "activity": [0, 0, 1], "count": [1, 2, 1]})
    >>> cases = pl.DataFrame({"variant": [2], "case_count": [10]})
    >>> VariantSums(rows, ("activity",)).of(cases).rows()
    [(0, 20, 10), (1, 10, 10)]
    """

    def __init__(self, rows: pl.DataFrame, keys: tuple[str, ...]) -> None:
        self._groups = rows.select(keys).unique(maintain_order=True)
        places = rows.join(
            self._groups.with_row_index("_place"),
            on=keys,
            how="left",
            nulls_equal=True,
            maintain_order="left",
        )
        self._place: np.ndarray = places["_place"].cast(pl.Int64).to_numpy()
        self._variant: np.ndarray = rows["variant"].cast(pl.Int64).to_numpy()
        self._values = {
            name: rows[name].cast(pl.Float64).to_numpy()
            for name in rows.columns
            if name not in ("variant", *keys)
        }

    def of(self, cases: pl.DataFrame) -> pl.DataFrame:
        """Add up each number times the cases of its variant.

        Parameters
        ----------
        cases : polars.DataFrame
            ``variant`` and ``case_count``; the rows of other variants count nothing.

        Returns
        -------
        polars.DataFrame
            The keys that occur, each number's sum, and ``cases``: the cases of the rows added up.
        """
        import numpy as np

        variants = cases["variant"].to_numpy()
        last = max((int(found.max(initial=0)) for found in (variants, self._variant)), default=0)
        count_of = np.zeros(last + 1)
        count_of[variants] = cases["case_count"].to_numpy()
        weight = count_of[self._variant]

        def summed(weights: np.ndarray) -> pl.Series:
            # exact: counts stay far below what a float of 64 bits holds
            sums = np.bincount(self._place, weights=weights, minlength=self._groups.height)
            return pl.Series(sums.astype(np.int64))

        made = {name: summed(value * weight) for name, value in self._values.items()}
        return self._groups.with_columns(**made, cases=summed(weight)).filter(pl.col("cases") > 0)
