"""Letting programs in by their keys."""

from __future__ import annotations

import hmac

from sqlalchemy import select, update

from mindzie.access import audit, kinds
from mindzie.access.entrance import Place, place_of
from mindzie.access.identity import Actor, storable
from mindzie.access.services import hash_of
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SignInError
from mindzie.store.database import Scope
from mindzie.store.models import ApiKey, ServiceAccount, Tenant
from mindzie.store.types import now


def open_with_key(key: str, url: str | Place | None = None) -> Workspace:
    """Open the workspace of the service account that a key belongs to.

    Parameters
    ----------
    key : str
        As ``new_key`` gave it.
    url : str, optional
        Of the database.

    Returns
    -------
    Workspace
        Its tenant's, as far as the service account may see it.

    Raises
    ------
    SignInError
        Where the key is unknown, revoked or expired, or the account or its tenant is stopped; which of them is not said.
    """
    place = place_of(url)
    refused = SignInError(
        "This key lets nobody in: it may be mistyped, revoked or expired. Ask for a new one."
    )
    if not isinstance(key, str) or not (key.isascii() and storable(key)):
        raise refused
    prefix = "_".join(key.split("_")[:2])
    with place.database.writing(Scope(None)) as session:
        chosen = (
            select(ApiKey, ServiceAccount)
            .join(ServiceAccount, ServiceAccount.id == ApiKey.service_account_id)
            .join(Tenant, Tenant.id == ApiKey.tenant_id)
            .where(ApiKey.prefix == prefix, ServiceAccount.active, Tenant.active)
        )
        found = session.execute(chosen).one_or_none()
        if found is None:
            raise refused
        row, account = found
        expired = row.expires_at is not None and row.expires_at <= now()
        if not hmac.compare_digest(row.key_hash, hash_of(key)) or row.revoked_at or expired:
            raise refused
        actor = Actor("service", account.id, account.name, row.id)
        tenant, moment, before = row.tenant_id, now(), row.last_used_at
        told = before is not None and before.date() == moment.date()  # once a day is enough to know
        if not told:  # in the order of all who change a key: the tenant's turn, then the key
            audit.lock(session, tenant)
        # no change of theirs: two who use it at once, or who revokes it meanwhile, are not in each other's way
        used = {"last_used_at": moment, "updated_at": ApiKey.updated_at}
        mine = update(ApiKey).where(ApiKey.id == row.id).values(used)
        session.execute(mine.execution_options(synchronize_session=False))
        if not told:
            audit.write(session, tenant, actor, "api_keys.sign_in", kind=kinds.KEY.title, row=row)
    return Workspace(place.door(tenant, actor))
