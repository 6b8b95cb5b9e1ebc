"""Publishing a notebook as a dashboard, and looking at dashboards."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from mindzie.access.board_address import board_address
from mindzie.access.whom import audience, holder
from mindzie.core.errors import ConflictError, MindzieError
from mindzie.lab.desk import Desk
from mindzie.lab.keeping import opened
from mindzie.lab.notebooks import MARK, places, sources


def publishable(desk: Desk, path: str) -> dict[str, Any]:
    """Say where a notebook could be published, and to whom.

    Returns
    -------
    dict
        As ``opened``, with ``people`` and ``groups``; none where the visitor may not see them.
    """
    return {**opened(desk, path), **audience(desk.workspace)}


def publish(
    desk: Desk,
    *,
    path: str,
    name: str,
    project: str,
    description: str = "",
    datasets: list[str] | None = None,
    people: list[UUID] | None = None,
    groups: list[str] | None = None,
) -> dict[str, Any]:
    """Show a notebook as a dashboard.

    Parameters
    ----------
    desk : Desk
        Whose.
    path : str
        Of the notebook.
    name, project, description : str
        Of the dashboard.
    datasets : list of str, optional
        That it shows beside those which its code names; where none are said, those alone.
    people, groups : list, optional
        Who may see it from now on, beside those who may already.

    Returns
    -------
    dict
        ``name``, ``version``, and ``unshared``: why it was not opened to all of them, None where it was.
    """
    content = desk.notebooks.read(path)
    ws = desk.workspace
    whom = [holder(ws, who) for who in (*(people or ()), *(groups or ()))]
    board = ws.projects[project].publish(
        content, name, description=description or None, datasets=datasets or None
    )
    told = {"name": board.name, "version": board.refresh().current, "unshared": None}
    try:
        for one in whom:
            board.share(**one)
    except MindzieError as error:
        # it is there, and the page says what is missing
        told["unshared"] = str(error)
    return told


def open_dashboard(desk: Desk, dashboard: UUID) -> dict[str, Any]:
    """Say where a dashboard is looked at: its page on the hub; else a copy of what was published."""
    board = desk.workspace.dashboards[dashboard]
    if page := board_address(board.id):
        return {"url": page}
    if board.current is None:
        raise ConflictError(f"The dashboard {board.name!r} shows no notebook.")
    version = board.versions[board.current]
    if version.shown_by != "voila":
        raise ConflictError(f"The dashboard {board.name!r} is an app: see it by panel serve.")
    content = json.loads(version.source)
    # a copy is its reader's own: no other version of an investigation, nor what is made of panels
    content["metadata"].pop(MARK, None)
    folder = str(desk.workspace.projects[board.project_id].name)
    for path in places(folder, f"{board.name} dashboard"):
        there = desk.notebooks.there(path)
        if there is None:
            desk.notebooks.write(path, content)
        if there is None or sources(there) == sources(content):
            return {"path": path, "changed": False}
    raise AssertionError  # numbers do not end
