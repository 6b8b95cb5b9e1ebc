"""Tenants and what is secret to them."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import BigInteger, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.store.base import GIVEN, HIDDEN, NAME, Named, Record, TenantRecord


class Tenant(Named, Record):
    """An organisation whose data nobody else sees."""

    __tablename__ = "tenants"

    name: Mapped[str] = mapped_column(
        String(NAME), unique=True, info=GIVEN, doc="Short name, unique in the installation."
    )
    active: Mapped[bool] = mapped_column(default=True, doc="Off: nobody gets in.")
    removed: Mapped[bool] = mapped_column(
        default=False, doc="On its way out: its audit log may be removed with it."
    )
    max_users: Mapped[int | None] = mapped_column(info=GIVEN, doc="People it may have.")
    max_analysts: Mapped[int | None] = mapped_column(
        info=GIVEN, doc="People it may have who change things, viewers not counted."
    )
    max_cases: Mapped[int | None] = mapped_column(
        BigInteger, info=GIVEN, doc="Cases its current versions may have together."
    )
    max_bytes: Mapped[int | None] = mapped_column(
        BigInteger, info=GIVEN, doc="Bytes its snapshots may take together."
    )
    public_links: Mapped[bool | None] = mapped_column(
        doc="Whether dashboards may be opened to anybody who has a link."
    )
    origins: Mapped[list[str] | None] = mapped_column(
        doc="Hosts whose pages may show dashboards within them."
    )
    visit_days: Mapped[int | None] = mapped_column(
        doc="How long it is kept who looked at dashboards."
    )


class Secret(Named, TenantRecord):
    """A value kept encrypted; what uses it refers to it by name."""

    __tablename__ = "secrets"
    unique: ClassVar = (("name",),)

    own: Mapped[bool] = mapped_column(
        default=False, doc="Of the workspace itself, such as a second factor; not listed."
    )
    key_id: Mapped[str] = mapped_column(String(16), doc="Which key it is encrypted with.")
    nonce: Mapped[bytes] = mapped_column(LargeBinary, info=HIDDEN)
    ciphertext: Mapped[bytes] = mapped_column(LargeBinary, info=HIDDEN)
