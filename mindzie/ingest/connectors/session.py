"""Sessions with a source: they only read, end in time, and can be stopped from another thread."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.exc import NoSuchModuleError
from sqlalchemy.pool import NullPool

from mindzie.core.errors import CancelledError, MissingPackageError, SourceError, SourceGoneError
from mindzie.ingest.connectors import duckdb_dialect  # noqa: F401 - tells SQLAlchemy of it
from mindzie.ingest.connectors.faults import as_ours
from mindzie.ingest.connectors.guard import Guard
from mindzie.ingest.connectors.kinds import Kind


class Sessions:
    """Makes sessions with one source.

    Parameters
    ----------
    kind : Kind
        The kind of database.
    url : sqlalchemy.URL
        Its address, with the password.
    label : str
        What messages call it.
    seconds : float
        How long one question may take.
    guard : Guard, optional
        What holds for a connector that a workspace keeps.
    """

    def __init__(
        self, kind: Kind, url: sa.URL, label: str, seconds: float, guard: Guard | None = None
    ) -> None:
        self.kind, self.url, self.label, self.seconds = kind, url, label, seconds
        self.guard = guard
        self.secrets = tuple(filter(None, (url.password,)))
        self._running: set[Session] = set()
        self.arguments = _filled(kind.arguments, seconds)
        need_driver(kind)
        try:
            self.engine = sa.create_engine(
                opened(kind, url),
                poolclass=NullPool,
                hide_parameters=True,
                connect_args=self.arguments,
            )
        except (ImportError, NoSuchModuleError):
            raise _missing(kind) from None
        sa.event.listen(self.engine, "do_connect", self._tells)
        sa.event.listen(self.engine, "connect", self._opens)
        sa.event.listen(self.engine, "begin", self._begins)

    def guarded(self) -> dict[str, Any]:
        """Return what the driver is told beside the address: of a kept connector, all of it."""
        told = self.guard.arguments(self.kind, self.url, self.label) if self.guard else {}
        return {**self.arguments, **told}

    def _tells(self, _dialect: Any, _record: Any, _said: Any, arguments: dict[str, Any]) -> None:
        if self.guard is not None:
            arguments.update(self.guarded())

    def _opens(self, connection: Any, _record: Any) -> None:
        if self.kind.opens:
            cursor = connection.cursor()
            for statement in self.kind.opens:
                cursor.execute(_filled({"": statement}, self.seconds)[""])
            cursor.close()

    def _begins(self, connection: sa.Connection) -> None:
        for statement in self.kind.begins:
            connection.exec_driver_sql(statement)

    @contextmanager
    def session(self) -> Iterator[Session]:
        """Open a session; it is closed, whatever happens.

        Raises
        ------
        SourceError
            Where the source cannot be reached, answers with an error, or takes too long.
        CancelledError
            Where it was stopped.
        """
        with as_ours(self.label, self.secrets), self.engine.connect() as connection:
            session = Session(self, connection)
            timer = threading.Timer(self.seconds, session.stop, ("time",))
            timer.daemon = True
            self._running.add(session)
            timer.start()
            try:
                if self.guard is not None:
                    self.guard.look(self.kind, connection, self.label)
                yield session
            except Exception:
                session.abandon()
                session.check()
                raise
            finally:
                timer.cancel()
                self._running.discard(session)

    def stop(self) -> None:
        """Stop what runs now, in whatever thread."""
        for session in tuple(self._running):
            session.stop("wish")


class Session:
    """One session.

    Parameters
    ----------
    sessions : Sessions
        What made it.
    connection : sqlalchemy.Connection
        Its connection.
    """

    def __init__(self, sessions: Sessions, connection: sa.Connection) -> None:
        self.sessions, self.connection = sessions, connection
        self.stopped = ""
        self.cancels: Any = None
        """Stops what runs beside the connection."""
        raw: Any = connection.connection.driver_connection
        self.raw = raw
        """The driver's connection."""
        self._thread = raw.thread_id() if sessions.kind.stops == "kill" else None

    def stop(self, why: str) -> None:
        """Stop it; its own thread says so."""
        self.stopped = self.stopped or why
        # it may be over, or closed by the other side: then there is nothing to stop
        with contextlib.suppress(Exception):
            if self.cancels is not None:
                self.cancels()
            match self.sessions.kind.stops:
                case "cancel":
                    self.raw.cancel()
                case "interrupt":
                    self.raw.interrupt()
                case "kill":
                    with self.sessions.engine.connect() as other:
                        other.exec_driver_sql(f"KILL QUERY {int(self._thread or 0)}")
                case "close":
                    self.raw.close()

    def abandon(self) -> None:
        """Leave the rows that were not fetched, where closing would read them first."""
        if self.sessions.kind.stops == "kill" and not self.stopped:
            self.stop("")
        result = getattr(self.raw, "_result", None)  # of pymysql, which has no other way
        if result is not None:
            result.unbuffered_active = False
        with contextlib.suppress(Exception):  # where it is cut already
            self.connection.invalidate()

    def check(self) -> None:
        """Say that it was stopped, where it was.

        Raises
        ------
        CancelledError
            On request.
        SourceError
            Because its time was over.
        """
        if self.stopped == "wish":
            raise CancelledError(f"Reading from {self.sessions.label} was stopped.") from None
        if self.stopped:
            raise SourceGoneError(
                f"{self.sessions.label} took longer than {self.sessions.seconds:g} seconds and was stopped: ask for less, or give more seconds=."
            ) from None


def need_driver(kind: Kind) -> None:
    """See that the driver's package is installed.

    Raises
    ------
    MissingPackageError
        With what to install.
    """
    found = True
    try:
        found = find_spec(kind.module) is not None
    except ModuleNotFoundError:  # of the package above
        found = False
    if not found:
        raise _missing(kind)


def _missing(kind: Kind) -> MissingPackageError:
    names = " ".join(f"'{name}'" for name in kind.package.split())
    return MissingPackageError(
        f"{kind.label} needs a driver that is not installed: pip install 'mindzie[{kind.extra}]', or pip install {names}."
    )


def opened(kind: Kind, url: sa.URL) -> sa.URL:
    """Return the address as the driver wants it; a file is only opened for reading, and must be there."""
    if not kind.is_file:
        return url
    path = Path(url.database or "").expanduser()
    if not path.is_file():
        raise SourceError(
            f"There is no file {str(path)!r}: give the path of a {kind.label} file."
            if url.database
            else f"Say which {kind.label} file: {kind.url}."
        )
    if kind.id == "sqlite":
        place = f"file:{quote(str(path.resolve()))}"
        return url.set(database=place, query={"mode": "ro", "uri": "true"})
    return url.set(database=str(path), query={})


def _filled(arguments: Any, seconds: float) -> dict[str, Any]:
    whole = max(1, round(seconds))
    return {
        name: value.format(seconds=whole, milliseconds=whole * 1000)
        if isinstance(value, str)
        else value
        for name, value in arguments.items()
    }
