"""Results taken apart into rows with names, so that two of a name can be laid beside each other."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from mindzie.core.results import Column
from mindzie.core.words import NOTHING, cell
from mindzie.investigations.comparing.recorded import Recorded, Rows

# What names a row wherever it occurs, though less would do by chance.
_NAMES: Final = (("from_activity", "to_activity"), ("activities",))
_ENDS: Final = {"from_activity": "START", "to_activity": "END"}
_SPREAD: Final = frozenset({"mean", "median", "min", "max", "std", "p10", "p25", "p75", "p90"})
FACT: Final = "figure"
"""What a row is that says something about the whole."""
_ALIKE: Final = 0.5
Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one sort in a result.

    Parameters
    ----------
    what : str
        What a row is: ``"activity"``, ``"path"``, ``"variant"``, ``"point"``, ``"row"`` or ``"figure"``.
    columns : mapping of str to Column
        By name.
    rows : list of dict
        The cells by column.
    axis : tuple of str
        Columns that name a row, where the result tells.
    of_all : int, optional
        How many rows there were, where not all were kept.
    drawn_of : int, optional
        How many activities or paths there were, where a map leaves rare ones out.
    """

    what: str
    columns: Mapping[str, Column]
    rows: list[dict[str, Any]]
    axis: Key = ()
    of_all: int | None = None
    drawn_of: int | None = None


def parts(result: Recorded) -> dict[str, Part]:
    """Take a result apart.

    Parameters
    ----------
    result : Recorded
        Of any kind.

    Returns
    -------
    dict of str to Part
        By the name of the part.
    """
    made = {"facts": _facts(result)}
    if result.kind == "number":
        column = Column(name="value", type="number", unit=result.unit)
        made["value"] = Part(FACT, {"value": column}, [{"value": result.value}])
    if result.nodes:
        made["activities"] = _drawn(result.nodes, "activity", result.facts.get("all_activities"))
    if result.edges:
        made["paths"] = _drawn(result.edges, "path", result.facts.get("all_paths"))
    if result.columns:
        names = {column.name for column in result.columns}
        row = "variant" if "activities" in names else "row"
        row = "path" if names.issuperset(_ENDS) else "activity" if "activity" in names else row
        made["rows"] = _rows(result, "point" if result.axis else row)
    return made


def _rows(rows: Rows, what: str) -> Part:
    axis = tuple(name for name in (rows.axis, rows.split) if name)
    columns = {column.name: column for column in rows.columns}
    return Part(what, columns, rows.rows, axis, rows.row_count)


def _drawn(rows: Rows, what: str, there_were: Any) -> Part:
    made = _rows(rows, what)
    cut = isinstance(there_were, int) and there_were > len(made.rows)
    return replace(made, drawn_of=there_were) if cut else made


def _facts(result: Recorded) -> Part:
    rows = [
        {"name": name, "value": value, "unit": _unit_of(name, result)}
        for name, value in _flat(result.facts)
    ]
    columns = {
        "name": Column(name="name", type="text"),
        "value": Column(name="value", type="number"),
    }
    return Part(FACT, columns, rows, ("name",))


def _unit_of(fact: str, result: Recorded) -> str:
    """Return the unit of a figure about the whole: that of the column of its name, or of what was counted."""
    columns = {column.name: column for column in result.columns}
    found = columns.get(fact)
    if found is None and fact in _SPREAD and result.axis:
        found = columns.get(result.axis)
    return unit(found) if found else ""


def unit(column: Column) -> str:
    """Return the unit in which a column's values are said; durations are kept in seconds."""
    return column.unit or ("s" if column.type == "duration" else "")


def _flat(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Walk through nested figures; those of a list are found by their name, or their place."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _flat(each, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for place, each in enumerate(value, 1):
            name = each.get("name", place) if isinstance(each, dict) else place
            yield from _flat(each, f"{path}.{name}")
    else:
        yield path, value


def renamed(before: Part, after: Part) -> dict[str, str]:
    """Find columns that have another name after, by their values.

    Returns
    -------
    dict of str to str
        The name after, by the name before.
    """
    gone = [name for name in before.columns if name not in after.columns]
    new = [name for name in after.columns if name not in before.columns]
    pairs = [
        (one, other)
        for one in gone
        for other in new
        if before.columns[one].type == after.columns[other].type
    ]
    overlaps = {pair: _overlap(before, pair[0], after, pair[1]) for pair in pairs}
    made: dict[str, str] = {}
    # the same pairs whichever run comes first
    for one, other in sorted(pairs, key=lambda pair: (-overlaps[pair], sorted(pair))):
        if overlaps[one, other] >= _ALIKE and one not in made and other not in made.values():
            made[one] = other
    return made


def _overlap(before: Part, one: str, after: Part, other: str) -> float:
    values = [
        Counter(text(row.get(name)) for row in part.rows if row.get(name) is not None)
        for part, name in ((before, one), (after, other))
    ]
    union = (values[0] | values[1]).total()
    return (values[0] & values[1]).total() / union if union else 0.0


def naming(before: Part, after: Part) -> Key:
    """Choose the columns whose values name a row in both.

    Parameters
    ----------
    before, after : Part
        With the same names of columns as far as they have the same.

    Returns
    -------
    tuple of str
        Empty where there is one row in each, or none of the columns names a row.
    """
    # of the one or the other, but the same whichever comes first
    order = min(list(before.columns), list(after.columns))
    shared = [name for name in order if name in before.columns and name in after.columns]
    known = next((names for names in _NAMES if set(names) <= set(shared)), None)
    if known:
        return known
    if len(before.rows) == len(after.rows) == 1:
        return ()
    words = [name for name in shared if _names(before.columns[name], after.columns[name])]
    axis = [name for name in (before.axis if before.axis == after.axis else ()) if name in shared]
    numbers = [name for name in shared if name not in words and not before.columns[name].unit]
    leading = list(dict.fromkeys([*axis, *words]))
    tried = [*leading, *(name for name in numbers if name not in leading)][: len(shared) - 1]
    for many in range(1, len(tried) + 1):
        if all(_unique(part.rows, tried[:many]) for part in (before, after)):
            return tuple(tried[:many])
    return tuple(leading)


def _names(*columns: Column) -> bool:
    return all(
        column.type not in ("number", "duration") or column.unit == "weekday" for column in columns
    )


def _unique(rows: list[dict[str, Any]], names: list[str]) -> bool:
    return len({key(row, names) for row in rows}) == len(rows)


def key(row: Mapping[str, Any], names: Iterable[str]) -> Key:
    """Return the name of a row."""
    return tuple(
        _ENDS[name] if row.get(name) is None and name in _ENDS else text(row.get(name))
        for name in names
    )


def text(value: Any) -> str:
    """Return a value as part of a name; 1.0 and 1 are the same."""
    if isinstance(value, float) and math.isfinite(value) and value.is_integer():
        value = int(value)
    if isinstance(value, list):
        return cell([text(each) for each in value])
    return NOTHING if value is None else value if isinstance(value, str) else repr(value)


def keyed(part: Part, names: Key) -> dict[Key, dict[str, Any]]:
    """Return the rows by their names; the second of a name has ``#2`` behind it."""
    seen: Counter[Key] = Counter()
    made = {}
    for row in part.rows:
        name = key(row, names)
        seen[name] += 1
        made[name if seen[name] == 1 else (*name, f"#{seen[name]}")] = row
    return made
