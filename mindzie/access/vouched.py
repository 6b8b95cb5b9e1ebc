"""People whom the hub vouches for: it looked at who they are when they logged in, and starts their servers."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import select

from mindzie.access.entrance import Place
from mindzie.access.identity import Actor
from mindzie.access.permissions import ANALYSES
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SignInError
from mindzie.store.database import Scope
from mindzie.store.models import Tenant, User


def is_analyst(ws: Workspace) -> bool:
    """Return whether who opened a workspace may make analyses anywhere in it."""
    with ws._door.reading() as visit:  # noqa: SLF001 - of this layer
        return visit.rights.anywhere(ANALYSES)


def workspace_for(place: Place, tenant: UUID, user: UUID) -> Workspace:
    """Open a tenant's workspace as one of its people.

    Parameters
    ----------
    place : Place
        The database and the storage.
    tenant, user : UUID
        As they were found when the person logged in.

    Returns
    -------
    Workspace
        With that person's rights, looked up anew in each act.

    Raises
    ------
    SignInError
        Where the person, or the tenant, is gone or stopped.
    """
    with place.database.reading(Scope(tenant)) as session:
        chosen = select(User.name).join(Tenant, Tenant.id == User.tenant_id)
        name = session.scalar(chosen.where(User.id == user, User.active, Tenant.active))
    if name is None:
        raise SignInError(
            "This account has no access any more: ask an administrator of your organisation."
        )
    return Workspace(place.door(tenant, Actor("user", user, name)))
