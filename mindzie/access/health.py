"""Looking an installation over: what is damaged, left over, or not guarded, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import select, text

from mindzie.access.audit_log import verified
from mindzie.access.door import Visit
from mindzie.access.entrance import Place
from mindzie.access.identity import Actor
from mindzie.access.rights import Rights
from mindzie.access.secrets import keys_in_use, ring_of
from mindzie.core.errors import KeyRingError
from mindzie.store.database import Scope
from mindzie.store.files import Found
from mindzie.store.files import Place as Spot
from mindzie.store.guards import gaps
from mindzie.store.models import Dataset, DatasetVersion, Snapshot, Tenant
from mindzie.store.types import now

PATIENCE: Final = timedelta(hours=1)
"""How old something unfinished is before nobody can be at work on it."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that is not as it should be.

    Parameters
    ----------
    kind : str
        ``"damaged"``, ``"missing"``, ``"unfinished"``, ``"orphan"``, ``"foreign"``, ``"audit"``, ``"key"``, ``"guard"``,
        ``"database"``.
    where : str
        Tenant and object, or path.
    what : str
        What is wrong.
    todo : str
        What to do.
    repair : object, optional
        What ``repaired`` removes; None where nothing is removed by a program.
    """

    kind: str
    where: str
    what: str
    todo: str
    repair: Found | UUID | None = None

    def __str__(self) -> str:
        """Say it in a line."""
        return f"{self.kind}: {self.where}: {self.what}. {self.todo}"


def problems(place: Place, *, deep: bool = True) -> list[Problem]:
    """Look everything over.

    Parameters
    ----------
    place : Place
        The installation.
    deep : bool
        Read every byte of every snapshot; otherwise only see that they are there.

    Returns
    -------
    list of Problem
        Empty where all is well.
    """
    found = [*_database(place), *_keys(place)]
    with place.database.reading(Scope(None)) as session:
        tenants = list(session.scalars(select(Tenant).order_by(Tenant.name)))
    spots = list(place.files.places())
    known: set[Spot] = set()
    for tenant in tenants:
        found += _tenant(place, tenant, spots, known, deep=deep)
    found += _leftovers(spots, known)
    return found


def repaired(place: Place, found: list[Problem]) -> list[Problem]:
    """Remove what is left over: orphans and versions that were never finished. Nothing else is touched.

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
    done = []
    for problem in found:
        if isinstance(problem.repair, Found):
            place.files.remove(problem.repair)
        elif isinstance(problem.repair, UUID):
            with place.database.writing(Scope(None)) as session:
                row = session.get(DatasetVersion, problem.repair)
                if row is not None and row.state == "writing":
                    session.delete(row)
        else:
            continue
        done.append(problem)
    return done


def _database(place: Place) -> Iterator[Problem]:
    database = place.database
    for gap in gaps(database):
        yield Problem("guard", str(database), gap, "")
    if database.is_sqlite:
        with database.reading(Scope(None)) as session:
            said = [row[0] for row in session.execute(text("PRAGMA integrity_check"))]
            broken = len(session.execute(text("PRAGMA foreign_key_check")).all())
        todo = "Restore a backup with `mindzie admin restore`."
        if said != ["ok"]:
            yield Problem("database", str(database), f"the file is damaged ({said[0]})", todo)
        if broken:
            yield Problem(
                "database", str(database), f"{broken} rows refer to rows that are gone", todo
            )


def _keys(place: Place) -> Iterator[Problem]:
    in_use = keys_in_use(place)
    if not in_use:
        return
    try:
        ring = ring_of(place)
    except KeyRingError as error:
        yield Problem("key", "secrets", str(error), "Put the keys back.")
        return
    for key, count in in_use.items():
        if key not in ring.ids:
            yield Problem(
                "key",
                "secrets",
                f"{count} secrets need the key {key}, which is not in {ring.source}",
                "Put it back, after the newest one.",
            )


def _tenant(
    place: Place, tenant: Tenant, spots: list[Found], known: set[Spot], *, deep: bool
) -> Iterator[Problem]:
    with place.database.reading(Scope(tenant.id)) as session:
        nobody = Rights(frozenset(), {}, frozenset())
        visit = Visit(session, tenant.id, Actor("operator", None, "operator"), nobody)
        for fault in verified(visit)["faults"]:
            yield Problem(
                "audit",
                tenant.name,
                fault,
                "Compare with a backup; note the head of the chain elsewhere.",
            )
        datasets = {row.id: row for row in session.scalars(select(Dataset))}
        versions = list(session.scalars(select(DatasetVersion)))
        snapshots = list(session.scalars(select(Snapshot)))
    there = {spot.place for spot in spots if spot.place and spot.complete}
    ready = {(row.dataset_id, row.number) for row in versions if row.state == "ready"}
    by_id = {row.id: row for row in versions}
    for dataset in datasets.values():
        if dataset.current is not None and (dataset.id, dataset.current) not in ready:
            yield Problem(
                "missing",
                f"{tenant.name}, {dataset.name}",
                f"its current version {dataset.current} is not there",
                "Restore a backup, or publish it again.",
            )
    for row in versions:
        known |= {
            Spot(tenant.id, row.dataset_id, row.number, role) for role in ("original", "enriched")
        }
        if row.state == "writing" and row.created_at < now() - PATIENCE:
            said = f"{tenant.name}, {datasets[row.dataset_id].name}, version {row.number}"
            yield Problem(
                "unfinished",
                said,
                f"it was being published at {row.created_at:%Y-%m-%d %H:%M} UTC and never finished",
                "Remove it with --repair, and publish it again.",
                row.id,
            )
    for snapshot in snapshots:
        version = by_id[snapshot.version_id]
        spot = Spot(tenant.id, version.dataset_id, version.number, snapshot.role)
        where = f"{tenant.name}, {datasets[version.dataset_id].name}"
        look = "missing" if spot not in there else "deep" if deep else ""
        yield from _snapshot(place, spot, snapshot, where, look)


def _snapshot(place: Place, spot: Spot, row: Snapshot, where: str, look: str) -> Iterator[Problem]:
    where = f"{where}, version {spot.number} ({spot.role})"
    todo = "Restore a backup, or publish it again."
    if look == "missing":
        yield Problem("missing", where, f"there is nothing at {spot.path}", todo)
    elif look == "deep":
        for damage in place.files.verify(spot, row.files):
            yield Problem("damaged", where, str(damage), todo)


def _leftovers(spots: list[Found], known: set[Spot]) -> Iterator[Problem]:
    for spot in spots:
        old = spot.changed_at < now() - PATIENCE
        if spot.place is None:
            yield Problem(
                "foreign", spot.path, "it is no snapshot", "See what it is and remove it by hand."
            )
        elif not spot.complete:
            if old:
                yield Problem(
                    "orphan",
                    spot.path,
                    "it was being written or removed and never finished",
                    "Remove it with --repair.",
                    spot,
                )
        elif spot.place not in known:
            yield Problem(
                "orphan",
                spot.path,
                "no version of a data set speaks of it",
                "Remove it with --repair.",
                spot,
            )
