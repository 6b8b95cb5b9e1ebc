"""From the workspace to a notebook that is open, and back."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from mindzie.access.board_content import without_outputs
from mindzie.core.errors import ConflictError, MindzieError, NotFoundError, SettingError
from mindzie.lab.desk import Desk
from mindzie.lab.notebooks import MARK, mark_of, places, sources


def open_investigation(desk: Desk, investigation: UUID) -> dict[str, Any]:
    """Put an investigation's notebook into the server's folder.

    A copy that is there already stays where somebody changed it, or only ran it; else it gets the workspace's version.

    Parameters
    ----------
    desk : Desk
        Whose.
    investigation : UUID
        Which.

    Returns
    -------
    dict
        ``path``, and ``changed``: whether the copy has what the workspace has not.
    """
    asked = desk.workspace.investigations[investigation]
    if asked.current is None:
        raise ConflictError(f"The investigation {asked.name!r} has no notebook yet.")
    kept = without_outputs(asked.notebooks[asked.current].content)
    mark = {"investigation": str(asked.id), "number": asked.current}
    path, there = _place(desk, _project(desk, asked), asked.name, "investigation", asked.id)
    if there is None or (
        mark_of(there).get("number") != asked.current and not _is_changed(asked, there)
    ):
        desk.notebooks.write(path, _marked(kept, mark))
        return {"path": path, "changed": False}
    return {"path": path, "changed": sources(there) != sources(kept)}


def open_dataset(desk: Desk, dataset: UUID) -> dict[str, Any]:
    """Put a notebook with the studio on a data set into the server's folder; one that is there is the user's own."""
    found = desk.workspace.datasets[dataset]
    project = _project(desk, found)
    path, there = _place(desk, project, f"{found.name} studio", "data", found.id)
    if there is None:
        code = f"import mindzie as mz\n\ndata = mz.workspace().projects[{project!r}].datasets[{found.name!r}]\nmz.Studio(data.log())"
        words = f"# {found.name}\n\nRun the cell below to look at the data."
        made = new_notebook(cells=[new_markdown_cell(words), new_code_cell(code)])
        desk.notebooks.write(path, _marked(dict(made), {"data": str(found.id)}))
    return {"path": path, "changed": False}


def opened(desk: Desk, path: str) -> dict[str, Any]:
    """Say what a notebook is in the workspace, and where it could be kept.

    Returns
    -------
    dict
        ``investigation``, its ``name`` and ``project`` (None where it is none yet), ``projects``, and ``datasets`` by project.
    """
    content = desk.notebooks.read(path)
    ws = desk.workspace
    asked = _investigation(ws, content)
    projects = {one.id: one.name for one in ws.projects if one.archived_at is None}
    data = [one for one in ws.datasets if one.project_id in projects]
    return {
        "investigation": None if asked is None else asked.id,
        "name": path.rpartition("/")[2].removesuffix(".ipynb") if asked is None else asked.name,
        "project": None if asked is None else projects.get(asked.project_id),
        "projects": list(projects.values()),
        "datasets": {
            name: [one.name for one in data if one.project_id == key]
            for key, name in projects.items()
        },
    }


def keep(
    desk: Desk,
    path: str,
    name: str | None = None,
    project: str | None = None,
    dataset: str | None = None,
) -> dict[str, Any]:
    """Keep a notebook as the next version of its investigation, or as a new investigation of a project.

    Parameters
    ----------
    desk : Desk
        Whose.
    path : str
        Of the notebook.
    name, project, dataset : str, optional
        Of a new investigation; a project that is not there is made.

    Returns
    -------
    dict
        ``investigation``, ``name``, and the ``mark`` that the open notebook keeps in its metadata.
    """
    content = desk.notebooks.read(path)
    ws = desk.workspace
    if name is None:
        asked = _investigation(ws, content)
        if asked is None:
            raise NotFoundError(
                "The notebook is of no investigation in your sight: give it a name and a project, or open one from the panel."
            )
    else:
        if not name.strip():
            raise SettingError(
                "An investigation has a name: say what it asks, such as 'Late orders'."
            )
        home = _home(ws, project or "My work")
        if name.strip() in home.investigations:
            raise ConflictError(
                f"The project {home.name!r} has an investigation {name.strip()!r}: choose another name, or open that one from the panel."
            )
        data = home.datasets[dataset] if dataset else None
        asked = home.investigations.create(name.strip(), dataset_id=data)
    kept = asked.save(_bare(content))
    mark = {"investigation": str(asked.id), "number": kept.number}
    return {"investigation": asked.id, "name": asked.name, "mark": mark}


def _investigation(ws: Any, content: dict[str, Any]) -> Any:
    """Return what a notebook says it is of, where that is in sight; anybody may have written that."""
    with suppress(ValueError, NotFoundError):
        return ws.investigations[UUID(str(mark_of(content).get("investigation")))]
    return None


def _home(ws: Any, project: str) -> Any:
    try:
        return ws.projects[project]
    except NotFoundError:
        return ws.projects.create(project)


def _project(desk: Desk, item: Any) -> str:
    return str(desk.workspace.projects[item.project_id].name)


def _place(
    desk: Desk, project: str, name: str, mark: str, key: UUID
) -> tuple[str, dict[str, Any] | None]:
    """Return where a notebook of the workspace is, or may be put beside others of its name."""
    for path in places(project, name):
        there = desk.notebooks.there(path)
        if there is None or mark_of(there).get(mark) == str(key):
            return path, there
    raise AssertionError  # numbers do not end


def _is_changed(asked: Any, there: dict[str, Any]) -> bool:
    number = mark_of(there).get("number")
    try:
        return sources(there) != sources(asked.notebooks[number].content)
    except (MindzieError, TypeError):
        return True


def _marked(content: dict[str, Any], mark: dict[str, Any]) -> dict[str, Any]:
    metadata = content.get("metadata", {})
    return {**content, "metadata": {**metadata, MARK: {**mark_of(content), **mark}}}


def _bare(content: dict[str, Any]) -> dict[str, Any]:
    """Return a notebook without outputs, and what says where it came from: the same cells are the same version."""
    own = {"investigation", "number"}
    mark = {name: value for name, value in mark_of(content).items() if name not in own}
    bare = without_outputs(content)
    metadata = {name: value for name, value in bare["metadata"].items() if name != MARK}
    return {**bare, "metadata": metadata | ({MARK: mark} if mark else {})}
