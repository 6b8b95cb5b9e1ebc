"""One figure of a dashboard: what it says, its picture, and the cases behind what was clicked."""

from __future__ import annotations

import json
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any, Final

from mindzie.core.display import RESULT_MIME, recorded
from mindzie.core.errors import MindzieError
from mindzie.core.log import EventLog
from mindzie.core.operation import load
from mindzie.core.results import Graph, Result, Table
from mindzie.core.words import counted
from mindzie.investigations.findings import finding
from mindzie.pictures.still import page_part, still
from mindzie.widgets.dashboard.drill import CasesBehind, drillable, saved
from mindzie.widgets.process_map import ProcessMapWidget
from mindzie.widgets.sheet import Sheet

if TYPE_CHECKING:
    from mindzie.widgets.dashboard.board import Dashboard

_MAP_HEIGHT: Final = 520
# The main paths make a picture; the slider shows the rest.
_FIRST_PATHS: Final = 0.3


class Panel:
    """A figure that follows a dashboard's filters.

    Parameters
    ----------
    board : Dashboard
        Whose log it shows.
    draw : callable
        From the log to a result.
    title : str
        Instead of the result's finding.
    rows : int
        Rows shown of a table.
    columns : tuple of str
        Columns shown of a table; all if not given.
    name : str
        What it is called among the results of a run; the result's title if not given.

    Attributes
    ----------
    failed : str
        Why there is no figure for the filters chosen; empty where there is one.
    """

    def __init__(
        self,
        board: Dashboard,
        draw: Callable[[EventLog], Result],
        title: str = "",
        rows: int = 10,
        columns: tuple[str, ...] = (),
        *,
        name: str = "",
    ) -> None:
        self.board, self._draw, self._title, self._name = board, draw, title, name
        self._table: Any = {"most_rows": rows, "columns": columns}
        self._opened: CasesBehind | None = None
        self._drawn = True
        self.failed = ""
        self.result = draw(board.log)
        self.sheet = Sheet()
        self.sheet.on_event(self._heard)
        self.map = self._map(self.result) if isinstance(self.result, Graph) else None
        self._write()
        board.follow(self._follow)

    @property
    def widgets(self) -> tuple[Any, ...]:
        """The live parts, from top to bottom."""
        return (self.sheet,) if self.map is None else (self.sheet, self.map)

    def headed_only(self) -> None:
        """Leave the picture to a host that draws it itself."""
        self._drawn = False
        self._write()

    def html(self) -> str:
        """Return the panel as a still picture."""
        if self.failed:
            return self.sheet.html + f'<p class="mz-error">{escape(self.failed)}</p>'
        picture = (
            f'<div class="mz-picture">{self.map.svg()}</div>'
            if self.map is not None
            else still(self.result, colors=self.board.colors, **self._table)
        )
        return page_part(f'<div class="mz-figure">{self._heading(live=False)}{picture}</div>')

    def _map(self, graph: Graph) -> ProcessMapWidget:
        made = ProcessMapWidget(
            graph, height=_MAP_HEIGHT, activity_share=1.0, path_share=_FIRST_PATHS
        )
        made.on_filter(lambda stored: self.board.add(load(stored, "filter")))  # type: ignore[arg-type]
        return made

    def _follow(self) -> None:
        self._opened, self.failed = None, ""
        try:
            self.result = self._draw(self.board.log)
        except MindzieError as error:
            self.failed = str(error)
        if self.map is not None and isinstance(self.result, Graph):
            self.map.update(_emptied(self.result) if self.failed else self.result)
            self.map.error = self.failed
        self._write()

    def _write(self) -> None:
        self.sheet.error = "" if self.map is not None else self.failed
        if self.failed:
            # figures of other filters must not stand beside those chosen now
            self.sheet.html = page_part(
                f'<p class="mz-finding">{escape(self._title or self.result.title)}</p><p class="mz-about">not computed</p>'
            )
            return
        event = "open" if drillable(self.result) else ""
        picture = (
            ""
            if self.map is not None or not self._drawn
            else still(self.result, event=event, colors=self.board.colors, **self._table)
        )
        opened = self._opened.html() if self._opened is not None else ""
        self.sheet.html = page_part(self._heading() + picture + opened)

    def _heading(self, *, live: bool = True) -> str:
        log = self.result.log or self.board.log
        said = self._title or finding(self.result)
        about = [self.result.title, counted(log.case_count, "case")]
        if self.map is not None:
            about += [
                f"{shown} of {known} {name}"
                for name in ("activities", "paths")
                for shown, known in [self.map.view["kept"][name]]
            ]
        if said == self.result.title:
            about = about[1:]
        parts = [escape(part) for part in about]
        parts += [
            f"not shown: {self._part(name, words, live=live)}"
            for name, words in self.result.left_out.items()
        ]
        if live and isinstance(self.result, Table) and len(self.result):
            parts.append(
                '<button type="button" data-do="csv" data-key="csv" title="Save these figures as CSV">CSV</button>'
            )
        return f'<p class="mz-finding">{escape(said).replace(" %", "&nbsp;%")}</p><p class="mz-about">{" · ".join(parts)}</p>'

    @staticmethod
    def _part(name: str, words: str, *, live: bool) -> str:
        if not live:
            return escape(words)
        return f'<button type="button" data-do="left_out" data-value="{escape(json.dumps(name))}" data-key="left:{escape(name)}">{escape(words)}</button>'

    def _heard(self, name: str, value: Any) -> None:
        opened, title = self._opened, self.result.title
        if name == "open" and isinstance(self.result, Table) and isinstance(value, int):
            rows = self.result.to_polars()
            there = 0 <= value < rows.height
            self._opened = CasesBehind(self.result, rows.row(value, named=True)) if there else None
        elif name == "left_out" and value in self.result.left_out:
            self._opened = CasesBehind(self.result, {"left_out": value})
        elif name == "close":
            self._opened = None
        elif name == "csv" and isinstance(self.result, Table):
            self.sheet.offer(f"{title}.csv", saved(self.result))
        elif opened is not None and self._heard_of_cases(name, value, opened):
            return
        self._write()

    def _heard_of_cases(self, name: str, value: Any, opened: CasesBehind) -> bool:
        """Do what was clicked among the cases, and say whether all is drawn anew for it."""
        if name == "keep":
            self.board.add(*self.result.behind(opened.row))
        elif name == "csv_cases":
            self.sheet.offer(f"Cases of {self.result.title}.csv", opened.csv())
        elif name == "page":
            opened.turn(value)
        elif name == "case":
            opened.open(value)
        return name == "keep"

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        from ipywidgets import VBox

        shown = VBox(self.widgets) if self.map is not None else self.sheet
        made = shown._repr_mimebundle_(include=include, exclude=exclude)
        data, metadata = made if isinstance(made, tuple) else (made, {})
        kept = recorded(self.result)
        if kept and self._name:
            kept[0]["name"] = self._name
        return {
            **data,
            "text/plain": finding(self.result),
            "text/html": self.html(),
            **({RESULT_MIME: kept} if kept else {}),
        }, metadata


def _emptied(graph: Graph) -> Graph:
    nodes, edges = (
        Table(part.to_polars().clear(), part.columns) for part in (graph.nodes, graph.edges)
    )
    return Graph(nodes, edges, title=graph.title)
