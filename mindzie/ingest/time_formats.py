"""Which date format a text is written in."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple, TypeVar

import polars as pl

from mindzie.core.errors import SettingError

_CLOCK = (
    r"(?P<gap>T|,?\s+)(?P<hour>\d{1,2}):\d{2}(?P<second>:\d{2}(?P<fraction>[.,]\d{1,9})?)?(?P<half>\s?[AaPp][Mm])?"
    r"(?P<offset>\s?(?:Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?))?"
)
_DATES = (
    ("ymd", r"\d{4}(?P<sep>[-/.])\d{1,2}(?P=sep)\d{1,2}"),
    ("dmy", r"\d{1,2}(?P<sep>[-/. ])\d{1,2}(?P=sep)(?P<year>\d{4}|\d{2})"),
    ("dby", r"\d{1,2}(?P<sep>[-/. ])(?P<month>[A-Za-z]{3,9})(?P=sep)(?P<year>\d{4}|\d{2})"),
    ("bdy", r"(?P<month>[A-Za-z]{3,9}) \d{1,2}(?P<comma>,?) \d{4}"),
)
_PATTERNS = [
    (kind, re.compile(rf"(?P<weekday>[A-Z][a-z]{{2}},? )?{date}(?:{_CLOCK})?"))
    for kind, date in _DATES
]
MIDNIGHT = r"[T ]+(?:0?0:00(?::00(?:[.,]0+)?)?|12:00(?::00)? ?[Aa][Mm])$"
"""The end of a text with a date at midnight."""
_COMPACT = re.compile(r"(?:19|20)\d{6}(?P<clock>[T ]?\d{6})?(?P<offset>Z)?")
_LETTER = re.compile(r"%[-_0#.:]*\d?.?", re.DOTALL)
T = TypeVar("T", pl.Series, pl.Expr)


class Format(NamedTuple):
    """A format of chrono; ``swapped`` is the same with month and day the other way round."""

    text: str
    swapped: str | None = None
    month_first: bool = False

    @property
    def has_offset(self) -> bool:
        """Return whether the format says where on earth the clock stood."""
        return "%#z" in self.text or self.text.endswith(("Z", "UTC", "GMT"))

    @property
    def has_clock(self) -> bool:
        """Return whether the format has a time of day."""
        return "%H" in self.text or "%I" in self.text


@lru_cache(maxsize=4096)
def format_of(value: str) -> Format | None:
    """Return the format a text is written in, None where it is not a date."""
    for kind, pattern in _PATTERNS:
        if match := pattern.fullmatch(value):
            return _build(kind, match.groupdict())
    if match := _COMPACT.fullmatch(value):
        clock = match["clock"] or ""
        gap = clock[:1] if clock[:1] in {"T", " "} else ""
        tail = "Z" if match["offset"] else ""
        return Format("%Y%m%d" + (f"{gap}%H%M%S" if clock else "") + tail)
    return None


def _build(kind: str, part: dict[str, str | None]) -> Format:
    sep, year = part.get("sep") or "", "%y" if len(part.get("year") or "") == 2 else "%Y"  # noqa: PLR2004
    month = "%b" if len(part.get("month") or "") == 3 else "%B"  # noqa: PLR2004
    weekday = f"%a{(part['weekday'] or '')[3:]}" if part["weekday"] else ""
    clock = _clock(part)
    date = {
        "ymd": f"%Y{sep}%m{sep}%d",
        "dmy": f"%d{sep}%m{sep}{year}",
        "dby": f"%d{sep}{month}{sep}{year}",
        "bdy": f"{month} %d{part.get('comma') or ''} %Y",
    }[kind]
    swapped = f"{weekday}%m{sep}%d{sep}{year}{clock}" if kind == "dmy" else None
    return Format(f"{weekday}{date}{clock}", swapped, bool(swapped and part["half"]))


def _clock(part: dict[str, str | None]) -> str:
    if not part["hour"]:
        return ""
    fraction = part["fraction"] or ""
    digits = {3: 3, 6: 6, 9: 9}.get(len(fraction) - 1)
    point = fraction[:1]
    # exact digits are read several times faster than "%.f", which takes any
    dot = f"{point}%{digits}f" if digits else "%.f" if point == "." else ",%f"
    half = part["half"] or ""
    text = (part["gap"] or "") + ("%I" if half else "%H") + ":%M"
    text += ":%S" if part["second"] else ""
    text += dot if fraction else ""
    text += (" " if half[:1].isspace() else "") + "%p" if half else ""
    offset = part["offset"] or ""
    lead, mark = offset[: len(offset) - len(offset.lstrip())], offset.strip()
    return text + lead + (mark if mark in {"Z", "UTC", "GMT"} else "%#z" if mark else "")


def pointed(texts: T, form: str) -> tuple[T, str]:
    """Return texts and their format with a decimal point for a decimal comma, after which chrono reads nanoseconds.

    Examples
    --------
    >>> texts, form = pointed(pl.Series(["6,5,2024 07:08:09,5"]), "%d,%m,%Y %H:%M:%S,%f")
    >>> texts.to_list(), form
    (['6,5,2024 07:08:09.5'], '%d,%m,%Y %H:%M:%S%.f')
    """
    if ",%f" not in form:
        return texts, form
    return texts.str.replace(r"^(.*),(\d)", "$1.$2"), form.replace(",%f", "%.f")


@lru_cache(maxsize=64)
def known_format(text: str) -> str:
    """Return a format that somebody wrote as Python has it, as chrono has it.

    Raises
    ------
    SettingError
        Where it has an unknown letter, or none.

    Examples
    --------
    >>> known_format("%d.%m.%Y %H:%M:%S.%f")
    '%d.%m.%Y %H:%M:%S%.f'
    """
    if re.search(r"(?<![.,])%f", text):
        raise SettingError(
            f"{text!r} is not a date format: %f must follow a point or a comma. Say how many digits there are, as in '%H%M%S%3f'."
        )
    form = text.replace(".%f", "%.f").replace("%z", "%#z").replace("%##z", "%#z")
    letters = _LETTER.findall(form)
    unknown = [letter for letter in letters if not _is_letter(letter)]
    if unknown or not letters:
        what = f"{unknown[0]} means nothing" if unknown else "it has no letters such as %Y"
        raise SettingError(
            f"{text!r} is not a date format: {what}. Use one such as '%d.%m.%Y %H:%M'."
        )
    return form


def _is_letter(part: str) -> bool:
    try:
        pl.Series([datetime(2024, 5, 6, tzinfo=UTC)]).dt.strftime(part.replace("%#z", "%z"))
    except pl.exceptions.PolarsError:
        return False
    return True
