"""Writing the audit log: one entry for each act, chained by hashes, in the act's own transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from mindzie.access.identity import Actor
from mindzie.access.origin import origin
from mindzie.core.operation import Operation
from mindzie.store.base import Base
from mindzie.store.models import AuditEntry, AuditHead
from mindzie.store.types import now

MASK: Final = "***"
"""What stands for a secret."""
_LONGEST = 2_000


def lock(session: Session, tenant: UUID) -> AuditHead:
    """Take the tenant's turn to write: its writers follow one another from here to their commit."""
    head = session.scalars(
        select(AuditHead).where(AuditHead.tenant_id == tenant).with_for_update()
    ).one_or_none()
    if head is None:
        head = AuditHead(tenant_id=tenant, number=0, hash="")
        session.add(head)
        session.flush()
    return head


def write(
    session: Session,
    tenant: UUID,
    actor: Actor,
    action: str,
    *,
    kind: str,
    row: Base | None = None,
    name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Write who did what, on what, from what to what.

    Parameters
    ----------
    session : Session
        The transaction that makes the change.
    tenant : UUID
        Whose log.
    actor : Actor
        Who.
    action : str
        ``area.act``.
    kind : str
        Kind of object.
    row : Base, optional
        The object.
    name : str
        Its name, where the row has none.
    before, after : mapping, optional
        Values, secrets masked already.

    Returns
    -------
    AuditEntry
        Chained to the entry before it.
    """
    head = lock(session, tenant)
    entry = AuditEntry(
        tenant_id=tenant,
        number=head.number + 1,
        at=now(),
        actor_kind=actor.kind,
        actor_id=actor.id,
        actor_name=actor.name,
        action=action,
        object_kind=kind,
        object_id=getattr(row, "id", None),
        object_name=str(getattr(row, "name", None) or name),
        before=None if before is None else dict(before),
        after=None if after is None else dict(after),
        origin=origin(),
        previous_hash=head.hash,
    )
    entry.hash = digest(entry)
    head.number, head.hash = entry.number, entry.hash
    session.add(entry)
    session.flush()
    return entry


def digest(entry: AuditEntry) -> str:
    """Return the hash of an entry's content and of the entry before it (SHA-256 of canonical JSON)."""
    columns = [item.key for item in inspect(AuditEntry).column_attrs if item.key != "hash"]
    said = {key: plain(getattr(entry, key)) for key in columns}
    text = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Operation):
        return value.to_json()
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, bytes):
        return MASK
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def facts(row: Base) -> dict[str, Any]:
    """Return what an audit entry keeps of a row: what was given, long texts shortened, nothing hidden.

    Parameters
    ----------
    row : Base
        Any record.

    Returns
    -------
    dict
        Values by column; those of columns marked ``hidden`` are masked, and what is long is told by its hash.
    """
    found: dict[str, Any] = {}
    for item in inspect(type(row)).column_attrs:
        column = item.columns[0]
        if item.key in {"id", "tenant_id", "created_at", "updated_at", "revision"}:
            continue
        value = plain(getattr(row, item.key))
        if column.info.get("hidden") and value is not None:
            value = MASK
        found[item.key] = _brief(value)
    return found


def _brief(value: Any) -> Any:
    said = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    if len(said) <= _LONGEST:
        return value
    mark = hashlib.sha256(said.encode()).hexdigest()
    return f"{said[:80]}... ({len(said):,} letters, SHA-256 {mark})"
