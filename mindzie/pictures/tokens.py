"""The visual language's values, read from the one file that the browser reads too."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Final, Literal, TypedDict

Theme = Literal["light", "dark"]


class Tokens(TypedDict):
    """Content of ``tokens.json``."""

    light: dict[str, str]
    dark: dict[str, str]
    scales: dict[str, list[str]]
    scalesDark: dict[str, list[str]]
    categories: list[str]
    activities: list[str]
    sizes: list[int]
    space: int
    radius: int
    font: str


@cache
def tokens() -> Tokens:
    """Return the tokens.

    Returns
    -------
    Tokens
        Colours as ``#rrggbb``, sizes and spacing in pixels.

    Examples
    --------
    >>> tokens()["light"]["accent"]
    '#2456c8'
    """
    text = files("mindzie.pictures").joinpath("tokens.json").read_text(encoding="utf-8")
    read: Tokens = json.loads(text)
    return read


def color(name: str, theme: Theme = "light") -> str:
    """Return a named colour.

    Parameters
    ----------
    name : str
        Such as ``"ink"`` or ``"accent"``.
    theme : {"light", "dark"}
        Whose colour.

    Returns
    -------
    str
        ``#rrggbb``.

    Examples
    --------
    >>> color("ink")
    '#1b2430'
    """
    return tokens()[theme][name]


WHITE: Final = "#ffffff"
BLACK: Final = "#000000"
