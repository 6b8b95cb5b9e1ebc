"""Places for the figures on the lines: each on its own line, away from all others, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from mindzie.pictures.dot import Point

PLATE_HEIGHT: Final = 14.0
# Along the line: the middle first, then towards its ends.
_ALONG: Final = 0.5 + np.array([0, *(s * step / 25 for step in range(1, 11) for s in (1, -1))])
# Across it: on the line, or with the line along the plate's edge, on the side away from a neighbour.
_ACROSS: Final = (0.0, -6.0, 6.0)
# So near, the eye takes two lines for one.
_GAP: Final = 3.0
_ROW: Final = 2.0
_HALF: Final = PLATE_HEIGHT / 2 + 1
# Nothing reads them apart from their neighbours' nearer than this.
_APART: Final = 1.5
# These many figures are shown even where that covers a piece of another line.
_KEPT, _KEPT_SHARE = 8, 0.15
_AWAY_COST: Final = 120.0
_ACROSS_COST: Final = 15.0
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Plate:
    """Where a figure stands: the middle of its plate and its width, in pixels."""

    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class _Room:
    """How far from each candidate place the nearest obstacle is, to the left and to the right."""

    left: Floats
    right: Floats

    def centres(self, x: Floats, width: float) -> Floats:
        """Return the middle of a plate of a width about each place, moved as little as must be; else NaN."""
        low, high = x - self.left + width / 2, x + self.right - width / 2
        # The own line stays under the plate.
        fits = (low <= high) & (np.minimum(self.left, self.right) >= 0)
        return np.where(fits, np.clip(x, low, np.maximum(low, high)), np.nan)


def sample(points: Sequence[Point], spacing: float = _ROW) -> Floats:
    """Return points along a chain of cubic Bézier curves, its first and last among them.

    Parameters
    ----------
    points : sequence of (float, float)
        Control points, ``3 n + 1`` of them.
    spacing : float
        Pixels from one to the next, at most, but for very long pieces.

    Returns
    -------
    numpy.ndarray
        A row per point.

    Examples
    --------
    >>> sample([(0, 0), (0, 1), (0, 2), (0, 3)], spacing=1.5)[:, 1].tolist()
    [0.0, 1.5, 3.0]
    """
    given = np.asarray(points, dtype=np.float64)
    parts = []
    for a, b, c, d in (given[i : i + 4] for i in range(0, len(given) - 3, 3)):
        length = sum(float(np.hypot(*step)) for step in (b - a, c - b, d - c))
        time = np.linspace(0, 1, 1 + min(max(round(length / spacing), 1), 2000))[:, None]
        parts.append(
            (1 - time) ** 3 * a
            + 3 * (1 - time) ** 2 * time * b
            + 3 * (1 - time) * time**2 * c
            + time**3 * d
        )
    return np.concatenate(parts)


class Places:
    """Where on every line a figure of any width may stand; the same for all measures of a map.

    Parameters
    ----------
    curves : sequence of sequences of (float, float)
        Control points of the lines.
    boxes : sequence of (x, y, width, height)
        What may not be covered; centres and sizes in pixels.
    size : (float, float)
        Of the picture; no figure stands outside.

    Examples
    --------
    >>> places = Places([[(50, 0), (50, 30), (50, 60), (50, 90)]], [], (100, 90))
    >>> places.choose([30], [7])
    [Plate(x=50.0, y=45.0, width=30)]
    """

    def __init__(
        self,
        curves: Sequence[Sequence[Point]],
        boxes: Sequence[tuple[float, float, float, float]],
        size: tuple[float, float],
    ) -> None:
        lines = [sample(points) for points in curves]
        on = np.array([_along(line) for line in lines]).reshape(-1, len(_ALONG), 2)
        self._spots = np.concatenate([on + np.array([0, step]) for step in _ACROSS], axis=1)
        owners = np.repeat(np.arange(len(lines)), [len(line) for line in lines])
        solid = np.concatenate([np.empty((0, 2)), *(_filled(box) for box in boxes)])
        nothing = np.full(len(solid), -1)
        self._open = _rooms(self._spots, solid, nothing, size)
        every = np.concatenate([solid, *lines])
        self._clear = _rooms(self._spots, every, np.concatenate([nothing, owners]), size)

    def choose(
        self, widths: Sequence[float | None], values: Sequence[float | None]
    ) -> list[Plate | None]:
        """Place the figures of one measure.

        Parameters
        ----------
        widths : sequence of float or None
            Of each line's figure, in pixels; ``None`` where there is none.
        values : sequence of float or None
            The largest chooses first.

        Returns
        -------
        list of Plate or None
            ``None`` where a figure could be taken for another line's; never so for the very largest.
        """
        chosen: list[Plate | None] = [None] * len(widths)
        rows = [row for row, width in enumerate(widths) if width is not None]
        rows.sort(key=lambda row: -(values[row] or 0))
        kept = max(_KEPT, round(_KEPT_SHARE * len(rows)))
        taken, used = np.empty((len(rows), 3)), 0
        for rank, row in enumerate(rows):
            plate = self._place(row, widths[row] or 0.0, taken[:used], keep=rank < kept)
            chosen[row] = plate
            if plate:
                taken[used] = plate.x, plate.y, plate.width
                used += 1
        return chosen

    def _place(self, row: int, width: float, taken: Floats, *, keep: bool) -> Plate | None:
        x, y = self._spots[row].T
        across = np.array(_ACROSS)[:, None]
        away = (_ACROSS_COST * (across != 0) + _AWAY_COST * np.abs(_ALONG - 0.5)).ravel()
        centres = _of(self._clear, row).centres(x, width)
        best = _best(centres, y, away + np.abs(centres - x), width, taken)
        if best is None and keep:
            centres = _of(self._open, row).centres(x, width)
            clear = _of(self._clear, row)
            near = np.minimum(clear.left, clear.right) + _GAP
            centres[(near < _APART) | (np.arange(len(x)) >= len(_ALONG))] = np.nan
            cost = away + np.abs(centres - x) + _AWAY_COST * np.maximum(_HALF - near, 0)
            best = _best(centres, y, cost, width, taken)
        if best is None:
            return None
        return Plate(round(float(centres[best]), 1), round(float(y[best]), 1), width)


def _of(room: _Room, row: int) -> _Room:
    return _Room(room.left[row], room.right[row])


def _best(x: Floats, y: Floats, cost: Floats, width: float, taken: Floats) -> int | None:
    """Return the cheapest place that covers no plate."""
    apart_x = np.abs(x[:, None] - taken[:, 0]) >= (width + taken[:, 2]) / 2 + 2
    apart_y = np.abs(y[:, None] - taken[:, 1]) >= PLATE_HEIGHT + 1
    free = np.isfinite(x) & (apart_x | apart_y).all(axis=1)
    if not free.any():
        return None
    return int(np.argmin(np.where(free, cost, np.inf)))


def _along(line: Floats) -> Floats:
    steps = np.hypot(*np.diff(line, axis=0).T)
    length = np.concatenate([[0.0], np.cumsum(steps)])
    at = _ALONG * length[-1]
    return np.stack([np.interp(at, length, line[:, axis]) for axis in (0, 1)], axis=1)


def _filled(box: tuple[float, float, float, float]) -> Floats:
    """Return points all over a box, so near each other that no place between them is free."""
    x, y, width, height = box
    across = np.linspace(x - width / 2, x + width / 2, max(round(width / 4), 2))
    down = np.linspace(y - height / 2, y + height / 2, max(round(height / _ROW), 2) + 1)
    return np.stack(np.meshgrid(across, down), axis=-1).reshape(-1, 2)


def _rooms(spots: Floats, points: Floats, owners: Ints, size: tuple[float, float]) -> _Room:
    """Look left and right from every place, in all rows of pixels that a plate there would cover.

    A line is no obstacle to its own figures.
    """
    width, height = size
    x, y = spots[..., 0], spots[..., 1]
    inside = (y >= _HALF) & (y <= height - _HALF)
    left, right = np.where(inside, x, -1.0), np.where(inside, width - x, -1.0)
    if not len(points):
        return _Room(left, right)
    span = 2 * width + 1
    rows = np.floor(points[:, 1] / _ROW)
    order = np.argsort(rows * span + points[:, 0], kind="stable")
    keys = (rows * span + points[:, 0])[order]
    rows, at, owners = rows[order], points[order, 0], owners[order]
    before, after = _strangers(rows, owners)
    own = np.broadcast_to(np.arange(len(spots))[:, None], x.shape)
    for step in np.arange(-_HALF, _HALF + 0.1, _ROW):
        row = np.floor((y + step) / _ROW)
        place = np.searchsorted(keys, row * span + x)
        for room, near, beyond, sign in ((left, place - 1, before, 1), (right, place, after, -1)):
            found = np.clip(near, 0, len(keys) - 1)
            found = np.where(owners[found] == own, beyond[found], near)
            known = np.clip(found, 0, len(keys) - 1)
            seen = (found == known) & (rows[known] == row)
            np.minimum(room, np.where(seen, sign * (x - at[known]) - _GAP, room), out=room)
    return _Room(left, right)


def _strangers(rows: Floats, owners: Ints) -> tuple[Ints, Ints]:
    """Return, for each point, the nearest ones before and after it that belong to another; -1 for none."""
    count = len(owners)
    first = np.ones(count, dtype=np.bool_)
    first[1:] = (owners[1:] != owners[:-1]) | (rows[1:] != rows[:-1])
    starts = np.flatnonzero(first)
    run = np.cumsum(first) - 1
    ends = np.append(starts[1:], -1)
    return starts[run] - 1, ends[run]
