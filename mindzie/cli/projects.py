"""``mindzie projects``: where data sets, investigations and dashboards of the workspace live."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Final

import typer

from mindzie.cli.doors import Database, opened
from mindzie.cli.groups import add_group
from mindzie.cli.jobs import AsJson

if TYPE_CHECKING:
    from mindzie.access.projects import Project

_PURPOSE: Final = "Where data sets, investigations and dashboards of the workspace live."


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    add_group(app, "projects", _PURPOSE, (add, list_))


def add(
    name: Annotated[str, typer.Argument(help="What it is called.", show_default=False)],
    description: Annotated[
        str, typer.Option(metavar="TEXT", help="What it is about.", show_default=False)
    ] = "",
    workspace: Database = None,
) -> None:
    """Make a project; it is yours until you share it."""
    typer.echo(_line(opened(workspace).projects.create(name, description=description)))


def list_(as_json: AsJson = False, workspace: Database = None) -> None:
    """List the projects that you may see."""
    found = list(opened(workspace).projects)
    if as_json:
        return typer.echo(json.dumps([one.to_json() for one in found], ensure_ascii=False))
    for one in found:
        typer.echo(_line(one))
    return None


def _line(project: Project) -> str:
    state = "archived" if project.archived_at else ""
    return "  ".join(filter(None, [project.name, state, project.description]))
