"""Whether a workspace is one person's own."""

from __future__ import annotations

from sqlalchemy import select

from mindzie.access.door import Door
from mindzie.access.identity import LOCAL
from mindzie.store.database import Scope
from mindzie.store.models import ServiceAccount, User


def is_alone(door: Door) -> bool:
    """Tell whether a workspace is that of this machine's user, who may call what the machine may, and of nobody else.

    Parameters
    ----------
    door : Door
        Of who asks.

    Returns
    -------
    bool
        False as soon as there is somebody else, or a service account.
    """
    if not door.database.is_sqlite or door.actor.kind != "user":
        return False
    owner = (User.id == door.actor.id) & (User.provider == LOCAL) & (User.subject == "owner")
    with door.database.reading(Scope(None)) as session:
        others = session.scalar(select(User.id).where(~owner).limit(1))
        programs = session.scalar(select(ServiceAccount.id).limit(1))
    return others is None and programs is None
