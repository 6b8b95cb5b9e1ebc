"""Still pictures that need no page around them, for what knows no style sheets."""

from __future__ import annotations

import re
from typing import Final

from mindzie.pictures.tokens import color

_VARIABLE: Final = re.compile(r"var\(--[\w-]+,\s*(#[0-9a-fA-F]{3,8})\)")
_FONT: Final = re.compile(r'font-family="[^"]*"')
_PART: Final = re.compile(r"--mz-part:(\d+)%")
_CHART: Final = re.compile(r"""<svg\b(?=(?:[^>"]|"[^"]*")*?\sclass="mz-chart")""")
"""Wherever its class stands: what cleans a page puts attributes in an order of its own."""


def plain(svg: str) -> str:
    """Return a picture, or a page with pictures, whose colours and letters are written into it.

    Parameters
    ----------
    svg : str
        As ``map_svg`` or ``chart_svg`` return it, or HTML with such.

    Returns
    -------
    str
        In the light colours.

    Examples
    --------
    >>> plain('<line stroke="var(--mz-line, #d9e0e7)"/>')
    '<line stroke="#d9e0e7"/>'
    """
    svg = _PART.sub(lambda found: f"background:{_mixed(int(found[1]) / 100)}", svg)
    text = f'<svg font-family="sans-serif" font-size="11" fill="{color("muted")}"'
    return _FONT.sub('font-family="sans-serif"', _CHART.sub(text, _VARIABLE.sub(r"\1", svg)))


def _mixed(part: float) -> str:
    """Return the colour of a cell of a heat map, from sunken to accent."""
    ends = zip(_parts("accent"), _parts("sunken"), strict=True)
    return "#" + "".join(f"{round(part * full + (1 - part) * none):02x}" for full, none in ends)


def _parts(name: str) -> bytes:
    return bytes.fromhex(color(name).removeprefix("#"))
