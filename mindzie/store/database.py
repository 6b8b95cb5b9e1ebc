"""The database, and sessions that see one tenant.

A session is scoped twice: every statement gets the tenant's condition here, and PostgreSQL's row-level security holds where
that is forgotten.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from uuid import UUID
from weakref import WeakSet

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import (
    LoaderCriteriaOption,
    ORMExecuteState,
    Session,
    UOWTransaction,
    with_loader_criteria,
)
from sqlalchemy.pool import ConnectionPoolEntry

from mindzie.core.errors import MissingPackageError, StoreError
from mindzie.store.faults import as_ours
from mindzie.store.models import AuditEntry, AuditHead, Tenant, TenantRecord

DRIVERS: Final = {
    "sqlite": "sqlite+pysqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
}
WAIT_SECONDS: Final = 10
"""How long a writer waits for another."""
WRITES: Final = "mindzie_writes"
"""Option of a connection whose transactions change something."""
_FORM: Final = (
    "The address of the workspace is not understood, and not shown, since a password may be in it:"
    " it is sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME, nothing else."
    " Percent-encode signs in the name and the password: @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, % as %25."
)
_SETTING: Final = text("SELECT set_config(:name, :value, true)")
_OPEN: Final = WeakSet["Database"]()


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose rows a session sees.

    Parameters
    ----------
    tenant : UUID or None
        The tenant; None for the operator of the installation, who makes tenants and keeps the store.
    """

    tenant: UUID | None


class Database:
    """A database of workspaces.

    Parameters
    ----------
    url : str
        ``sqlite:///path`` or ``postgresql://user:password@host/name``.
    statement_seconds : int
        PostgreSQL: how long one statement may take.
    pool_size : int
        Connections kept open; as many again may be opened for a while.

    Raises
    ------
    StoreError
        Where the address is not understood.
    """

    def __init__(self, url: str, *, statement_seconds: int = 30, pool_size: int = 5) -> None:
        self.url = _understood(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        options: dict[str, Any] = {"pool_pre_ping": True, "hide_parameters": True}
        if self.is_sqlite:
            options |= {"connect_args": {"timeout": WAIT_SECONDS, "isolation_level": None}}
        else:
            options |= {
                "pool_size": pool_size,
                "max_overflow": pool_size,
                "pool_timeout": WAIT_SECONDS,
                "pool_recycle": 1800,
                "connect_args": _postgresql(statement_seconds),
            }
        try:
            self.engine = create_engine(self.url, **options)
        except ImportError as error:
            raise MissingPackageError(
                f"{self} needs the package {error.name}: pip install 'mindzie[postgresql]'."
            ) from error
        _OPEN.add(self)
        self._was_there = False
        self._writer = self.engine.execution_options(**{WRITES: True})
        self._reader = self.engine
        if not self.is_sqlite:  # where a transaction is one state by itself
            self._reader = self.engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        if self.is_sqlite:
            event.listen(self.engine, "connect", _set_pragmas)
            event.listen(self.engine, "do_connect", self._make_no_other)
            event.listen(self.engine, "connect", self._remember)
            event.listen(self.engine, "checkout", self._see_it_is_there)
            event.listen(self.engine, "begin", _begin)

    def __str__(self) -> str:
        """Return the address without its password, and without options, among which one may be."""
        shown = self.url.set(drivername=self.url.get_backend_name(), query={})
        return shown.render_as_string(hide_password=True)

    def __repr__(self) -> str:
        """Return the address without its password."""
        return f"<Database {self}>"

    @contextmanager
    def reading(self, scope: Scope) -> Iterator[Session]:
        """Open a session that sees one consistent state, and changes nothing."""
        yield from self._session(self._reader, scope, keeps=False)

    @contextmanager
    def writing(self, scope: Scope) -> Iterator[Session]:
        """Open a session whose changes are all kept at the end, or none where anything fails."""
        yield from self._session(self._writer, scope, keeps=True)

    def _session(self, engine: Engine, scope: Scope, *, keeps: bool) -> Iterator[Session]:
        opened = _TenantSession(
            engine, expire_on_commit=False, autoflush=keeps, info={"scope": scope}
        )
        with as_ours(self), opened as session:
            if keeps:
                session.connection()  # a writer's turn begins here, not at its first statement
            yield session
            if keeps:
                session.commit()

    def _file(self) -> int | None:
        try:
            return Path(str(self.url.database)).stat().st_ino
        except OSError:
            return None

    def _remember(self, _connection: sqlite3.Connection, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = self._file()
        self._was_there = True

    def _make_no_other(self, *_: object) -> None:
        if self._was_there and self._file() is None:
            raise self._gone()

    def _see_it_is_there(self, _: object, entry: ConnectionPoolEntry, _fairy: object) -> None:
        # a file that was removed can still be written to, and all of it would be lost
        if self._file() != entry.info["file"]:
            raise self._gone()

    def _gone(self) -> StoreError:
        return StoreError(
            f"The file of the database {self} is gone, or another one took its place: put it back, or restore a backup, and try again. Nothing was changed."
        )

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def absolute(url: str) -> str:
    """Return an address that means the same file wherever the program goes.

    Parameters
    ----------
    url : str
        As ``Database`` takes it.

    Returns
    -------
    str
        Other than of a file of SQLite as it is.

    Examples
    --------
    >>> absolute("sqlite:////data/workspace.db"), absolute("postgresql://db/mindzie")
    ('sqlite:////data/workspace.db', 'postgresql://db/mindzie')
    """
    kind, mark, path = url.partition(":///")
    if kind.partition("+")[0] != "sqlite" or path in {"", ":memory:"}:
        return url
    return f"{kind}{mark}{Path(path).absolute()}"


def _understood(url: str) -> URL:
    try:
        found = make_url(absolute(url))
        backend = found.get_backend_name()
    except (ArgumentError, NoSuchModuleError, ValueError):  # the last for a port that is none
        backend = ""
    # of a password with an @ in it, what follows would be taken for the host, and shown
    wrong = _wrong_file(found) if backend == "sqlite" else url.count("@") > 1
    if backend not in DRIVERS or wrong:
        raise StoreError(_FORM) from None
    if backend == "sqlite":
        _make_room(Path(str(found.database)))
    return found.set(drivername=DRIVERS[backend])


def _wrong_file(url: URL) -> bool:
    # what is in memory is gone with its connection, and of other options some are a file of another kind
    options, path = dict(url.query), url.database
    waits = str(options.pop("timeout", "0"))
    is_file = path not in {None, "", ":memory:"} and "\0" not in str(path)
    return bool(url.host or url.username or options) or not (is_file and waits.isdecimal())


def _make_room(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(
            f"The folder {path.parent} of the workspace cannot be made ({error.strerror}):"
            " choose another, or see that you may write there."
        ) from None
    with contextlib.suppress(OSError):  # a bad place is told when it is opened
        path.touch(mode=0o600)


def _postgresql(statement_seconds: int) -> dict[str, Any]:
    settings = {
        "statement_timeout": f"{statement_seconds}s",
        "lock_timeout": f"{WAIT_SECONDS}s",
        "idle_in_transaction_session_timeout": "60s",
        "timezone": "UTC",
    }
    said = " ".join(f"-c {name}={value}" for name, value in settings.items())
    return {"options": said, "application_name": "mindzie", "connect_timeout": WAIT_SECONDS}


def _set_pragmas(connection: sqlite3.Connection, _entry: ConnectionPoolEntry) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # a writer takes its lock at once: two that read first and write later would fail, not wait
    writes = connection.get_execution_options().get(WRITES)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class _TenantSession(Session):
    """A session confined to the scope in its ``info``; what confines it is heard by the class, once for all."""


@event.listens_for(_TenantSession, "after_begin")
def _tell_scope(session: Session, _transaction: Any, connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        tenant = session.info["scope"].tenant
        name, value = ("operator", "on") if tenant is None else ("tenant", str(tenant))
        connection.execute(_SETTING, {"name": f"mindzie.{name}", "value": value})


@event.listens_for(_TenantSession, "do_orm_execute")
def _confine(state: ORMExecuteState) -> None:
    tenant = state.session.info["scope"].tenant
    if tenant is not None:
        state.statement = state.statement.options(*_criteria(tenant))


@event.listens_for(_TenantSession, "before_flush")
def _keep_within(session: Session, _context: UOWTransaction, _instances: Any) -> None:
    tenant = session.info["scope"].tenant
    if tenant is None:
        return
    for row in session.new:
        if isinstance(row, TenantRecord | AuditEntry | AuditHead):
            row.tenant_id = getattr(row, "tenant_id", None) or tenant
    for row in (*session.new, *session.dirty, *session.deleted):
        owner = row.id if isinstance(row, Tenant) else getattr(row, "tenant_id", tenant)
        if owner != tenant:
            raise AssertionError(f"A row of {owner} in a session of {tenant}.")


@lru_cache(maxsize=1024)
def _criteria(tenant: UUID) -> tuple[LoaderCriteriaOption, ...]:
    return (
        with_loader_criteria(
            TenantRecord, lambda row: row.tenant_id == tenant, include_aliases=True
        ),
        with_loader_criteria(AuditEntry, AuditEntry.tenant_id == tenant, include_aliases=True),
        with_loader_criteria(AuditHead, AuditHead.tenant_id == tenant, include_aliases=True),
        with_loader_criteria(Tenant, Tenant.id == tenant, include_aliases=True),
    )


def _leave_to_the_parent() -> None:
    """Open connections of its own in a forked process: two that use one get each other's answers."""
    for database in _OPEN:
        database.engine.dispose(close=False)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_leave_to_the_parent)
