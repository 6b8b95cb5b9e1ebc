"""What a studio computes of its log: each filtered log, map and table once."""

from __future__ import annotations

import json
from collections import OrderedDict
from typing import Any, Final, cast

import narwhals as nw
import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.families import Filter
from mindzie.core.lazy import lazy
from mindzie.core.log import EventLog
from mindzie.core.results import Graph, Result, Table
from mindzie.operations import calculators
from mindzie.widgets.messages import Drill
from mindzie.widgets.rows import Pages
from mindzie.widgets.studio.maps import StudioMap
from mindzie.widgets.studio.offers import by_cases
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.story import VARIANTS, bar_filter, figures, histogram, overview
from mindzie.widgets.studio.work import Job

Json = dict[str, Any]
_LOGS_KEPT: Final = 24
_COUNTS_KEPT: Final = 2_000


class Desk:
    """Computes for one log; runs on one thread at a time.

    Parameters
    ----------
    log : EventLog
        The log a studio was opened on.
    """

    def __init__(self, log: EventLog) -> None:
        self.log = log
        self.map: StudioMap | None = None
        self.result_map: StudioMap | None = None
        self.drawn: tuple[Filter, ...] | None = None
        self._logs: OrderedDict[str, EventLog] = OrderedDict()
        self._mapped = ""
        self._counts: dict[str, int] = {}
        self._pages: dict[str, tuple[str, Pages]] = {}
        self._result: tuple[str, Result] | None = None

    @lazy
    def activities(self) -> list[str]:
        """Activities, the commonest first: their colours stay when filters change."""
        return by_cases(self.log)

    @lazy
    def whole(self) -> Json:
        """Figures of the log without filters."""
        return figures(self.log)

    def filtered(self, filters: tuple[Filter, ...]) -> EventLog:
        """Return the log that filters leave; figures of it that were computed stay known."""
        if not filters:
            return self.log
        key = _key(filters)
        if key not in self._logs:
            self._logs[key] = self.filtered(filters[:-1]).filter(filters[-1])
            # fewer than there are filters would drop each before it is asked for again
            while len(self._logs) > max(_LOGS_KEPT, len(filters)):
                self._logs.popitem(last=False)
        self._logs.move_to_end(key)
        return self._logs[key]

    def before(self, state: State, place: int | None) -> EventLog:
        """Return the log that the filters before a place leave; all filters where none is given."""
        return self.filtered(state.filters if place is None else state.before(place))

    def figures(self, state: State, job: Job) -> Json:
        """Return counts of the log shown, and of the cases each filter leaves."""
        steps = []
        parts = len(state.steps) + 3
        for place, step in enumerate(state.steps):
            job.step(f"Counting the cases left by filter {place + 1}", place / parts)
            steps.append({"cases": self._count(state.before(place + 1))} if step.on else {})
        job.step("Counting", len(state.steps) / parts)
        return {"figures": figures(self.filtered(state.filters)), "steps": steps}

    def _count(self, filters: tuple[Filter, ...]) -> int:
        """Return the cases that filters leave; a number is remembered longer than its log."""
        key = _key(filters)
        if key not in self._counts:
            log = self.filtered(filters)
            # the next filter needs the index of cases, but seldom the variants
            self._counts[key] = int(log.collect(log.rel.index.select(nw.len())).item())
            if len(self._counts) > _COUNTS_KEPT:
                self._counts.pop(next(iter(self._counts)))
        return self._counts[key]

    def story(self, state: State, job: Job) -> Json:
        """Return the map and what stands beside it."""
        log = self.filtered(state.filters)
        job.step("Drawing the map", 0.5)
        graph: Graph = log.calculate(calculators.ProcessMap())
        job.step("Looking for lost time", 0.8)
        beside = overview(log, graph)
        job.check()  # what was cancelled must not change the map that stays
        self.drawn = state.filters
        if self.map is None:
            self.map = StudioMap(graph)
        else:
            self.map.show(graph)
        return {"map": self.map.as_json(), "overview": beside}

    def result(self, state: State) -> Result:
        """Return the result whose tab is open."""
        calculator = state.shown
        if calculator is None:
            message = "No result is open."
            raise SettingError(message)
        key = _key((*state.filters, calculator))
        if self._result is None or self._result[0] != key:
            made: Result = self.filtered(state.filters).calculate(calculator)
            self._result = (key, made)
        return self._result[1]

    def map_of(self, graph: Graph) -> StudioMap:
        """Return the map of a result, which is drawn beside that of the log."""
        key = _key((graph.operation,))
        if self.result_map is None or key != self._mapped:
            self.result_map, self._mapped = StudioMap(graph), key
        else:
            self.result_map.show(graph)
        return self.result_map

    def pages(self, view: str, state: State) -> Pages:
        """Return a table that is shown."""
        shown = (state.shown,) if view == "result" and state.shown else ()
        key = _key((*state.filters, *shown))
        known = self._pages.get(view)
        if known is None or known[0] != key:
            self._pages[view] = known = (key, Pages(self._table(view, state)))
        return known[1]

    def _table(self, view: str, state: State) -> Table:
        log = self.filtered(state.filters)
        if view == "variants":
            return cast("Table", log.calculate(VARIANTS))
        if view == "cases":
            return log.cases
        result = self.result(state)
        if isinstance(result, Graph):
            return result.edges
        result = result.for_people()
        if not isinstance(result, Table):
            message = f"The result {result.title!r} has no rows."
            raise SettingError(message)
        return result

    def drill(self, asked: Drill, state: State) -> tuple[Filter, ...]:
        """Return the filters that leave the cases behind a row of what is shown."""
        log = self.filtered(state.filters)
        if asked.view == "durations":
            bars = log.calculate(histogram(log)).to_polars()
            return (bar_filter(log, _row(bars, asked.row)),)
        result = self.result(state)
        if asked.left_out is not None:
            return result.behind({"left_out": asked.left_out})
        order = {"descending": asked.descending, "search": asked.search}
        rows = self.pages("result", state).rows(asked.sort, **order)  # type: ignore[arg-type]
        filters = result.behind(_row(rows, asked.row))
        if not filters:
            message = "Behind this row are all cases shown."
            raise SettingError(message)
        return filters


def _row(rows: pl.DataFrame, place: int) -> dict[str, Any]:
    if place >= rows.height:
        message = f"There is no row {place}: the table has {rows.height}."
        raise SettingError(message)
    return rows.row(place, named=True)


def _key(operations: tuple[Any, ...]) -> str:
    return json.dumps([operation.to_json() for operation in operations], sort_keys=True)
