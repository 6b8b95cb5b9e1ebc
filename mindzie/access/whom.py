"""With whom something is shared, by the names that people know."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError, NotFoundError, SettingError


def holder(ws: Workspace, who: Any) -> dict[str, Any]:
    """Return a person or a group as ``share`` takes them.

    Parameters
    ----------
    ws : Workspace
        Of who shares.
    who : str or UUID
        A group's name, a person's name or e-mail address, or a person's identifier.

    Returns
    -------
    dict
        ``group`` or ``user``.

    Raises
    ------
    SettingError
        Where it is nobody, or several people.
    NotFoundError
        Where nobody has the identifier.
    """
    if isinstance(who, UUID):
        return {"user": ws.users[who]}
    with suppress(NotFoundError):
        return {"group": ws.groups[who]}
    found = [user for user in ws.users if who in {user.name, user.email}]
    if len(found) != 1:
        what = "Several people are called" if found else "There is no person and no group"
        raise SettingError(f"{what} {who!r} in this workspace: give an e-mail address.")
    return {"user": found[0]}


def audience(ws: Workspace) -> dict[str, Any]:
    """Return with whom something can be shared.

    Parameters
    ----------
    ws : Workspace
        Of who shares.

    Returns
    -------
    dict
        ``people`` (``id`` and ``name`` of each who may come in, without the one who asks) and ``groups``; nothing where they are out of sight.
    """
    found: dict[str, Any] = {"people": [], "groups": []}
    with suppress(ForbiddenError):
        me = ws.me["id"]
        found["people"] = [
            {"id": str(one.id), "name": one.name or one.email}
            for one in ws.users
            if one.active and one.id != me
        ]
        found["groups"] = ws.groups.names()
    return found
