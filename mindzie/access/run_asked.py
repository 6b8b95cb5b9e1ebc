"""Asking for runs: the row that waits, and the run that has done the same before.

Whoever makes a run, such as a schedule, calls ``new_run`` in a writing transaction of the tenant; its own columns go in as keywords
(``schedule_id=...``), and the row is there or not with all else that the transaction does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from mindzie.access import turns
from mindzie.access.door import Visit
from mindzie.access.opening import snapshot_row
from mindzie.core.errors import ConflictError
from mindzie.core.log import package_version
from mindzie.store.models import Dataset, DatasetVersion, Investigation, Notebook, Run

BY_HAND, SCHEDULE, DATA = "by hand", "schedule", "data"
"""Why a run is made."""


def new_run(
    visit: Visit,
    above: Investigation,
    parameters: Mapping[str, Any],
    *,
    asker: UUID | None,
    reason: str = BY_HAND,
    version: int | None = None,
    **more: Any,
) -> Run:
    """Make a run that waits, of the notebook in use.

    Parameters
    ----------
    visit : Visit
        A writing transaction.
    above : Investigation
        The investigation's row.
    parameters : mapping
        Those that differ from the investigation's own.
    asker : UUID or None
        With whose rights it runs.
    reason : {"by hand", "schedule", "data"}
        Why.
    version : int, optional
        Of the data; the current one where not given.
    **more
        Other columns of the row.

    Returns
    -------
    Run
        The row.

    Raises
    ------
    ConflictError
        Where the investigation has no notebook yet.
    """
    notebook, data, key = _fixed(visit, above, parameters, version)
    row = Run(
        tenant_id=visit.tenant,
        investigation_id=above.id,
        notebook_id=notebook.id,
        version_id=None if data is None else data.id,
        parameters={**above.parameters, **parameters},
        created_by=asker,
        reason=reason,
        key=key,
        **more,
    )
    visit.session.add(row)
    visit.session.flush()
    return row


def known_run(visit: Visit, above: Investigation, parameters: Mapping[str, Any]) -> Run | None:
    """Return the run that has done the same: this notebook, these parameters, this data."""
    return done_same(visit, above.id, _fixed(visit, above, parameters)[2])


def forget_known(visit: Visit, above: Investigation, parameters: Mapping[str, Any]) -> None:
    """Let nobody take earlier results for the same any more."""
    key = _fixed(visit, above, parameters)[2]
    if key is not None:
        mine = update(Run).where(Run.investigation_id == above.id, Run.key == key)
        values = {"key": None, "updated_at": Run.updated_at}
        visit.session.execute(mine.values(values).execution_options(synchronize_session=False))


def _fixed(
    visit: Visit, above: Investigation, parameters: Mapping[str, Any], number: int | None = None
) -> tuple[Notebook, DatasetVersion | None, str | None]:
    """Return the notebook, the version, and what tells the run from others; None where that is not known before."""
    if above.current is None:
        raise ConflictError(
            f"The investigation {above.name!r} has no notebook yet: save one first."
        )
    chosen = select(Notebook).filter_by(investigation_id=above.id, number=above.current)
    notebook = visit.session.scalars(chosen).one()
    version = _version(visit, above.dataset_id, number)
    if version is None:
        return notebook, None, None
    said = [
        notebook.sha256,
        {**above.parameters, **parameters},
        snapshot_row(visit, version, enriched=True).fingerprint,
        package_version(),
    ]
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return notebook, version, hashlib.sha256(text.encode()).hexdigest()


def _version(visit: Visit, dataset: UUID | None, number: int | None) -> DatasetVersion | None:
    above = None if dataset is None else visit.session.get_one(Dataset, dataset)
    if above is None or above.current is None:
        return None
    chosen = select(DatasetVersion).filter_by(dataset_id=dataset, number=number or above.current)
    return visit.session.scalars(chosen).one_or_none()


def done_same(visit: Visit, investigation: UUID, key: str | None) -> Run | None:
    """Return the latest run of an investigation that is done and has a key, and what it left; None for no key."""
    if key is None:
        return None
    same = (Run.investigation_id == investigation, Run.key == key, Run.state == turns.DONE)
    chosen = select(Run).where(*same, Run.kept.is_not(None)).order_by(Run.id.desc())
    return visit.session.scalars(chosen.limit(1)).first()
