"""From a map's figures to the order that its layout follows: which activity stands above which, and the main path."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

# Each round only moves what still shortens the ways back; few are ever needed.
_ROUNDS: Final = 8
Link = tuple[int, int, float]


def flow_order(nodes: pl.DataFrame, edges: pl.DataFrame) -> pl.Series:
    """Rank activities so that as few cases as possible run upwards.

    The mean position along the cases alone misleads where a few long cases repeat an activity: from there,
    each activity is moved to the place where the paths against the order weigh least.

    Parameters
    ----------
    nodes : polars.DataFrame
        Columns ``activity`` and ``mean_position`` (any number that grows along a case).
    edges : polars.DataFrame
        Columns ``from_activity``, ``to_activity``, and ``cases`` or ``events``.

    Returns
    -------
    polars.Series
        ``order``: 0 for the first activity, in the order of the rows given.

    Examples
    --------
    >>> nodes = pl.DataFrame({"activity": ["Pay", "Ship"], "mean_position": [0.4, 0.5]})
    >>> edges = pl.DataFrame({"from_activity": ["Ship", "Pay"], "to_activity": ["Pay", "Ship"], "events": [9, 1]})
    >>> flow_order(nodes, edges).to_list()
    [1, 0]
    """
    codes = {name: code for code, name in enumerate(nodes["activity"].to_list())}
    flow = np.zeros((nodes.height, nodes.height))
    for (tail, head), weight in zip(
        edges.select("from_activity", "to_activity").rows(), importance(edges), strict=True
    ):
        if tail is not None and head is not None:
            flow[codes[tail], codes[head]] += weight
    first = nodes["mean_position"].cast(pl.Float64).fill_null(np.inf).to_numpy()
    ranked = _sifted(np.argsort(first, kind="stable"), flow - flow.T)
    order = np.empty(nodes.height, dtype=np.int64)
    order[ranked] = np.arange(nodes.height)
    return pl.Series("order", order)


def importance(edges: pl.DataFrame) -> list[float]:
    """Return how much each path matters: its cases, else its events.

    Parameters
    ----------
    edges : polars.DataFrame
        Columns ``cases`` or ``events``.

    Returns
    -------
    list of float
        A number per row, not below 0.
    """
    column = edges["cases" if "cases" in edges.columns else "events"]
    return column.cast(pl.Float64).fill_null(0).to_list()


def main_path(links: Sequence[Link], start: int, end: int) -> list[int]:
    """Follow the most frequent path at every step, among those that still lead to the end without a way back.

    Parameters
    ----------
    links : sequence of (int, int, float)
        Forward paths, without loops or circles: from, to, importance.
    start, end : int
        Where to begin and to arrive.

    Returns
    -------
    list of int
        From start to end; empty where no forward path leads there.

    Examples
    --------
    >>> main_path([(0, 1, 9), (0, 2, 5), (2, 3, 5)], 0, 3)
    [0, 2, 3]
    """
    into: dict[int, list[int]] = {}
    for tail, head, _ in links:
        into.setdefault(head, []).append(tail)
    arriving, waiting = {end}, [end]
    while waiting:
        fresh = [tail for tail in into.get(waiting.pop(), []) if tail not in arriving]
        arriving.update(fresh)
        waiting += fresh
    # The most frequent comes last and stays.
    rising = sorted(links, key=lambda link: link[2])
    best = {tail: head for tail, head, _ in rising if head in arriving}
    path = [start]
    while path[-1] in best:
        path.append(best[path[-1]])
    return path if path[-1] == end else []


def _sifted(ranked: NDArray[np.int64], ahead: NDArray[np.float64]) -> NDArray[np.int64]:
    """Move each activity to its best place in turn; ``ahead[a, b]`` tells how much more runs from a to b than back."""
    for _ in range(_ROUNDS):
        moved = False
        for activity in ranked.tolist():
            rest = ranked[ranked != activity]
            here = int(np.flatnonzero(ranked == activity)[0])
            # What standing before the first, before the second, ... behind the last of the others saves.
            saved = np.concatenate([[0.0], np.cumsum(-ahead[activity, rest])])
            if saved[here] < saved.max():
                best = np.flatnonzero(saved == saved.max())
                # Among equally good places the nearest: the positions along the cases still speak.
                nearest = int(best[np.argmin(np.abs(best - here))])
                ranked, moved = np.insert(rest, nearest, activity), True
        if not moved:
            break
    return ranked
