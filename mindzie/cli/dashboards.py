"""``mindzie publish`` and ``mindzie dashboards``: notebooks and apps for people who see no code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from mindzie.cli.doors import Database, opened
from mindzie.cli.groups import add_group
from mindzie.core.errors import ConflictError, NotFoundError, SettingError

if TYPE_CHECKING:
    from mindzie.access.dashboards import Dashboard

_PURPOSE: Final = "Look after published dashboards; `mindzie publish` publishes one."
LINK: Final = "services/dashboards/link/"
"""Where the hub shows a public link, below its own address."""
Name = Annotated[str, typer.Argument(metavar="DASHBOARD", help="Its name.", show_default=False)]
Project = Annotated[
    str | None,
    typer.Option(
        "--project", "-P", help="Its project, where several have one.", show_default=False
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Many = Annotated[
    list[str] | None,
    typer.Option(
        "--share", metavar="WHO", help="A person or a group; repeat it.", show_default=False
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(publish)
    commands = (list_, versions, roll_back, unpublish, visits, link, links, unlink, allow)
    add_group(app, "dashboards", _PURPOSE, commands)


def publish(
    source: Annotated[
        Path, typer.Argument(help="A notebook (.ipynb) or a Panel app (.py).", show_default=False)
    ],
    project: Annotated[
        str, typer.Option("--project", "-P", help="Where it lives.", show_default=False)
    ],
    name: Annotated[
        str | None,
        typer.Option("--name", "-n", help="Of the dashboard; the file's where not given."),
    ] = None,
    note: Annotated[str, typer.Option(help="What changed.", show_default=False)] = "",
    description: Annotated[
        str | None, typer.Option(help="What it shows.", show_default=False)
    ] = None,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="SVG or PNG for the gallery; the first that the notebook shows where not given.",
            show_default=False,
        ),
    ] = None,
    dataset: Annotated[
        list[str] | None,
        typer.Option(
            "--dataset",
            help='A data set that it shows; where not given, what the code takes as ws.datasets["name"].',
            show_default=False,
        ),
    ] = None,
    share: Many = None,
    workspace: Database = None,
) -> None:
    """Show a notebook or a Panel app as a dashboard, to people who see no code."""
    from mindzie.access.whom import holder

    ws = opened(workspace)
    whom = [holder(ws, who) for who in share or []]
    found = ws.projects[project].publish(
        source,
        source.stem if name is None else name,
        description=description,
        note=note,
        picture=picture,
        datasets=dataset,
    )
    for one in whom:
        found.share(**one)
    typer.echo(_line(found.refresh()))


def _found(workspace: str | None, name: str, project: str | None) -> Dashboard:
    ws = opened(workspace)
    if project is not None:
        return ws.projects[project].dashboards[name]
    try:
        return ws.dashboards[name]
    except ConflictError as error:
        raise ConflictError(f"{error} Here, say --project.") from None


def list_(as_json: AsJson = False, workspace: Database = None) -> None:
    """List dashboards, and what they show."""
    found = list(opened(workspace).dashboards)
    if as_json:
        return typer.echo(json.dumps([board.to_json() for board in found], ensure_ascii=False))
    for board in found:
        typer.echo(_line(board))
    return None


def _line(board: Dashboard) -> str:
    shows = "panels" if board.current is None else f"version {board.current}"
    at = board.published_at
    state = "not published" if at is None else f"{shows}, published {at:%Y-%m-%d %H:%M}"
    return "  ".join([board.name, state, *filter(None, [board.description])])


def versions(dashboard: Name, project: Project = None, workspace: Database = None) -> None:
    """List what was published; the version shown has a star."""
    board = _found(workspace, dashboard, project)
    for one in sorted(board.versions, key=lambda one: int(one.number)):
        star = "*" if one.number == board.current else " "
        words = [f"{one.number}{star}", f"{one.created_at:%Y-%m-%d %H:%M}", one.shown_by, one.note]
        typer.echo("  ".join(filter(None, words)))


def roll_back(
    dashboard: Name,
    version: Annotated[int, typer.Argument(help="Its number.", show_default=False)],
    project: Project = None,
    workspace: Database = None,
) -> None:
    """Show an earlier version again."""
    board = _found(workspace, dashboard, project)
    board.roll_back(version)
    typer.echo(_line(board.refresh()))


def unpublish(dashboard: Name, project: Project = None, workspace: Database = None) -> None:
    """Close it to all who cannot change it."""
    board = _found(workspace, dashboard, project)
    board.unpublish()
    typer.echo(_line(board.refresh()))


def visits(
    dashboard: Name,
    count: Annotated[int, typer.Option("--count", "-n", min=1, help="How many.")] = 20,
    as_json: AsJson = False,
    project: Project = None,
    workspace: Database = None,
) -> None:
    """Print who looked at it, the last first."""
    found = _found(workspace, dashboard, project).visits(count)
    if as_json:
        return typer.echo(json.dumps(found, default=str, ensure_ascii=False))
    for one in found:
        typer.echo(f"{one['at']:%Y-%m-%d %H:%M}  version {one['version']}  {one['reader']}")
    return None


def link(
    dashboard: Name,
    name: Annotated[
        str, typer.Option("--name", "-n", help="For whom, or for what.", show_default=False)
    ],
    days: Annotated[int, typer.Option(help="How long it holds.")] = 30,
    filters: Annotated[
        list[str] | None,
        typer.Option(
            "--filter",
            metavar="JSON",
            help="A filter that holds when it is opened, as its to_json() says; repeat it.",
            show_default=False,
        ),
    ] = None,
    project: Project = None,
    workspace: Database = None,
) -> None:
    """Make a public link, where the organisation allows them, and print its end: it follows the hub's address."""
    board = _found(workspace, dashboard, project)
    typer.echo(
        LINK + board.new_link(name, days=days, filters=[_json(one) for one in filters or []])
    )


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise SettingError(
            f'--filter {text} is not JSON such as {{"op": "cases_with_activity", "settings": {{"activities": ["Ship"]}}}}.'
        ) from None


def links(dashboard: Name, project: Project = None, workspace: Database = None) -> None:
    """List public links, and how often they were opened."""
    for one in _found(workspace, dashboard, project).links:
        state = "revoked" if one.revoked_at else f"until {one.expires_at:%Y-%m-%d %H:%M}"
        typer.echo(f"{one.prefix}  {one.name}  {state}  opened {one.visit_count} times")


def unlink(
    dashboard: Name,
    prefix: Annotated[
        str, typer.Argument(metavar="LINK", help="As `links` lists it.", show_default=False)
    ],
    project: Project = None,
    workspace: Database = None,
) -> None:
    """Revoke a public link, for good."""
    for one in _found(workspace, dashboard, project).links:
        if one.prefix == prefix:
            one.revoke()
            return typer.echo(f"{prefix} is revoked.")
    raise NotFoundError(f"There is no public link {prefix!r}: see `mindzie dashboards links`.")


def allow(
    public_links: Annotated[
        bool | None,
        typer.Option("--public-links/--no-public-links", help="Whether there may be any."),
    ] = None,
    origins: Annotated[
        list[str] | None,
        typer.Option(
            "--origin",
            metavar="URL",
            help="A host whose pages may show dashboards, such as https://intranet.example; repeat it.",
            show_default=False,
        ),
    ] = None,
    no_origins: Annotated[
        bool, typer.Option("--no-origins", help="No page of another host may.")
    ] = False,
    visit_days: Annotated[
        int | None, typer.Option(help="For how long it is kept who looked.", show_default=False)
    ] = None,
    workspace: Database = None,
) -> None:
    """Change what the organisation allows of its dashboards, and print it."""
    ws = opened(workspace)
    hosts = [] if no_origins else origins or None
    ws.change_publishing(public_links=public_links, origins=hosts, visit_days=visit_days)
    typer.echo(json.dumps(ws.tenant["publishing"]))
