"""What runs left: whether it is all there, and what no run speaks of any more."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from mindzie.access.entrance import Place
from mindzie.access.problem import Problem
from mindzie.access.turns import RUNNING
from mindzie.store.database import Scope
from mindzie.store.files import Place as Spot
from mindzie.store.files_place import RUN
from mindzie.store.models import Investigation, Run, Tenant


def run_problems(
    place: Place, tenant: Tenant, there: set[Spot], *, deep: bool
) -> Iterator[Problem]:
    """Look over what the runs of a tenant left.

    Parameters
    ----------
    place : Place
        The installation.
    tenant : Tenant
        Whose.
    there : set of Place
        What was seen complete in the storage.
    deep : bool
        Read every byte; otherwise only see that it is there.

    Yields
    ------
    Problem
        What is missing or damaged.
    """
    chosen = select(Run.id, Run.kept, Run.files, Investigation.name).join(
        Investigation, Investigation.id == Run.investigation_id
    )
    with place.database.reading(Scope(tenant.id)) as session:
        rows = session.execute(chosen.where(Run.kept.is_not(None))).all()
    for key, kept, files, name in rows:
        spot = Spot(tenant.id, key, kept, RUN)
        if not deep and spot in there:
            continue
        damage = place.files.verify(spot, files)
        if not damage or not run_speaks_of(place, spot):
            continue  # whole, or removed since its row was read
        todo = "Restore a backup, or ask for the run again."
        for each in damage:
            kind = "missing" if each.name == "the folder" else "damaged"
            yield Problem(kind, f"{tenant.name}, run {key} of {name}", str(each), todo)


def run_speaks_of(place: Place, spot: Spot) -> bool:
    """Return whether a run has left this, or is about to."""
    with place.database.reading(Scope(None)) as session:
        row = session.get(Run, spot.dataset)
        if row is None or row.tenant_id != spot.tenant:
            return False
        return spot.number == row.kept or (row.state == RUNNING and spot.number == row.turns)
