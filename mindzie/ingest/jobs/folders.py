"""Which files a worker reads: for others only those of folders that it was given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.orm import object_session

from mindzie.access.door import Door
from mindzie.core.errors import SourceError
from mindzie.ingest.connectors.guard import leads_to
from mindzie.ingest.connectors.kept import file_of
from mindzie.store.models import Connector


@dataclass(frozen=True, slots=True)
class Folders:
    """The files of one worker.

    Parameters
    ----------
    door : Door
        Of the workspace, for who works.
    given : sequence of str
        Folders, or beginnings of addresses, whose files are read for everybody.
    own : bool
        Whether others are read for the actor: a program of theirs can read what they can.
    """

    door: Door
    given: Sequence[str] = ()
    own: bool = True

    def fits(self, row: Any) -> bool:
        """Return whether the worker may do a job: a file is not read for somebody who could not read it.

        Parameters
        ----------
        row : ImportJob
            Its row, within a transaction.

        Returns
        -------
        bool
            Also False for a connector to a file of SQLite or DuckDB that lies elsewhere.
        """
        file = row.source.get("file")
        session = object_session(row)
        if file is None and row.connector_id is not None and session is not None:
            connector = session.get(Connector, row.connector_id)
            file = connector and file_of(connector.kind, connector.settings)
        return file is None or self.opens(row.created_by, file)

    def opens(self, asker: UUID | None, file: str) -> bool:
        """Return whether a file is read for who asks for it."""
        if self.own and asker == self.door.actor.id:
            return True
        if "://" in file:
            return any(
                "://" in each and file.startswith(each.rstrip("/") + "/") for each in self.given
            )
        try:
            path = leads_to(file)
        except SourceError:
            return False  # one such job must not keep the others waiting
        return any(path.is_relative_to(Path(each).resolve()) for each in self.given)
