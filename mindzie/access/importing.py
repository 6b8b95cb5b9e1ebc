"""Imports into data sets: asked for here, done by whoever works jobs off, looked at and mended afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mindzie.access import kinds
from mindzie.access.opening import snapshot_row, version_row
from mindzie.access.reader import reader
from mindzie.access.work import Task
from mindzie.core.errors import NotFoundError
from mindzie.core.spreadsheets import csv_text
from mindzie.store.files import Place
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.types import now

if TYPE_CHECKING:
    import polars as pl


class ImportJob(Task):
    """One import and what became of it."""

    kind = kinds.IMPORT
    made_by = "dataset.request_import(source)"

    def run(self, progress: Callable[[Any], None] | None = None) -> ImportJob:
        """Do it here and now; in a notebook with a line that says how far it is.

        Parameters
        ----------
        progress : callable, optional
            Is told a ``mindzie.ingest.jobs.Progress``; what it raises stops the import.

        Returns
        -------
        ImportJob
            Done; this object is brought up to date too.

        Raises
        ------
        ConflictError
            Where it is not waiting, or somebody else does it.
        SourceError, StoreError
            Where it cannot be read or published. Nothing is changed then but the job, which says why.
        CancelledError
            Where somebody cancelled it.
        """
        with self._door.reading() as visit:
            visit.changeable(self.kind, self.id)
        try:
            reader().run(self, progress)
        finally:
            with self._door.reading() as visit:
                self._row = visit.row(self.kind, self.id)
        return self

    def done(self, version: int | None, progress: Mapping[str, Any]) -> None:
        """Say that it is done.

        Parameters
        ----------
        version : int or None
            Number of the version it made; None where nothing was new.
        progress : mapping
            Rows read, loaded and rejected.
        """
        self._step(
            "running", "done", finished_at=now(), version_number=version, progress=dict(progress)
        )

    def retry(self) -> None:
        """Let it wait for a worker again, where it failed or was cancelled."""
        none = dict.fromkeys(("error", "next_at", "worker", "finished_at", "attempts"))
        self._step("failed cancelled", "waiting", **none)

    @property
    def rejected(self) -> pl.DataFrame:
        """The rows that could not be used, with ``row``, ``reason`` and the source's columns."""
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            if row.version_number is None:
                raise NotFoundError("The import made no version, so it has no rejected rows.")
            visit.need(kinds.VERSION.read, self.kind.project(visit.session, row))
            above = visit.session.get_one(DatasetRecord, row.dataset_id)
            version = version_row(visit, above, row.version_number)
            found = snapshot_row(visit, version, enriched=False)
        place = Place(self._door.tenant, row.dataset_id, version.number, found.role)
        return self._door.files.open(place, found.files, "polars").rejected

    def save_rejected(self, path: str | PathLike[str]) -> None:
        """Write the rejected rows as CSV, to be mended in a spreadsheet; nothing in it is run there.

        Parameters
        ----------
        path : path
            A new file.
        """
        text = csv_text(self.rejected)
        with Path(path).open("x", encoding="utf-8", newline="") as file:
            file.write(text)

    def mend(self, path: str | PathLike[str]) -> ImportJob:
        """Add rejected rows that were mended, as the data set's next version.

        Parameters
        ----------
        path : path
            What ``save_rejected`` wrote, with the cells put right; rows that are not in it stay rejected.

        Returns
        -------
        ImportJob
            The import that added them, done.

        Raises
        ------
        ConflictError
            Where the data set got another version since.
        SourceError
            Where the file is not one of the rejected rows.
        """
        with self._door.reading() as visit:
            visit.changeable(self.kind, self.id)
        made: ImportJob = reader().mended(self, path)
        return made
