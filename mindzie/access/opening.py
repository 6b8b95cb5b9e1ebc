"""Which version and which snapshot of a data set is opened."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import select

from mindzie.access.door import Door, Visit
from mindzie.access.given import Number, given
from mindzie.core.errors import NotFoundError
from mindzie.core.log import EventLog
from mindzie.store.files import Place
from mindzie.store.models import Dataset, DatasetVersion, Snapshot

READY: Final = "ready"
"""The state of a version that is complete."""


def version_row(visit: Visit, dataset: Dataset, number: int | None) -> DatasetVersion:
    """Return the row of a version that is complete; None: of the current one."""
    wanted = dataset.current if number is None else given(Number, number, "number of a version")
    if wanted is None:
        raise NotFoundError(
            f"Nothing has been published as {dataset.name!r} yet: publish a log with workspace.publish(log, {dataset.name!r})."
        )
    chosen = select(DatasetVersion).filter_by(dataset_id=dataset.id, number=wanted, state=READY)
    found = visit.session.scalars(chosen).one_or_none()
    if found is None:
        ready = select(DatasetVersion.number).filter_by(dataset_id=dataset.id, state=READY)
        there = visit.session.scalars(ready.order_by(DatasetVersion.number))
        raise NotFoundError(
            f"The data set {dataset.name!r} has no version {wanted}: it has {', '.join(map(str, there))}."
        )
    return found


def open_current(door: Door, visit: Visit, dataset: UUID) -> tuple[Place, Snapshot]:
    """Return the place and the row of the snapshot that is shown of a data set, to whom its rights were looked up before."""
    above = visit.session.get_one(Dataset, dataset)
    row = version_row(visit, above, None)
    found = snapshot_row(visit, row, enriched=True)
    return Place(door.tenant, dataset, row.number, found.role), found


def snapshot_row(visit: Visit, version: DatasetVersion, *, enriched: bool) -> Snapshot:
    """Return the row of a version's snapshot: the enriched one where there is one and it is wanted."""
    chosen = select(Snapshot).where(Snapshot.version_id == version.id)
    found = {row.role: row for row in visit.session.scalars(chosen)}
    row = (found.get("enriched") if enriched else None) or found.get("original")
    if row is None:
        raise NotFoundError(f"Version {version.number} is not complete.")
    return row


def without_rows_of_the_source(log: EventLog) -> EventLog:
    """Return a log, just opened, without the source's rejected rows and without examples of its rows; findings keep their counts.

    Whoever may see a log through filters alone must not read beside it the rows that these leave out. Which filter would keep a
    rejected row, or an example of a finding, cannot be told: they are no cases of the log.
    """
    findings = tuple(one.model_copy(update={"sample": ()}) for one in log.readiness.findings)
    readiness = log.readiness.model_copy(update={"findings": findings})
    return EventLog(log.manifest.model_copy(update={"readiness": readiness}), log.rel)
