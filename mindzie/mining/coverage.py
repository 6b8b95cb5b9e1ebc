"""How many cases a simplified map tells completely."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray


class Coverage:
    """Share of the cases whose every activity, or every step, is shown; counted once a variant.

    Parameters
    ----------
    variants : polars.DataFrame
        Columns ``activities`` (list of names) and ``cases``.
    nodes : polars.DataFrame
        Column ``activity``.
    edges : polars.DataFrame
        Columns ``from_activity`` and ``to_activity``, null for START and END.

    Examples
    --------
    >>> import numpy as np, polars as pl
    >>> variants = pl.DataFrame({"activities": [["A"], ["A", "B"]], "cases": [3, 1]})
    >>> nodes = pl.DataFrame({"activity": ["A", "B"]})
    >>> edges = pl.DataFrame({"from_activity": [None, "A"], "to_activity": ["A", None]})
    >>> Coverage(variants, nodes, edges).cases_of_activities(np.array([True, False]))
    0.75
    """

    def __init__(self, variants: pl.DataFrame, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        self._cases = variants["cases"].to_numpy()
        known = variants.select(pl.int_range(pl.len()).alias("variant"), "activities")
        steps = known.select(
            "variant",
            pl.concat_list(pl.lit(None, dtype=pl.String), "activities").alias("from_activity"),
            pl.concat_list("activities", pl.lit(None, dtype=pl.String)).alias("to_activity"),
        ).explode("from_activity", "to_activity")
        self._activities = _codes(
            known.rename({"activities": "activity"}).explode("activity"), nodes, ["activity"]
        )
        self._steps = _codes(steps, edges, ["from_activity", "to_activity"])

    def cases_of_activities(self, shown: NDArray[np.bool_]) -> float | None:
        """Return the share of cases all of whose activities are shown; ``None`` where there are no cases."""
        return self._share(self._activities, shown)

    def cases_of_paths(self, shown: NDArray[np.bool_]) -> float | None:
        """Return the share of cases that run on shown paths from START to END; ``None`` where there are no cases."""
        return self._share(self._steps, shown)

    def _share(
        self, codes: tuple[NDArray[np.int64], NDArray[np.int64]], shown: NDArray[np.bool_]
    ) -> float | None:
        total = int(self._cases.sum())
        if not total:
            return None
        variant, code = codes
        # The last place stands for what the map does not have.
        lost = ~np.append(shown, False)[code]
        whole = np.ones(len(self._cases), dtype=bool)
        whole[variant[lost]] = False
        return float(self._cases[whole].sum()) / total


def _codes(
    steps: pl.DataFrame, rows: pl.DataFrame, on: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    coded = rows.select(
        *(pl.col(name).cast(pl.String) for name in on), pl.int_range(pl.len()).alias("code")
    )
    # A step that a variant repeats counts once.
    found = steps.unique().join(coded, on=on, how="left", nulls_equal=True)
    return found["variant"].to_numpy(), found["code"].fill_null(rows.height).to_numpy()
