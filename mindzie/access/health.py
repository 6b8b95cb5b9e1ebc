"""Looking an installation over: what is damaged, left over, or not guarded, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from pydantic import InstanceOf
from sqlalchemy import func, select, text

from mindzie.access.audit import lock, write
from mindzie.access.audit_log import verified
from mindzie.access.door import Visit
from mindzie.access.entrance import Place
from mindzie.access.given import given
from mindzie.access.health_boards import board_problems
from mindzie.access.health_keys import half_written_keys, key_problems
from mindzie.access.health_runs import run_problems, run_speaks_of
from mindzie.access.identity import OPERATOR
from mindzie.access.own_log import note
from mindzie.access.problem import Problem
from mindzie.access.rights import Rights
from mindzie.core.errors import StoreError
from mindzie.core.words import counted
from mindzie.store.database import Database, Scope
from mindzie.store.files import Found
from mindzie.store.files import Place as Spot
from mindzie.store.files_place import ROLES, RUN
from mindzie.store.guards import gaps
from mindzie.store.models import Dataset, DatasetVersion, ImportJob, Run, Snapshot, Tenant
from mindzie.store.types import now

_LOST_CURRENT: Final = (
    select(Dataset.id, Dataset.current)
    .outerjoin(
        DatasetVersion,
        (DatasetVersion.dataset_id == Dataset.id)
        & (DatasetVersion.number == Dataset.current)
        & (DatasetVersion.state == "ready"),
    )
    .where(Dataset.current.is_not(None), DatasetVersion.id.is_(None))
)
PATIENCE: Final = timedelta(hours=1)
"""How old something unfinished is before nobody can be at work on it."""


def problems(place: Place, *, deep: bool = True, patience: timedelta = PATIENCE) -> list[Problem]:
    """Look everything over.

    Parameters
    ----------
    place : Place
        The installation.
    deep : bool
        Read every byte of every snapshot; otherwise only see that they are there.
    patience : timedelta
        How old something unfinished is before it is named.

    Returns
    -------
    list of Problem
        Empty where all is well.
    """
    found = list(_database(place))
    if any(problem.kind == "database" for problem in found):
        return found  # what a damaged file says of the rest is worth nothing
    found += key_problems(place, deep=deep)
    # a version has its row before its folder, so what is seen in the storage now has a row by the time rows are read
    unusable = list(_storage(place))
    found += unusable
    spots = [] if unusable else list(place.files.places())
    with place.database.reading(Scope(None)) as session:
        tenants = list(session.scalars(select(Tenant).order_by(Tenant.name)))
    before = now() - patience
    for tenant in tenants:
        found += _tenant(place, tenant, None if unusable else spots, before, deep=deep)
        found += _stuck(place, tenant, before)
    found += _leftovers(place, spots, before)
    found += half_written_keys(place, before)
    return found


def repaired(place: Place, found: list[Problem]) -> list[Problem]:
    """Remove what is left over: orphans and versions that were never finished. Nothing else is touched; the installation's log says what.

    Parameters
    ----------
    place : Place
        The installation.
    found : list of Problem
        Of ``problems``.

    Returns
    -------
    list of Problem
        Those that were mended.
    """
    done, removed = list[Problem](), list[str]()
    try:
        for problem in given(list[InstanceOf[Problem]], found, "found"):
            if problem.repair is None:
                continue
            if _removed(place, problem.repair):
                removed.append(problem.fact)
            done.append(problem)
    finally:
        if removed:  # also where the next one could not be mended
            with place.database.writing(Scope(None)) as session:
                note(session, "installation.repair", after={"removed": removed})
    return done


def _removed(place: Place, leftover: Found | UUID | Path) -> bool:
    if isinstance(leftover, UUID):
        return _withdrawn(place, leftover)
    if isinstance(leftover, Path):
        leftover.unlink(missing_ok=True)
    else:
        place.files.remove(leftover)
    return True


def _withdrawn(place: Place, version: UUID) -> bool:
    with place.database.writing(Scope(None)) as session:
        row = session.get(DatasetVersion, version)
        if row is None:
            return False
        lock(session, row.tenant_id)
        row = session.get(DatasetVersion, version, populate_existing=True)
        if row is None or row.state != "writing":
            return False
        above = session.get_one(Dataset, row.dataset_id)
        told = {"number": row.number, "note": row.note}
        write(
            session,
            row.tenant_id,
            OPERATOR,
            "datasets.withdraw",
            kind="data set",
            row=above,
            before=told,
        )
        # not deleted: whoever is still at it may leave a folder of this number
        row.state = "removed"
    for role in ROLES:
        place.files.remove(Spot(row.tenant_id, row.dataset_id, row.number, role))
    return True


def _database(place: Place) -> Iterator[Problem]:
    database = place.database
    todo = "Restore a backup with `mindzie admin restore`."
    try:
        for gap in gaps(database):
            yield Problem("guard", str(database), gap, "")
        said, broken = _looked_into(database) if database.is_sqlite else ("ok", 0)
    except StoreError as error:
        yield Problem("database", str(database), str(error), todo)
        return
    if said != "ok":
        yield Problem("database", str(database), f"the file is damaged ({said})", todo)
    if broken:
        yield Problem(
            "database",
            str(database),
            f"{counted(broken, 'row')} {'refers' if broken == 1 else 'refer'} to rows that are gone",
            todo,
        )


def _looked_into(database: Database) -> tuple[str, int]:
    with database.reading(Scope(None)) as session:
        said = str(session.scalar(text("PRAGMA integrity_check")))
        return " ".join(said.split()), len(session.execute(text("PRAGMA foreign_key_check")).all())


def _storage(place: Place) -> Iterator[Problem]:
    try:
        place.files.claim()
        place.files.is_ours()
        next(place.files.places(), None)
    except StoreError as error:
        yield Problem("storage", str(place.files), str(error), "")


def _stuck(place: Place, tenant: Tenant, before: datetime) -> Iterator[Problem]:
    with place.database.reading(Scope(tenant.id)) as session:
        kinds: tuple[tuple[str, Any], ...] = (("import", ImportJob), ("run", Run))
        for called, record in kinds:
            # of a worker something is heard each second, however long it takes
            last = func.coalesce(record.beat_at, record.started_at)
            chosen = select(record).where(record.state == "running", last < before)
            for row in session.scalars(chosen):
                where = f"{tenant.name}, {called} {row.id}"
                said = f"it runs since {row.started_at:%Y-%m-%d %H:%M} UTC"
                todo = "If no program is at work on it any more, cancel it and ask for it again."
                yield Problem("unfinished", where, said, todo)


def _tenant(
    place: Place, tenant: Tenant, spots: list[Found] | None, before: datetime, *, deep: bool
) -> Iterator[Problem]:
    with place.database.reading(Scope(tenant.id)) as session:
        visit = Visit(session, tenant.id, OPERATOR, Rights(frozenset(), {}, frozenset()))
        for fault in verified(visit)["faults"]:
            todo = "Compare with a backup; note the head of the chain elsewhere."
            yield Problem("audit", tenant.name.strip("\x1f"), fault, todo)
        names = {row.id: f"{tenant.name}, {row.name}" for row in session.scalars(select(Dataset))}
        versions = {row.id: row for row in session.scalars(select(DatasetVersion))}
        current = list(session.execute(_LOST_CURRENT))
        snapshots = list(session.scalars(select(Snapshot)))
    for dataset, number in current:
        said = f"its current version {number} is not there"
        yield Problem("missing", names[dataset], said, "Restore a backup, or publish it again.")
    for row in versions.values():
        if row.state == "writing" and row.created_at < before:
            where = f"{names[row.dataset_id]}, version {row.number}"
            said = (
                f"it was being published at {row.created_at:%Y-%m-%d %H:%M} UTC and never finished"
            )
            todo = "Remove it with --repair, and publish it again."
            yield Problem("unfinished", where, said, todo, row.id)
    if spots is None:
        return  # every snapshot would be missing
    there = {spot.place for spot in spots if spot.place and spot.complete}
    for snapshot in snapshots:
        version = versions[snapshot.version_id]
        spot = Spot(tenant.id, version.dataset_id, version.number, snapshot.role)
        # what was published since the storage was listed is not in the list
        if deep or spot not in there:
            where = f"{names[version.dataset_id]}, version {spot.number} ({spot.role})"
            yield from _snapshot(place, spot, snapshot, where)
    yield from run_problems(place, tenant, there, deep=deep)
    yield from board_problems(place, tenant)


def _snapshot(place: Place, spot: Spot, row: Snapshot, where: str) -> Iterator[Problem]:
    damage = place.files.verify(spot, row.files)
    if not damage:
        return
    with place.database.reading(Scope(spot.tenant)) as session:
        if session.get(Snapshot, row.id) is None:
            return  # removed since its row was read
    todo = "Restore a backup, or publish it again."
    for each in damage:
        yield Problem("missing" if each.name == "the folder" else "damaged", where, str(each), todo)


def _leftovers(place: Place, spots: list[Found], before: datetime) -> Iterator[Problem]:
    unspoken = []
    for spot in spots:
        if spot.place is None:
            todo = "See what it is and remove it by hand."
            yield Problem("foreign", spot.path, "it is no snapshot", todo)
        elif spot.path == spot.place.path and _spoken_of(place, spot.place):
            continue  # what is wrong with it was said with its version
        elif spot.complete:
            unspoken.append(spot)
        elif spot.changed_at < before:
            said = "it was being written or removed and never finished"
            yield Problem("orphan", spot.path, said, "Remove it with --repair.", spot)
    # one that is being removed has lost its row, and is gone by now
    there = {spot.path for spot in place.files.places()} if unspoken else set()
    for spot in unspoken:
        if spot.path in there:
            what = "run" if spot.place and spot.place.role == RUN else "version of a data set"
            said = f"no {what} speaks of it"
            yield Problem("orphan", spot.path, said, "Remove it with --repair.", spot)


def _spoken_of(place: Place, spot: Spot) -> bool:
    if spot.role == RUN:
        return run_speaks_of(place, spot)
    chosen = select(DatasetVersion.id).where(
        DatasetVersion.tenant_id == spot.tenant,
        DatasetVersion.dataset_id == spot.dataset,
        DatasetVersion.number == spot.number,
        DatasetVersion.state != "removed",
    )
    with place.database.reading(Scope(None)) as session:
        return session.scalar(chosen) is not None
