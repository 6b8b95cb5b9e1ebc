"""What changed between two runs, in words."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final

from mindzie.core.words import cell, changed_by, count, counted, date, plural
from mindzie.investigations.comparing.changes import Moved, PartChange, number
from mindzie.investigations.comparing.parts import FACT, Key

if TYPE_CHECKING:
    from mindzie.investigations.comparing.comparison import Comparison, ResultChange

_FINGERPRINT: Final = 12
_LONGEST: Final = 160
_FEWEST, _MOST = 3, 18
"""Digits of figures that are alike when they are rounded."""
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+([+-]\d\d:\d\d|Z)?$")


def text(comparison: Comparison, most: int = 8) -> str:
    """Say all that changed, in lines of plain text; of each result no more than some."""
    blocks = ["\n".join([headline(comparison), *context(comparison)])]
    blocks += ["\n".join(_result(result, most)) for result in comparison.results]
    return "\n\n".join(blocks)


def headline(comparison: Comparison) -> str:
    """Say in a sentence how much changed."""
    changed = len(comparison.changed)
    said = [f"{counted(changed, 'result')} changed."] if changed else []
    for names, verb in ((comparison.came, "New"), (comparison.went, "Gone")):
        said += [f"{verb}: {', '.join(names)}."] if names else []
    if comparison.same:
        said = ["Nothing changed."]
    title = comparison.after.title
    return " ".join([f"{title}:" if title else "", *said]).strip()


def context(comparison: Comparison) -> Iterator[str]:
    """Say what else differs between the runs: data and parameters, and which of them failed."""
    before, after = comparison.before, comparison.after
    if before.fingerprints != after.fingerprints:
        yield f"Data: {_data(before.fingerprints)} before, {_data(after.fingerprints)} after."
    elif after.fingerprints:
        yield f"Data: {_data(after.fingerprints)}, the same before and after."
    for name, values in comparison.parameters.items():
        one, other = (json.dumps(value, ensure_ascii=False) for value in values)
        yield f"Parameter {name}: {one} before, {other} after."
    for record, when in ((before, "before"), (after, "after")):
        if record.error:
            yield f"The run {when} failed in cell {record.error.cell}: {record.error.message}"


def _data(fingerprints: tuple[str, ...]) -> str:
    return ", ".join(name[:_FINGERPRINT] for name in fingerprints) or "none"


def _result(result: ResultChange, most: int) -> Iterator[str]:
    if result.kinds[0] != result.kinds[1]:
        yield f"{result.name}: was a {result.kinds[0]} and is a {result.kinds[1]} now, so its figures are not compared."
        return
    lines = [*result.notes, *(line for part in result.parts.values() for line in said(part, most))]
    alone = len(lines) == 1 and result.kinds[0] == "number"
    yield f"{result.name}: {lines[0]}" if alone else result.name
    yield from () if alone else (f"  {line}" for line in lines)


def said(part: PartChange, most: int, *, figures_too: bool = True) -> Iterator[str]:
    """Say what moved in the rows of one sort, a line for each figure."""
    for rows, verb in ((part.came, "came"), (part.went, "went")):
        if rows:
            things = f"{count(len(rows))} {part.what if len(rows) == 1 else plural(part.what)}"
            names = (row_name(row, part) for row in rows[:most])
            named = _listed(names, len(rows) - most)
            yield f"{things} {verb}: {named}" if any(rows) else f"{things} {verb}"
    for columns, verb in ((part.columns_came, "came"), (part.columns_went, "went")):
        if columns:
            things = counted(len(columns), "column")
            yield f"{things} {verb}, and {'is' if len(columns) == 1 else 'are'} not compared: {', '.join(columns)}"
    for before, after in (part.renamed or {}).items():
        yield f"The column {before} is called {after} now."
    if not figures_too:
        return
    for each in part.moved[:most]:
        subject = moved_name(each, part)
        yield f"{subject}: {figures(each)}" if subject else figures(each)
    if len(part.moved) > most:
        yield f"and {counted(len(part.moved) - most, 'more figure')}"


def _listed(names: Iterable[str], more: int) -> str:
    return "; ".join(names) + (f"; and {count(more)} more" if more > 0 else "")


def row_name(row: Key, part: PartChange, most: int = _LONGEST) -> str:
    """Return the name of a row, or of a path."""
    between = " \u2192 " if part.what == "path" else ", "
    units = [*part.units, *[""] * (len(row) - len(part.units))]
    name = between.join(map(_name, row, units))
    half = most // 2
    return name if len(name) <= most else f"{name[:half]} \u2026 {name[-half:]}"


def _name(text: str, unit: str) -> str:
    if unit and (figure := number(text)) is not None:
        return cell(figure, unit)
    if _TIME.match(text):
        return date(dt.datetime.fromisoformat(text))
    # nothing in a log begins a line of its own
    return " ".join(text.splitlines())


def moved_name(moved: Moved, part: PartChange, most: int = _LONGEST) -> str:
    """Say what a figure is about."""
    row = row_name(moved.row, part, most)
    title = moved.column.replace("_", " ")
    if part.what == FACT:
        row = row.replace("_", " ")
    return f"{title} of {row}" if title and row else title or row


def figures(moved: Moved) -> str:
    """Say the figure before and after, and by how much it moved."""
    before, after = sides(moved)
    return f"{before} \u2192 {after}{_by(moved.change)}"


def sides(moved: Moved) -> tuple[str, str]:
    """Say the figure before and the one after, with as many digits as tell them apart."""
    before, after = (value(each, moved.unit) for each in (moved.before, moved.after))
    numbers = [number(each) for each in (moved.before, moved.after)]
    for digits in range(_FEWEST, _MOST):
        if before != after or None in numbers:
            break
        before, after = (f"{each:.{digits}g}" for each in numbers)
    return (before, after) if before != after else (repr(moved.before), repr(moved.after))


def value(figure: Any, unit: str = "") -> str:
    """Say a figure as it is recorded."""
    if isinstance(figure, int) and not isinstance(figure, bool) and number(figure) is None:
        return str(figure)
    return cell(json.dumps(figure) if isinstance(figure, dict) else figure, unit)


def _by(change: float | None) -> str:
    return "" if change is None else f" ({changed_by(change)})"
