"""The cases behind a row or bar of a figure."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from mindzie.core.families import Calculator
from mindzie.core.results import Result, Table
from mindzie.core.words import count, counted
from mindzie.pictures.still_table import table_html

_ROWS: Final = 8
_ATTRIBUTES: Final = 3


def drillable(result: Result) -> bool:
    """Tell whether rows of a result have cases of their own to show.

    Parameters
    ----------
    result : Result
        Any.

    Returns
    -------
    bool
        False where its calculator tells no filters for a row.
    """
    if not isinstance(result.operation, Calculator):
        return False
    kind = type(result.operation)
    own = kind.drill is not Calculator.drill or kind.behind is not Calculator.behind
    return own and isinstance(result, Table) and len(result) > 0


def cases_html(result: Result, row: dict[str, Any]) -> str:
    """Return the cases behind a row as HTML, with what can be done next.

    Parameters
    ----------
    result : Result
        A drillable one.
    row : dict
        One of its rows.

    Returns
    -------
    str
        The first cases, and buttons to keep these cases alone and to close.
    """
    log = result.drill(**row)
    filters = log.recipe[len(result.log.recipe) :] if result.log else ()
    words = "; ".join(item.title for item in filters) or "All cases"
    own = [a.name for a in log.own_attributes if a.level == "case"][:_ATTRIBUTES]
    names = ["case_id", "case_start", "case_duration", "event_count", *own]
    cases = log.cases
    shown = Table(
        cases.to_polars().head(_ROWS),
        tuple(c for name in names for c in cases.columns if c.name == name),
    )
    more = log.case_count - _ROWS
    return (
        '<section class="mz-drill" aria-label="Cases">'
        f'<p class="mz-drill-title"><b>{counted(log.case_count, "case")}</b> · {escape(words)}'
        '<span><button type="button" data-do="keep" data-key="keep">Keep only these</button>'
        '<button type="button" data-do="close" data-key="close">Close</button></span></p>'
        f"{table_html(shown, most_rows=_ROWS)}"
        + (f'<p class="mz-more">and {count(more)} more</p>' if more > 0 else "")
        + "</section>"
    )
