"""Programs that work in a tenant, and the keys by which they show who they are."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.admitted import Admitted
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.fields import checked
from mindzie.access.items import Item
from mindzie.access.rising import guard_grant, guard_take_over
from mindzie.core.errors import SettingError
from mindzie.store.models import ApiKey as KeyRecord
from mindzie.store.models import RoleAssignment
from mindzie.store.types import now

_MARK = "mz"


class ApiKey(Item):
    """A key of a service account; only its prefix is known."""

    kind = kinds.KEY
    made_by = "service_account.new_key(name)"
    fixed = "revoke it and make a new one"

    def revoke(self) -> None:
        """Let nobody in by it any more; at once, and for good."""
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            row.revoked_at = row.revoked_at or now()
            visit.session.flush()
            visit.note("api_keys.revoke", self.kind.title, row)
        self._row = row


class ServiceAccount(Admitted, Item):
    """A program that works in the tenant with rights of its own."""

    kind = kinds.SERVICE

    @property
    def keys(self) -> Collection[ApiKey]:
        """Its keys, revoked ones too."""
        return Collection(self._door, ApiKey, self)

    def new_key(self, name: str, expires_at: datetime | None = None) -> str:
        """Make a key.

        Parameters
        ----------
        name : str
            What it is for.
        expires_at : datetime, optional
            Until when it lets in; with a time zone.

        Returns
        -------
        str
            The key. It is shown this once; only a hash of it is kept.

        Raises
        ------
        ForbiddenError
            Without the permission ``services.change``.
        SettingError
            Where it would have expired already.
        """
        values = checked(KeyRecord, {"name": name, "expires_at": expires_at}, new=True)
        until = values["expires_at"]
        if until is not None and (until.tzinfo is None or until <= now()):
            raise SettingError("A key expires at a moment to come, with a time zone.")
        prefix, word = f"{_MARK}_{secrets.token_hex(6)}", secrets.token_urlsafe(32)
        key = f"{prefix}_{word}"
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            guard_service(visit, above.id)
            guard_take_over(visit, "service", above.id)
            row = KeyRecord(
                tenant_id=visit.tenant,
                service_account_id=above.id,
                prefix=prefix,
                key_hash=hash_of(key),
                **values,
            )
            visit.session.add(row)
            visit.session.flush()
            visit.note("api_keys.create", kinds.KEY.title, row, after=facts(row))
        return key

    def _guard(self, visit: Visit, row: Any) -> None:
        guard_service(visit, row.id)


def guard_service(visit: Visit, service: Any) -> None:
    """Refuse a key to a service account that may do more than the actor, so that nobody rises by it."""
    mine = RoleAssignment.service_account_id == service
    for given in visit.session.scalars(select(RoleAssignment).where(mine)):
        guard_grant(visit, given.role)


def hash_of(key: str) -> str:
    """Return what is kept of a key."""
    # the key is random and long: a slow hash would protect nothing
    return hashlib.sha256(key.encode()).hexdigest()
