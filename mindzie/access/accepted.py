"""What a run is compared with: the run accepted last of its investigation, made with the same parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from mindzie.access.door import Visit
from mindzie.store.files import Place
from mindzie.store.files_place import RUN
from mindzie.store.models import Run

Left = tuple[Place, Mapping[str, Any]]
"""Where the files of a run are, and each with its bytes and its SHA-256."""


def accepted_before(visit: Visit, row: Run) -> Run | None:
    """Return the run that was accepted last, of the same investigation and parameters; None where none was.

    Parameters
    ----------
    visit : Visit
        A transaction.
    row : Run
        The run that is compared; never the answer.

    Returns
    -------
    Run or None
        Its row.
    """
    mine = Run.investigation_id == row.investigation_id, Run.accepted_at.is_not(None)
    chosen = select(Run).where(*mine, Run.id != row.id).order_by(Run.accepted_at.desc(), Run.id)
    # parameters are JSON, which databases compare each in their own way
    found = visit.session.scalars(chosen)
    return next((one for one in found if one.parameters == row.parameters), None)


def left_by(visit: Visit, row: Run) -> Left | None:
    """Return where the files of a run are, or of the run whose results it has."""
    found = row if row.same_as is None else visit.session.get(Run, row.same_as)
    if found is None or found.kept is None or found.files is None:
        return None
    return Place(found.tenant_id, found.id, found.kept, RUN), found.files


def as_same(visit: Visit, row: Run, same: Run) -> tuple[Any, int | None]:
    """Return with which run one is compared that has another's results, and how many of these changed.

    Returns
    -------
    tuple of UUID or None and int or None
        The number is None where it is not known yet.
    """
    accepted = accepted_before(visit, row)
    if accepted is None:
        return None, None
    if same.id in (accepted.id, accepted.same_as):
        return accepted.id, 0
    return accepted.id, same.changed if same.compared_with == accepted.id else None
