"""What moved between two results of a name."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from mindzie.core.errors import SettingError
from mindzie.core.words import count, plural
from mindzie.investigations.comparing.parts import (
    FACT,
    Key,
    Part,
    keyed,
    naming,
    parts,
    renamed,
    unit,
)
from mindzie.investigations.comparing.recorded import Recorded

# Sums of the same figures differ behind the ninth digit, by the order in which they were added.
_NOISE: Final = 1e-9
_NUMBER: Final = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")


@dataclass(frozen=True, slots=True)
class Tolerance:
    """How far a figure may move and still be the same.

    Parameters
    ----------
    relative : float
        Part of the larger of the two; ``0.01`` is one percent.
    absolute : float
        In the figure's own unit (durations in seconds). Rows that count no more cases or events than this may come
        and go as well.

    Raises
    ------
    SettingError
        Where one is negative or no number.

    Examples
    --------
    >>> Tolerance(0.01).same(100, 101), Tolerance(0.01).same(100, 102), Tolerance(absolute=5).same(1, 4)
    (True, False, True)
    """

    relative: float = 0.01
    absolute: float = 0.0

    def __post_init__(self) -> None:
        """Refuse what allows nothing."""
        for name in ("relative", "absolute"):
            if not getattr(self, name) >= 0:
                raise SettingError(
                    f"The {name} tolerance is {getattr(self, name)!r}: give a number from 0 up, such as 0.01."
                )

    def same(self, before: Any, after: Any) -> bool:
        """Return whether two values are the same, as far as they matter."""
        one, other = number(before), number(after)
        if one is None or other is None:
            return _plain(before) == _plain(after) and isinstance(before, bool) == isinstance(
                after, bool
            )
        if one == other:
            return True
        allowed = max(max(self.relative, _NOISE) * max(abs(one), abs(other)), self.absolute)
        return abs(one - other) <= allowed

    def rare(self, part: Part, row: Mapping[str, Any]) -> bool:
        """Return whether a row counts so little that it may come and go."""
        counted = [
            row.get(name) or 0
            for name, column in part.columns.items()
            if column.unit in ("cases", "events") and isinstance(row.get(name) or 0, int | float)
        ]
        return bool(counted) and max(counted) <= self.absolute


def number(value: Any) -> float | None:
    """Return a value as a number; also one that is written as text. None where it is none, or too large to calculate with."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value


@dataclass(frozen=True, slots=True)
class Moved:
    """A figure that is another.

    Parameters
    ----------
    row : tuple of str
        What it is about; empty where the result is this one figure.
    column : str
        Its name; empty where the row is the figure.
    before, after : object
        Its values.
    unit : str
        As of a ``Column``.
    weight : float
        The move as part of the largest figure in its column, by which what matters comes first; 2 where it is none.
    """

    row: Key
    column: str
    before: Any
    after: Any
    unit: str = ""
    weight: float = 2.0

    @property
    def change(self) -> float | None:
        """The change as part of the value before; None where it has none."""
        one, other = number(self.before), number(self.after)
        return (other - one) / abs(one) if one and other is not None else None


@dataclass(frozen=True, slots=True)
class PartChange:
    """What moved in the rows of one sort.

    Parameters
    ----------
    what : str
        What a row is, as of a ``Part``.
    units : tuple of str
        In which the names of rows are said.
    moved : tuple of Moved
        Figures of rows that are in both, the heaviest first.
    came, went : tuple of tuple of str
        Names of rows.
    columns_came, columns_went : tuple of str
        Their figures are not compared.
    renamed : mapping of str to str
        The name of a column after, by that before.
    notes : tuple of str
        What could not be compared.
    """

    what: str
    units: tuple[str, ...] = ()
    moved: tuple[Moved, ...] = ()
    came: tuple[Key, ...] = ()
    went: tuple[Key, ...] = ()
    columns_came: tuple[str, ...] = ()
    columns_went: tuple[str, ...] = ()
    renamed: Mapping[str, str] | None = None
    notes: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything changed; what was only not compared did not."""
        return bool(
            self.moved
            or self.came
            or self.went
            or self.columns_came
            or self.columns_went
            or self.renamed
        )


def compared(before: Recorded, after: Recorded, tolerance: Tolerance) -> dict[str, PartChange]:
    """Compare two results of the same kind.

    Parameters
    ----------
    before, after : Recorded
        The results.
    tolerance : Tolerance
        For all of their figures.

    Returns
    -------
    dict of str to PartChange
        By part; those without changes have their notes alone.
    """
    one, other = parts(before), parts(after)
    shared = [name for name in one if name in other]
    return {name: _part(one[name], other[name], tolerance) for name in shared}


def _part(before: Part, after: Part, tolerance: Tolerance) -> PartChange:
    names = renamed(before, after)
    after = _as_before(after, names)
    by = naming(before, after)
    rows = keyed(before, by), keyed(after, by)
    came, went = (
        tuple(
            sorted(name for name in new if name not in old and not tolerance.rare(part, new[name]))
        )
        for part, new, old in ((after, rows[1], rows[0]), (before, rows[0], rows[1]))
    )
    moved = (
        moved
        for column in before.columns
        if column in after.columns and column not in by
        for moved in _column(before, column, names.get(column, column), rows, tolerance)
    )
    return PartChange(
        before.what,
        tuple(unit(before.columns[name]) for name in by),
        tuple(sorted(moved, key=lambda each: (-each.weight, each.row, each.column))),
        came,
        went,
        tuple(sorted(after.columns.keys() - before.columns.keys())),
        tuple(sorted(before.columns.keys() - after.columns.keys())),
        names or None,
        tuple(_notes(before, after, by, others=bool(came or went))),
    )


def _as_before(part: Part, names: Mapping[str, str]) -> Part:
    if not names:
        return part
    back = {new: old for old, new in names.items()}
    return Part(
        part.what,
        {back.get(name, name): column for name, column in part.columns.items()},
        [{back.get(name, name): value for name, value in row.items()} for row in part.rows],
        tuple(back.get(name, name) for name in part.axis),
        part.of_all,
        part.drawn_of,
    )


def _column(
    part: Part, column: str, title: str,
    rows: tuple[Mapping[Key, Mapping[str, Any]], Mapping[Key, Mapping[str, Any]]], tolerance: Tolerance,
) -> Iterator[Moved]:  # fmt: skip
    before, after = rows
    # figures about the whole have nothing in common
    largest = 0.0 if part.what == FACT else _largest(column, before, after)
    for name, row in before.items():
        if name not in after or tolerance.same(row.get(column), after[name].get(column)):
            continue
        one, other = row.get(column), after[name].get(column)
        said = unit(part.columns[column]) or str(row.get("unit") or "")
        label = "" if column == "value" else title
        yield Moved(name, label, one, other, said, _weight(one, other, largest))


def _largest(column: str, *rows: Mapping[Key, Mapping[str, Any]]) -> float:
    return max(
        (abs(number(row.get(column)) or 0) for side in rows for row in side.values()), default=0
    )


def _weight(before: Any, after: Any, largest: float) -> float:
    one, other = number(before), number(after)
    if one is None or other is None:
        return 2.0
    return abs(one - other) / (largest or max(abs(one), abs(other)))


def _notes(before: Part, after: Part, by: Key, *, others: bool) -> Iterator[str]:
    for part, when in ((before, "before"), (after, "after")):
        if part.of_all is not None:
            yield f"Of {count(part.of_all)} rows the first {count(len(part.rows))} were kept {when}: only these are compared."
        if part.drawn_of is not None and others:
            yield f"The map had {count(len(part.rows))} of {count(part.drawn_of)} {plural(part.what)} {when}: what left it may still be in the data."
    if not by and max(len(before.rows), len(after.rows)) > 1:
        yield "No column names the rows, so they are compared by their place."
