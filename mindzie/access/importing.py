"""Imports into data sets: asked for here, done by whoever works jobs off, looked at and mended afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from os import PathLike
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mindzie.access import kinds
from mindzie.access.asking import as_asker
from mindzie.access.door import Visit
from mindzie.access.given import given_json, given_path
from mindzie.access.items import check_references
from mindzie.access.opening import snapshot_row, version_row
from mindzie.access.reader import reader
from mindzie.access.tasks import Task
from mindzie.core.errors import NotFoundError, SettingError
from mindzie.core.spreadsheets import csv_text
from mindzie.store.files import Place
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.models import ImportJob as ImportRecord
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
        if progress is not None and not callable(progress):
            raise SettingError("progress is a function: it is told how far the import is.")
        with self._door.reading() as visit:
            visit.changeable(self.kind, self.id)
        try:
            reader().run(self, progress)
        finally:
            with self._door.reading() as visit:
                self._row = visit.row(self.kind, self.id)
        return self

    def done(self, version: int | None, progress: Mapping[str, Any] | None = None) -> None:
        """Say that it is done.

        Parameters
        ----------
        version : int or None
            Number of the version it made; None where nothing was new.
        progress : mapping, optional
            Rows read, loaded and rejected.

        Raises
        ------
        NotFoundError
            Where its data set has no such version.
        """
        said = given_json({} if progress is None else progress, "progress")
        self._step("running", "done", finished_at=now(), version_number=version, progress=said)

    def _check_step(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        if values.get("version_number") is not None:
            above = visit.session.get_one(DatasetRecord, row.dataset_id)
            version_row(visit, above, values["version_number"])

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

        Raises
        ------
        NotFoundError
            Where there are none.
        SettingError
            Where the file exists, or cannot be made. It is not changed.
        """
        path, rows = given_path(path, "path"), self.rejected
        if rows.is_empty():
            raise NotFoundError("The import rejected no row: all of them are events.")
        try:
            with path.open("x", encoding="utf-8", newline="") as file:
                file.write(csv_text(rows))
        except FileExistsError:
            raise SettingError(f"{path} exists already: choose another name.") from None
        except OSError as error:
            raise SettingError(f"{path} cannot be written: {error.strerror}.") from None

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
        path = given_path(path, "path")
        with self._door.reading() as visit:
            visit.changeable(self.kind, self.id)
        made: ImportJob = reader().mended(self, path)
        return made


def still_allowed(visit: Visit, job: UUID) -> None:
    """See that who asked for a job might ask for it now: a worker does nothing for those whom it was closed to meanwhile.

    Parameters
    ----------
    visit : Visit
        The transaction, of the worker.
    job : UUID
        The job.

    Raises
    ------
    ForbiddenError
        With what has changed.
    """
    row = visit.session.get_one(ImportRecord, job)
    if row.created_by is None:
        return  # the operator's
    refers = {"connector_id": row.connector_id, "mapping_id": row.mapping_id}
    rest = "the data set, the connector or the mapping"
    with as_asker(visit, row.created_by, "import", kinds.IMPORT.change, rest) as theirs:
        above = theirs.changeable(kinds.DATASET, row.dataset_id, kinds.IMPORT.change)
        check_references(theirs, kinds.IMPORT, refers, above.project_id)
