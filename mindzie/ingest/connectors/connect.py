"""`connect`: from what a user says to a source."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from mindzie.core.errors import MissingPackageError, SettingError
from mindzie.ingest.connectors.kinds import Kind, kind_named
from mindzie.ingest.feeds.kinds import feed_kind

if TYPE_CHECKING:
    from mindzie.access.work import Connector
    from mindzie.access.workspace import Workspace
    from mindzie.ingest.connectors.guard import Guard
    from mindzie.ingest.connectors.source import Source


def connect(
    kind: str | Connector,
    *,
    host: str | None = None,
    port: int | None = None,
    database: str | os.PathLike[str] | None = None,
    user: str | None = None,
    password: SecretStr | str | None = None,
    options: Mapping[str, str] | None = None,
    workspace: Workspace | None = None,
    seconds: float = 600,
) -> Source:
    """Name a database, a stream or an API to read from; nothing is opened before it is asked something.

    Parameters
    ----------
    kind : str or Connector
        A kind such as ``"postgresql"``, an address such as ``"postgresql://reader@db.example.org/erp"`` or
        ``"https://api.example.org/v2"``, or a connector of a workspace.
    host, port, database, user : optional
        Where it is; for SQLite and DuckDB ``database`` is a file, for streams and APIs a topic, stream or path.
    password : SecretStr or str, optional
        The password, key or token; a plain text is the name of a secret of the workspace.
    options : mapping, optional
        Parameters of the address that the driver knows; of streams and APIs how they are read.
    workspace : Workspace, optional
        Where the secret is.
    seconds : float
        How long one question may take, reading included.

    Returns
    -------
    Source
        To `test`, look at, preview and read.

    Raises
    ------
    SettingError
        Where what was said is not understood.
    MissingPackageError
        Where its driver is not installed, with what to install.

    Examples
    --------
    >>> connect("sqlite", database="orders.db")  # doctest: +SKIP
    <Source SQLite orders.db>
    """
    said: dict[str, Any] = {
        "host": host, "port": port, "database": database, "user": user, "options": options,
    }  # fmt: skip
    said = {name: value for name, value in said.items() if value is not None}
    if not isinstance(kind, str):
        from mindzie.ingest.connectors.kept import of_connector

        if said or password is not None:
            raise SettingError("A connector of a workspace says it all: give nothing beside it.")
        return of_connector(kind, seconds=seconds)
    return connected(kind, said, _plain(password, workspace), seconds=seconds)


def connected(
    kind: str,
    said: Mapping[str, Any],
    password: str | None,
    *,
    seconds: float,
    guard: Guard | None = None,
) -> Source:
    """Return the source of a kind or an address; with a guard, only what a connector of a workspace may have."""
    named, sign, _ = kind.partition("://")
    feed = feed_kind(named)
    if feed is not None:
        from mindzie.ingest.feeds.opening import open_feed

        address = kind if sign else ""
        guarded, private = guard is not None, guard is None or guard.private
        return open_feed(
            feed, address, said, password, seconds=seconds, guarded=guarded, private=private
        )
    return _database(kind, said, password, seconds, guard)


def _database(
    kind: str, said: Mapping[str, Any], password: str | None, seconds: float, guard: Guard | None
) -> Source:
    try:
        import sqlalchemy as sa
        import sqlglot  # noqa: F401 - is it there?
    except ImportError as error:
        raise MissingPackageError(
            f"Databases need the package {error.name}: pip install 'mindzie[connectors]'."
        ) from None
    from mindzie.ingest.connectors.database import Database

    if "://" not in kind:
        found = kind_named(kind)
        url = _built(found, said, password)
    else:
        if said:
            raise SettingError(f"The address says it already: leave {min(said)}= out.")
        found = kind_named(kind.partition("://")[0])
        try:
            url = sa.make_url(kind).set(drivername=found.driver)
        except (sa.exc.ArgumentError, ValueError):
            raise SettingError(f"The address is not understood: its form is {found.url}.") from None
        url = url if password is None else url.set(password=password)
    if guard is not None:
        url = guard.checked(found, url)
    return Database(found, url, seconds=seconds, guard=guard)


def _built(kind: Kind, said: Mapping[str, Any], password: str | None) -> Any:
    import sqlalchemy as sa

    query = dict(said.get("options", {}))
    database = said.get("database")
    if kind.is_file:
        wrong = {*said, *(["password"] if password else [])} - {"database"}
        if wrong or database is None:
            raise SettingError(f"{kind.label} is a file: give database=, its path, alone.")
        return sa.URL.create(kind.driver, database=str(Path(database)))
    if kind.place != "path" and database is not None:
        query[kind.place], database = str(database), None
    return sa.URL.create(
        kind.driver,
        username=said.get("user"),
        password=password,
        host=said.get("host"),
        port=said.get("port"),
        database=None if database is None else str(database),
        query=query,
    )


def _plain(password: SecretStr | str | None, workspace: Workspace | None) -> str | None:
    if password is None or isinstance(password, SecretStr):
        return None if password is None else password.get_secret_value()
    if workspace is None or not isinstance(password, str):
        # what was given is not repeated: it may be the password
        raise SettingError(
            "password= takes pydantic.SecretStr(...), or the name of a secret together with workspace=."
        )
    from mindzie.ingest.connectors.kept import secret_named

    return secret_named(workspace, password).get_secret_value()
