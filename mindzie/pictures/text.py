"""How wide text is, and how it breaks into lines, without asking a browser."""

from __future__ import annotations

import unicodedata
from typing import Final

# Widths of a usual sans-serif in thousandths of the font size, rounded up: the reader's font is not known.
_NARROW: Final = dict.fromkeys("iIjl.,:;'|!()[]tfr ", 400)
_WIDE: Final = dict.fromkeys("mMwW@%", 1000)
_FULL, _UPPER, _USUAL = 1050, 780, 680
ELLIPSIS: Final = "…"


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text.

    Parameters
    ----------
    text : str
        One line.
    size : float
        Font size in pixels.

    Returns
    -------
    float
        Pixels, rather too many than too few.

    Examples
    --------
    >>> text_width("Ship", 13) < text_width("Ship goods", 13)
    True
    """
    return sum(map(_advance, text)) * size / 1000


def _advance(letter: str) -> int:
    if letter in _NARROW:
        return _NARROW[letter]
    if letter in _WIDE:
        return _WIDE[letter]
    if unicodedata.combining(letter):
        return 0
    if unicodedata.east_asian_width(letter) in "WF":
        return _FULL
    return _UPPER if letter.isupper() else _USUAL


def wrap(text: str, size: float, width: float, lines: int = 2) -> list[str]:
    """Break a text into a few lines; what does not fit ends in an ellipsis.

    Parameters
    ----------
    text : str
        Any text; white space is folded.
    size : float
        Font size in pixels.
    width : float
        Widest line in pixels.
    lines : int
        Most lines.

    Returns
    -------
    list of str
        At least one line.

    Examples
    --------
    >>> wrap("Create purchase requisition", 13, 130)
    ['Create purchase', 'requisition']
    """
    # No label needs more, and a name may be of any length.
    words = "".join(c if c.isprintable() else " " for c in text[:400]).split()
    made: list[str] = []
    while words and len(made) < lines:
        line = words.pop(0)
        while words and text_width(f"{line} {words[0]}", size) <= width:
            line = f"{line} {words.pop(0)}"
        if text_width(line, size) > width and len(made) < lines - 1:
            fit = _cut(line, size, width)
            words.insert(0, line[fit:])
            line = line[:fit]
        made.append(line)
    if not made:
        return [""]
    if words or text_width(made[-1], size) > width:
        last = made[-1]
        made[-1] = last[: _cut(last, size, width - text_width(ELLIPSIS, size))].rstrip() + ELLIPSIS
    return made


def _cut(text: str, size: float, width: float) -> int:
    used = 0.0
    for index, letter in enumerate(text):
        used += _advance(letter) * size / 1000
        if used > width:
            return max(index, 1)
    return len(text)
