"""Tables as HTML that needs nothing else: figures in words, shares with bars, variants as chevrons."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from mindzie.core import words
from mindzie.core.results import Column, Table
from mindzie.pictures.scales import text_on
from mindzie.pictures.tokens import tokens

_LONGEST_PATH: Final = 14
_LIGHTER: Final = 0.35
Colors = Mapping[str, str]


def activity_colors(activities: Sequence[str]) -> Colors:
    """Give each activity a colour, the same in every figure of a page.

    Parameters
    ----------
    activities : sequence of str
        The most frequent first: 24 have hues of their own, as many more lighter ones, and others none.

    Returns
    -------
    mapping
        ``#rrggbb`` by name.
    """
    hues = tokens()["activities"]
    return dict(zip(activities, [*hues, *map(_lighter, hues)], strict=False))


def _lighter(hue: str) -> str:
    parts = (int(hue[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(
        f"{math.floor(part + (255 - part) * _LIGHTER + 0.5):02x}" for part in parts
    )


def table_html(
    table: Table,
    *,
    most_rows: int = 10,
    colors: Colors | None = None,
    event: str = "",
    names: tuple[str, ...] = (),
) -> str:
    """Draw a table.

    Parameters
    ----------
    table : Table
        Any table.
    most_rows : int
        Rows drawn; the number of the others is said.
    colors : mapping, optional
        Colour of each activity, for lists of them.
    event : str
        What a click on a row does, where the page is live.
    names : tuple of str
        Columns drawn, in this order; all if not given.

    Returns
    -------
    str
        HTML; everything in it that comes from data is escaped.
    """
    known = {column.name: column for column in table.columns}
    columns = [known[name] for name in names or known if name in known]
    frame = table.to_polars()
    heads = "".join(
        f'<th scope="col"{_side(column)}>{escape(_title(column))}</th>' for column in columns
    )
    shown = frame.head(most_rows)
    rows = "".join(
        f"<tr{click(event, place)}>"
        + "".join(f"<td{_side(c)}>{_cell(row[c.name], c, colors or {})}</td>" for c in columns)
        + "</tr>"
        for place, row in enumerate(shown.iter_rows(named=True))
    )
    # a page of cases knows how many there are
    hidden = max(table.facts.get("found", 0), frame.height) - shown.height
    said = f"and {words.count(hidden)} more" if hidden else "" if frame.height else "none"
    more = f'<p class="mz-more">{said}</p>' if said else ""
    return f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def click(event: str, place: int) -> str:
    """Return the attributes that make an element tell its row; none where nothing is listening."""
    if not event:
        return ""
    return f' tabindex="0" role="button" data-do="{escape(event)}" data-value="{escape(json.dumps(place))}"'


def _side(column: Column) -> str:
    if column.type == "date":
        return ' class="mz-when"'
    return ' class="mz-right"' if column.type in ("number", "duration") else ""


def _title(column: Column) -> str:
    return column.name.replace("_", " ").capitalize()


def _cell(value: Any, column: Column, colors: Colors) -> str:
    if column.type == "list":
        return _path([str(item) for item in value or ()], colors)
    if column.unit == "share" and value is not None:
        return f'{words.share(value)}<span class="mz-bar" style="width:{100 * max(0.0, min(value, 1.0)):.1f}%"></span>'
    return escape(said(value, column))


def said(value: Any, column: Column) -> str:
    """Say a cell in words.

    Parameters
    ----------
    value : object
        As in the table's frame.
    column : Column
        Its type and unit.

    Returns
    -------
    str
        Text, not yet escaped.

    Examples
    --------
    >>> said(7200, Column(name="median", type="number", unit="s"))
    '2 h'
    """
    return words.cell(value, column.unit)


def _path(activities: list[str], colors: Colors) -> str:
    fallback = tokens()["light"]["muted"]
    steps = []
    for name in activities[:_LONGEST_PATH]:
        fill = colors.get(name, fallback)
        steps.append(
            f'<span class="mz-step" style="background:{fill};color:{text_on(fill)}" title="{escape(name)}">{escape(name)}</span>'
        )
    rest = len(activities) - _LONGEST_PATH
    return "".join(steps) + (f" and {rest} more" if rest > 0 else "")
