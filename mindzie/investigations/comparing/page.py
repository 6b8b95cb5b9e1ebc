"""What changed between two runs, as a page that opens anywhere, offline."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Final

import polars as pl

from mindzie.core.words import changed_by, counted
from mindzie.investigations.comparing.recorded import Rows
from mindzie.investigations.comparing.wording import (
    context,
    headline,
    moved_name,
    said,
    sides,
)
from mindzie.pictures.still import style

if TYPE_CHECKING:
    from mindzie.investigations.comparing.changes import Moved, PartChange
    from mindzie.investigations.comparing.comparison import Comparison, ResultChange

_MOST: Final = 40
_LONGEST: Final = 600
_NODES: Final = ("activity", "events", "mean_position")
_EDGES: Final = ("from_activity", "to_activity", "events")
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'"
_STYLE: Final = """
.mz-report main > * { grid-column: 1 / -1; min-width: 0; }
.mz-report ul { margin: 0; padding-left: 20px; }
.mz-report .mz-still { margin-top: 4px; }
"""


def page(comparison: Comparison) -> str:
    """Return the comparison as HTML whose policy forbids scripts and requests."""
    template = files("mindzie.investigations").joinpath("report_template/mindzie_report/report.css")
    title = f"What changed: {comparison.after.title or 'two runs'}"
    about = "".join(f"<li>{escape(line)}</li>" for line in context(comparison))
    body = "".join(_result(comparison, result) for result in comparison.results)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"><title>{escape(title)}</title>'
        f"<style>{style()}{template.read_text(encoding='utf-8')}{_STYLE}</style></head>"
        f'<body class="mz-report"><main><h1>{escape(title)}</h1><p>{escape(headline(comparison))}</p>'
        f"<ul>{about}</ul>{body}</main></body></html>\n"
    )


def _result(comparison: Comparison, result: ResultChange) -> str:
    if result.kinds[0] != result.kinds[1]:
        lines = [
            f"Was a {result.kinds[0]} and is a {result.kinds[1]} now: its figures are not compared."
        ]
        return _section(result.name, lines, "")
    lines = [*result.notes, *(line for part in result.parts.values() for line in _names(part))]
    return _section(result.name, lines, _map(comparison, result) + _table(result))


def _section(name: str, lines: list[str], drawn: str) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    listed = f"<ul>{items}</ul>" if items else ""
    return f'<section><h2>{escape(name)}</h2>{listed}<div class="mz-still">{drawn}</div></section>'


def _names(part: PartChange) -> Iterator[str]:
    """Say what came and went; figures stand in a table."""
    yield from said(part, _MOST, figures_too=False)


def _table(result: ResultChange) -> str:
    moved = [(each, part) for part in result.parts.values() for each in part.moved]
    if not moved:
        return ""
    moved.sort(key=lambda pair: -pair[0].weight)
    rows = "".join(_row(*pair) for pair in moved[:_MOST])
    hidden = len(moved) - _MOST
    more = f'<p class="mz-more">and {counted(hidden, "more figure")}</p>' if hidden > 0 else ""
    heads = '<th scope="col">Figure</th>' + "".join(
        f'<th scope="col" class="mz-right">{name}</th>' for name in ("Before", "After", "Change")
    )
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _row(moved: Moved, part: PartChange) -> str:
    name = moved_name(moved, part, _LONGEST) or "value"
    change = "" if moved.change is None else changed_by(moved.change)
    cells = (*sides(moved), change)
    figures = "".join(f'<td class="mz-right">{escape(cell)}</td>' for cell in cells)
    return f"<tr><td>{escape(name[:1].upper() + name[1:])}</td>{figures}</tr>"


def _map(comparison: Comparison, result: ResultChange) -> str:
    from mindzie.core.errors import MindzieError
    from mindzie.pictures.map_difference import map_difference

    sides = [side.by_name[result.name] for side in (comparison.before, comparison.after)]
    if not result or any(side.nodes is None or side.edges is None for side in sides):
        return ""
    frames = [(_frame(side.nodes, _NODES), _frame(side.edges, _EDGES)) for side in sides]
    if any(not frame.height for side in frames for frame in side):
        return ""
    try:
        drawn, hidden = map_difference(*frames, title=f"What changed in {result.name}")
    except MindzieError as error:
        return f'<p class="mz-about">{escape(str(error))}</p>'
    more = f'<p class="mz-more">without {counted(hidden, "rarer path")}</p>' if hidden else ""
    return f'<div class="mz-picture">{drawn}</div>{more}'


def _frame(rows: Rows | None, names: tuple[str, ...]) -> pl.DataFrame:
    """Return what a map needs of its rows; none where they are not those of a process map."""
    known = {column.name for column in rows.columns} if rows else set()
    if rows is None or not known.issuperset(names):
        return pl.DataFrame()
    texts = {name: pl.String if name.endswith("activity") else pl.Float64 for name in names}
    return pl.DataFrame([{name: row.get(name) for name in names} for row in rows.rows], texts)
