"""A database as a source: look at it, read it, read what is new."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Unpack

import polars as pl
import sqlalchemy as sa

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.connectors import catalogue, statements
from mindzie.ingest.connectors.batches import Progress
from mindzie.ingest.connectors.catalogue import SourceColumn
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.kinds import Kind
from mindzie.ingest.connectors.merging import merged
from mindzie.ingest.connectors.questions import Questions
from mindzie.ingest.connectors.session import Sessions
from mindzie.ingest.connectors.streams import fetched
from mindzie.ingest.frames import read_frame
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.table import table_of

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset, Version


class Source:
    """A database that event logs are read from; made by `mindzie.connect`.

    It opens a connection for each question and closes it, so it can be kept and used from several threads.

    Parameters
    ----------
    kind : Kind
        The kind of database.
    url : sqlalchemy.URL
        Its address, with the password.
    seconds : float
        How long one question may take, reading included.
    """

    def __init__(self, kind: Kind, url: sa.URL, *, seconds: float = 600) -> None:
        if not seconds > 0:
            raise SettingError(f"seconds={seconds!r} must be above 0.")
        self.kind = kind
        self.name = f"{kind.label} {_place(kind, url)}"
        self._sessions = Sessions(kind, url, self.name, seconds)
        self._asks = Questions(self._sessions)

    def __repr__(self) -> str:
        """Return what it is, without user and password."""
        return f"<Source {self.name}>"

    def test(self) -> float:
        """Ask it the smallest question.

        Returns
        -------
        float
            Seconds that it took to connect and answer.

        Raises
        ------
        SourceError
            Where it does not answer, with what to do.
        """
        begin = time.perf_counter()
        with self._sessions.session() as session:
            session.connection.execute(sa.select(sa.literal(1))).scalar()
        return time.perf_counter() - begin

    def schemas(self) -> tuple[str, ...]:
        """List its schemas, without those of the system.

        Returns
        -------
        tuple of str
            In alphabetical order.
        """
        with self._sessions.session() as session:
            return catalogue.schemas(session.connection, self.kind)

    def tables(self, schema: str | None = None) -> tuple[str, ...]:
        """List the tables and views of a schema.

        Parameters
        ----------
        schema : str, optional
            The user's own where not given.

        Returns
        -------
        tuple of str
            In alphabetical order.
        """
        with self._sessions.session() as session:
            return catalogue.tables(session.connection, schema)

    def columns(self, table: str, schema: str | None = None) -> tuple[SourceColumn, ...]:
        """List the columns of a table or view.

        Parameters
        ----------
        table : str
            Its name, or ``schema.table``.
        schema : str, optional
            Where it is.

        Returns
        -------
        tuple of SourceColumn
            Name, type here, and type there.

        Raises
        ------
        UnknownNameError
            Where there is no such table; the nearest are listed.
        """
        with self._sessions.session() as session:
            return self._asks.columns(session, table, schema)[2]

    def preview(
        self,
        table_or_query: str,
        rows: int = 50,
        *,
        schema: str | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> pl.DataFrame:
        """Return the first rows of a table or a query, limited by the database itself.

        Parameters
        ----------
        table_or_query : str
            A name, or what begins with ``SELECT`` or ``WITH``.
        rows : int
            At most so many.
        schema : str, optional
            Of a table.
        parameters : mapping, optional
            Values of the ``:names`` in a query.

        Returns
        -------
        polars.DataFrame
            The rows, as the database types them.
        """
        if not 1 <= rows <= 100_000:  # noqa: PLR2004 - what people look at
            raise SettingError(f"rows={rows} must be from 1 to 100,000.")
        with self._sessions.session() as session:
            if not statements.is_query(table_or_query):
                return fetched(
                    session,
                    self._asks.table(session, table_or_query, schema).limit(rows),
                    most=rows,
                )
            return self._asks.first(session, self._asks.query(table_or_query, parameters), rows)

    def read(
        self,
        table: str | None = None,
        *,
        query: str | None = None,
        schema: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        cursor: str | None = None,
        key: str | Sequence[str] = (),
        overlap: timedelta | float = 0,
        progress: Progress | None = None,
        engine: Literal["polars", "duckdb"] = "polars",
        **settings: Unpack[ReadSettings],
    ) -> EventLog:
        """Read an event log from a table or a query.

        Parameters
        ----------
        table : str, optional
            A table or view, or ``schema.table``.
        query : str, optional
            One query, in place of a table.
        schema : str, optional
            Of the table.
        parameters : mapping, optional
            Values of the ``:names`` in the query; they are bound, never pasted.
        cursor : str, optional
            A column that grows with every change, such as the time of the last one: `read_new` begins where it ended.
        key : str or sequence of str
            Columns that together name a row, so that a changed row replaces what was read of it.
        overlap : timedelta or float
            How far before the cursor's last value `read_new` looks again, for rows that come late: a time
            for a cursor of times, a number for one of numbers.
        progress : callable, optional
            Is told the rows read so far; what it raises stops the reading.
        engine : {"polars", "duckdb"}
            What the log runs on.
        **settings
            ``case``, ``activity``, ``timestamp`` and all others of `mindzie.read`.

        Returns
        -------
        EventLog
            As from `mindzie.read`, with ``readiness`` and ``rejected``.

        Raises
        ------
        SourceError
            Where it cannot be read as an event log.
        UnknownNameError
            A table, column or parameter that is not there.
        SettingError
            Neither table nor query, or a query that is not one that only reads.
        """
        said = {
            "table": table,
            "query": query,
            "schema": schema,
            "parameters": dict(parameters or {}),
        }
        keys = (key,) if isinstance(key, str) else tuple(key)
        rows = self._asks.rows(said, progress, None)
        increment = Increment.begun(
            said, rows, cursor=cursor, key=keys, overlap=overlap, settings=settings
        )
        rows = rows.sort(keys) if keys else rows
        return build(self._as_table(rows, said, settings, increment), engine=engine)

    def read_new(
        self,
        log: EventLog,
        *,
        progress: Progress | None = None,
        engine: Literal["polars", "duckdb"] = "polars",
    ) -> EventLog:
        """Read what is new or changed since a log was read, and return both together.

        The log itself says where it ended: what was read, the cursor and its last value, the key and the overlap are in it.

        Parameters
        ----------
        log : EventLog
            What `read` with ``cursor=`` or this method returned, or a data set's version made of it.
        progress : callable, optional
            Is told the rows read so far.
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            With the new rows, and the changed ones in place of what they were; ``log`` itself where nothing is new.

        Raises
        ------
        SettingError
            Where the log was not read with a cursor, or is filtered or enriched.
        SourceError
            Where it cannot be read.
        """
        before = Increment.of(log)
        rows = self._asks.rows(dict(before.source), progress, before)
        if rows.is_empty():
            return log
        after = before.after(rows)
        settings = before.settings_for(log)
        try:
            table = self._as_table(rows, before.source, settings, after, may_be_empty=True)
        except SettingError as error:
            message = f"The rows since the last load do not fit those before: {error} Or read all of it again, with source.read()."
            raise SettingError(message) from None
        both = merged(log, table, after, rows)
        return log if both is None else build(both, engine=engine)

    def load_into(
        self, dataset: Dataset, *, progress: Progress | None = None, **said: Any
    ) -> Version | None:
        """Publish what is new as the next version of a data set; the first time, all there is.

        Parameters
        ----------
        dataset : Dataset
            Of a workspace.
        progress : callable, optional
            Is told the rows read so far.
        **said
            As for `read`; needed the first time only.

        Returns
        -------
        Version or None
            The new version; None where nothing is new.
        """
        dataset = dataset.refresh()
        if dataset.to_json()["current"] is None:
            log = self.read(progress=progress, **said)
            return dataset.publish(log, note=f"Read from {self.name}")
        old = dataset.log(enriched=False)
        new = self.read_new(old, progress=progress)
        if new is old:
            return None
        last = Increment.of(new)
        return dataset.publish(
            new, note=f"{last.added} new and {last.changed} changed rows from {self.name}"
        )

    def cancel(self) -> None:
        """Stop what is asked of it now, from another thread; there it raises `CancelledError`."""
        self._sessions.stop()

    def _as_table(
        self,
        rows: pl.DataFrame,
        said: Mapping[str, Any],
        settings: ReadSettings,
        increment: Increment | None,
        *,
        may_be_empty: bool = False,
    ) -> SourceTable:
        options = options_of(settings)
        raw = read_frame(rows, options.name or said["table"] or self.kind.label)
        source = {"format": self.kind.id, "from": self.name}
        source |= {name: said[name] for name in ("table", "schema", "query") if said[name]}
        table = table_of(
            replace(raw, source=source),
            options,
            f"{said['table'] or 'the query'} of {self.name}",
            may_be_empty=may_be_empty,
        )
        if increment is None:
            return table
        return replace(table, source={**table.source, "increment": increment.to_json()})


def _place(kind: Kind, url: sa.URL) -> str:
    if kind.is_file:
        return url.database or ""
    name = url.database or url.query.get(kind.place) or ""
    return f"{name} at {url.host}" if name and url.host else str(name or url.host or "")
