"""Roles of a tenant's own, and who has which role."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from mindzie.cli.admin.showing import HOME, Database, Json, Storage, Tenant, office, show

Name = Annotated[str, typer.Argument(help="The role's name.", show_default=False)]
Permissions = Annotated[
    list[str] | None,
    typer.Option(
        "--permission", help="Such as datasets.read; may be repeated.", show_default=False
    ),
]
Text = Annotated[str | None, typer.Option(help="What the role is for.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="Roles, and who has which.", no_args_is_help=True)
    for command in (list_, create, change, delete, given):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="roles")


def list_(
    tenant: Tenant = HOME, database: Database = None, storage: Storage = None, json: Json = False
) -> None:
    """List roles, built in and the tenant's own, with their permissions."""
    from mindzie.access.permissions import ROLES

    own = [role.to_json() for role in office(database, storage, tenant).roles]
    built_in = [
        {"name": name, "description": said, "permissions": list(names)}
        for name, (said, names) in ROLES.items()
    ]
    rows = [
        {**row, "permissions": row["permissions"] if json else len(row["permissions"])}
        for row in [*built_in, *own]
    ]
    show(rows, ("name", "permissions", "description"), as_json=json)


def create(
    name: Name,
    permission: Permissions = None,
    description: Text = None,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Make a role of the tenant's own."""
    facts = _facts(permissions=permission, description=description)
    office(database, storage, tenant).roles.create(name, **facts)
    typer.echo(f"Made the role {name}.")


def change(
    name: Name,
    permission: Permissions = None,
    description: Text = None,
    new_name: Annotated[str | None, typer.Option(help="Another name.")] = None,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Change a role of the tenant's own: permissions that are given take the place of all it had."""
    facts = _facts(permissions=permission, description=description, name=new_name)
    if not facts:
        raise typer.BadParameter("give what is to change, such as --permission or --new-name.")
    office(database, storage, tenant).roles[name].change(**facts)
    typer.echo(f"Changed the role {new_name or name}.")


def delete(
    name: Name, tenant: Tenant = HOME, database: Database = None, storage: Storage = None
) -> None:
    """Remove a role of the tenant's own, which nobody has any more."""
    office(database, storage, tenant).roles[name].delete()
    typer.echo(f"Removed the role {name}.")


def given(
    tenant: Tenant = HOME, database: Database = None, storage: Storage = None, json: Json = False
) -> None:
    """List who has which role: people, groups and service accounts, in the whole tenant or in a project."""
    here = office(database, storage, tenant)
    kinds = (
        ("person", "user_id", here.users),
        ("group", "group_id", here.groups),
        ("program", "service_account_id", here.service_accounts),
    )
    names = {(kind, str(item.id)): item.label for kind, _, items in kinds for item in items}
    rows = []
    for row in [each.to_json() for each in here.role_assignments]:
        kind, column = next((kind, column) for kind, column, _ in kinds if row[column])
        rows.append({**row, "kind": kind, "to": names.get((kind, row[column]), row[column])})
    show(rows, ("role", "kind", "to", "project_id"), as_json=json)


def _facts(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
