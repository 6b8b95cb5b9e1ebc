"""Names of columns and activities as they are compared: without capitals, accents and marks."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_STROKES: Final = str.maketrans("łıøđ", "liod")
"""Letters that no normal form takes apart."""


def plain(name: str) -> str:
    """Return a column name in lower case, without accents, its words apart.

    Parameters
    ----------
    name : str
        As in a source.

    Returns
    -------
    str
        Its letters and digits, one space between words.

    Examples
    --------
    >>> plain("case:CompleteTimestamp")
    'case complete timestamp'
    """
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name)
    return " ".join(re.findall(r"[^\W_]+", bare(apart)))


def bare(text: str) -> str:
    """Leave out the accents of letters and their case; the marks of kana make another sound, and stay.

    Parameters
    ----------
    text : str
        Any.

    Returns
    -------
    str
        In lower case.

    Examples
    --------
    >>> bare("Größe"), bare("Działanie")
    ('grosse', 'dzialanie')
    """
    letters = unicodedata.normalize("NFKD", text.casefold().translate(_STROKES))
    bare = "".join(letter for letter in letters if not "\u0300" <= letter <= "\u036f")
    return unicodedata.normalize("NFKC", bare)
