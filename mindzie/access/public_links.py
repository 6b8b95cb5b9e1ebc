"""Public links: whoever has one sees a dashboard without signing in, where the organisation allows it, until it ends."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Annotated, Any, Final

from annotated_types import Ge, Le

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.door import Door
from mindzie.access.fields import checked
from mindzie.access.given import given
from mindzie.access.items import Item
from mindzie.access.services import hash_of
from mindzie.core.errors import ForbiddenError
from mindzie.store import models
from mindzie.store.types import now

MARK: Final = "mzl"
"""Begins each token."""
LONGEST: Final = 366
"""Days."""
Days = Annotated[int, Ge(1), Le(LONGEST)]


class PublicLink(Item):
    """A public link; only its prefix is known."""

    kind = kinds.LINK
    made_by = "dashboard.new_link(name)"
    fixed = "revoke it and make a new one"

    def revoke(self) -> None:
        """Let nobody see the dashboard by it any more; at once, and for good."""
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id, archived=True)
            row.revoked_at = row.revoked_at or now()
            visit.session.flush()
            visit.note("public_links.revoke", self.kind.title, row)
        self._row = row


def new_link(door: Door, board: Any, name: str, days: int, filters: Any) -> str:
    """Make a public link of a dashboard and return its token, as ``Dashboard.new_link`` says."""
    days = given(Days, days, "days")
    values = checked(models.PublicLink, {"name": name, "filters": filters}, new=True)
    prefix = f"{MARK}_{secrets.token_hex(6)}"
    token = f"{prefix}_{secrets.token_urlsafe(32)}"
    with door.writing() as visit:
        above = visit.changeable(kinds.DASHBOARD, board, kinds.LINK.change)
        if not visit.session.get_one(models.Tenant, visit.tenant).public_links:
            raise ForbiddenError(
                "Your organisation allows no public links. A tenant administrator may allow them, with workspace.change_publishing(public_links=True)."
            )
        row = models.PublicLink(
            tenant_id=visit.tenant,
            dashboard_id=above.id,
            prefix=prefix,
            token_hash=hash_of(token),
            expires_at=now() + timedelta(days=days),
            created_by=visit.actor.id,
            **values,
        )
        visit.session.add(row)
        visit.session.flush()
        visit.note("public_links.create", kinds.LINK.title, row, after=facts(row))
    return token
