"""Options that all these commands have, and how they print."""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mindzie.core.errors import SettingError

if TYPE_CHECKING:
    from mindzie.access.installation import Installation
    from mindzie.access.workspace import Workspace

Database = Annotated[
    str | None,
    typer.Option(
        "--database",
        envvar="MINDZIE_WORKSPACE",
        metavar="URL",
        help="Database; the one of this machine's user if not given.",
        show_default=False,
    ),
]
Storage = Annotated[
    str | None,
    typer.Option(
        "--storage",
        envvar="MINDZIE_STORAGE",
        metavar="URL",
        help="Folder or bucket of the snapshots.",
        show_default=False,
    ),
]
Tenant = Annotated[
    str, typer.Option("--tenant", metavar="NAME", help="The tenant.", envvar="MINDZIE_TENANT")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]


_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?\+00:00")
HOME = "local"
"""The tenant of the embedded workspace, which is meant where none is named."""


def office(database: str | None, storage: str | None, tenant: str) -> Workspace:
    """Open a tenant's workspace as its operator sees it; one that is not there is said with how to name another."""
    from mindzie.core.errors import NotFoundError

    here = installation(database, storage)
    try:
        return here.office(tenant)
    except NotFoundError as error:
        if tenant != HOME:
            raise
        raise NotFoundError(
            f"{error} Name the tenant with --tenant, or with MINDZIE_TENANT for all commands; `mindzie admin tenants list` shows them."
        ) from None


def installation(database: str | None, storage: str | None) -> Installation:
    """Open the installation; an own workspace that is not there yet is set up."""
    from mindzie.access.entrance import place_of
    from mindzie.access.installation import Installation, own_workspace

    place = place_of(database, storage)
    if database is None and place.database.is_sqlite:
        own_workspace(place)
    return Installation(place)


def asked(what: str, *, twice: bool = False) -> str:
    """Ask for what nobody may see; from a pipe, read it as a line.

    Parameters
    ----------
    what : str
        What is asked for.
    twice : bool
        Ask again, so that a slip is seen.

    Returns
    -------
    str
        Without the end of the line.
    """
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=True, confirmation_prompt=twice))
    line = sys.stdin.readline()
    if not line:
        raise SettingError(
            f"{what.partition(',')[0]}: nothing on standard input; give it as a line."
        )
    return line.rstrip("\r\n")


def show(rows: list[dict[str, Any]], columns: tuple[str, ...], *, as_json: bool) -> None:
    """Print rows as a table, or as JSON with all that is known."""
    if as_json:
        typer.echo(json.dumps(rows, indent=1, default=str, ensure_ascii=False))
        return
    if not rows:
        typer.echo("None.")
        return
    cells = [[_said(row.get(name)) for name in columns] for row in rows]
    widths = [max(len(line[at]) for line in [list(columns), *cells]) for at in range(len(columns))]
    for line in [list(columns), *cells]:
        typer.echo(
            "  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        )


def _said(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if found := _TIME.fullmatch(str(value)):
        return f"{found[1]}Z"
    # what people wrote must not steer the terminal of who reads it, nor begin a line of its own
    return "".join(letter if letter.isprintable() else " " for letter in str(value))
