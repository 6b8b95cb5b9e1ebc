"""Figures in words: counts, durations, shares, as people say them."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Final

THIN: Final = "\u202f"
MINUS: Final = "\u2212"
UNKNOWN: Final = "not computed"
_UNITS: Final = (
    ("y", 31_536_000_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("min", 60_000),
    ("s", 1000),
    ("ms", 1),
)
_WORKING: Final = {"y": "wy", "d": "wd", "h": "wh", "min": "wmin"}
_MAGNITUDES: Final = ("", "k", "M", "G", "T", "P")


def count(value: float | None, *, short: bool = False) -> str:
    """Say a count.

    Parameters
    ----------
    value : float or None
        How many; ``None`` where unknown.
    short : bool
        Three significant figures, for where space is short.

    Returns
    -------
    str
        Thousands apart by a thin space, as ``12.4 k`` where short.

    Examples
    --------
    >>> count(12_431, short=True)
    '12.4 k'
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    if short and abs(value) >= 1000:  # noqa: PLR2004
        return _short(value)
    if short:
        value = float(f"{value:.3g}")
    if float(value).is_integer():
        return f"{int(value):,}".replace(",", THIN).replace("-", MINUS)
    return f"{value:,.2f}".rstrip("0").rstrip(".").replace(",", THIN).replace("-", MINUS)


def _short(value: float) -> str:
    # Rounded first: 999,950 is 1 M and not 1000 k.
    rounded, exponent = f"{value:.2e}".split("e")
    thousands, places = divmod(int(exponent), 3)
    text = f"{float(rounded) * 10**places:.{2 - places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    letter = _MAGNITUDES[thousands] if thousands < len(_MAGNITUDES) else f"e{thousands * 3}"
    return f"{text} {letter}".replace("-", MINUS)


def duration(seconds: float | None, *, working: bool = False) -> str:
    """Say a duration in its two largest units.

    Parameters
    ----------
    seconds : float or None
        How long; ``None`` where unknown.
    working : bool
        Whether it is working time, which is marked.

    Returns
    -------
    str
        Such as ``3 d 4 h``, ``12 min`` or ``850 ms``; working time ``3 wd 4 wh``.

    Examples
    --------
    >>> duration(273_600)
    '3 d 4 h'
    >>> duration(0.85)
    '850 ms'
    """
    if seconds is None or not math.isfinite(seconds):
        return UNKNOWN
    rest = _round_to_two_units(round(abs(seconds) * 1000))
    if rest == 0:
        return "0 s"
    parts = []
    for name, size in _UNITS:
        amount, rest = divmod(rest, size)
        if amount:
            parts.append(
                f"{amount:,}".replace(",", THIN)
                + " "
                + (_WORKING.get(name, name) if working else name)
            )
    return (MINUS if seconds < 0 else "") + " ".join(parts[:2])


def _round_to_two_units(milliseconds: int) -> int:
    # twice, because rounding may carry into a larger unit: 23 h 59 min 50 s is 1 d
    for _ in range(2):
        for (name, size), (_, smaller) in pairwise(_UNITS):
            if milliseconds >= size:
                # 35 s 108 ms tells no more than 35 s.
                step = size if name == "s" and milliseconds >= 10 * size else smaller
                milliseconds = (milliseconds + step // 2) // step * step
                break
    return milliseconds


def share(value: float | None) -> str:
    """Say a share in percent.

    Parameters
    ----------
    value : float or None
        Between 0 and 1; ``None`` where unknown.

    Returns
    -------
    str
        One decimal below 10 %, else none; never 0 % or 100 % for what is only nearly so.

    Examples
    --------
    >>> share(0.0312), share(0.62), share(0.9999)
    ('3.1 %', '62 %', '> 99 %')
    """
    if value is None or not math.isfinite(value):
        return UNKNOWN
    percent = value * 100
    if 0 < percent < 0.05:  # noqa: PLR2004
        return "< 0.1 %"
    if 99.5 <= percent < 100:  # noqa: PLR2004
        return "> 99 %"
    if percent == 0 or percent >= 9.95:  # noqa: PLR2004
        return f"{math.floor(percent + 0.5)} %"
    return f"{percent:.1f} %"
