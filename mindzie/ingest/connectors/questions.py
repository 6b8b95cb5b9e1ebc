"""What is asked of a source: statements made of what somebody said, and their rows."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import polars as pl
import sqlalchemy as sa

from mindzie.core.errors import SettingError
from mindzie.ingest.connectors import catalogue, statements
from mindzie.ingest.connectors.batches import Progress
from mindzie.ingest.connectors.increments import Increment
from mindzie.ingest.connectors.session import Session, Sessions
from mindzie.ingest.connectors.source_values import SourceColumn
from mindzie.ingest.connectors.streams import fetched


class Questions:
    """Asks one source.

    Parameters
    ----------
    sessions : Sessions
        With the source.
    """

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    def columns(
        self, session: Session, table: str, schema: str | None
    ) -> tuple[str, str | None, tuple[SourceColumn, ...]]:
        """Return a table's own name and schema, and its columns."""
        name, place = catalogue.located(session.connection, table, schema)
        return name, place, catalogue.columns(session.connection, name, place, self.sessions.label)

    def first(self, session: Session, query: sa.TextClause, rows: int) -> pl.DataFrame:
        """Return the first rows of a query."""
        if self.sessions.kind.queries == "wrapped":
            return fetched(session, statements.wrapped(query).limit(rows), most=rows)
        if self.sessions.kind.queries == "rowcount":
            session.connection.exec_driver_sql(f"SET ROWCOUNT {rows:d}")
        return fetched(session, query, most=rows)

    def table(self, session: Session, table: str, schema: str | None) -> sa.Select[Any]:
        """Return the statement that reads a table, without what cannot be read."""
        name, place, columns = self.columns(session, table, schema)
        names = [column.name for column in columns if column.type != "bytes"]
        return statements.of_table(name, place, names)

    def query(self, query: str, parameters: Mapping[str, Any] | None) -> sa.TextClause:
        """Return a query that was looked at, with its values bound."""
        return statements.bound(
            statements.checked_query(self.sessions.kind, query), parameters or {}
        )

    def planned(
        self, words: str, query: str, parameters: Mapping[str, Any] | None
    ) -> sa.TextClause:
        """Return what asks for the plan of a query that was looked at."""
        looked_at = statements.checked_query(self.sessions.kind, query)
        return statements.bound(f"{words} {looked_at}", parameters or {})

    def rows(
        self,
        said: Mapping[str, Any],
        progress: Progress | None,
        after: Increment | None,
        plain: Collection[str] | None,
    ) -> pl.DataFrame:
        """Return the rows of a table or a query; after an earlier reading, those since."""
        table, query = said["table"], said["query"]
        if (table is None) == (query is None):
            raise SettingError("Say what to read: either a table, or query=.")
        parameters = dict(said["parameters"])
        with self.sessions.session() as session:
            if query is None:
                if parameters:
                    raise SettingError("parameters= are for a query: a table has none.")
                chosen = self.table(session, table, said["schema"])
                if after is not None:
                    chosen = statements.since(chosen, str(after.cursor), after.since)
                return fetched(session, chosen, progress=progress, plain=plain)
            if after is None:
                return fetched(
                    session, self.query(query, parameters), progress=progress, plain=plain
                )
            return fetched(
                session, self.later(query, parameters, after), progress=progress, plain=plain
            )

    def later(self, query: str, parameters: dict[str, Any], after: Increment) -> Any:
        """Return the rows of a query since an earlier reading."""
        if "since" in parameters:
            return self.query(query, {**parameters, "since": after.since})
        if self.sessions.kind.queries != "wrapped":
            raise SettingError(
                f"{self.sessions.kind.label} cannot ask for a part of a query: write cursor >= :since into it, and give parameters={{'since': ...}} for the first time."
            )
        return statements.since(
            statements.wrapped(self.query(query, parameters)), str(after.cursor), after.since
        )
