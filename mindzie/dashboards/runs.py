"""The page of runs: history with filters, durations over time, and one run with its log, its changes and what to do."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import timedelta
from html import escape
from typing import Any, Final
from uuid import UUID

import holoviews as hv
import panel as pn
import polars as pl

from mindzie.access.runs import Run
from mindzie.access.workspace import Workspace
from mindzie.core.errors import MindzieError
from mindzie.dashboards.history import (
    MOST,
    PERIODS,
    STATES,
    TOLD,
    about,
    by_name,
    listed,
    said_of,
    table,
)
from mindzie.dashboards.template import page
from mindzie.store.types import now

_EVERY: Final = 3_000
"""Milliseconds between two looks while something waits or runs."""
_LATEST: Final = 20_000
"""Letters of a log shown; the download has all."""
_ENDED: Final = {
    "done": ("#2e9b63", "circle", "●"),
    "failed": ("#d9534a", "square", "■"),
    "cancelled": ("#c77d1a", "triangle", "▲"),
}
"""Colour, marker and letter of the states in which runs end; the colours stand out on light and on dark."""
_LOOK: Final = """
:host, label, h2, table, pre { color: var(--mz-page-ink); }
:host, label, h2, table, p, .bk-input, .bk-btn, .tabulator { font-family: var(--mz-page-font) !important; }
h2 { margin: 8px 0 0; font-size: 16px; font-weight: 600; }
table { font-size: 13px; }
.bk-input, .bk-btn, .bk-btn-default, .bk-btn a { background-color: var(--mz-page-surface) !important; color: var(--mz-page-ink) !important; border: 1px solid var(--mz-page-line) !important; }
select.bk-input { appearance: auto !important; -webkit-appearance: auto !important; background-image: none !important; }
.bk-btn:hover { background-color: var(--mz-page-sunken) !important; }
.bk-btn a { border: 0 !important; background: none !important; }
.tabulator, .tabulator .tabulator-header, .tabulator .tabulator-header .tabulator-col, .tabulator .tabulator-tableholder .tabulator-table, .tabulator .tabulator-row, .tabulator .tabulator-row .tabulator-cell, .tabulator .tabulator-footer, .tabulator .tabulator-footer .tabulator-page {
  background-color: var(--mz-page-surface) !important; color: var(--mz-page-ink) !important; border-color: var(--mz-page-line) !important; }
.tabulator .tabulator-row:hover, .tabulator .tabulator-row:hover .tabulator-cell { background-color: var(--mz-page-sunken) !important; }
.tabulator .tabulator-row.tabulator-selected, .tabulator .tabulator-row.tabulator-selected .tabulator-cell { background-color: var(--mz-page-sunken) !important; font-weight: 600; }
.tabulator .tabulator-row.tabulator-selected .tabulator-cell:nth-child(3) { box-shadow: inset 3px 0 var(--mz-page-ink); }
.tabulator .tabulator-footer .tabulator-page:disabled { opacity: 0.5; }
"""
_WIDE: Final[dict[str, Any]] = {"sizing_mode": "stretch_width", "stylesheets": [_LOOK]}
_ALL: Final = "All"
_NONE: Final = "None"


class RunsPage:
    """What a page shows of the runs in a workspace, and does with them by the rights of whoever opened it.

    Parameters
    ----------
    ws : Workspace
        Whose runs.

    Attributes
    ----------
    investigation, state, period : panel.widgets.Select
        Filters; each change looks again.
    picked : Run or None
        The run shown below the list.
    """

    def __init__(self, ws: Workspace) -> None:
        self._ws = ws
        self._runs: list[Run] = []
        self._names: dict[UUID, str] = {}
        self._rows: pl.DataFrame | None = None
        self.picked: Run | None = None
        self.investigation = _select("Investigation", {_ALL: _ALL}, 240)
        self.state = _select("State", {_ALL: _ALL, **{one: one for one in STATES}}, 140)
        self.period = _select("Asked for", {name: name for name in PERIODS}, 160)
        self.period.value = "Last 30 days"
        self.note = pn.widgets.TextInput(
            label="Note", placeholder="Why it is right", width=260, stylesheets=[_LOOK]
        )
        self.list = pn.widgets.Tabulator(
            show_index=False, disabled=True, selectable=1, hidden_columns=["run"], page_size=10,
            pagination="local", layout="fit_columns", theme="simple", **_WIDE,
        )  # fmt: skip
        self.chart = pn.pane.HoloViews(height=220, sizing_mode="stretch_width")
        self.said = pn.pane.HTML(**_WIDE)
        self.key = pn.pane.HTML(**_WIDE)
        self.shown = pn.Column(sizing_mode="stretch_width")
        # what a click on the list does, for those who use keys
        self.run = _select("Run shown below", {_NONE: ""}, 420)
        self.run.param.watch(lambda event: self.show(event.new), "value")
        for one in (self.investigation, self.state, self.period):
            one.param.watch(lambda _: self.look(), "value")
        self.list.on_click(lambda event: self.show(str(self.list.value["run"].iloc[event.row])))
        self.look()

    @property
    def layout(self) -> Any:
        """The page, to be made ``.servable()``."""
        again = _button("Refresh", self.look)
        bar = pn.FlexBox(self.investigation, self.state, self.period, again, align_items="end")
        if pn.state.curdoc is not None:
            pn.state.add_periodic_callback(self._look_if_busy, period=_EVERY)
        return page("Runs", bar, self.said, self.key, self.chart, self.list, self.run, self.shown)

    def look(self) -> None:
        """Read the runs anew; the one picked stays picked."""
        self._names = {one.id: one.name for one in self._ws.investigations}
        options = {_ALL: _ALL, **by_name(self._names)}
        if self.investigation.options != options:
            self.investigation.options = options
        days = PERIODS[self.period.value]
        self._runs = self._ws.runs.latest(
            MOST,
            investigation=_given(self.investigation.value, UUID),
            state=_given(self.state.value, str),
            since=None if days is None else now() - timedelta(days=days),
        )
        rows = table(self._runs, self._names)
        self._draw(rows)
        self.said.object = said_of(len(self._runs))
        if self.picked is not None:
            self.show(str(self.picked.id))

    def _draw(self, rows: pl.DataFrame) -> None:
        if self._rows is not None and self._rows.equals(rows):
            return  # a list that is drawn anew loses its place
        self._rows = rows
        self.list.value = shown = listed(rows)
        self.chart.object = drawn(rows)
        self.key.object = _key(rows)
        words = (
            f"{', '.join(row[1:4])} ({row[0][-TOLD:]})" for row in shown.itertuples(index=False)
        )
        kept = dict(zip(words, shown["run"], strict=True))
        self.run.options = {_NONE: "", **kept}

    def show(self, key: str) -> None:
        """Show a run below the list, or none.

        Parameters
        ----------
        key : str
            Its identifier; empty for none.
        """
        if not key or key not in self._ws.runs:
            self.picked, self.shown[:] = None, []
            return
        self._show(self._ws.runs[key])
        if key in self.run.options.values() and self.run.value != key:
            self.run.value = key

    def accept(self) -> None:
        """Accept the run picked, with the note written."""
        self._act(lambda run: run.accept(self.note.value or ""))

    def cancel(self) -> None:
        """Cancel the run picked."""
        self._act(lambda run: run.cancel())

    def retry(self) -> None:
        """Let the run picked wait again."""
        self._act(lambda run: run.retry())

    def _act(self, act: Callable[[Run], None]) -> None:
        if self.picked is None:
            return
        try:
            act(self.picked)
        except MindzieError as error:
            self.look()
            self.said.object = f"<p role='alert'><b>{escape(str(error))}</b></p>"
        else:
            self.note.value = ""
            self.look()

    def _look_if_busy(self) -> None:
        if any(run.state in ("waiting", "running") for run in self._runs):
            self.look()

    def _show(self, run: Run) -> None:
        self.picked = run
        facts = "".join(
            f"<tr><th scope='row' style='text-align:left;padding-right:16px;vertical-align:top'>{escape(word)}</th><td>{escape(said)}</td></tr>"
            for word, said in about(run, self._names.get(run.investigation_id, ""))
        )
        texts = [
            pn.pane.HTML(f"<h2>{title}</h2><pre style='white-space:pre-wrap'>{escape(text)}</pre>", **_WIDE)
            for title, text in (("What changed", _changes(run)), ("Log", _log(run)))
            if text
        ]  # fmt: skip
        table = pn.pane.HTML(f"<h2>Run</h2><table>{facts}</table>", **_WIDE)
        self.shown[:] = [table, pn.FlexBox(*self._buttons(run), align_items="end"), *texts]

    def _buttons(self, run: Run) -> list[Any]:
        made: list[Any] = []
        if run.state == "done" and run.accepted_at is None:
            made += [self.note, _button("Accept", self.accept)]
        if run.state in ("waiting", "running"):
            made.append(_button("Cancel the run", self.cancel))
        if run.state in ("failed", "cancelled"):
            made.append(_button("Retry", self.retry))
        return [*made, *_downloads(run)]


def drawn(rows: Any) -> Any:
    """Return the chart of durations over time; runs that have not ended are not in it."""
    ended = rows.drop_nulls("seconds").sort("asked")
    top = max((*ended["seconds"], 1.0)) * 1.15
    dots = [
        hv.Scatter(
            (part["asked"].dt.replace_time_zone(None).to_numpy(), part["seconds"].to_numpy()),
            kdims="Asked for",
            vdims="Seconds",
        ).opts(color=color, marker=marker, size=9)
        for state, (color, marker, _) in _ENDED.items()
        if (part := ended.filter(state=state)).height
    ]
    made = hv.Overlay(dots or [hv.Scatter(([], []), kdims="Asked for", vdims="Seconds")])
    return made.opts(
        responsive=True, min_height=200, toolbar=None, title="", show_legend=False, ylim=(0, top)
    )


def _key(rows: Any) -> str:
    """Return the heading of the chart, with what its marks mean; nothing where there is none."""
    states = set(rows.drop_nulls("seconds")["state"])
    marks = (
        f"<span style='color:{color}'>{letter}</span> {state}"
        for state, (color, _, letter) in _ENDED.items()
        if state in states
    )
    return f"<h2>How long runs took</h2>{' &nbsp; '.join(marks) or 'No run has ended yet.'}"


def _given(chosen_one: str, kind: Callable[[str], Any]) -> Any:
    return None if chosen_one == _ALL else kind(chosen_one)


def _select(name: str, options: dict[str, str], width: int) -> Any:
    return pn.widgets.Select(label=name, options=options, width=width, stylesheets=[_LOOK])


def _button(words: str, act: Callable[[], None]) -> Any:
    made = pn.widgets.Button(label=words, align="end", stylesheets=[_LOOK])
    made.on_click(lambda _: act())
    return made


def _downloads(run: Run) -> list[Any]:
    kept: dict[str, Callable[[], str | None]] = {
        "report.html": lambda: run.report,
        "results.json": lambda: json.dumps(run.full_results),
        "changes.html": lambda: run.changes_page,
        "notebook.ipynb": lambda: json.dumps(run.notebook),
    }
    if run.state not in ("done", "failed"):
        return []
    lacking = set() if run.state == "done" else {"results.json"}
    lacking |= {"changes.html"} if run.compared_with is None else set()
    left = [name for name in kept if name not in lacking]
    return [
        pn.widgets.FileDownload(
            callback=lambda read=kept[name]: io.StringIO(read() or ""), filename=name, label=name, auto=True, align="end", width=150, stylesheets=[_LOOK]
        )
        for name in left
    ]  # fmt: skip


def _changes(run: Run) -> str:
    try:
        found = run.changes
    except MindzieError as error:
        return str(error)
    return "" if found is None else str(found["text"])


def _log(run: Run) -> str:
    try:
        said = run.log
    except MindzieError:
        return ""
    return said if len(said) <= _LATEST else f"… the end of it:\n{said[-_LATEST:]}"
