"""A table or a query of a database as the source of an import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mindzie.core.errors import SettingError
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.raw import Raw
from mindzie.widgets.import_wizard.databases import Connection
from mindzie.widgets.import_wizard.source import Script

Json = dict[str, Any]
_WRITTEN = ("day_first", "decimal", "date_format", "timezone")


@dataclass(frozen=True, slots=True)
class Table:
    """What is read of a database.

    Parameters
    ----------
    connection : Connection
        The database.
    table, query, schema : str, optional
        Either a table, with its schema where that is not the user's own, or a query.
    """

    connection: Connection
    table: str | None = None
    query: str | None = None
    schema: str | None = None

    @property
    def label(self) -> str:
        """What the reader calls it."""
        name = self.table or "Query"
        return f"{self.schema}.{name}" if self.schema and self.table else name

    @property
    def where(self) -> str:
        """What messages call it."""
        return f"{self.table or 'the query'} of {self.connection.origin.name}"

    def told(self) -> Json:
        """Return what the page says of it."""
        return {"label": self.label, "size": None, "of": self.connection.origin.name}

    def read(self, settings: Mapping[str, Any], meter: Meter) -> Raw:  # noqa: ARG002 - only files have such
        """Read all rows, and tell how many came."""
        return self.connection.origin.rows(
            self.table, query=self.query, schema=self.schema, progress=meter.rows
        )

    def members(self) -> list[str]:
        """Return nothing: it is no archive."""
        return []

    def settings(self, raw: Raw | None, members: list[str]) -> list[str]:  # noqa: ARG002 - as of any source
        """Return what may be said of texts that are numbers or dates."""
        return [] if raw is None else list(_WRITTEN)

    def script(self) -> Script:
        """Return how code reads it; a password is taken from the environment."""
        given = [repr(self.table)] if self.table else [f"query={self.query!r}"]
        given += [f"schema={self.schema!r}"] if self.schema else []
        return Script("source.read", tuple(given), tuple(self.connection.code()))

    def planned(self) -> Json:
        """Return it as the source of a plan, without password.

        Raises
        ------
        SettingError
            Where Python connected to it: then nobody knows with which password.
        """
        if not self.connection.said:
            message = "This database was connected to by Python: keep it as a connector of the workspace, and import from that."
            raise SettingError(message)
        what = {"table": self.table, "query": self.query, "schema": self.schema}
        return {**self.connection.said, **{name: text for name, text in what.items() if text}}
