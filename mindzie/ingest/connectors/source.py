"""A source of event logs: look at it, read it, read what is new."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal, Unpack

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.engine.build import build
from mindzie.engine.source_table import SourceTable
from mindzie.ingest.connectors.batches import Progress
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.merging import merged
from mindzie.ingest.connectors.source_values import AnyKind, SourceColumn
from mindzie.ingest.connectors.taken import Taken, last_of_each, with_columns_of
from mindzie.ingest.frames import read_frame
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.table import table_of

if TYPE_CHECKING:
    from mindzie.access.datasets import Dataset, Version


class Source(ABC):
    """What event logs are read from: a database, a stream or an API; made by `mindzie.connect`.

    It opens a connection for each question and closes it, so it can be kept and used from several threads.

    Parameters
    ----------
    kind : AnyKind
        The kind of source.
    place : str
        Where it is, without user and password.
    seconds : float
        How long one question may take, reading included.
    """

    places: tuple[str, ...] = ()
    """Columns that say where in a stream a row was."""
    loose: bool = False
    """Whether records may leave out fields, as those of JSON do."""

    def __init__(self, kind: AnyKind, place: str, seconds: float) -> None:
        if not seconds > 0:
            raise SettingError(f"seconds={seconds!r} must be above 0.")
        self.kind = kind
        self.name = f"{kind.label} {place}"

    def __repr__(self) -> str:
        """Return what it is, without user and password."""
        return f"<Source {self.name}>"

    @abstractmethod
    def test(self) -> float:
        """Ask it the smallest question; return the seconds until it answers."""

    @abstractmethod
    def schemas(self) -> tuple[str, ...]:
        """List its schemas; streams and APIs have none."""

    @abstractmethod
    def tables(self, schema: str | None = None) -> tuple[str, ...]:
        """List what can be read: tables and views, topics, streams; an API does not say."""

    @abstractmethod
    def columns(self, table: str, schema: str | None = None) -> tuple[SourceColumn, ...]:
        """List the columns of a table, or those of the first records."""

    @abstractmethod
    def preview(
        self,
        table_or_query: str,
        rows: int = 50,
        *,
        schema: str | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> pl.DataFrame:
        """Return the first rows."""

    def count(self, table: str, schema: str | None = None) -> int | None:
        """Return how many rows a table has, where that is known soon; None elsewhere."""
        del table, schema
        return None

    def estimate(self, query: str, parameters: Mapping[str, Any] | None = None) -> int | None:
        """Return about how many rows a query gives, where that is known without doing it; None elsewhere."""
        del query, parameters
        return None

    @abstractmethod
    def cancel(self) -> None:
        """Stop what is asked of it now, from another thread; there it raises `CancelledError`."""

    @abstractmethod
    def _take(
        self,
        said: Mapping[str, Any],
        progress: Progress | None,
        before: Increment | None,
        plain: Collection[str] | None = None,
    ) -> Taken:
        """Return all rows, or after an earlier reading those since; texts may be categories but in the columns of ``plain``, if any."""

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
            A table or view, or ``schema.table``; a topic or stream; a path of an API.
        query : str, optional
            One query of a database or of GraphQL, in place of a table.
        schema : str, optional
            Of the table.
        parameters : mapping, optional
            Values of the ``:names`` in the query, or of GraphQL's variables; they are bound, never pasted. Of a REST
            API, parameters of its address.
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
        settings = self._with_places(settings)
        # the rows as they came are free before the log is built
        return build(
            self._table_read(said, settings, progress, cursor=cursor, key=keys, overlap=overlap),
            engine=engine,
        )

    def rows(
        self,
        table: str | None = None,
        *,
        query: str | None = None,
        schema: str | None = None,
        progress: Progress | None = None,
    ) -> Raw:
        """Return all rows of a table or a query as they are there, before any column has a meaning.

        Parameters
        ----------
        table, query, schema, progress
            As for `read`.

        Returns
        -------
        Raw
            What `read` makes its log of.
        """
        said = {"table": table, "query": query, "schema": schema, "parameters": dict[str, Any]()}
        return self._as_raw(self._take(said, progress, None), said, None)

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
        taken = self._last_of(self._take(dict(before.source), progress, before), before.key)
        if taken.frame.is_empty() and taken.aside is None:
            return log
        settings = before.settings_for(log)
        if self.loose:
            taken = replace(taken, frame=with_columns_of(log, taken.frame))
        after = before.after(taken.frame, taken.positions)
        try:
            table = self._as_table(taken, before.source, settings, after, may_be_empty=True)
        except SettingError as error:
            message = f"The rows since the last load do not fit those before: {error} Or read all of it again, with source.read()."
            raise SettingError(message) from None
        both = merged(log, table, after, taken.frame)
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

    def _table_read(
        self,
        said: Mapping[str, Any],
        settings: ReadSettings,
        progress: Progress | None,
        *,
        cursor: str | None,
        key: tuple[str, ...],
        overlap: timedelta | float,
    ) -> SourceTable:
        plain = None if options_of(settings).as_texts else {*key, cursor or ""}
        taken = self._last_of(self._take(said, progress, None, plain), key)
        increment = Increment.begun(
            said, taken.frame, cursor=cursor, key=key, overlap=overlap, settings=settings,
            positions=taken.positions,
        )  # fmt: skip
        taken = replace(taken, frame=taken.frame.sort(key)) if key else taken
        return self._as_table(taken, said, settings, increment)

    def _as_table(
        self,
        taken: Taken,
        said: Mapping[str, Any],
        settings: ReadSettings,
        increment: Increment | None,
        *,
        may_be_empty: bool = False,
    ) -> SourceTable:
        options = options_of(settings)
        table = table_of(
            self._as_raw(taken, said, options.name, packed=not options.as_texts),
            options,
            f"{said['table'] or 'the query'} of {self.name}",
            may_be_empty=may_be_empty,
        )
        if increment is None:
            return table
        return replace(table, source={**table.source, "increment": increment.to_json()})

    def _as_raw(
        self, taken: Taken, said: Mapping[str, Any], name: str | None, *, packed: bool = False
    ) -> Raw:
        raw = read_frame(taken.frame, name or said["table"] or self.kind.label, categories=packed)
        source = {"format": self.kind.id, "from": self.name}
        source |= {name: said[name] for name in ("table", "schema", "query") if said[name]}
        findings = (*raw.findings, *taken.findings)
        return replace(raw, source=source, aside=taken.aside, findings=findings)

    def _with_places(self, settings: ReadSettings) -> ReadSettings:
        """Keep the columns that tell equal rows of a stream apart, whichever were asked for."""
        kept = settings.get("attributes")
        if not self.places or kept is None:
            return settings
        kept = (kept,) if isinstance(kept, str) else kept
        return {**settings, "attributes": list(dict.fromkeys((*kept, *self.places)))}

    def _last_of(self, taken: Taken, key: Sequence[str]) -> Taken:
        """Return of a stream what its key says last; a database has a row once."""
        return last_of_each(taken, key) if self.places else taken
