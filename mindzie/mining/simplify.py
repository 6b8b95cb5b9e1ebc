"""Fewer activities and paths on a map, without losing the way from START to END.

Every activity knows the path that best leads to it from START and the one that best leads from it to END: the
widest ones, whose rarest step is as frequent as can be. An activity is shown together with all that its two best
ways pass through; the shown set is a union of such closed sets, so it only grows with the share.
"""

from __future__ import annotations

import heapq
import math
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from mindzie.core.errors import SettingError

_NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Simplified:
    """What is shown of a map.

    Attributes
    ----------
    nodes, edges : polars.DataFrame
        The shown rows of the input, in its order.
    node_mask, edge_mask : numpy.ndarray
        Which rows of the input are shown.
    events_kept : float or None
        Share of the events that belong to shown activities; ``None`` where there are no events.
    steps_kept : float or None
        Share of the directly-follows steps that run on shown paths; ``None`` where there are no steps.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    node_mask: NDArray[np.bool_]
    edge_mask: NDArray[np.bool_]
    events_kept: float | None
    steps_kept: float | None


class Simplifier:
    """Ranks a map's activities and paths once, then answers for any position of the two sliders.

    Parameters
    ----------
    nodes : polars.DataFrame
        Columns ``activity``, ``events``; a row per activity.
    edges : polars.DataFrame
        Columns ``from_activity`` (null for START), ``to_activity`` (null for END), ``events``.

    Raises
    ------
    SettingError
        If an edge names an activity that the nodes lack, or a node appears twice.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["A", "B"], "events": [3, 1]})
    >>> edges = pl.DataFrame(
    ...     {"from_activity": [None, "A", "A", "B"], "to_activity": ["A", None, "B", None], "events": [3, 2, 1, 1]}
    ... )
    >>> Simplifier(nodes, edges).at(0, 0).nodes["activity"].to_list()
    ['A']
    """

    def __init__(self, nodes: pl.DataFrame, edges: pl.DataFrame) -> None:
        self._nodes, self._edges = nodes, edges
        size = nodes.height
        self._from, self._to = _ends(nodes, edges)
        self._weight = edges["events"].to_numpy().astype(np.float64)
        into = _widest(size + 2, size, self._from, self._to, self._weight)
        out_of = _widest(size + 2, size + 1, self._to, self._from, self._weight)
        connected = (into[:size] >= 0) & (out_of[:size] >= 0)
        self._level = self._levels(into, out_of, connected)
        self._steps = np.unique(self._level[self._level != _NEVER])
        self._path_rank = self._path_ranks(into, out_of, connected)

    def at(self, activity_share: float, path_share: float) -> Simplified:
        """Return what is shown at a position of the two sliders.

        Parameters
        ----------
        activity_share, path_share : float
            0 shows the main path, 1 everything. A larger share never hides what a smaller one shows.

        Returns
        -------
        Simplified
            Shown activities lie on shown paths from START to END. Activities that no path of the whole map
            connects are shown at ``activity_share=1`` only.

        Raises
        ------
        SettingError
            If a share is not between 0 and 1.
        """
        for name, value in (("activity_share", activity_share), ("path_share", path_share)):
            if not 0 <= value <= 1:
                raise SettingError(f"{name} is {value!r}: give a share between 0 and 1.")
        shown = self._shown_activities(activity_share)
        # START and END are always shown.
        ends = np.append(shown, [True, True])
        paths = int((self._path_rank >= 0).sum())
        edge_mask = (
            ends[self._from]
            & ends[self._to]
            & (self._path_rank < math.ceil(path_share * paths - 1e-9))
        )
        return Simplified(
            nodes=self._nodes.filter(shown),
            edges=self._edges.filter(edge_mask),
            node_mask=shown,
            edge_mask=edge_mask,
            events_kept=_share(self._nodes["events"].to_numpy(), shown),
            steps_kept=_share(self._weight, edge_mask),
        )

    def _shown_activities(self, share: float) -> NDArray[np.bool_]:
        if share == 1 or not len(self._steps):
            return np.full(self._nodes.height, share == 1)
        wanted = max(1, math.ceil(share * len(self._steps) - 1e-9))
        kept: NDArray[np.bool_] = self._level <= self._steps[wanted - 1]
        return kept

    def _levels(
        self, into: NDArray[np.int64], out_of: NDArray[np.int64], connected: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Rank of the first activity that brings each one along."""
        size = self._nodes.height
        order = self._nodes.with_row_index("_row").sort(
            "events", "activity", descending=[True, False]
        )["_row"]
        level = np.full(size, _NEVER, dtype=np.int64)
        for rank, first in enumerate(order.to_list()):
            waiting = [first] if connected[first] else []
            while waiting:
                node = waiting.pop()
                if node < size and level[node] == _NEVER:
                    level[node] = rank
                    waiting += [int(self._from[into[node]]), int(self._to[out_of[node]])]
        return level

    def _path_ranks(
        self, into: NDArray[np.int64], out_of: NDArray[np.int64], connected: NDArray[np.bool_]
    ) -> NDArray[np.int64]:
        """Rank of each path by frequency; -1 for those that hold the map together."""
        held = np.unique(np.concatenate([into[:-2][connected], out_of[:-2][connected]]))
        rank = np.full(self._edges.height, -1, dtype=np.int64)
        free = np.setdiff1d(np.arange(self._edges.height), held)
        rank[free[np.argsort(-self._weight[free], kind="stable")]] = np.arange(len(free))
        return rank


def simplify(
    nodes: pl.DataFrame, edges: pl.DataFrame, activity_share: float, path_share: float
) -> Simplified:
    """Show a share of a map's activities and paths.

    Parameters
    ----------
    nodes, edges : polars.DataFrame
        As for `Simplifier`.
    activity_share, path_share : float
        0 to 1, as for `Simplifier.at`.

    Returns
    -------
    Simplified
        What is shown.

    Raises
    ------
    SettingError
        If a share is not between 0 and 1, or the edges do not fit the nodes.

    Examples
    --------
    >>> import polars as pl
    >>> nodes = pl.DataFrame({"activity": ["A"], "events": [3]})
    >>> edges = pl.DataFrame({"from_activity": [None, "A"], "to_activity": ["A", None], "events": [3, 3]})
    >>> simplify(nodes, edges, 0.5, 0.5).edges.height
    2
    """
    return Simplifier(nodes, edges).at(activity_share, path_share)


def _ends(nodes: pl.DataFrame, edges: pl.DataFrame) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    codes = {name: code for code, name in enumerate(nodes["activity"].to_list())}
    if len(codes) != nodes.height:
        raise SettingError("An activity appears twice among the nodes: give each activity one row.")
    columns = []
    for column, outside in (("from_activity", nodes.height), ("to_activity", nodes.height + 1)):
        names = edges[column].to_list()
        missing = next((name for name in names if name is not None and name not in codes), None)
        if missing is not None:
            raise SettingError(
                f"A path names the activity {missing!r}, which the nodes lack: add its row to the nodes."
            )
        columns.append(
            np.array([outside if name is None else codes[name] for name in names], dtype=np.int64)
        )
    return columns[0], columns[1]


def _widest(
    size: int,
    root: int,
    tails: NDArray[np.int64],
    heads: NDArray[np.int64],
    weights: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return for every vertex the edge of the widest path from the root that enters it, -1 where there is none."""
    leaving: list[list[tuple[int, float, int]]] = [[] for _ in range(size)]
    for edge, (tail, head, weight) in enumerate(
        zip(tails.tolist(), heads.tolist(), weights.tolist(), strict=True)
    ):
        leaving[tail].append((head, weight, edge))
    entered = np.full(size, -1, dtype=np.int64)
    done = [False] * size
    # Widest first; among equals the shorter way, then the more frequent last step.
    heap: list[tuple[float, int, float, int, int]] = [(-math.inf, 0, 0.0, -1, root)]
    while heap:
        width, hops, _, edge, vertex = heapq.heappop(heap)
        if done[vertex]:
            continue
        done[vertex] = True
        entered[vertex] = edge
        for head, weight, leaves in leaving[vertex]:
            if not done[head]:
                heapq.heappush(heap, (max(width, -weight), hops + 1, -weight, leaves, head))
    return entered


def _share(values: NDArray[np.float64], mask: NDArray[np.bool_]) -> float | None:
    total = float(values.sum())
    return float(values[mask].sum()) / total if total else None
