"""People of a tenant: invitations, accounts, roles, service accounts and their keys."""

from __future__ import annotations

import shlex
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mindzie.cli.admin.showing import (
    HOME,
    Database,
    Json,
    Storage,
    Tenant,
    asked,
    office,
    show,
)

if TYPE_CHECKING:
    from mindzie.access.invitations import Invitation
    from mindzie.access.people import User

Role = Annotated[str, typer.Option(help="A built-in role, or one of the tenant's.")]
Person = Annotated[
    str, typer.Argument(help="Identifier, e-mail address or name.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="People of a tenant.", no_args_is_help=True)
    for command in (list_, invite, invitations, revoke, accept, stop, admit, reset, give, take):
        group.command(command.__name__.rstrip("_"))(command)
    app.add_typer(group, name="people")
    services = typer.Typer(help="Programs with keys.", no_args_is_help=True)
    for service in (services_list, services_create, services_key, services_revoke):
        services.command(service.__name__.removeprefix("services_"))(service)
    app.add_typer(services, name="services")


def list_(
    tenant: Tenant = HOME, database: Database = None, storage: Storage = None, json: Json = False
) -> None:
    """List people with their roles."""
    here = office(database, storage, tenant)
    given = list(here.role_assignments)
    rows = [
        {
            **user.to_json(),
            "roles": ", ".join(
                each.role for each in given if each.user_id == user.id and not each.project_id
            ),
        }
        for user in here.users
    ]
    show(rows, ("name", "email", "roles", "provider", "active", "last_seen_at"), as_json=json)


def invite(
    email: Annotated[str, typer.Argument(help="To whom.", show_default=False)],
    role: Role = "viewer",
    days: Annotated[int, typer.Option(min=1, max=90, help="How long it holds.")] = 7,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Print an invitation, to be sent to whom it is for; it is shown this once."""
    typer.echo(office(database, storage, tenant).invite(email, role, days=days))


def invitations(
    tenant: Tenant = HOME, database: Database = None, storage: Storage = None, json: Json = False
) -> None:
    """List invitations, accepted and revoked ones too."""
    from mindzie.store.types import now

    rows = [
        {**each.to_json(), "state": _state(each, now())}
        for each in office(database, storage, tenant).invitations
    ]
    show(rows, ("email", "role", "state", "expires_at"), as_json=json)


def revoke(
    email: Annotated[str, typer.Argument(help="To whom it went.", show_default=False)],
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Take back an invitation that was not accepted yet."""
    from mindzie.core.errors import unknown
    from mindzie.store.types import now

    every = office(database, storage, tenant).invitations
    open_ = {each.email: each for each in every if _state(each, now()) == "open"}
    if email not in open_:
        raise unknown("open invitation", email, open_, "this tenant")
    open_[email].revoke()
    typer.echo(f"The invitation of {email} does not hold any more.")


def accept(
    name: Annotated[str | None, typer.Option(help="As shown to others; asked for.")] = None,
    login: Annotated[
        str | None, typer.Option(help="To sign in with; the e-mail address if not given.")
    ] = None,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Accept an invitation with a local account.

    Invitation and password are asked for, or read from standard input, a line each; never given on the command line.
    """
    from mindzie.access.entrance import place_of
    from mindzie.access.invitations import accept as become

    place = place_of(database, storage)
    token = asked("Invitation")
    name = name or typer.prompt("Name, as shown to others")
    password = asked("Password, at least 12 letters", twice=True)
    found = become(token, name=name, login=login, password=password, url=place)
    typer.echo(f"{name} is one of {found.tenant} now.")


def stop(
    person: Person, tenant: Tenant = HOME, database: Database = None, storage: Storage = None
) -> None:
    """Let a person in no more; what they made stays."""
    user = _user(office(database, storage, tenant), person)
    user.stop()
    typer.echo(f"{user.name} does not get in any more.")


def admit(
    person: Person, tenant: Tenant = HOME, database: Database = None, storage: Storage = None
) -> None:
    """Let a person in again."""
    user = _user(office(database, storage, tenant), person)
    user.admit()
    typer.echo(f"{user.name} gets in again.")


def reset(
    person: Person, tenant: Tenant = HOME, database: Database = None, storage: Storage = None
) -> None:
    """Give a local account a new password, open it, and drop its second factor.

    The password is asked for, or read from standard input; never given on the command line.
    """
    user = _user(office(database, storage, tenant), person)
    user.reset_account(asked("New password, at least 12 letters", twice=True))
    typer.echo(f"{user.name} signs in with the new password now.")


def give(
    person: Person,
    role: Role,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Give a person a role in the whole tenant."""
    here = office(database, storage, tenant)
    user = _user(here, person)
    here.role_assignments.give(role, user)
    typer.echo(f"{user.name} has the role {role} now.")


def take(
    person: Person,
    role: Role,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Take a role from a person."""
    from mindzie.core.errors import NotFoundError

    here = office(database, storage, tenant)
    user = _user(here, person)
    found = [
        each
        for each in here.role_assignments
        if each.user_id == user.id and each.role == role and not each.project_id
    ]
    if not found:
        raise NotFoundError(f"{user.name} does not have the role {role!r}.")
    for each in found:
        each.delete()
    typer.echo(f"{user.name} does not have the role {role} any more.")


def services_list(
    tenant: Tenant = HOME, database: Database = None, storage: Storage = None, json: Json = False
) -> None:
    """List service accounts and their keys, of which only the prefix is known."""
    here = office(database, storage, tenant)
    rows = [
        {"account": account.name, "active": account.active, **key}
        for account in here.service_accounts
        for key in [key.to_json() for key in account.keys] or [{}]
    ]
    show(
        rows,
        ("account", "active", "name", "prefix", "expires_at", "last_used_at", "revoked_at"),
        as_json=json,
    )


def services_create(
    name: Annotated[str, typer.Argument(help="Of the program.", show_default=False)],
    role: Role = "viewer",
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Make a service account with a role in the whole tenant."""
    from mindzie.access.permissions import ROLES
    from mindzie.core.errors import unknown

    here = office(database, storage, tenant)
    known = [*ROLES, *here.roles.names()]
    if role not in known:  # before there is an account without one
        raise unknown("role", role, known, "this workspace")
    here.role_assignments.give(role, here.service_accounts.create(name))
    typer.echo(f"Made {name}. Next: mindzie admin services key {shlex.quote(name)}{_for(tenant)}")


def services_key(
    account: Annotated[str, typer.Argument(help="The service account.", show_default=False)],
    name: Annotated[str, typer.Option(help="What the key is for.")] = "key",
    days: Annotated[
        int | None,
        typer.Option(min=1, max=36_500, help="How long it holds; for ever if not given."),
    ] = None,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Print a new key; it is shown this once."""
    from mindzie.store.types import now

    here = office(database, storage, tenant)
    until = None if days is None else now() + timedelta(days=days)
    typer.echo(here.service_accounts[account].new_key(name, until))


def services_revoke(
    prefix: Annotated[str, typer.Argument(help="The key's prefix.", show_default=False)],
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Let nobody in by a key any more."""
    from mindzie.core.errors import unknown

    here = office(database, storage, tenant)
    keys = {key.prefix: key for account in here.service_accounts for key in account.keys}
    if prefix not in keys:
        raise unknown("key", prefix, keys, tenant)
    keys[prefix].revoke()
    typer.echo(f"{prefix} lets nobody in any more.")


def _state(invitation: Invitation, moment: datetime) -> str:
    if invitation.accepted_at is not None:
        return "accepted"
    if invitation.revoked_at is not None:
        return "revoked"
    return "open" if invitation.expires_at > moment else "expired"


def _for(tenant: str) -> str:
    return "" if tenant == HOME else f" --tenant {shlex.quote(tenant)}"


def _user(here: Any, person: str) -> User:
    from mindzie.core.errors import ConflictError, unknown

    users = list(here.users)
    found = [user for user in users if person in {str(user.id), user.email, user.name}]
    if len(found) > 1:
        raise ConflictError(
            f"Several people are called {person!r}: give the identifier, which `mindzie admin people list --json` shows."
        )
    if not found:
        raise unknown("person", person, [user.name for user in users], "this tenant")
    return found[0]  # type: ignore[no-any-return]
