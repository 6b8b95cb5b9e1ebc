"""Letting a run's notebook in: its worker answers what it asks, for who asked for the run, as long as the turn at it holds."""

from __future__ import annotations

import hmac
import os
from contextlib import suppress
from dataclasses import replace
from typing import Final
from uuid import UUID

from sqlalchemy import select, update

from mindzie.access.asking import asker_of
from mindzie.access.door import Visit
from mindzie.access.entrance import Place, place_of
from mindzie.access.identity import OPERATOR
from mindzie.access.remote.link import Link
from mindzie.access.rights import Rights
from mindzie.access.turns import RUNNING
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SignInError
from mindzie.store.database import Scope
from mindzie.store.models import Run, Tenant

ADDRESS, SECRET = "MINDZIE_RUN_WORKSPACE", "MINDZIE_RUN"
"""The environment variables of a notebook: where its worker answers, and what the worker knows it by."""
OVER: Final = "The run that this notebook belongs to is over: ask for another one."


def run_link() -> Link | None:
    """Return the line to the worker, in the notebook of a run."""
    address, secret = os.environ.get(ADDRESS), os.environ.get(SECRET)
    return Link(address, secret, "The worker of this run", OVER) if address and secret else None


def open_for_run(token: str, url: str | Place | None = None) -> Workspace:
    """Open the workspace of who asked for a run, for its worker.

    A notebook that does so sees more than its data set, so what it finds is not taken for the same as what another run finds.

    Parameters
    ----------
    token : str
        Of the worker's turn.
    url : str, optional
        Of the database.

    Returns
    -------
    Workspace
        As far as they may see it now.

    Raises
    ------
    SignInError
        Where the run is over, or another worker's.
    ForbiddenError
        Where who asked for it has no access any more.
    """
    place = place_of(url)
    said, _, mark = token.partition(".")
    key = UUID(int=0)
    with suppress(ValueError):
        key = UUID(said)
    with place.database.reading(Scope(None)) as session:
        chosen = select(Run).join(Tenant, Tenant.id == Run.tenant_id)
        row = session.scalars(chosen.where(Run.id == key, Tenant.active)).one_or_none()
        held = row is not None and row.state == RUNNING and row.worker is not None
        if row is None or not held or not hmac.compare_digest(str(row.worker), mark):
            raise SignInError(OVER)
        visit = Visit(session, row.tenant_id, OPERATOR, Rights(frozenset(), {}, frozenset()))
        asker, tenant = asker_of(visit, row.created_by, "run"), row.tenant_id
        known = row.key is not None
    if known:
        with place.database.writing(Scope(None)) as session:
            values = {"key": None, "updated_at": Run.updated_at}
            mine = update(Run).where(Run.id == key).values(values)
            session.execute(mine.execution_options(synchronize_session=False))
    return Workspace(place.door(tenant, replace(asker, run=key)))
