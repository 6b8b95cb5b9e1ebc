"""Alerts on what runs find, where they are sent, and each message on its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.store.base import GIVEN, HIDDEN, Named, TenantRecord, within


class Destination(Named, TenantRecord):
    """Where messages are sent."""

    __tablename__ = "destinations"
    unique: ClassVar = (("name",),)
    refers: ClassVar = (within("secrets", "secret_id", "RESTRICT"),)

    kind: Mapped[str] = mapped_column(String(16), info=GIVEN, doc="`email`, `webhook` or `teams`.")
    settings: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info=GIVEN, doc="All but the secret."
    )
    secret_id: Mapped[UUID | None] = mapped_column(
        info=GIVEN, doc="Its password, its key, or the address that lets in whoever has it."
    )
    created_by: Mapped[UUID | None]


class Alert(Named, TenantRecord):
    """A rule on what an investigation's runs find, or on their data."""

    __tablename__ = "alerts"
    unique: ClassVar = (("investigation_id", "name"),)
    refers: ClassVar = (
        within("investigations", "investigation_id"),
        within("destinations", "destination_id", "RESTRICT"),
        within("schedules", "schedule_id"),
    )

    investigation_id: Mapped[UUID]
    destination_id: Mapped[UUID] = mapped_column(info=GIVEN, doc="Whom it tells.")
    schedule_id: Mapped[UUID | None] = mapped_column(
        info=GIVEN, doc="Whose runs alone it looks at; empty: at all."
    )
    rule: Mapped[dict[str, Any]] = mapped_column(info=GIVEN, doc="When it is raised.")
    severity: Mapped[str] = mapped_column(
        String(16), default="warning", info=GIVEN, doc="`info`, `warning` or `critical`."
    )
    quiet: Mapped[str] = mapped_column(
        String(16), default="", info=GIVEN, doc="Hours in which it waits, such as `20:00-07:00`."
    )
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", info=GIVEN)
    active: Mapped[bool] = mapped_column(default=True, info=GIVEN)
    raised_at: Mapped[datetime | None] = mapped_column(
        doc="Since when it holds; empty: it does not."
    )
    said: Mapped[str | None] = mapped_column(doc="What it found last.")
    error: Mapped[str | None] = mapped_column(doc="Why it could not be looked at.")
    seen: Mapped[dict[str, Any] | None] = mapped_column(
        info=HIDDEN, doc="Newest event by version, or since when it holds by parameters of runs."
    )
    next_at: Mapped[datetime | None] = mapped_column(
        info=HIDDEN, doc="When it is looked at without a run."
    )
    created_by: Mapped[UUID | None]


class Delivery(TenantRecord):
    """A message of an alert, on its way or delivered."""

    __tablename__ = "deliveries"
    refers: ClassVar = (within("alerts", "alert_id"), within("runs", "run_id"))

    alert_id: Mapped[UUID]
    run_id: Mapped[UUID | None] = mapped_column(doc="The run that made it.")
    occasion: Mapped[str] = mapped_column(String(16), doc="`raised`, `over` or `test`.")
    message: Mapped[dict[str, Any]] = mapped_column(doc="What it says.")
    state: Mapped[str] = mapped_column(
        String(16), default="waiting", doc="`waiting`, `running`, `done`, `failed` or `cancelled`."
    )
    attempts: Mapped[int | None] = mapped_column(doc="How often it was tried.")
    next_at: Mapped[datetime | None] = mapped_column(doc="Not before that.")
    worker: Mapped[str | None] = mapped_column(info=HIDDEN, doc="Who delivers it now.")
    beat_at: Mapped[datetime | None] = mapped_column(doc="When its worker was last heard of.")
    progress: Mapped[dict[str, Any] | None] = mapped_column(info=HIDDEN)
    error: Mapped[str | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]


Index("ix_deliveries_state", Delivery.state)
Index("ix_alerts_next_at", Alert.next_at)
