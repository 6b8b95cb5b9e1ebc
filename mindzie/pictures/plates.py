"""Places for the figures beside the lines: where they cover nothing and stay legible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import NDArray

from mindzie.pictures.dot import Point

# Room for a long duration, and where that is not free, for a short one or a short count.
_ROOMS: Final = (68.0, 48.0, 34.0)
PLATE_HEIGHT: Final = 16.0
# Along the line: the middle first, then towards its ends.
_ALONG: Final = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8)
_SAMPLES: Final = 12
# Half the widest arrow head, so that no figure lies on one.
_GAP: Final = 9.0
_CELL: Final = 4.0
# Three points of a rare line, but one of the main path.
_MOST_CROSSED: Final = 20
_STEEP: Final = 0.5
Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Plate:
    """Where a figure stands: the end of its text next to the line, or its middle above or below.

    ``room`` is the width in pixels that is free.
    """

    x: float
    y: float
    anchor: Literal["start", "middle", "end"]
    room: float


def sample(points: Sequence[Point], each: int = _SAMPLES) -> Floats:
    """Return points along a chain of cubic Bézier curves.

    Parameters
    ----------
    points : sequence of (float, float)
        Control points, ``3 n + 1`` of them.
    each : int
        Points for each curve of the chain.

    Returns
    -------
    numpy.ndarray
        A row per point.

    Examples
    --------
    >>> sample([(0, 0), (0, 1), (0, 2), (0, 3)], each=3)[:, 1].tolist()
    [0.0, 1.5, 3.0]
    """
    given = np.asarray(points, dtype=np.float64)
    time = np.linspace(0, 1, each)[:, None]
    parts = [
        (1 - time) ** 3 * a
        + 3 * (1 - time) ** 2 * time * b
        + 3 * (1 - time) * time**2 * c
        + time**3 * d
        for a, b, c, d in (given[i : i + 4] for i in range(0, len(given) - 3, 3))
    ]
    return np.concatenate(parts)


def place_plates(
    curves: Sequence[Sequence[Point]],
    boxes: Sequence[tuple[float, float, float, float]],
    pulls: Sequence[float],
) -> list[Plate | None]:
    """Choose a place for the figure of every line.

    Parameters
    ----------
    curves : sequence of sequences of (float, float)
        Control points of the lines.
    boxes : sequence of (x, y, width, height)
        What may not be covered; centres and sizes in pixels.
    pulls : sequence of float
        How much each line matters: who matters most chooses first, and is crossed last.

    Returns
    -------
    list of Plate or None
        ``None`` where nothing legible is free.

    Examples
    --------
    >>> place_plates([[(0, 0), (0, 30), (0, 60), (0, 90)]], [], [1])
    [Plate(x=9.0, y=45.0, anchor='start', room=60.0)]
    """
    lines = [sample(points) for points in curves]
    crowd = _Crowd(lines, np.array(pulls, dtype=np.float64))
    taken = np.array(boxes, dtype=np.float64).reshape(-1, 4)
    places = [_choices(line, taken, crowd, pull) for line, pull in zip(lines, pulls, strict=True)]
    chosen: list[Plate | None] = [None] * len(lines)
    # What is taken by plates so far; room for all of them is made at once.
    figures, used = np.empty((len(lines), 4)), 0
    for row in sorted(range(len(lines)), key=lambda row: -pulls[row]):
        for room, spots, sides in places[row]:
            free = np.flatnonzero(~_covered(spots, figures[:used], np.array([room, PLATE_HEIGHT])))
            if len(free):
                x, y = spots[free[0]]
                chosen[row] = _plate(x, y, sides[free[0]], room)
                figures[used] = x, y, room, PLATE_HEIGHT
                used += 1
                break
    return chosen


class _Crowd:
    """Weighs the points of all lines in a rectangle at once, whatever their number."""

    def __init__(self, lines: Sequence[Floats], pulls: Floats) -> None:
        weights = np.repeat(pulls, [len(line) for line in lines])
        every = np.concatenate([np.zeros((1, 2)), *lines])
        self._origin = np.floor(every.min(axis=0) / _CELL)
        cells = (every[1:] // _CELL - self._origin).astype(np.int64)
        self._shape = every.max(axis=0) // _CELL - self._origin + 1
        width, height = self._shape.astype(np.int64)
        cell = cells[:, 0] * height + cells[:, 1]
        count = np.bincount(cell, weights, minlength=width * height)
        summed = count.reshape(width, height).cumsum(axis=0).cumsum(axis=1)
        self._sum = np.pad(summed, ((1, 0), (1, 0)))

    def weight(self, centres: Floats, size: Floats) -> Floats:
        """Return the weight of the points within each rectangle, to the nearest cells."""
        low, high = (
            np.clip(np.rint(edge / _CELL - self._origin), 0, self._shape).astype(np.int64)
            for edge in (centres - size / 2, centres + size / 2)
        )
        corners = self._sum[high[:, 0], high[:, 1]] + self._sum[low[:, 0], low[:, 1]]
        inside = corners - self._sum[low[:, 0], high[:, 1]] - self._sum[high[:, 0], low[:, 1]]
        return np.asarray(inside, dtype=np.float64)


def _choices(
    line: Floats, taken: Floats, crowd: _Crowd, pull: float
) -> list[tuple[float, Floats, Floats]]:
    """Return places beside the line that cover no box, for each room; those that cross other lines come last."""
    clear, crossing = [], []
    for room in _ROOMS:
        spots, sides = _spots(line, room)
        size = np.array([room, PLATE_HEIGHT])
        own = (np.abs(line[None, :, :] - spots[:, None, :]) < size / 2).all(axis=2).sum(axis=1)
        crossed = np.maximum(crowd.weight(spots, size) - pull * own, 0)
        open_ = ~_covered(spots, taken, size)
        free = open_ & (crossed == 0)
        clear.append((room, spots[free], sides[free]))
        busy = np.flatnonzero(open_ & (crossed > 0) & (crossed <= _MOST_CROSSED))
        busy = busy[np.argsort(crossed[busy], kind="stable")]
        crossing.append((room, spots[busy], sides[busy]))
    return [choice for choice in clear + crossing if len(choice[1])]


def _plate(x: float, y: float, side: float, room: float) -> Plate:
    x, y = round(float(x), 1), round(float(y), 1)
    if not side:
        return Plate(x, y, "middle", room)
    reach = room / 2 if side > 0 else -room / 2
    return Plate(round(x - reach, 1), y, "start" if side > 0 else "end", room)


def _spots(line: Floats, room: float) -> tuple[Floats, Floats]:
    """Candidate centres beside the line, best first, and its side: 1 right, -1 left, 0 above or below."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.array(_ALONG) * length[-1]
    x, y = np.interp(at, length, line[:, 0]), np.interp(at, length, line[:, 1])
    behind = np.maximum(at - 4, 0)
    dx = np.abs(x - np.interp(behind, length, line[:, 0]))
    dy = np.abs(y - np.interp(behind, length, line[:, 1]))
    norm = np.maximum(np.hypot(dx, dy), 1e-9)
    # Left or right of a steep line, above or below a flat one, so far that its corners clear the slope.
    steep = dy >= _STEEP * dx
    away = np.where(
        steep,
        room / 2 + (PLATE_HEIGHT / 2 * dx + _GAP * norm) / np.maximum(dy, 1e-9),
        PLATE_HEIGHT / 2 + (room / 2 * dy + _GAP * norm) / np.maximum(dx, 1e-9),
    )
    side = np.stack([np.where(steep, away, 0), np.where(steep, 0, -away)], axis=1)
    here, ways = np.stack([x, y], axis=1), np.where(steep, 1.0, 0.0)
    return np.concatenate([here + side, here - side]), np.concatenate([ways, -ways])


def _covered(spots: Floats, taken: Floats, size: Floats) -> NDArray[np.bool_]:
    low, high = spots.min(axis=0), spots.max(axis=0)
    reach = (size + taken[:, 2:]) / 2 + 1
    # Most of a large map is far from any one line.
    near = ((taken[:, :2] > low - reach) & (taken[:, :2] < high + reach)).all(axis=1)
    apart = np.abs(spots[:, None, :] - taken[None, near, :2])
    hit = np.logical_and.reduce(apart < reach[None, near], axis=2)
    return np.asarray(np.logical_or.reduce(hit, axis=1), dtype=np.bool_)
