"""Answers to what the browser asks; none changes anything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from mindzie.core.errors import MindzieError, SettingError
from mindzie.core.families import Calculator, Filter
from mindzie.core.operation import load
from mindzie.core.results import Graph, Number, Series, Table, plain
from mindzie.widgets import messages as m
from mindzie.widgets.charts import drawn, is_drawn
from mindzie.widgets.rows import Pages
from mindzie.widgets.studio.case import case_story
from mindzie.widgets.studio.desk import Desk
from mindzie.widgets.studio.forms import catalogue
from mindzie.widgets.studio.offers import offer
from mindzie.widgets.studio.publishing import audience
from mindzie.widgets.studio.saving import homes
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.story import durations
from mindzie.widgets.studio.work import Job

Json = dict[str, Any]
_TRIED: Final = 30
"""Rows looked at for one that has cases behind it."""
Answer = Callable[[Desk, Any, State, Job], Any]


def answer(desk: Desk, asked: m.Ask, state: State, job: Job) -> Any:
    """Answer a question.

    Parameters
    ----------
    desk : Desk
        What computes.
    asked : Ask
        The question.
    state : State
        What the studio is set to.
    job : Job
        The work that this is.

    Returns
    -------
    object
        JSON values.
    """
    job.check()
    return _ANSWERS[type(asked)](desk, asked, state, job)


def _catalogue(_desk: Desk, asked: m.Catalogue, _state: State, _job: Job) -> Any:
    return catalogue(asked.kind)


def _offer(desk: Desk, asked: m.Offer, state: State, _job: Job) -> Any:
    return offer(desk.before(state, asked.place), asked)


def _case(desk: Desk, asked: m.Case, state: State, _job: Job) -> Any:
    return case_story(desk.filtered(state.filters), asked.case)


def _rows(desk: Desk, asked: m.Rows, state: State, job: Job) -> Any:
    job.step("Reading rows", 0.2)
    order: Json = {"sort": asked.sort, "descending": asked.descending, "search": asked.search}
    return desk.pages(asked.view, state).page(asked.offset, asked.limit, **order)


def _csv(desk: Desk, asked: m.Csv, state: State, job: Job) -> Any:
    job.step("Writing rows", 0.2)
    pages = desk.pages(asked.view, state)
    result = desk.result(state) if asked.view == "result" else None
    if isinstance(result, Table) and result.for_people() is not result:
        # a file is for machines
        text = Pages(result).csv()
    else:
        text = pages.csv(asked.sort, descending=asked.descending, search=asked.search)
    return {"name": f"{asked.view}.csv", "text": text}


def _preview(desk: Desk, asked: m.Preview, state: State, _job: Job) -> Any:
    operation = load(asked.operation)
    before = desk.before(state, asked.place)
    if isinstance(operation, Calculator):
        operation.check(before)
        return {"title": operation.title}
    if not isinstance(operation, Filter):
        message = f"A studio has filters and results, no {operation.kind}."
        raise SettingError(message)
    left = before.filter(operation)
    return {
        "title": operation.title,
        "cases": left.case_count,
        "events": left.event_count,
        "of_cases": before.case_count,
        "of_events": before.event_count,
    }


def _plain(desk: Desk, asked: m.Plain, state: State, job: Job) -> Any:
    log = desk.filtered(state.filters)
    if asked.do == "durations":
        return durations(log)
    if asked.do == "readiness":
        return log.readiness.model_dump(mode="json")
    job.step("Calculating", 0.3)
    return _result(desk, state, job)


def _durations(result: Table) -> dict[str, str]:
    """Return the unit of each fact that is a duration: told from counts by their type, which JSON has not."""
    of = result.axis if isinstance(result, Series) else None
    unit = next((c.unit for c in result.columns if c.name == of), "") or "s"
    return {n: unit for n, v in result.facts.items() if hasattr(v, "total_seconds")}


def _result(desk: Desk, state: State, job: Job) -> Json:
    result = desk.result(state)
    job.check()
    made: Json = {"kind": result.kind, "title": result.title}
    if isinstance(result, Number):
        made |= {"value": plain(result.value), "unit": result.unit}
    elif isinstance(result, Graph):
        made |= {"map": desk.map_of(result).as_json()}
    elif isinstance(result, Table):
        facts = {name: plain(value) for name, value in result.facts.items()}
        made |= {"facts": facts, "rows": len(result)}
        made["durations"] = _durations(result)
        made["drill"] = _drills(result)
        made["left_out"] = result.left_out
        if is_drawn(result):
            made |= drawn(result)
    return made


def _drills(result: Table) -> bool:
    """Return whether filters say which cases are behind the rows, or some of the first."""
    return any(_has_cases(result, row) for row in result.to_polars().head(_TRIED).to_dicts())


def _has_cases(result: Table, row: Json) -> bool:
    try:
        return bool(result.behind(row))
    except MindzieError:
        return False


def _projects(desk: Desk, _asked: m.Projects, _state: State, _job: Job) -> Any:
    return homes(desk.log)


def _audience(_desk: Desk, _asked: m.Audience, _state: State, _job: Job) -> Any:
    return audience()


_ANSWERS: Final[dict[type[m.Ask], Answer]] = {
    m.Catalogue: _catalogue,
    m.Offer: _offer,
    m.Case: _case,
    m.Rows: _rows,
    m.Csv: _csv,
    m.Preview: _preview,
    m.Plain: _plain,
    m.Projects: _projects,
    m.Audience: _audience,
}
