"""Dashboards of panels, published as the notebook that shows them: so they have versions, and run as all dashboards do."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import select

from mindzie.access.board_versions import Draft, draft, shown_version
from mindzie.access.door import Visit
from mindzie.store.models import Dashboard, Panel

_COLUMNS: Final = 12
_OF_PANELS: Final = {"mindzie": {"panels": True}}
"""In the notebook's metadata: it is made anew where the dashboard is published again."""


def of_panels(visit: Visit, board: Dashboard) -> Draft | None:
    """Return what a dashboard of panels shows.

    Parameters
    ----------
    visit : Visit
        Of who publishes.
    board : Dashboard
        Its row.

    Returns
    -------
    Draft or None
        None where it shows a notebook or an app that was published, or has no data set or no panels.
    """
    version = shown_version(visit, board)
    if board.dataset_id is None or (version is not None and not _made_of_panels(version)):
        return None
    rows = list(visit.session.scalars(select(Panel).filter_by(dashboard_id=board.id)))
    if not rows:
        return None
    rows.sort(key=lambda row: (_at(row, "row", 0), _at(row, "column", 0), row.name))
    opening = [
        "from uuid import UUID",
        "",
        "import mindzie as mz",
        "from mindzie import calculators, filters",
        "",
        f'log = mz.workspace().dashboards[UUID("{board.id}")].log()',
        "board = mz.Dashboard(log)",
        "board.controls",
    ]
    about = f"# {' '.join(board.name.split())}\n\n{board.description or ''}".strip()
    cells = [
        _cell("markdown", about, _COLUMNS),
        _cell("code", "\n".join(opening), _COLUMNS),
        *(
            _cell("code", source, _at(row, "width", _COLUMNS))
            for row in rows
            for source in _shown(row)
        ),
    ]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number:02}"  # the same panels make the same notebook
    notebook = {"nbformat": 4, "nbformat_minor": 5, "metadata": _OF_PANELS, "cells": cells}
    return draft(notebook, "voila", "", None, [])


def _made_of_panels(version: Any) -> bool:
    if version.shown_by != "voila":
        return False
    metadata = json.loads(version.content)["metadata"]
    return bool(metadata.get("mindzie") == _OF_PANELS["mindzie"])


def _shown(row: Panel) -> list[str]:
    # one name is a heading; of several figures each has its own
    title = f", title={row.name!r}" if len(row.calculators) == 1 else ""
    chosen = ", ".join(map(repr, row.filters))
    figures = [
        f"lambda log: log.filter({chosen}).calculate({made!r})" if chosen else repr(made)
        for made in row.calculators
    ]
    return [f"board.show({figure}{title})" for figure in figures]


def _at(row: Panel, name: str, default: int) -> int:
    found = row.position.get(name, default)
    return found if isinstance(found, int) else default


def _cell(kind: str, source: str, columns: int) -> dict[str, Any]:
    wide = min(max(columns, 1), _COLUMNS)
    made = {"cell_type": kind, "source": source, "metadata": {"mindzie": {"columns": wide}}}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})
