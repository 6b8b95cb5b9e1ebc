"""Where the table of a sheet begins: under titles and blank rows, with names in one row or in merged ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from mindzie.ingest.time_formats import format_of

Row: TypeAlias = Sequence[str | None]
LOOKED_AT: Final = 60
LEVELS: Final = 3
NUMBER: Final = re.compile(r"[-+]?\d+([.,]\d+)*(e[-+]?\d+)?|true|false", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns, and the first row (from 0) under them."""

    names: tuple[str, ...]
    first: int
    rows: tuple[int, ...] = ()


def find_header(rows: Sequence[Row]) -> Header | None:
    """Find the header of a sheet by its first rows; None where there is no table.

    A row of events has a number or a date in it, and the names above have none.
    """
    width = _width(rows)
    if width < 2:  # noqa: PLR2004 - a log has three columns
        return None
    data = next((place for place, row in enumerate(rows) if _is_data(row, width)), None)
    if data is None:  # texts alone: the first full row
        first = next(place for place, row in enumerate(rows) if _filled(row) >= 0.6 * width)
        return header_at(rows, first, first)
    last = next((place for place in range(data - 1, -1, -1) if _filled(rows[place])), None)
    if last is None or not _are_names(rows[last]):
        return None
    top = last
    while top and last - top + 1 < LEVELS and _is_over(rows[top - 1], rows[top : last + 1]):
        top -= 1
    return header_at(rows, top, last)


def header_at(rows: Sequence[Row], top: int, last: int) -> Header:
    """Return the header in given rows; a name over several columns is put before each of theirs."""
    wide = max(len(row) for row in rows[top : last + 1])
    levels = [
        _spread(rows[place], rows[place + 1 : last + 1], wide) for place in range(top, last + 1)
    ]
    names = [
        " ".join(dict.fromkeys(part for part in parts if part))
        for parts in zip(*levels, strict=True)
    ]
    return Header(tuple(_apart(names)), last + 1, tuple(range(top, last + 1)))


def _filled(row: Row) -> int:
    return sum(bool(cell and cell.strip()) for cell in row)


def _width(rows: Sequence[Row]) -> int:
    """Return how many cells of a usual row are filled: the last rows have no titles."""
    filled = sorted(number for row in rows[len(rows) // 2 :] if (number := _filled(row)))
    return filled[len(filled) // 2] if filled else 0


def _is_value(cell: str | None) -> bool:
    text = (cell or "").strip()
    return bool(text) and (NUMBER.fullmatch(text) is not None or format_of(text) is not None)


def _is_data(row: Row, width: int) -> bool:
    return _filled(row) >= max(2, 0.6 * width) and any(map(_is_value, row))


def _are_names(row: Row) -> bool:
    return _filled(row) > 1 and not any(map(_is_value, row))


def _is_over(upper: Row, lower: Sequence[Row]) -> bool:
    """Return whether a row is part of the header: what lies under it leaves names open or alike."""
    if not _are_names(upper):
        return False
    below = [" ".join(filter(None, cells)) for cells in zip(*lower, strict=False)]
    used = [name for name in below if name]
    gaps = any(cell and not name for cell, name in zip(upper, below, strict=False))
    merged = any(not cell and name for cell, name in zip(upper, below, strict=False))
    return gaps or len(set(used)) < len(used) or (merged and _filled(upper) > 1)


def _spread(row: Row, below: Sequence[Row], wide: int) -> list[str]:
    """Fill a level to the right: a merged cell says its name once, and a row below says where it ends."""
    cells = [(cell or "").strip() for cell in row] + [""] * (wide - len(row))
    if not below:
        return cells
    under = [
        any(len(r) > place and (r[place] or "").strip() for r in below) for place in range(wide)
    ]
    for place in range(1, wide):
        if not cells[place] and under[place] and under[place - 1]:
            cells[place] = cells[place - 1]
    return cells


def _apart(names: list[str]) -> list[str]:
    """Give a name that is taken a number, as the reader of text tables does."""
    taken: set[str] = set()
    for place, name in enumerate(names):
        new, number = name, 0
        while new in taken and new:
            new = f"{name}_duplicated_{number}"
            number += 1
        taken.add(new)
        names[place] = new
    return names
