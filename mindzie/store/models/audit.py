"""Who did what to what: entries that nobody changes, chained by hashes."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.store.base import NAME, Base
from mindzie.store.types import ExactJson, now


class AuditEntry(Base):
    """One act. The database refuses to change or remove it while its tenant exists."""

    __tablename__ = "audit_entries"
    __table_args__ = (UniqueConstraint("tenant_id", "hash"),)

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(default=now)
    actor_kind: Mapped[str] = mapped_column(String(16), doc="`user`, `service` or `operator`.")
    actor_id: Mapped[UUID | None]
    actor_name: Mapped[str] = mapped_column(String(NAME))
    action: Mapped[str] = mapped_column(String(64), doc="Such as `projects.create`.")
    object_kind: Mapped[str] = mapped_column(String(64))
    object_id: Mapped[UUID | None]
    object_name: Mapped[str] = mapped_column(default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(
        ExactJson, doc="What it was; secrets masked."
    )
    after: Mapped[dict[str, Any] | None] = mapped_column(
        ExactJson, doc="What it became; secrets masked."
    )
    origin: Mapped[dict[str, Any]] = mapped_column(
        ExactJson, doc="Host, process, surface, program, client."
    )
    previous_hash: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditHead(Base):
    """The end of a tenant's chain; changing it makes writers wait for each other."""

    __tablename__ = "audit_heads"

    tenant_id: Mapped[UUID] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    number: Mapped[int] = mapped_column(default=0)
    hash: Mapped[str] = mapped_column(String(64), default="")
