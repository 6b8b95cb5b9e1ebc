"""A database as a source: tables and queries."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Mapping
from typing import Any, Final

import polars as pl
import sqlalchemy as sa

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest.connectors import catalogue, statements
from mindzie.ingest.connectors.batches import Progress
from mindzie.ingest.connectors.estimates import PLANS
from mindzie.ingest.connectors.guard import Guard
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.kinds import Kind
from mindzie.ingest.connectors.questions import Questions
from mindzie.ingest.connectors.session import Sessions
from mindzie.ingest.connectors.source import Source
from mindzie.ingest.connectors.source_values import SourceColumn
from mindzie.ingest.connectors.streams import fetched
from mindzie.ingest.connectors.taken import Taken

_COUNT_SECONDS: Final = 10.0
_PAID_COUNTS: Final = frozenset({"athena"})
"""Kinds that take money for what a count looks at."""


class Database(Source):
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
    guard : Guard, optional
        What holds for a connector that a workspace keeps.
    """

    def __init__(
        self, kind: Kind, url: sa.URL, *, seconds: float = 600, guard: Guard | None = None
    ) -> None:
        super().__init__(kind, _place(kind, url), seconds)
        self._sessions = Sessions(kind, url, self.name, seconds, guard)
        self._asks = Questions(self._sessions)
        self._counts = Sessions(kind, url, self.name, min(seconds, _COUNT_SECONDS), guard)

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
            return catalogue.schemas(session.connection, self._sessions.kind)

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

    def count(self, table: str, schema: str | None = None) -> int | None:
        """Count the rows of a table.

        Parameters
        ----------
        table : str
            Its name, or ``schema.table``.
        schema : str, optional
            Where it is.

        Returns
        -------
        int or None
            None where it is a view, which would be worked out twice, where counting takes longer than ten seconds or money.
        """
        if self.kind.id in _PAID_COUNTS:
            return None
        # what is wrong with the table is said when it is read
        with contextlib.suppress(SourceError, SettingError), self._counts.session() as session:
            name, place = catalogue.located(session.connection, table, schema)
            if name not in sa.inspect(session.connection).get_table_names(place):
                return None
            counted = sa.select(sa.func.count()).select_from(sa.table(name, schema=place))
            return int(session.connection.execute(counted).scalar_one())
        return None

    def estimate(self, query: str, parameters: Mapping[str, Any] | None = None) -> int | None:
        """Return about how many rows a query gives, as the database plans for it.

        Parameters
        ----------
        query : str
            As for `read`.
        parameters : mapping, optional
            Values of its ``:names``.

        Returns
        -------
        int or None
            None where the database does not tell, or the query is wrong, which reading it says.
        """
        plan = PLANS.get(self.kind.id)
        if plan is None:
            return None
        # a plan of another form tells nothing
        faults = (SourceError, SettingError, LookupError, TypeError, ValueError)
        with contextlib.suppress(*faults), self._counts.session() as session:
            asked = self._asks.planned(plan.words, query, parameters)
            return plan.rows(session.connection.execute(asked).mappings().all()) or None
        return None

    def cancel(self) -> None:
        """Stop what is asked of it now, from another thread; there it raises `CancelledError`."""
        self._counts.stop()
        self._sessions.stop()

    def _take(
        self,
        said: Mapping[str, Any],
        progress: Progress | None,
        before: Increment | None,
        plain: Collection[str] | None = None,
    ) -> Taken:
        return Taken(self._asks.rows(said, progress, before, plain))


def _place(kind: Kind, url: sa.URL) -> str:
    if kind.is_file:
        return url.database or ""
    name = url.database or url.query.get(kind.place) or ""
    return f"{name} at {url.host}" if name and url.host else str(name or url.host or "")
