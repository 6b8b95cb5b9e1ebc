"""As much of a map as can be read at a first look."""

from __future__ import annotations

from mindzie.mining.simplify import Simplifier

# Of the first paths, some are left for the most frequent ones that no activity needs.
_SPARE = 0.1
_STEPS = 100


def legible(simplifier: Simplifier, activities: int, paths: int) -> tuple[float, float]:
    """Return the slider positions that show the most of a map within limits.

    Parameters
    ----------
    simplifier : Simplifier
        Of the map.
    activities, paths : int
        The most to show of each; a main path that is longer is shown nevertheless.

    Returns
    -------
    tuple of float
        Shares of activities and of paths, 0 to 1.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["A"], "events": [3]})
    >>> edges = pl.DataFrame({"from_activity": [None, "A"], "to_activity": ["A", None], "events": [3, 3]})
    >>> legible(Simplifier(nodes, edges), 30, 40)
    (1.0, 1.0)
    """

    def fits(activity_share: float, path_share: float, most: int) -> bool:
        part = simplifier.at(activity_share, path_share)
        return part.nodes.height <= activities and part.edges.height <= most

    if fits(1, 1, paths):
        return 1.0, 1.0
    shares = [step / _STEPS for step in range(_STEPS, -1, -1)]
    # As fine as the slider of paths is, which spends its way on the frequent ones.
    squares = [round(share * share, 4) for share in shares]
    held = round(paths * (1 - _SPARE))
    first = next((share for share in shares if fits(share, 0, held)), 0.0)
    return first, next((share for share in squares if fits(first, share, paths)), 0.0)
