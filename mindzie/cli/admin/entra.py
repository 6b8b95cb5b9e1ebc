"""Directories of people: which are enrolled, what their roles and groups mean, and whether signing in works."""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mindzie.cli.admin.showing import Database, Json, Storage, installation, office, show
from mindzie.cli.serving import need

if TYPE_CHECKING:
    from mindzie.hub.entra import EntraAuthenticator

Name = Annotated[str, typer.Argument(metavar="TENANT", help="The tenant.", show_default=False)]
Directory = Annotated[
    str,
    typer.Argument(
        help="Directory (tenant) ID of Entra ID, or the issuer's address of another provider.",
        show_default=False,
    ),
]
Cloud = Annotated[
    str, typer.Option(help="Of Entra ID: public, us-government, us-defense or china.")
]
_COLUMNS = ("tenant", "provider", "groups", "newcomers", "guests")


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(
        help="Single sign-on with Microsoft Entra ID and other providers.", no_args_is_help=True
    )
    for command in (enrol, list_, map_, withdraw, check):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="entra")


def enrol(
    tenant: Name,
    directory: Directory,
    group: Annotated[
        list[str] | None,
        typer.Option(help="A group's object ID or an app role that people need; may be repeated."),
    ] = None,
    newcomers: Annotated[
        str | None, typer.Option(help="Role of everybody who comes for the first time.")
    ] = None,
    guests: Annotated[bool, typer.Option("--guests", help="Let its guests in, too.")] = False,
    cloud: Cloud = "public",
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Let people of a directory into a tenant; what was said of it before is replaced."""
    provider = _provider(directory, cloud)
    here = installation(database, storage).directories
    here.enrol(tenant, provider, groups=group or (), newcomers=newcomers, guests=guests)
    typer.echo(f"{tenant} lets in people of {provider}.")


def list_(database: Database = None, storage: Storage = None, json: Json = False) -> None:
    """List the directories of all tenants."""
    rows = installation(database, storage).directories.listed()
    shown = rows if json else [{**row, "groups": ", ".join(row["groups"]) or "-"} for row in rows]
    show(shown, _COLUMNS, as_json=json)


def map_(
    tenant: Name,
    value: Annotated[
        str, typer.Argument(help="A group's object ID, or an app role.", show_default=False)
    ],
    role: Annotated[str, typer.Argument(help="A role of the tenant.", show_default=False)],
    name: Annotated[str | None, typer.Option(help="What the group is called here.")] = None,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Give a role to whoever has a group or app role in the directory; people follow it each time they sign in."""
    here = office(database, storage, tenant)
    found = next((one for one in here.groups if one.external_id == value), None)
    mirror = found or here.groups.create(name or value, external_id=value)
    here.role_assignments.give(role, mirror)
    typer.echo(f"Who has {value} in the directory has the role {role} in {tenant}.")


def withdraw(
    tenant: Name,
    directory: Directory,
    cloud: Cloud = "public",
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Let people of a directory into a tenant no more."""
    provider = _provider(directory, cloud)
    installation(database, storage).directories.withdraw(tenant, provider)
    typer.echo(f"{tenant} lets in nobody of {provider} any more.")


def check(
    tenant: Name,
    token: Annotated[
        bool,
        typer.Option("--token", help="Look at an ID token, too; it is read from standard input."),
    ] = False,
    database: Database = None,
    storage: Storage = None,
    json: Json = False,
) -> None:
    """Look over how people of a tenant sign in, and say what to change. Exit code 1 where there is something to do.

    The hub's settings are read from the file that MINDZIE_HUB_SETTINGS names, and the environment.
    """
    made = _authenticator()
    from mindzie.hub.entra_check import findings

    enrolled = installation(database, storage).directories.listed(tenant)
    said = sys.stdin.read() if token else ""

    async def gather() -> list[Any]:
        return [each async for each in findings(made, enrolled, said)]

    found = asyncio.run(gather())
    if json:
        show([{"what": each.what, "todo": each.todo} for each in found], (), as_json=True)
    else:
        for each in found:
            typer.echo(str(each))
    if any(each.todo for each in found):
        raise typer.Exit(1)


def _authenticator() -> EntraAuthenticator:
    need("oauthenticator", "hub")
    from mindzie.hub.entra import EntraAuthenticator
    from mindzie.hub.oidc_settings import sign_on
    from mindzie.hub.settings import HubSettings

    return EntraAuthenticator(**sign_on(HubSettings.read()))


def _provider(directory: str, cloud: str) -> str:
    from mindzie.core.errors import SettingError, unknown
    from mindzie.hub.entra_clouds import CLOUDS, GUID, issuer_of

    said = directory.strip()
    if "://" in said:
        return said
    if cloud not in CLOUDS:
        raise unknown("cloud", cloud, CLOUDS, "Microsoft's")
    if not GUID.fullmatch(said.lower()):
        raise SettingError(
            f"{directory!r} is no directory: take Directory (tenant) ID from the overview in the Entra admin center, such as 0aa1b2c3-0000-4000-8000-000000000001."
        )
    return issuer_of(said.lower(), CLOUDS[cloud].login)
