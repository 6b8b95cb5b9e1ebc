"""Copy as code: the Python that makes exactly what a studio shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from mindzie.core.code import names_of
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.story import VARIANTS, histogram

_LOOKS = {
    "overview": "log.calculate(calculators.ProcessMap())",
    "map": "log.calculate(calculators.ProcessMap())",
    "cases": "log.cases",
}


def code(log: EventLog, state: State, *, map_settings: dict[str, Any] | None = None) -> str:
    """Return Python that reproduces what a studio shows.

    Parameters
    ----------
    log : EventLog
        The log the studio was opened on.
    state : State
        What it is set to.
    map_settings : dict, optional
        Settings of the process map shown that differ from its defaults.

    Returns
    -------
    str
        A script that ends with what is open; the results of all tabs are in it. Where it cannot tell how the log was loaded, it goes on from the variable ``log``.
    """
    loading, recipe = _loading(log)
    lines = ["import mindzie as mz", *_imports(state, recipe=recipe), "", *loading]
    steps = [*recipe, *state.filters]
    for kind, operations in _runs(steps):
        method = {"filter": "filter", "enrichment": "enrich"}[kind]
        lines.append(f"log = log.{method}(")
        lines += [f"    {operation!r}," for operation in operations]
        lines.append(")")
    shown = _shown(log.filter(*state.filters), state, map_settings or {})
    if set(state.results) - {state.shown}:
        lines += ["results = [", *(f"    log.calculate({made!r})," for made in state.results), "]"]
        shown = f"results[{state.tab[7:]}]" if state.shown else shown
    return "\n".join([*lines, shown]) + "\n"


def _shown(log: EventLog, state: State, map_settings: dict[str, Any]) -> str:
    if state.shown is not None:
        return f"log.calculate({state.shown!r})"
    if state.tab in ("overview", "map") and map_settings:
        settings = ", ".join(f"{name}={value!r}" for name, value in map_settings.items())
        return f"log.calculate(calculators.ProcessMap({settings}))"
    if state.tab in ("durations", "variants"):
        calculator = histogram(log) if state.tab == "durations" else VARIANTS
        return f"log.calculate({calculator!r})"
    return _LOOKS[state.tab]


def _imports(state: State, *, recipe: tuple[Operation, ...]) -> list[str]:
    kinds = names_of((*recipe, *state.filters, *state.results))
    if state.tab in ("overview", "map", "durations", "variants"):
        kinds.add("calculators")
    return [f"from mindzie import {', '.join(sorted(kinds))}"] if kinds else []


def _runs(steps: Iterable[Operation]) -> list[tuple[str, list[Operation]]]:
    runs: list[tuple[str, list[Operation]]] = []
    for step in steps:
        if not runs or runs[-1][0] != step.kind:
            runs.append((step.kind, []))
        runs[-1][1].append(step)
    return runs


def _loading(log: EventLog) -> tuple[list[str], tuple[Operation, ...]]:
    """Return the lines that load the log, and what of its recipe is to be applied after."""
    source = log.manifest.source
    if source.get("format") == "demo":
        settings = ", ".join(f"{name}={source[name]!r}" for name in ("cases", "seed"))
        made = f"log = mz.demo({source['process']!r}, {settings})"
        moved = [] if log.engine == "polars" else [f"log = log.on({log.engine!r})"]
        return [made, *moved], log.recipe
    return [f"# log: {log.name}, fingerprint {log.fingerprint[:12]}"], ()
