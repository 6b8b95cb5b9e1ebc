"""What a connector that a workspace keeps may not do: sign in as the program that runs it, call its networks, read the workspace itself."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import sqlalchemy as sa

from mindzie.core.errors import SettingError, SourceError, unknown
from mindzie.core.hosts import allowed_addresses, refuse_private
from mindzie.ingest.connectors.kinds import Kind
from mindzie.store.migrations import MARK_TABLE

_NOWHERE: Final = "/dev/null/none"
"""No file, on no machine: where it is said, libpq looks for none of its own."""
_LIBPQ: Final = {
    "passfile": _NOWHERE, "sslcert": _NOWHERE, "sslkey": _NOWHERE, "gssencmode": "disable",
    "require_auth": "password,md5,scram-sha-256,none",
}  # fmt: skip
_HOST: Final = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")
_PLAIN: Final = re.compile(r"[^;{}=\x00-\x1f\x7f]*")
"""What no driver takes for another setting."""
_CATALOGUES: Final = {
    "postgresql": ("pg_catalog", "pg_class", "relname"),
    "redshift": ("pg_catalog", "pg_class", "relname"),
    "sqlite": (None, "sqlite_master", "name"),
    "duckdb": ("information_schema", "tables", "table_name"),
}
"""Schema, table and column in which the names of all tables are, of the kinds that may hold a workspace."""


@dataclass(frozen=True, slots=True)
class Guard:
    """What holds for the connectors of one workspace.

    Parameters
    ----------
    own : sqlalchemy.URL
        Of the workspace's database.
    storage : str
        Where its snapshots are.
    opens : callable
        Whether a file may be read for who asks.
    private : bool
        Whether private networks are for who asks, without the operator's word.
    """

    own: sa.URL
    storage: str
    opens: Callable[[Path], bool]
    private: bool = False

    def checked(self, kind: Kind, url: sa.URL) -> sa.URL:
        """Return an address that may be opened.

        Parameters
        ----------
        kind : Kind
            Of the database.
        url : sqlalchemy.URL
            With the password.

        Returns
        -------
        sqlalchemy.URL
            As it was given; of a file, with the path that it leads to.

        Raises
        ------
        SettingError, UnknownNameError
            Where it says what a kept connector may not, or lacks what it needs.
        SourceError
            For a file that is not for who asks, or the workspace's.
        """
        for name in url.query:
            if name not in kind.kept:
                raise unknown("option", name, kind.kept, f"a kept connector to {kind.label}")
        if kind.is_file:
            return url if not url.database else url.set(database=str(self._file(kind, url)))
        said = (url.username, url.database, *url.query.values())
        if any(not isinstance(each, str) or not _PLAIN.fullmatch(each) for each in said if each):
            raise SettingError(f"The connector's settings have signs that no {kind.label} needs.")
        if not _HOST.fullmatch(url.host or ""):
            raise SettingError(f"The connector needs one host: {kind.url}.")
        _refuse_ambient(kind, url)
        return url

    def arguments(self, kind: Kind, url: sa.URL, label: str) -> dict[str, Any]:
        """Return what the driver is told at each connection, so that it uses and calls nothing else.

        Raises
        ------
        SourceError
            For a host in a private network that is not allowed, or the workspace's own database.
        """
        if kind.is_file:
            return {}
        host = str(url.host)
        found = allowed_addresses(host, label, private=self.private)
        if kind.id != "postgresql":
            return {}
        if not found:
            raise SourceError(f"{label} is not found under that host name: check host=.")
        told = {
            "host": ",".join([host] * len(found)), "hostaddr": ",".join(found), "port": str(url.port or 5432),
            "dbname": url.database or str(url.username), "user": url.username, "password": url.password or "",
        }  # fmt: skip
        self._refuse_own_address(told, found, label)
        return told | _LIBPQ

    def look(self, kind: Kind, connection: sa.Connection, label: str) -> None:
        """Refuse what was reached though it should not.

        Raises
        ------
        SourceError
            For a private network, or a database that holds a workspace.
        """
        sock = getattr(connection.connection.driver_connection, "_sock", None)  # of pymysql
        if sock is not None and not self.private:
            address = str(sock.getpeername()[0])
            refuse_private(str(connection.engine.url.host), address, label)
        if kind.id in _CATALOGUES:
            schema, name, column = _CATALOGUES[kind.id]
            tables = sa.table(name, sa.column(column), schema=schema)
            chosen = sa.select(sa.literal(1)).where(tables.c[column] == MARK_TABLE)
            found = connection.execute(chosen).first()
            connection.rollback()
            if found is not None:
                raise _workspace(label)

    def refuse_own(self, file: str) -> None:
        """Refuse a file of the workspace, whatever it is called: its database, and its snapshots."""
        if "://" in file or "://" in self.storage:
            own, asked = (each.casefold().partition("://")[2] for each in (self.storage, file))
            mine = bool(own) and f"{asked}/".startswith(f"{own.rstrip('/')}/")
        else:
            mine = leads_to(file).is_relative_to(Path(self.storage).resolve())
        if self.own.get_backend_name() == "sqlite" and "://" not in file:
            with suppress(OSError):  # there is none
                mine = mine or Path(file).samefile(str(self.own.database))
        if mine:
            raise _workspace(file)

    def _file(self, kind: Kind, url: sa.URL) -> Path:
        path = leads_to(str(url.database))
        self.refuse_own(str(path))
        if not self.opens(path):
            raise SourceError(
                f"The {kind.label} file {str(path)!r} is not read for somebody else: they read it, or a worker that was given its folder."
            )
        return path

    def _refuse_own_address(self, told: dict[str, Any], found: tuple[str, ...], label: str) -> None:
        own = self.own
        if own.get_backend_name() != "postgresql":
            return
        if told["port"] == str(own.port or 5432) and told["dbname"] == own.database:
            try:
                meant = socket.getaddrinfo(own.host or "localhost", None, type=socket.SOCK_STREAM)
            except OSError:
                meant = []
            if {str(address[0]) for *_, address in meant} & {*found}:
                raise _workspace(label)


def leads_to(file: str) -> Path:
    """Return the file that a path means, behind all links.

    Raises
    ------
    SourceError
        Where it means none, as with the home of a user who is not there.
    """
    try:
        return Path(file).expanduser().resolve()
    except (OSError, RuntimeError, ValueError):
        raise SourceError(f"The path {file!r} leads to no file.") from None


def _refuse_ambient(kind: Kind, url: sa.URL) -> None:
    """Refuse what would sign in with what the machine has."""
    if kind.signs == "machine":
        raise SettingError(
            f"{kind.label} is read with the rights of the machine, which no connector of a workspace uses: give its address to mindzie.connect."
        )
    if not url.username or not (url.password or kind.signs == "bare"):
        needed = "a user" if kind.signs == "bare" else "a user, and a secret with the password"
        raise SettingError(
            f"The connector to {kind.label} needs {needed} of its own: nothing that this machine has is used in their place."
        )


def _workspace(label: str) -> SourceError:
    return SourceError(
        f"{label} is not read: it belongs to a workspace, which no connector reads. Take a database of a source."
    )
