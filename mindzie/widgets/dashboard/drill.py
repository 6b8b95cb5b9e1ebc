"""The cases behind a row or bar of a figure: page by page, each with its events, and as a file."""

from __future__ import annotations

from html import escape
from typing import Any, Final

from mindzie.core.families import Calculator
from mindzie.core.log import EventLog
from mindzie.core.results import Result, Table
from mindzie.core.spreadsheets import csv_text
from mindzie.core.words import count, counted
from mindzie.pictures.still_table import table_html

_ROWS: Final = 8
_ATTRIBUTES: Final = 3
_MOST_EVENTS: Final = 200
_MOST_SAVED: Final = 50_000
"""Rows of a file, which goes through the browser's connection."""


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


def saved(table: Table) -> str:
    """Return a table as CSV for spreadsheets, the first rows of very many."""
    return csv_text(table.to_polars().head(_MOST_SAVED))


class CasesBehind:
    """The cases behind a row, of which a page is shown, and the events of one of them.

    Parameters
    ----------
    result : Result
        A drillable one.
    row : dict
        One of its rows.
    """

    def __init__(self, result: Result, row: dict[str, Any]) -> None:
        self.row = row
        self.log: EventLog = result.drill(**row)
        filters = self.log.recipe[len(result.log.recipe) :] if result.log else ()
        self._words = "; ".join(item.title for item in filters) or "All cases"
        self._cases = self.log.cases
        self._rows = self._cases.to_polars()
        self._at = 0
        self._case: str | None = None

    def csv(self) -> str:
        """Return the cases with all that is known of each."""
        return saved(self._cases)

    def turn(self, at: Any) -> None:
        """Show the page that begins with a case, by its place."""
        if isinstance(at, int) and 0 <= at < self._rows.height:
            self._at, self._case = at - at % _ROWS, None

    def open(self, place: Any) -> None:
        """Show the events of a case by its place on the page; of none where they were shown."""
        found = self._page()["case_id"]
        if isinstance(place, int) and 0 <= place < len(found):
            chosen = str(found[place])
            self._case = None if chosen == self._case else chosen
        else:
            self._case = None

    def html(self) -> str:
        """Return them as HTML, with what can be done next."""
        many = self.log.case_count > _MOST_SAVED
        what = f"the first {count(_MOST_SAVED)}" if many else "all of them"
        return (
            '<section class="mz-drill" aria-label="Cases">'
            f'<p class="mz-drill-title"><b>{counted(self.log.case_count, "case")}</b> · {escape(self._words)}'
            f"<span>{_button('keep', 'Keep only these')}{_button('csv_cases', 'CSV', f'Save {what} as CSV')}{_button('close', 'Close')}</span></p>"
            f"{table_html(self._shown(), most_rows=_ROWS, event='case')}{self._pager()}{self._events()}</section>"
        )

    def _page(self) -> Any:
        return self._rows.slice(self._at, _ROWS)

    def _shown(self) -> Table:
        own = [a.name for a in self.log.own_attributes if a.level == "case"][:_ATTRIBUTES]
        names = ["case_id", "case_start", "case_duration", "event_count", *own]
        return _of(self._page(), self._cases, names)

    def _pager(self) -> str:
        there = self._rows.height
        if there <= _ROWS:
            return ""
        before, after = self._at - _ROWS, self._at + _ROWS
        last = min(after, there)
        return (
            f'<p class="mz-more mz-pager">{_button("page", "Previous", value=before, off=before < 0)}'
            f" {count(self._at + 1)} to {count(last)} of {count(there)} {_button('page', 'Next', value=after, off=after >= there)}</p>"
        )

    def _events(self) -> str:
        if self._case is None:
            return ""
        from mindzie.operations.filters import CasesWithAttribute

        log = self.log.filter(CasesWithAttribute(attribute="case_id", values=(self._case,)))
        own = [a.name for a in log.own_attributes if a.level == "event"]
        events = log.events
        names = ["activity", "start_timestamp", "timestamp", "resource", *own]
        shown = _of(events.to_polars(), events, list(dict.fromkeys(names)))
        return (
            '<section class="mz-case-events" aria-label="Events">'
            f'<p class="mz-drill-title"><b>Case {escape(self._case)}</b> · {counted(log.event_count, "event")}'
            f"<span>{_button('case', 'Close', key='close_case')}</span></p>{table_html(shown, most_rows=_MOST_EVENTS)}</section>"
        )


def _of(rows: Any, table: Table, names: list[str]) -> Table:
    return Table(rows, tuple(c for name in names for c in table.columns if c.name == name))


def _button(
    do: str, words: str, title: str = "", *, value: int | None = None, key: str = "", off: bool = False
) -> str:  # fmt: skip
    told = "" if value is None else f' data-value="{value}"'
    more = f' title="{escape(title)}"' if title else ""
    name = key or f"{do}:{words}"
    return f'<button type="button" data-do="{do}" data-key="{name}"{told}{more}{" disabled" * off}>{escape(words)}</button>'
