"""Snapshots of a data set's versions: what is kept of them, where they are, and how they go."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from mindzie.access.audit import lock
from mindzie.access.door import Door, Visit
from mindzie.access.kinds import DATASET
from mindzie.access.opening import READY, version_row
from mindzie.core.errors import MindzieError
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.engine.build import build
from mindzie.engine.moving import as_source
from mindzie.store.database import Scope
from mindzie.store.files import Place, Stored
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.models import DatasetVersion, Pipeline, Snapshot, Tenant

WRITING = "writing"
REMOVED = "removed"


def steps_of(visit: Visit, key: UUID | None) -> tuple[Operation, ...]:
    """Return the enrichments that a data set's pipeline has now."""
    return () if key is None else visit.session.get_one(Pipeline, key).enrichments


def content_of(log: EventLog) -> EventLog:
    """Return what is kept of a log: what its filters and enrichments came to, with a fingerprint of that and not of its source."""
    return build(as_source(log)) if log.recipe else log


def same_version(
    visit: Visit, dataset: DatasetRecord, log: EventLog, steps: tuple[Operation, ...]
) -> DatasetVersion | None:
    """Return the current version where it has the content already; None where there is something to publish."""
    if dataset.current is None:
        return None
    row = version_row(visit, dataset, None)
    chosen = select(Snapshot).where(Snapshot.version_id == row.id)
    found = {each.role: each for each in visit.session.scalars(chosen)}
    kept = found["enriched"].enrichments if "enriched" in found else ()
    same = found["original"].fingerprint == log.fingerprint and kept == steps
    return row if same else None


def damaged_same(door: Door, dataset: UUID, log: EventLog) -> UUID | None:
    """Return the current version that has the content already where a byte of it is not as it was published."""
    with door.reading() as visit:
        above = visit.row(DATASET, dataset)
        same = same_version(visit, above, log, steps_of(visit, above.pipeline_id))
        if same is None:
            return None
        chosen = select(Snapshot).where(Snapshot.version_id == same.id)
        kept = {
            Place(door.tenant, dataset, same.number, each.role): each.files
            for each in visit.session.scalars(chosen)
        }
    # every byte is read, which takes its time: no transaction waits for it
    damaged = any(door.files.verify(place, files) for place, files in kept.items())
    return same.id if damaged else None


def snapshot_record(
    version: DatasetVersion,
    role: str,
    log: EventLog,
    stored: Stored,
    steps: tuple[Operation, ...],
) -> Snapshot:
    """Return the row of a snapshot that was stored."""
    return Snapshot(
        tenant_id=version.tenant_id,
        version_id=version.id,
        role=role,
        fingerprint=log.fingerprint,
        files={name: dict(said) for name, said in stored.files.items()},
        size=stored.size,
        event_count=log.event_count,
        case_count=log.case_count,
        variant_count=log.variant_count,
        enrichments=steps,
    )


def withdraw(door: Door, version: DatasetVersion) -> None:
    """Remove a version that was never finished, its files first."""
    both = [
        Place(door.tenant, version.dataset_id, version.number, role)
        for role in ("original", "enriched")
    ]
    with door.database.writing(Scope(door.tenant)) as session:
        if session.get(Tenant, door.tenant) is None:
            remove_files(door, both)
            return
        lock(session, door.tenant)
        row = session.get(DatasetVersion, version.id)
        if row is None:
            if session.get(DatasetRecord, version.dataset_id) is None:
                remove_files(door, both)
        elif row.state != READY:
            # files first: when the row is gone, the number is free and its folder another's
            gone = remove_files(door, both)
            if row.state == WRITING and gone:
                session.delete(row)
            else:  # its number is not given again where a folder is in the way
                row.state = REMOVED


def versions_of(visit: Visit, datasets: Any, number: int | None = None) -> list[Place]:
    """Return the places of all snapshots that versions of these data sets may have."""
    chosen = select(DatasetVersion).where(DatasetVersion.dataset_id.in_(datasets))
    if number is not None:
        chosen = chosen.where(DatasetVersion.number == number)
    return [
        Place(row.tenant_id, row.dataset_id, row.number, role)
        for row in visit.session.scalars(chosen)
        for role in ("original", "enriched")
    ]


def remove_files(door: Door, places: Iterable[Place]) -> bool:
    """Remove snapshots that no row speaks of any more, and return whether all are gone; ``check`` names the others."""
    gone = True
    for place in places:
        try:
            door.files.remove(place)
        except MindzieError:
            gone = False
    return gone
