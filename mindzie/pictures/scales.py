"""From a figure to a colour, a width, and a legible text colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mindzie.pictures.tokens import BLACK, WHITE, Theme, color, tokens

ScaleName = Literal["frequency", "performance", "difference"]
# Rarer or quicker than a thousandth of the highest all looks alike, so that what matters differs.
DECADES = 1000
MIN_WIDTH, MAX_WIDTH = 1.0, 8.0
LEGIBLE = 4.5


def _rgb(value: str) -> tuple[int, int, int]:
    return int(value[1:3], 16), int(value[3:5], 16), int(value[5:7], 16)


def shade(scale: ScaleName, position: float, theme: Theme = "light") -> str:
    """Return the colour at a position of a scale.

    Parameters
    ----------
    scale : {"frequency", "performance", "difference"}
        Which scale.
    position : float
        0 for the low end, 1 for the high end; clipped.
    theme : {"light", "dark"}
        Whose scale.

    Returns
    -------
    str
        ``#rrggbb``.

    Examples
    --------
    >>> shade("frequency", 0), shade("frequency", 1)
    ('#e3edfb', '#0b3d91')
    """
    stops = tokens()["scales" if theme == "light" else "scalesDark"][scale]
    place = min(max(position, 0.0), 1.0) * (len(stops) - 1)
    index = min(int(place), len(stops) - 2)
    low, high = _rgb(stops[index]), _rgb(stops[index + 1])
    part = place - index
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in zip(low, high, strict=True))


def luminance(value: str) -> float:
    """Return the relative luminance of a colour, as WCAG defines it.

    Parameters
    ----------
    value : str
        ``#rrggbb``.

    Returns
    -------
    float
        0 for black, 1 for white.

    Examples
    --------
    >>> luminance("#ffffff")
    1.0
    """
    parts = [part / 255 for part in _rgb(value)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)  # noqa: PLR2004
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21.

    Parameters
    ----------
    one, other : str
        ``#rrggbb``.

    Returns
    -------
    float
        At least 4.5 where small text is legible.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def text_on(fill: str) -> str:
    """Return a text colour that reads well on a fill: ink, white, or black where neither does.

    Parameters
    ----------
    fill : str
        ``#rrggbb``.

    Returns
    -------
    str
        ``#rrggbb``.

    Examples
    --------
    >>> text_on("#0b3d91")
    '#ffffff'
    """
    legible = (ink for ink in (color("ink"), WHITE) if contrast(ink, fill) >= LEGIBLE)
    return next(legible, BLACK)


@dataclass(frozen=True, slots=True)
class Scale:
    """Places a measure's values between 0 and 1, on a logarithmic scale.

    Attributes
    ----------
    low, high : float
        Smallest and largest value above zero.
    known : bool
        Whether there is any value to place.
    cut : bool
        Whether there are lower values, which look like the lowest.
    """

    low: float
    high: float
    known: bool = True
    cut: bool = False

    @classmethod
    def spanning(cls, span: Sequence[float] | None) -> Scale:
        """Return the scale from a smallest to a largest value; ``None`` where nothing is known."""
        if not span:
            return cls(1.0, 1.0, known=False)
        low, high = span
        return cls(max(low, high / DECADES), high, cut=low < high / DECADES)

    def position(self, value: float | None) -> float:
        """Return a value's place, 0 to 1; an unknown value has place 0."""
        if value is None or value <= 0:
            return 0.0
        if self.high <= self.low:
            return 1.0
        place = math.log(value / self.low) / math.log(self.high / self.low)
        return min(max(place, 0.0), 1.0)

    def width(self, value: float | None) -> float:
        """Return a line's width in pixels, 1 to 8."""
        return MIN_WIDTH + (MAX_WIDTH - MIN_WIDTH) * self.position(value)
