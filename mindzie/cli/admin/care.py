"""Keys, audit, health, backups and upgrades."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mindzie.cli.admin.showing import (
    HOME,
    Database,
    Json,
    Storage,
    Tenant,
    installation,
    office,
    show,
)
from mindzie.core.words import counted

if TYPE_CHECKING:
    from mindzie.access.audit_log import AuditLog

Folder = Annotated[Path, typer.Argument(metavar="DIR", show_default=False)]


def _moment(said: str) -> datetime:
    try:
        found = datetime.fromisoformat(said)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{said!r} is no date: give one such as 2026-01-31, or 2026-01-31T14:00."
        ) from None


When = Annotated[
    datetime | None,
    typer.Option(parser=_moment, metavar="DATE", help="In UTC.", show_default=False),
]


Whole = Annotated[
    bool,
    typer.Option(
        "--installation",
        help="The installation's own log instead: backups, restores, tenants that were removed.",
    ),
]


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    for command in (upgrade, check, backup, restore):
        app.command()(command)
    keys = typer.Typer(help="Keys for secrets.", no_args_is_help=True)
    for act in (keys_new, keys_list, keys_rotate):
        keys.command(act.__name__.removeprefix("keys_"))(act)
    app.add_typer(keys, name="keys")
    audit = typer.Typer(help="Who did what.", no_args_is_help=True)
    for look in (audit_list, audit_export, audit_verify):
        audit.command(look.__name__.removeprefix("audit_"))(look)
    app.add_typer(audit, name="audit")


def upgrade(database: Database = None) -> None:
    """Bring the database to this version: tables are made or changed, data stays."""
    from mindzie.access.entrance import address
    from mindzie.store.database import Database as Opened
    from mindzie.store.upgrade import state
    from mindzie.store.upgrade import upgrade as bring

    opened = Opened(address(database))
    try:
        was = bring(opened)
        typer.echo(f"{opened}: was {was.value}, is {state(opened).value}.")
    finally:
        opened.close()


def check(
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not read every byte of every snapshot.")
    ] = False,
    repair: Annotated[bool, typer.Option("--repair", help="Remove what is left over.")] = False,
    database: Database = None,
    storage: Storage = None,
    json: Json = False,
) -> None:
    """Look everything over: damaged, missing, unfinished and orphaned data, audit, keys, guards. Exit code 1 for problems."""
    here = installation(database, storage)
    found = here.problems(deep=not quick)
    mended = here.repair(found) if repair else []
    left = [problem for problem in found if problem not in mended]
    notes = here.notes()
    if json:
        rows = [
            {
                "kind": each.kind,
                "where": each.where,
                "what": each.what,
                "todo": each.todo,
                "repaired": each in mended,
            }
            for each in [*found, *notes]
        ]
        show(rows, (), as_json=True)
    else:
        for note in notes:
            typer.echo(str(note))
        for problem in found:
            typer.echo(f"repaired: {problem.fact}" if problem in mended else str(problem))
        typer.echo("All is well." if not found else f"{len(found)} found, {len(mended)} repaired.")
    if left:
        raise typer.Exit(1)


def backup(folder: Folder, database: Database = None, storage: Storage = None) -> None:
    """Write everything but the keys into a new folder, while the workspace is in use."""
    from mindzie.access.backup import unfinished

    told = installation(database, storage).backup(folder)
    typer.echo(f"{_amounts(told)}. Keep the keys for secrets elsewhere: they are not in it.")
    for left in unfinished(folder):
        typer.echo(f"Not finished: {left}. Remove it, unless another backup is writing it now.")


def restore(folder: Folder, database: Database = None, storage: Storage = None) -> None:
    """Bring a backup into an installation that has no tenants yet; the database may be of another kind."""
    from mindzie.access.entrance import address, storage_address
    from mindzie.access.restoring import restore_at

    told = restore_at(address(database), storage_address(storage), folder)
    typer.echo(
        f"{_amounts(told)}. Put the keys for secrets back too; `mindzie admin check` looks it over."
    )


def keys_new() -> None:
    """Print a new key, for MINDZIE_KEYS or a key file: before the older ones, then `keys rotate`."""
    from mindzie.access.keyring import as_text, new_key

    typer.echo(as_text(new_key()))


def keys_list(database: Database = None, storage: Storage = None, json: Json = False) -> None:
    """List the keys by what tells them apart, and how many secrets each has encrypted."""
    told = installation(database, storage).keys()
    names = [*told["ring"], *(key for key in told["in_use"] if key not in told["ring"])]
    rows: list[dict[str, Any]] = [
        {
            "key": key,
            "secrets": told["in_use"].get(key, 0),
            "there": key in told["ring"],
            "newest": key in told["ring"][:1],
        }
        for key in names
    ]
    show(rows, ("key", "secrets", "there", "newest"), as_json=json)


def keys_rotate(database: Database = None, storage: Storage = None) -> None:
    """Encrypt every secret with the newest key, while the workspace is in use."""
    done = installation(database, storage).rotate_keys()
    typer.echo(f"{counted(done, 'secret')} {'has' if done == 1 else 'have'} the newest key now.")


def audit_list(
    action: Annotated[
        str | None, typer.Option(help="Such as datasets.publish; datasets. for all of an area.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Name of who acted.")] = None,
    kind: Annotated[str | None, typer.Option(help="Kind of object, such as 'data set'.")] = None,
    since: When = None,
    until: When = None,
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="At most the last so many.")] = 100,
    whole: Whole = False,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
    json: Json = False,
) -> None:
    """List who did what lately, oldest first, and from where."""
    from mindzie.access.origin import said_of

    log = _log(database, storage, tenant, whole=whole)
    chosen = _chosen(action=action, actor=actor, kind=kind, since=since, until=until)
    rows = log.entries(limit=limit, last=True, **chosen)
    shown = rows if json else [{**row, "from": said_of(row["origin"])} for row in rows]
    columns = ("number", "at", "actor_name", "action", "object_kind", "object_name", "from")
    show(shown, columns, as_json=json)


def audit_export(
    format: Annotated[str, typer.Option(help="csv or json.")] = "csv",  # noqa: A002 - the option's name
    action: Annotated[str | None, typer.Option(help="Only these acts.")] = None,
    since: When = None,
    until: When = None,
    whole: Whole = False,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Print the audit log as CSV that is safe to open in a spreadsheet, or as JSON lines."""
    log = _log(database, storage, tenant, whole=whole)
    typer.echo(log.export(format, **_chosen(action=action, since=since, until=until)), nl=False)


def audit_verify(
    head: Annotated[str | None, typer.Option(help="A hash noted earlier, elsewhere.")] = None,
    whole: Whole = False,
    tenant: Tenant = HOME,
    database: Database = None,
    storage: Storage = None,
) -> None:
    """Prove that no entry was altered, removed or put in. Exit code 1 where one was."""
    told = _log(database, storage, tenant, whole=whole).verify(head)
    for fault in told["faults"]:
        typer.echo(fault)
    typer.echo(
        f"{counted(told['entries'], 'entry')}, {'whole' if told['whole'] else 'NOT whole'}. Head, to be noted elsewhere: {told['head']}"
    )
    if not told["whole"]:
        raise typer.Exit(1)


def _log(database: str | None, storage: str | None, tenant: str, *, whole: bool) -> AuditLog:
    if whole:
        return installation(database, storage).audit
    return office(database, storage, tenant).audit


def _amounts(told: dict[str, Any]) -> str:
    rows = sum(told["tables"].values())
    said = (("row", rows), ("snapshot", told["snapshots"]), ("byte", told["bytes"]))
    return ", ".join(counted(value, thing) for thing, value in said)


def _chosen(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}
