"""A published dashboard for trying the hub out: a notebook, as an analyst would write it."""

from __future__ import annotations

from typing import Any, Final

_CELLS: Final = (
    (
        "markdown",
        "# {title}\n\nHow cases run, and where their time goes. Every figure follows the filters.",
        12,
    ),
    (
        "code",
        "import mindzie as mz\nfrom mindzie import calculators\n\nboard = mz.Dashboard(mz.workspace().datasets[{dataset!r}].log())\nboard.controls",
        12,
    ),
    ("code", 'board.show(calculators.ProcessMap(measure="events"))', 12),
    ("code", 'board.show(calculators.CaseDuration(bins=24, unit="d"))', 6),
    ("code", 'board.show(calculators.CasesOverTime(period="month"))', 6),
    (
        "code",
        'board.show(calculators.Variants(), rows=8, columns=("activities", "cases", "share", "median_duration"))',
        12,
    ),
    (
        "code",
        'board.show(calculators.CaseExplorer(), title="The cases behind these figures", rows=8, columns=("case_id", "case_start", "case_duration", "event_count"))',
        12,
    ),
)
APP: Final = """import panel as pn

import mindzie as mz
from mindzie import calculators
from mindzie.dashboards.overview import overview

pn.extension()
board = mz.Dashboard(mz.workspace().datasets[{dataset!r}].log())
figures = [
    [board.show(calculators.ProcessMap(measure="events"))],
    [board.show(calculators.CaseDuration(bins=24, unit="d")), board.show(calculators.CasesOverTime(period="month"))],
    [board.show(calculators.Variants(), rows=8, columns=("activities", "cases", "share", "median_duration"))],
]
overview(board, figures, {title!r}).servable()
"""
"""The same as an app."""


def notebook(title: str, dataset: str) -> dict[str, Any]:
    """Return the notebook.

    Parameters
    ----------
    title : str
        Its heading.
    dataset : str
        Name of the data set that it shows.

    Returns
    -------
    dict
        For ``Project.publish``.

    Examples
    --------
    >>> len(notebook("Orders", "order-to-cash")["cells"])
    7
    """
    told = {"title": title, "dataset": dataset}
    cells = [
        _cell(number, kind, text.format(**told), columns)
        for number, (kind, text, columns) in enumerate(_CELLS)
    ]
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def _cell(number: int, kind: str, source: str, columns: int) -> dict[str, Any]:
    made: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{number}",
        "source": source,
        "metadata": {"mindzie": {"columns": columns}},
    }
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
