"""Published dashboards: their versions, who looked at them, what a kernel that shows one holds, and public links."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.core.operation import Operation
from mindzie.store.base import GIVEN, HIDDEN, NAME, TenantRecord, within
from mindzie.store.types import StoredOperations


class DashboardVersion(TenantRecord):
    """A notebook or an app as it was published; never changed."""

    __tablename__ = "dashboard_versions"
    unique: ClassVar = (("dashboard_id", "number"),)
    refers: ClassVar = (within("dashboards", "dashboard_id"),)

    dashboard_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="1, 2, 3 within the dashboard.")
    shown_by: Mapped[str] = mapped_column(String(16), doc="`voila`: a notebook; `panel`: an app.")
    note: Mapped[str] = mapped_column(default="", info=GIVEN, doc="What changed.")
    content: Mapped[str] = mapped_column(
        deferred=True, info=HIDDEN, doc="Its text, outputs left out."
    )
    sha256: Mapped[str] = mapped_column(String(64), doc="Of the content.")
    size: Mapped[int] = mapped_column(BigInteger, doc="Bytes of content and picture.")
    datasets: Mapped[list[str]] = mapped_column(doc="Identifiers of the data sets it shows.")
    picture: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True, info=HIDDEN)
    picture_type: Mapped[str | None] = mapped_column(String(32), doc="Media type of its picture.")
    created_by: Mapped[UUID | None]


class PublicLink(TenantRecord):
    """An address by which anybody sees a dashboard; the token itself is not kept."""

    __tablename__ = "public_links"
    refers: ClassVar = (within("dashboards", "dashboard_id"),)

    dashboard_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(NAME), info=GIVEN, doc="For whom or for what.")
    prefix: Mapped[str] = mapped_column(String(24), unique=True, doc="What may be shown of it.")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=HIDDEN)
    filters: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("filter"), default=(), info=GIVEN, doc="That hold when it is opened."
    )
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    visit_count: Mapped[int] = mapped_column(default=0, doc="How often it was opened.")
    last_visit_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]


class DashboardVisit(TenantRecord):
    """That somebody looked at a dashboard; only added, and removed when it is old."""

    __tablename__ = "dashboard_visits"
    refers: ClassVar = (within("dashboards", "dashboard_id"),)

    dashboard_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="Of the version.")
    reader: Mapped[str] = mapped_column(String(NAME), doc="The name at that time.")
    # no references: what happened stays as it was when a person or a link goes
    user_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None]


class Grant(TenantRecord):
    """What a kernel holds that shows a dashboard to a reader; the token itself is not kept."""

    __tablename__ = "grants"
    refers: ClassVar = (
        within("dashboard_versions", "version_id"),
        within("users", "user_id"),
        within("public_links", "link_id"),
        CheckConstraint("(user_id IS NULL) <> (link_id IS NULL)", name="one_reader"),
    )

    version_id: Mapped[UUID]
    user_id: Mapped[UUID | None]
    link_id: Mapped[UUID | None]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=HIDDEN)
    expires_at: Mapped[datetime]


Index(
    "ix_dashboard_visits_tenant_id_created_at", DashboardVisit.tenant_id, DashboardVisit.created_at
)
Index("ix_grants_tenant_id_expires_at", Grant.tenant_id, Grant.expires_at)
