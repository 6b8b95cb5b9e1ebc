"""What a studio answers: logs, maps, tables and results of its state, each computed once."""

from __future__ import annotations

import json
from collections import OrderedDict
from functools import cached_property
from typing import Any, Final, cast

from mindzie.core.errors import SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.log import EventLog
from mindzie.core.operation import load
from mindzie.core.results import Graph, Number, Result, Series, Table
from mindzie.operations import calculators
from mindzie.widgets.studio import messages as m
from mindzie.widgets.studio.case import case_story
from mindzie.widgets.studio.forms import catalogue
from mindzie.widgets.studio.maps import StudioMap
from mindzie.widgets.studio.offers import by_cases, offer
from mindzie.widgets.studio.rows import Pages, cells
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.story import VARIANTS, durations, figures, histogram, overview
from mindzie.widgets.studio.work import Job

Json = dict[str, Any]
_LOGS_KEPT: Final = 24
_MOST_POINTS: Final = 2_000


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
        self._logs: OrderedDict[str, EventLog] = OrderedDict()
        self._pages: dict[str, tuple[str, Pages]] = {}
        self._results: dict[str, tuple[str, Result]] = {}

    @cached_property
    def activities(self) -> list[str]:
        """Activities, the commonest first: their colours stay when filters change."""
        made: list[str] = by_cases(self.log)
        return made

    def filtered(self, filters: tuple[Filter, ...]) -> EventLog:
        """Return the log that filters leave; figures of it that were computed stay known."""
        if not filters:
            return self.log
        key = _key(filters)
        if key not in self._logs:
            self._logs[key] = self.filtered(filters[:-1]).filter(filters[-1])
            if len(self._logs) > _LOGS_KEPT:
                self._logs.popitem(last=False)
        self._logs.move_to_end(key)
        return self._logs[key]

    def figures(self, state: State, job: Job) -> Json:
        """Return counts of the log shown, and of cases each filter leaves."""
        steps = []
        before = self.log.case_count
        for place, step in enumerate(state.steps):
            job.step(f"Counting the cases left by filter {place + 1}", place / (len(state.steps) + 3))
            made: Json = {"before": before}
            if step.on:
                before = made["cases"] = self.filtered(state.before(place + 1)).case_count
            steps.append(made)
        job.step("Counting", len(state.steps) / (len(state.steps) + 3))
        shown = figures(self.filtered(state.filters))
        return {"figures": shown, "steps": steps}

    def story(self, state: State, job: Job) -> Json:
        """Return the map and what stands beside it."""
        log = self.filtered(state.filters)
        job.step("Drawing the map", 0.5)
        graph: Graph = log.calculate(calculators.ProcessMap())
        if self.map is None:
            self.map = StudioMap(graph)
        else:
            self.map.show(graph)
        job.step("Looking for lost time", 0.8)
        return {"map": self.map.as_json(), "overview": overview(log, graph)}

    def answer(self, asked: m.Ask, state: State, job: Job) -> Any:
        """Answer a question that changes nothing."""
        job.check()
        log = self.filtered(state.filters)
        if isinstance(asked, m.Catalogue):
            return catalogue(asked.kind)
        if isinstance(asked, m.Offer):
            return offer(self.filtered(_before(state, asked.place)), asked)
        if isinstance(asked, m.Preview):
            return self._preview(asked, state)
        if isinstance(asked, m.Case):
            return case_story(log, asked.case)
        if isinstance(asked, m.Rows):
            order = {"sort": asked.sort, "descending": asked.descending, "search": asked.search}
            job.step("Reading rows", 0.2)
            return self._rows(asked.view, state).page(asked.offset, asked.limit, **order)  # type: ignore[arg-type]
        if isinstance(asked, m.Csv):
            pages = self._rows(asked.view, state)
            text = pages.csv(asked.sort, descending=asked.descending, search=asked.search)
            return {"name": f"{asked.view}.csv", "text": text}
        if isinstance(asked, m.Plain) and asked.do == "durations":
            return durations(log)
        if isinstance(asked, m.Plain) and asked.do == "result":
            job.step("Calculating", 0.3)
            return self._shown(state)
        return {"findings": [f.model_dump(mode="json") for f in log.readiness.findings],
                **log.readiness.model_dump(mode="json", exclude={"findings"})}  # fmt: skip

    def _preview(self, asked: m.Preview, state: State) -> Json:
        operation = load(asked.operation)
        before = self.filtered(_before(state, asked.place))
        if isinstance(operation, Calculator):
            operation.check(before)
            return {"title": operation.title}
        if not isinstance(operation, Filter):
            message = f"A {operation.kind} has no preview."
            raise SettingError(message)
        left = before.filter(operation)
        return {
            "title": operation.title,
            "cases": left.case_count,
            "events": left.event_count,
            "of_cases": before.case_count,
            "of_events": before.event_count,
        }

    def drill(self, asked: m.Drill, state: State) -> tuple[Filter, ...]:
        """Return the filters that leave the cases behind a row of what is shown."""
        log = self.filtered(state.filters)
        if asked.view == "durations":
            result: Result = log.calculate(histogram())
            pages = Pages(cast("Table", result))
        else:
            result = self._result(state)
            pages = self._rows("result", state)
        rows = pages.rows(asked.sort, descending=asked.descending, search=asked.search)
        if result.operation is None or asked.row >= rows.height:
            message = f"There is no row {asked.row} to look behind."
            raise SettingError(message)
        filters = result.operation.drill(rows.row(asked.row, named=True))
        if not filters:
            message = "Behind this row are all cases shown."
            raise SettingError(message)
        return filters

    def _result(self, state: State) -> Result:
        calculator = state.shown
        if calculator is None:
            message = "No result is open."
            raise SettingError(message)
        key = _key((*state.filters, calculator))
        if self._results.get("shown", ("",))[0] != key:
            made: Result = self.filtered(state.filters).calculate(calculator)
            self._results["shown"] = (key, made)
        return self._results["shown"][1]

    def _shown(self, state: State) -> Json:
        result = self._result(state)
        made: Json = {"kind": result.kind, "title": result.title}
        if isinstance(result, Number):
            return made | {"value": result.value, "unit": result.unit}
        if isinstance(result, Graph):
            if self.result_map is None:
                self.result_map = StudioMap(result)
            else:
                self.result_map.show(result)
            return made | {"map": self.result_map.as_json()}
        if isinstance(result, Table):
            made |= {"facts": {n: _fact(v) for n, v in result.facts.items()}, "rows": len(result)}
        if isinstance(result, Series):
            points = result.to_polars().head(_MOST_POINTS)
            made |= {
                "axis": result.axis,
                "measures": list(result.measures),
                "split": result.split,
                "columns": [column.model_dump() for column in result.columns],
                "points": cells(points),
            }
        return made

    def _rows(self, view: str, state: State) -> Pages:
        key = _key((*state.filters, *((state.shown,) if view == "result" and state.shown else ())))
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
        result = self._result(state)
        if isinstance(result, Graph):
            return result.edges
        if not isinstance(result, Table):
            message = f"The result {result.title!r} has no rows."
            raise SettingError(message)
        return result


def _before(state: State, place: int | None) -> tuple[Filter, ...]:
    return state.filters if place is None else state.before(place)


def _key(operations: tuple[Any, ...]) -> str:
    return json.dumps([operation.to_json() for operation in operations], sort_keys=True)


def _fact(value: Any) -> Any:
    if hasattr(value, "total_seconds"):
        return value.total_seconds()
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value
