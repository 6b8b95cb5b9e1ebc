"""Connectors that a workspace keeps, with their secrets."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr

from mindzie.access import kinds
from mindzie.access.alone import is_alone
from mindzie.access.door import Door
from mindzie.access.secrets import reveal
from mindzie.access.work import Connector
from mindzie.access.workspace import Workspace
from mindzie.core.errors import NotFoundError, SettingError, unknown
from mindzie.ingest.connectors.connect import connected
from mindzie.ingest.connectors.guard import Guard
from mindzie.ingest.connectors.kinds import kind_named
from mindzie.ingest.connectors.source import Source
from mindzie.ingest.feeds.kinds import feed_kind

SETTINGS: Final = ("url", "host", "port", "database", "user", "options")
"""What a connector's settings may hold; its secret is the password."""
_CALLED: Final = {int: "whole number", dict: "object", str: "text"}


def of_connector(
    connector: Connector, *, seconds: float = 600, opens: Callable[[Path], bool] = lambda _: True
) -> Source:
    """Return the source of a workspace's connector.

    Parameters
    ----------
    connector : Connector
        Of a database, a stream or an API; its ``settings`` are arguments of `mindzie.connect`. It signs in by them and its
        secret alone: with nothing that the machine or its user has.
    seconds : float
        How long one question may take.
    opens : callable
        Whether a file may be read for who asks; in a person's own program each that the person can read.

    Returns
    -------
    Source
        With its password.

    Raises
    ------
    ForbiddenError
        Without the permission ``imports.start`` in its project.
    SettingError
        Where its settings say something that no source has, or leave out what it needs to sign in.
    """
    door = connector._door  # noqa: SLF001 - the way in which the layers share it
    with door.reading() as visit:
        row = visit.row(kinds.CONNECTOR, connector.id)
        visit.need(kinds.IMPORT.change, row.project_id)
        said = dict(row.settings)
        password = None if row.secret_id is None else reveal(door, visit, row.secret_id)
    _check(row.name, said)
    url = str(said.pop("url", None) or "")
    feed = feed_kind(row.kind)
    if feed is not None and url.startswith(("http://", "https://")):
        url = f"{feed.id}+{url}"
    plain = None if password is None else password.get_secret_value()
    said = {name: value for name, value in said.items() if value is not None}
    guard = guard_of(door, opens)
    return connected(url or row.kind, said, plain, seconds=seconds, guard=guard)


def guard_of(door: Door, opens: Callable[[Path], bool] = lambda _: True) -> Guard:
    """Return what holds for the sources of a workspace."""
    return Guard(door.database.url, str(door.files), opens, private=is_alone(door))


def file_of(kind: str, settings: AnyMapping[str, Any]) -> str | None:
    """Return the file that a connector names, as it names it; None where it is of another kind, or says none."""
    address = str(settings.get("url") or kind)
    scheme, is_address, path = address.partition("://")
    try:
        if feed_kind(scheme) is not None or not kind_named(scheme).is_file:
            return None
    except SettingError:  # which is said when it is read
        return None
    found = path.partition("?")[0].removeprefix("/") if is_address else settings.get("database")
    return str(found) if found else None


def _check(name: str, said: AnyMapping[str, Any]) -> None:
    """Refuse settings that no source has: a workspace keeps any JSON."""
    for setting, value in said.items():
        if setting not in SETTINGS:
            raise unknown("setting", str(setting), SETTINGS, f"the connector {name!r}")
        kind = {"port": int, "options": dict}.get(setting, str)
        if value is not None and type(value) is not kind:
            raise SettingError(
                f"The connector {name!r} has a setting {setting!r} that is no {_CALLED[kind]}."
            )
    options = said.get("options") or {}
    if any(not isinstance(value, str) for value in options.values()):
        raise SettingError(f"The connector {name!r} has options that are no texts.")


def secret_named(workspace: Workspace, name: str) -> SecretStr:
    """Return a secret of a workspace.

    Raises
    ------
    ForbiddenError
        Without the permission ``secrets.change``: a secret given to an address of one's choice is a secret read.
    SettingError
        Where there is none of that name, which is not repeated.
    """
    try:
        item = workspace.secrets[name]
    except NotFoundError:
        raise SettingError(
            "The workspace has no secret of the name that password= says: see workspace.secrets."
        ) from None
    door = item._door  # noqa: SLF001
    with door.reading() as visit:
        visit.need(kinds.SECRET.change)
        return reveal(door, visit, item.id)
