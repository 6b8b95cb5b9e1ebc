"""Tenants: making, limiting, stopping and removing them."""

from __future__ import annotations

import shlex
from typing import Annotated, Any

import typer

from mindzie.cli.admin.showing import Database, Json, Storage, installation, show

Name = Annotated[str, typer.Argument(help="The tenant's name.", show_default=False)]
Limit = Annotated[int | None, typer.Option(min=0, help="At most so many; no limit if not given.")]
Text = Annotated[str | None, typer.Option(help="What the tenant is.")]
_FACTS = ("max_users", "max_analysts", "max_cases", "max_bytes", "description")
_COLUMNS = ("name", "active", *_FACTS)


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Tenants: organisations that never see each other.", no_args_is_help=True
    )
    for command in (list_, create, change, stop, admit, delete):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="tenants")


def list_(database: Database = None, storage: Storage = None, json: Json = False) -> None:
    """List tenants and their limits."""
    show(installation(database, storage).tenants(), _COLUMNS, as_json=json)


def create(
    name: Name,
    description: Text = None,
    max_users: Limit = None,
    max_analysts: Limit = None,
    max_cases: Limit = None,
    max_bytes: Limit = None,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Make a tenant; invite its first administrator next."""
    given = _given(locals())
    installation(database, storage).create(name, **given)
    typer.echo(
        f"Made {name}. Next: mindzie admin people invite E-MAIL --role 'tenant admin' --tenant {shlex.quote(name)}"
    )


def change(
    name: Name,
    description: Text = None,
    max_users: Limit = None,
    max_analysts: Limit = None,
    max_cases: Limit = None,
    max_bytes: Limit = None,
    no_limit: Annotated[
        list[str] | None, typer.Option(help="A limit to lift, such as max_users; may be repeated.")
    ] = None,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Change a tenant's description and limits."""
    given = _given(locals())
    lifted = dict.fromkeys(no_limit or ())
    installation(database, storage).change(name, **given, **lifted)
    typer.echo(f"Changed {name}.")


def stop(name: Name, database: Database = None, storage: Storage = None) -> None:
    """Let nobody of a tenant in; its data stays."""
    installation(database, storage).stop(name)
    typer.echo(f"Nobody of {name} gets in any more.")


def admit(name: Name, database: Database = None, storage: Storage = None) -> None:
    """Let a tenant in again."""
    installation(database, storage).admit(name)
    typer.echo(f"{name} is let in again.")


def delete(
    name: Name,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Remove a stopped tenant with all its people, work, data and audit log."""
    here = installation(database, storage)
    here.office(name)  # says what is nearest, before it asks
    if not yes:
        typer.confirm(f"Remove {name} with everything that is its, for good?", abort=True)
    left = here.delete(name)
    typer.echo(f"Removed {name}.")
    for path in left:
        typer.echo(f"Left in the storage, as it is no snapshot: {path}. Remove it by hand.")


def _given(options: dict[str, Any]) -> dict[str, Any]:
    return {name: options[name] for name in _FACTS if options[name] is not None}
