"""How results and logs show themselves in notebooks: alive where a kernel answers, still everywhere else."""

from __future__ import annotations

from typing import Any, Final

import anywidget
import traitlets as t

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.core.results import Table
from mindzie.pictures.log_picture import log_html
from mindzie.pictures.still import page_part, still
from mindzie.pictures.still import show as number
from mindzie.widgets.bundle import bundle
from mindzie.widgets.charts import ChartWidget, is_drawn
from mindzie.widgets.messages import Csv, Rows, read_message
from mindzie.widgets.post import Post
from mindzie.widgets.process_map import show as graph
from mindzie.widgets.rows import Pages

__all__ = ["TableWidget", "graph", "log", "log_html", "number", "series", "table"]

Json = dict[str, Any]
_ROW_HEIGHT: Final = 32
_TALLEST: Final = 420
_BARS_HEIGHT: Final = 88


class TableWidget(anywidget.AnyWidget):
    """A table that reads its rows as they are seen, sorted and searched in Python.

    Parameters
    ----------
    table : Table
        The result.

    Examples
    --------
    >>> import polars as pl
    >>> from mindzie.core.results import Column
    >>> TableWidget(Table(pl.DataFrame({"cases": [3]}), (Column(name="cases", type="number"),))).title
    'Table'
    """

    title = t.Unicode("Table", read_only=True).tag(sync=True)
    height = t.Int(_TALLEST).tag(sync=True)
    asked = t.Any(None, allow_none=True).tag(sync=True, echo_update=False)
    told: t.List[Json] = t.List(read_only=True).tag(sync=True)

    def __init__(self, table: Table) -> None:
        self._pages = Pages(table)
        self._still = table
        self._post = Post(lambda answers: self.set_trait("told", list(answers)))
        super().__init__(height=min(len(table) * _ROW_HEIGHT + _BARS_HEIGHT, _TALLEST))
        self.set_trait("title", table.title or "Table")

    @property
    def _esm(self) -> str:
        return bundle("table")

    def set_state(self, sync_data: Json) -> None:
        """Take what a browser sets: its letters, and nothing else."""
        super().set_state({name: sync_data[name] for name in ("asked",) if name in sync_data})

    @t.observe("asked")
    def _hear(self, change: Json) -> None:
        try:
            letters = self._post.hear(change["new"])
        except SettingError:
            return
        for page, place, raw in letters:
            try:
                self._post.answer(page, place, self._answer(raw), None)
            except Exception as error:  # noqa: BLE001 - shown under the table
                self._post.answer(page, place, None, error)

    def _answer(self, raw: Json) -> Any:
        asked = read_message(raw)
        if isinstance(asked, Rows):
            order: Json = {
                "sort": asked.sort,
                "descending": asked.descending,
                "search": asked.search,
            }
            return self._pages.page(asked.offset, asked.limit, **order)
        if isinstance(asked, Csv):
            text = self._pages.csv(asked.sort, descending=asked.descending, search=asked.search)
            return {"name": "table.csv", "text": text}
        message = f"A table has no answer to {asked.do!r}."
        raise SettingError(message)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[Json, Json] | None:
        made = super()._repr_mimebundle_(**kwargs)
        if made is None:
            return None
        data, metadata = made
        return {
            **data,
            "text/plain": repr(self._still),
            "text/html": page_part(still(self._still)),
        }, metadata


def table(result: Table, include: Any = None, exclude: Any = None) -> Any:
    """Return what a notebook shows for a table: the live one, with its first rows as still HTML beside it."""
    shown = ChartWidget(result) if is_drawn(result) else TableWidget(result)
    return shown._repr_mimebundle_(include=include, exclude=exclude)


series = table


def log(shown: EventLog, include: Any = None, exclude: Any = None) -> Any:  # noqa: ARG001 - the display protocol
    """Return what a notebook shows for a log: size, period, readiness, map and variants."""
    return {"text/plain": repr(shown), "text/html": log_html(shown)}
