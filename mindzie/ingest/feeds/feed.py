"""A stream or an API as a source."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from mindzie.core.errors import SettingError, SourceError
from mindzie.core.readiness import Finding
from mindzie.ingest.connectors.batches import Progress
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.source import Source
from mindzie.ingest.connectors.source_values import SourceColumn
from mindzie.ingest.connectors.taken import Taken
from mindzie.ingest.feeds.kinds import FeedKind
from mindzie.ingest.feeds.spool import Records, beside
from mindzie.ingest.feeds.watch import Watch
from mindzie.ingest.rejected import BAD_RECORD, rejected_findings, with_reason

LOOKED_AT = 100
"""Records from which columns are listed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a reader.

    Parameters
    ----------
    table, query : str, optional
        As for ``source.read``.
    parameters : mapping
        Values of the query, or of the address.
    most : int, optional
        Stop after so many records.
    before : Increment, optional
        Where the last reading ended.
    """

    table: str | None = None
    query: str | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    most: int | None = None
    before: Increment | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a reader brings.

    Parameters
    ----------
    records : Records
        As columns.
    places : polars.DataFrame, optional
        A row for each record, readable or not: where it was.
    positions : mapping
        Of a stream, from which the next reading goes on.
    findings : tuple of Finding
        What is to be said of it.
    """

    records: Records
    places: pl.DataFrame | None = None
    positions: Mapping[str, str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


class Reader(ABC):
    """Speaks to one kind of stream or API; each call opens what it needs and closes it."""

    places: tuple[str, ...] = ()
    """Names of the columns that say where a record was."""

    @abstractmethod
    def test(self, watch: Watch) -> None:
        """Ask the smallest question."""

    @abstractmethod
    def names(self, watch: Watch) -> tuple[str, ...]:
        """Return what can be read, where it says so."""

    @abstractmethod
    def gather(self, asked: Asked, watch: Watch) -> Gathered:
        """Bring records."""


class Feed(Source):
    """A stream or an API that event logs are read from; made by `mindzie.connect`.

    Parameters
    ----------
    kind : FeedKind
        The kind.
    place : str
        Where it is, without user and password.
    reader : Reader
        What speaks to it.
    table : str, optional
        The topic or stream that the address names.
    seconds : float
        How long one question may take.
    """

    loose = True

    def __init__(
        self, kind: FeedKind, place: str, reader: Reader, *, table: str = "", seconds: float = 600
    ) -> None:
        super().__init__(kind, place, seconds)
        self.places = reader.places
        self._reader, self._table, self._seconds = reader, table, seconds
        self._running: set[Watch] = set()

    def test(self) -> float:
        """Ask it the smallest question; return the seconds until it answers."""
        begin = time.perf_counter()
        with self._watched() as watch:
            self._reader.test(watch)
        return time.perf_counter() - begin

    def schemas(self) -> tuple[str, ...]:
        """Return nothing: streams and APIs have no schemas."""
        return ()

    def tables(self, schema: str | None = None) -> tuple[str, ...]:
        """List topics or streams; an API does not say what it has."""
        _no_schema(schema)
        with self._watched() as watch:
            return self._reader.names(watch)

    def columns(self, table: str, schema: str | None = None) -> tuple[SourceColumn, ...]:
        """List the columns of the first records."""
        frame = self.preview(table, LOOKED_AT, schema=schema)
        return tuple(SourceColumn(n, _word(kind), str(kind)) for n, kind in frame.schema.items())

    def preview(
        self,
        table_or_query: str = "",
        rows: int = 50,
        *,
        schema: str | None = None,
        parameters: Mapping[str, Any] | None = None,
    ) -> pl.DataFrame:
        """Return the first records."""
        _no_schema(schema)
        if not 1 <= rows <= 100_000:  # noqa: PLR2004 - what people look at
            raise SettingError(f"rows={rows} must be from 1 to 100,000.")
        said = {"table": table_or_query, "query": None}
        if self.kind.id == "graphql":
            said = {"table": None, "query": table_or_query}
        asked = Asked(**self._what(said), parameters=parameters or {}, most=rows)
        with self._watched() as watch:
            found = self._reader.gather(asked, watch)
        frame = found.records.frame
        frame = frame if found.places is None else beside(found.places, found.records)
        return frame.head(rows)

    def cancel(self) -> None:
        """Stop what is asked of it now, from another thread; there it raises `CancelledError`."""
        for watch in tuple(self._running):
            watch.stop()

    def _take(
        self,
        said: Mapping[str, Any],
        progress: Progress | None,
        before: Increment | None,
        plain: Collection[str] | None = None,
    ) -> Taken:
        del plain  # what came of a feed is a frame already
        _no_schema(said["schema"])
        asked = Asked(**self._what(said), parameters=said["parameters"], before=before)
        with self._watched(progress) as watch:
            found = self._reader.gather(asked, watch)
        frame, aside = found.records.frame, _aside(found)
        if found.places is not None:
            frame = beside(found.places, found.records)
        if frame.is_empty() and before is None:
            raise _nothing(self.name, aside)
        findings = found.findings
        if aside is not None:
            findings = (*rejected_findings(aside, {p: p for p in self.places}), *findings)
        return Taken(frame, aside, found.positions, findings)

    def _what(self, said: Mapping[str, Any]) -> dict[str, Any]:
        table, query = said["table"], said["query"]
        if self.kind.id == "graphql":
            if table is not None or not query:
                raise SettingError("A GraphQL API is asked by query=, the text of a query, alone.")
            return {"query": query}
        if query is not None:
            raise SettingError(f"query= is for databases and GraphQL: {self.kind.label} has none.")
        return {"table": table or self._table}

    @contextmanager
    def _watched(self, progress: Progress | None = None) -> Iterator[Watch]:
        watch = Watch(self.name, self._seconds, progress)
        self._running.add(watch)
        try:
            yield watch
        finally:
            self._running.discard(watch)


def _no_schema(schema: str | None) -> None:
    if schema is not None:
        raise SettingError("schema= is for databases: leave it out.")


def _word(kind: Any) -> str:
    if kind.is_numeric():
        return "number"
    if kind.is_nested():
        return "list"
    return {pl.Boolean: "boolean", pl.Datetime: "date"}.get(kind.base_type(), "text")


def _aside(found: Gathered) -> pl.DataFrame | None:
    """Return the records that cannot be read, with where each was."""
    bad = found.records.bad
    if bad.is_empty():
        return None
    places = () if found.places is None else found.places[bad["place"]].get_columns()
    kept = pl.DataFrame([*(place.cast(pl.String) for place in places), bad["text"].alias("record")])
    reason = pl.Series([f"{BAD_RECORD}: {why}" for why in bad["why"]], dtype=pl.String)
    return with_reason(kept, bad["place"] + 1, reason)


def _nothing(name: str, aside: pl.DataFrame | None) -> SourceError:
    if aside is None:
        return SourceError(f"{name} has no records. Check what is read, and that there are some.")
    return SourceError(
        f"No record of {name} can be read; of the first: {aside['reason'][0]}. Give what holds objects of JSON."
    )
