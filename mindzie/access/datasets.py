"""Data sets and their versions: published whole or not at all, opened only where every byte is as it was."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from os import PathLike, fspath
from typing import Any, cast
from uuid import UUID

from sqlalchemy import delete, func, select

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Door
from mindzie.access.fields import checked
from mindzie.access.given import given_json
from mindzie.access.importing import ImportJob
from mindzie.access.items import Item, check_references
from mindzie.access.jobs import NOBODY, Turn
from mindzie.access.limits import DATA, check_cases, within_limits
from mindzie.access.mappings import Mapping as MappingItem
from mindzie.access.mappings import version_in_use
from mindzie.access.opening import READY, snapshot_row, version_row
from mindzie.access.reader import reader
from mindzie.access.snapshots import (
    REMOVED,
    WRITING,
    content_of,
    damaged_same,
    remove_files,
    same_version,
    snapshot_record,
    steps_of,
    versions_of,
    withdraw,
)
from mindzie.access.work import Connector
from mindzie.core.errors import ConflictError, MindzieError, SettingError
from mindzie.core.families import Enrichment
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.store.database import Scope
from mindzie.store.files import Place
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.models import DatasetVersion, Snapshot
from mindzie.store.models import ImportJob as ImportRecord


class Version(Item):
    """One state of a data set; only its note may change."""

    kind = kinds.VERSION
    named_by = "number"
    made_by = "dataset.publish(log)"

    def log(self, *, enriched: bool = True, engine: str = "polars") -> EventLog:
        """Open it.

        Parameters
        ----------
        enriched : bool
            With what the data set's pipeline added, where it has one.
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            The log.

        Raises
        ------
        DataSetError
            Where a byte of it is not as it was published.
        """
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            found = snapshot_row(visit, row, enriched=enriched)
        place = Place(self._door.tenant, row.dataset_id, row.number, found.role)
        return self._door.files.open(place, found.files, engine)

    def use(self) -> None:
        """Make it the data set's current version."""
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            above = visit.session.get_one(DatasetRecord, row.dataset_id)
            with within_limits(visit.session, visit.tenant, *DATA):
                before, above.current = above.current, row.number
            told = {"current": row.number}
            visit.note("datasets.use", "data set", above, before={"current": before}, after=told)

    def delete(self) -> None:
        """Remove it and its snapshots; the current one stays.

        Raises
        ------
        ConflictError
            Where it is the current one.
        """
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id, self.kind.delete)
            above = visit.session.get_one(DatasetRecord, row.dataset_id)
            if above.current == row.number:
                raise ConflictError(
                    f"Version {row.number} is the current one of {above.name!r}: make another one current with use(), or delete the data set."
                )
            places = versions_of(visit, [row.dataset_id], number=row.number)
            visit.note("datasets.delete_version", "data set", above, before=facts(row))
            # its number is not given again, and runs that saw it stay
            row.state = REMOVED
            visit.session.execute(delete(Snapshot).where(Snapshot.version_id == row.id))
        remove_files(self._door, places)


class Dataset(Item):
    """An event log of a project, in versions."""

    kind = kinds.DATASET

    @property
    def versions(self) -> Collection[Version]:
        """Its versions, oldest first."""
        return Collection(self._door, Version, self)

    def version(self, number: int | None = None) -> Version:
        """Return a version.

        Parameters
        ----------
        number : int, optional
            The current one where not given.

        Returns
        -------
        Version
            The version.

        Raises
        ------
        NotFoundError
            Where there is none, or nothing has been published yet.
        """
        with self._door.reading() as visit:
            return Version(self._door, version_row(visit, visit.row(self.kind, self.id), number))

    def log(
        self, number: int | None = None, *, enriched: bool = True, engine: str = "polars"
    ) -> EventLog:
        """Open a version.

        Parameters
        ----------
        number : int, optional
            The current one where not given.
        enriched : bool
            With what the pipeline added, where there is one.
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            The log.
        """
        return self.version(number).log(enriched=enriched, engine=engine)

    def publish(self, log: EventLog, note: str = "") -> Version:
        """Publish a log as the next version, and make it the current one.

        Parameters
        ----------
        log : EventLog
            What to publish; its filters and enrichments are part of it.
        note : str
            What changed.

        Returns
        -------
        Version
            The new one; the current one where it has this content already, and every byte of it is there. Of two published at
            once the later one becomes the current one.

        Raises
        ------
        ForbiddenError
            Without the permission ``datasets.change``.
        LimitError
            Where the tenant may not have so much.
        StoreError, DataSetError
            Where it cannot be written. Nothing is changed then.
        """
        return self._publish(NOBODY, log, checked_note(log, note))

    def _publish(self, turn: Turn, log: EventLog, note: str) -> Version:
        door, log = self._door, content_of(log)
        damaged = damaged_same(door, self.id, log)
        with door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            steps = steps_of(visit, above.pipeline_id)
            same = same_version(visit, above, log, steps)
            if same is not None and same.id != damaged:
                turn.ends(visit, above, None)
                return Version(door, same)
            check_cases(visit.session, above, log.case_count)
            last = select(func.max(DatasetVersion.number)).where(
                DatasetVersion.dataset_id == self.id
            )
            version = DatasetVersion(
                tenant_id=visit.tenant,
                dataset_id=self.id,
                number=(visit.session.scalar(last) or 0) + 1,
                state=WRITING,
                note=note,
                created_by=visit.actor.id,
            )
            visit.session.add(version)
            turn.begins(visit, above, version.number)
        try:
            return self._filled(turn, version, log, steps, damaged)
        except BaseException:
            with contextlib.suppress(MindzieError):
                withdraw(door, version)
            raise

    def _filled(
        self,
        turn: Turn,
        version: DatasetVersion,
        log: EventLog,
        steps: tuple[Operation, ...],
        damaged: UUID | None,
    ) -> Version:
        door, number = self._door, version.number
        logs = {"original": log}
        if steps:
            logs["enriched"] = log.enrich(*cast(tuple[Enrichment, ...], steps))
        stored = {
            role: door.files.put(Place(door.tenant, self.id, number, role), each)
            for role, each in logs.items()
        }
        with door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            row = visit.session.get(DatasetVersion, version.id)
            if row is None or row.state != WRITING:
                raise ConflictError(
                    "The version was withdrawn while it was being written: publish it again."
                )
            # somebody may have published the same while this was written
            same = same_version(visit, above, log, steps)
            if same is not None and same.id != damaged:
                turn.ends(visit, above, None)
            else:
                same, before = None, above.current
                with within_limits(visit.session, visit.tenant, *DATA):
                    for role, each in logs.items():
                        applied = steps if role == "enriched" else ()
                        visit.session.add(snapshot_record(row, role, each, stored[role], applied))
                    turn.ends(visit, above, number)
                    row.state = READY
                    # a later one may have been published while this was written: it stays the current one
                    above.current = max(number, above.current or 0)
                now_is = {"number": number, "current": above.current}
                told = {**now_is, "fingerprint": log.fingerprint, "note": row.note}
                visit.note(
                    "datasets.publish", "data set", above, before={"current": before}, after=told
                )
        self._row = above
        if same is None:
            return Version(door, row)
        withdraw(door, version)
        return Version(door, same)

    @property
    def imports(self) -> Collection[ImportJob]:
        """Imports into it."""
        return Collection(self._door, ImportJob, self)

    def request_import(
        self,
        source: Mapping[str, Any] | str | PathLike[str],
        *,
        connector: Connector | None = None,
        mapping: MappingItem | None = None,
    ) -> ImportJob:
        """Ask for an import into it.

        Parameters
        ----------
        source : path or mapping
            A file, or JSON: ``file``, or ``table`` or ``query`` of the connector, and ``reading``, ``increments``,
            ``most_rejected`` and ``mapping`` as in ``mindzie.ingest.jobs.ImportPlan``.
        connector : Connector, optional
            The source system, of the same project.
        mapping : Mapping, optional
            How columns become an event log, of the same project; the job runs with what it is now.

        Returns
        -------
        ImportJob
            Waiting: ``job.run()`` does it here, ``mindzie jobs run`` does all that wait.

        Raises
        ------
        ForbiddenError
            Without the permission ``imports.start``.
        SettingError
            With everything that is wrong.
        """
        said = given_json(
            {"file": fspath(source)} if isinstance(source, str | PathLike) else source, "source"
        )
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id, kinds.IMPORT.change)
            refers = {
                name: getattr(item, "id", item)
                for name, item in (("connector_id", connector), ("mapping_id", mapping))
                if item is not None
            }
            check_references(visit, kinds.IMPORT, refers, above.project_id)
            said = reader().checked_source(said, bool(connector), bool(mapping))
            values = checked(ImportRecord, {"source": said}, new=True)
            if mapping is not None:
                values["mapping_version"] = version_in_use(visit, mapping.id)
            row = ImportRecord(
                tenant_id=visit.tenant,
                dataset_id=above.id,
                created_by=visit.actor.id,
                **values,
                **refers,
            )
            visit.session.add(row)
            visit.session.flush()
            visit.note(
                "imports.request", kinds.IMPORT.title, row, name=above.name, after=facts(row)
            )
        return ImportJob(self._door, row)

    def delete(self) -> None:
        """Remove it with all its versions."""
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            places = versions_of(visit, [self.id])
        super().delete()
        remove_files(self._door, places)


def checked_note(log: EventLog, note: str) -> str:
    """Refuse what is no log, and return the note as it is kept."""
    if not isinstance(log, EventLog):
        raise SettingError(
            f"An event log is published, not a {type(log).__name__}: make one with mz.read()."
        )
    said: str = checked(DatasetVersion, {"note": note}, new=True)["note"]
    return said


def publish_for(turn: Turn, dataset: Dataset, log: EventLog, note: str = "") -> Version:
    """Publish a log for a job, which is done in the very transaction that makes the version the current one.

    Parameters
    ----------
    turn : Turn
        The job's.
    dataset : Dataset
        Of the job.
    log : EventLog
        What to publish.
    note : str
        What changed.

    Returns
    -------
    Version
        As from ``Dataset.publish``.

    Raises
    ------
    CancelledError
        Where the turn is over. Nothing is changed then.
    """
    return dataset._publish(turn, log, note)  # noqa: SLF001 - of this module


def forget_half(door: Door, dataset: UUID, number: int) -> None:
    """Remove what a worker that is gone was writing."""
    with door.database.reading(Scope(door.tenant)) as session:
        chosen = select(DatasetVersion).filter_by(dataset_id=dataset, number=number, state=WRITING)
        row = session.scalars(chosen).one_or_none()
    if row is not None:
        withdraw(door, row)
