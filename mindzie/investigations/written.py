"""Notebooks written from operations: readable code, a cell for each step and each result, that runs by itself."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from mindzie.core.code import names_of
from mindzie.core.families import Calculator, Filter
from mindzie.core.operation import Operation
from mindzie.investigations.kernel import NAME
from mindzie.operations.calculators import CaseExplorer

_PARAMETERS = (
    "# A data set folder; an investigation gets the current version of its data set here.\n"
    "dataset: str | None = None"
)

_CASES = """board.show(
    calculators.CaseExplorer(),
    title="The cases behind these figures",
    rows=8,
    columns=("case_id", "case_start", "case_duration", "event_count"),
)"""


def written(
    title: str,
    about: str,
    opening: str,
    steps: Iterable[Operation],
    results: Iterable[Calculator],
) -> dict[str, Any]:
    """Return a notebook that opens a data set, applies steps and records results.

    Parameters
    ----------
    title : str
        Its heading.
    about : str
        What it shows, in Markdown.
    opening : str
        Python that gives the log where no data set folder is given.
    steps : iterable of Filter or Enrichment
        In the order they are applied.
    results : iterable of Calculator
        Each recorded by its title; of titles that are alike, the second has a number.

    Returns
    -------
    dict
        nbformat 4, without outputs.

    Examples
    --------
    >>> import mindzie as mz
    >>> steps, results = [mz.filters.Rework()], [mz.calculators.CaseDuration()]
    >>> made = written("Rework", "What is repeated.", "mz.demo('order-to-cash')", steps, results)
    >>> print(made["cells"][4]["source"])
    # Cases in which some activity was repeated
    log = log.filter(filters.Rework())
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell

    applied, shown = tuple(steps), tuple(results)
    load = f"log = mz.open(dataset) if dataset else {opening}"
    cells = [
        new_markdown_cell(f"# {_line(title)}\n\n{about}"),
        new_code_cell(_PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell("\n".join([*_imports((*applied, *shown)), "", load])),
        *([new_markdown_cell(_listed(applied))] if applied else []),
        *(new_code_cell(_step(step)) for step in applied),
        new_markdown_cell("## What is found"),
        new_code_cell('mz.record(log.case_count, "Cases")\nboard = mz.Dashboard(log)'),
        *(new_code_cell(_result(made, name)) for made, name in _named(shown)),
    ]
    return _notebook(title, cells)


def written_board(
    title: str,
    about: str,
    opening: str,
    *,
    steps: Iterable[Operation],
    filters: Iterable[Filter],
    results: Iterable[Calculator],
) -> dict[str, Any]:
    """Return a notebook to be published: figures of a data set that follow filters which readers change.

    Parameters
    ----------
    title : str
        Its heading.
    about : str
        What it shows, in Markdown.
    opening : str
        Python that gives the log.
    steps : iterable of Filter or Enrichment
        Applied to it for good.
    filters : iterable of Filter
        That readers begin with.
    results : iterable of Calculator
        The figures.

    Returns
    -------
    dict
        nbformat 4, without outputs; each cell says how many of twelve columns it takes.

    Examples
    --------
    >>> import mindzie as mz
    >>> told = {"steps": [], "filters": [mz.filters.Rework()], "results": [mz.calculators.CaseDuration()]}
    >>> made = written_board("Orders", "", "mz.demo('order-to-cash')", **told)
    >>> [cell["metadata"]["mindzie"]["columns"] for cell in made["cells"]]
    [12, 12, 6, 12]
    """
    from nbformat.v4 import new_code_cell, new_markdown_cell

    applied, chosen, shown = tuple(steps), tuple(filters), tuple(results)
    load = [*_imports((*applied, *chosen, *shown, CaseExplorer())), "", f"log = {opening}"]
    load += [_step(step) for step in applied]
    load += [f"board = mz.Dashboard(log, {list(chosen)!r})", "board.controls"]
    cells = [
        new_markdown_cell(f"# {_line(title)}\n\n{about}"),
        new_code_cell("\n".join(load)),
        *(new_code_cell(f"board.show({made!r})") for made in shown),
        new_code_cell(_CASES),
    ]
    for cell, columns in zip(cells, (12, 12, *map(_columns, shown), 12), strict=True):
        cell["metadata"]["mindzie"] = {"columns": columns}
    return _notebook(title, cells)


def _columns(made: Calculator) -> int:
    # charts stand side by side; maps and tables need the width
    return 6 if made.compute.__annotations__.get("return") == "Series" else 12


def _imports(operations: Iterable[Operation]) -> list[str]:
    kinds = sorted(names_of(operations))
    more = [f"from mindzie import {', '.join(kinds)}"] if kinds else []
    return ["import mindzie as mz", *more]


def _notebook(title: str, cells: list[Any]) -> dict[str, Any]:
    from nbformat.v4 import new_notebook

    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number:02}"  # the same operations make the same notebook
    spec = {"name": NAME, "display_name": "Python 3", "language": "python"}
    made: dict[str, Any] = new_notebook(
        cells=cells, metadata={"title": _line(title), "kernelspec": spec}
    )
    return made


def _line(text: str) -> str:
    return " ".join(text.split())


def _listed(steps: tuple[Operation, ...]) -> str:
    # a report shows no code: without these lines it would not say what was left out
    return "\n".join(["## What is looked at", "", *(f"- {_plain(step.title)}" for step in steps)])


def _plain(text: str) -> str:
    """Return a text as Markdown that reads as it stands."""
    return re.sub(r"([\\`*_\[\]<>#|~$])", r"\\\1", _line(text))


def _step(step: Operation) -> str:
    method = {"filter": "filter", "enrichment": "enrich"}[step.kind]
    return f"# {_line(step.title)}\nlog = log.{method}({step!r})"


def _result(made: Calculator, name: str) -> str:
    return f"board.show({made!r}, name={name!r})"


def _named(results: tuple[Calculator, ...]) -> Iterable[tuple[Calculator, str]]:
    seen: dict[str, int] = {"Cases": 1}
    for made in results:
        name = _line(made.title)
        seen[name] = seen.get(name, 0) + 1
        yield made, name if seen[name] == 1 else f"{name} ({seen[name]})"
