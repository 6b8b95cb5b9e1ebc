"""Investigations, their notebooks, runs and schedules; dashboards and their panels."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.core.operation import Operation
from mindzie.store.base import GIVEN, HIDDEN, NAME, TenantRecord, within
from mindzie.store.models.data import IN_PROJECT, InProject
from mindzie.store.types import StoredOperations


class Investigation(InProject, TenantRecord):
    """A question with the notebook that answers it."""

    __tablename__ = "investigations"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (
        within("projects", "project_id"),
        within("datasets", "dataset_id", "RESTRICT"),
    )

    dataset_id: Mapped[UUID | None] = mapped_column(info=GIVEN, doc="What it looks into.")
    parameters: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info=GIVEN, doc="Parameters of its notebook."
    )
    current: Mapped[int | None] = mapped_column(doc="Number of the notebook in use.")
    keep_runs: Mapped[int | None] = mapped_column(
        info=GIVEN, doc="How many runs keep what they left; empty: all."
    )
    keep_days: Mapped[int | None] = mapped_column(
        info=GIVEN, doc="How many days they keep it; empty: for ever."
    )


class Notebook(TenantRecord):
    """One version of an investigation's notebook; never changed."""

    __tablename__ = "notebooks"
    unique: ClassVar = (("investigation_id", "number"),)
    refers: ClassVar = (within("investigations", "investigation_id"),)

    investigation_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="1, 2, 3 within the investigation.")
    content: Mapped[dict[str, Any]] = mapped_column(info=GIVEN, doc="The notebook, nbformat 4.")
    sha256: Mapped[str] = mapped_column(String(64))
    created_by: Mapped[UUID | None]


class Dashboard(InProject, TenantRecord):
    """Panels over a data set, or a published notebook, for people who see no code."""

    __tablename__ = "dashboards"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (
        within("projects", "project_id"),
        within("datasets", "dataset_id", "RESTRICT"),
        within("notebooks", "notebook_id", "RESTRICT"),
    )

    dataset_id: Mapped[UUID | None] = mapped_column(info=GIVEN, doc="What it shows.")
    notebook_id: Mapped[UUID | None] = mapped_column(info=GIVEN, doc="The notebook shown.")
    filters: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("filter"), default=(), info=GIVEN, doc="That hold for all panels."
    )
    published_at: Mapped[datetime | None]
    published_by: Mapped[UUID | None] = mapped_column(doc="Who showed the version shown.")
    current: Mapped[int | None] = mapped_column(doc="Number of the published version shown.")


class Panel(TenantRecord):
    """A calculator on a dashboard."""

    __tablename__ = "panels"
    unique: ClassVar = (("dashboard_id", "name"),)
    refers: ClassVar = (within("dashboards", "dashboard_id"),)

    dashboard_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(NAME), info=GIVEN, doc="Its heading.")
    position: Mapped[dict[str, Any]] = mapped_column(
        default=dict, info=GIVEN, doc="Row, column, width and height."
    )
    calculators: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("calculator"), info=GIVEN, doc="What it shows."
    )
    filters: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("filter"), default=(), info=GIVEN, doc="Of its own."
    )


class Schedule(InProject, TenantRecord):
    """When an investigation runs by itself: at times, after new versions of its data set, or both."""

    __tablename__ = "schedules"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (
        within("projects", "project_id"),
        within("investigations", "investigation_id"),
    )

    investigation_id: Mapped[UUID] = mapped_column(info=GIVEN)
    cron: Mapped[str] = mapped_column(
        String(NAME), default="", info=GIVEN, doc="Five fields; empty: at no time."
    )
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC", info=GIVEN)
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict, info=GIVEN)
    missed: Mapped[str] = mapped_column(
        String(8), default="last", info=GIVEN, doc="Slots missed: `skip`, `last` or `all`."
    )
    on_new_data: Mapped[bool | None] = mapped_column(
        info=GIVEN, doc="Whether it runs after each new version of its data set."
    )
    active: Mapped[bool] = mapped_column(default=True, info=GIVEN)
    next_at: Mapped[datetime | None] = mapped_column(doc="The first slot without its run.")
    seen_dataset: Mapped[UUID | None] = mapped_column(
        info=HIDDEN, doc="Whose new versions it waits for."
    )
    seen_version: Mapped[int | None] = mapped_column(
        info=HIDDEN, doc="The version that is not new any more."
    )
    runs_as: Mapped[UUID | None] = mapped_column(
        doc="With whose rights: who made it, or changed it last."
    )
    error: Mapped[str | None] = mapped_column(doc="Why the last slot has no run.")


class Run(TenantRecord):
    """One execution of an investigation."""

    __tablename__ = "runs"
    refers: ClassVar = (
        within("investigations", "investigation_id"),
        within("notebooks", "notebook_id"),
        within("dataset_versions", "version_id"),
        within("schedules", "schedule_id"),
    )

    investigation_id: Mapped[UUID]
    notebook_id: Mapped[UUID]
    version_id: Mapped[UUID | None] = mapped_column(doc="The data it saw.")
    schedule_id: Mapped[UUID | None] = mapped_column(doc="Empty: started by hand.")
    slot: Mapped[str | None] = mapped_column(
        String(64),
        doc="What of its schedule it is for, a moment or a version; of each there is one.",
    )
    parameters: Mapped[dict[str, Any]] = mapped_column(default=dict, info=GIVEN)
    state: Mapped[str] = mapped_column(
        String(16), default="waiting", doc="`waiting`, `running`, `done`, `failed` or `cancelled`."
    )
    results: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Named figures.")
    error: Mapped[str | None]
    reason: Mapped[str | None] = mapped_column(
        String(16), doc="Why: `by hand`, `schedule` or `data`."
    )
    key: Mapped[str | None] = mapped_column(
        String(64), info=HIDDEN, doc="Of notebook, parameters, data and Mindzie."
    )
    same_as: Mapped[UUID | None] = mapped_column(doc="The run whose results it has.")
    attempts: Mapped[int | None] = mapped_column(
        doc="How often it was begun since it was asked for."
    )
    turns: Mapped[int | None] = mapped_column(info=HIDDEN, doc="How often it was ever begun.")
    next_at: Mapped[datetime | None] = mapped_column(doc="When it may be tried again.")
    worker: Mapped[str | None] = mapped_column(info=HIDDEN, doc="Who does it now.")
    beat_at: Mapped[datetime | None] = mapped_column(doc="When its worker was last heard of.")
    progress: Mapped[dict[str, Any] | None] = mapped_column(doc="Cells done, and their number.")
    kept: Mapped[int | None] = mapped_column(info=HIDDEN, doc="The turn that left its files.")
    files: Mapped[dict[str, Any] | None] = mapped_column(
        info=HIDDEN, doc="Name: bytes and SHA-256."
    )
    size: Mapped[int | None] = mapped_column(BigInteger, doc="Bytes of all files.")
    compared_with: Mapped[UUID | None] = mapped_column(
        doc="The run accepted last, of the same parameters."
    )
    changed: Mapped[int | None] = mapped_column(
        doc="How many of its results differ from that one's."
    )
    figures: Mapped[dict[str, Any] | None] = mapped_column(
        info=HIDDEN, doc="Each figure with its unit, by result."
    )
    accepted_at: Mapped[datetime | None]
    accepted_note: Mapped[str | None] = mapped_column(doc="Why its results are accepted.")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]


Index("ix_runs_tenant_id_key", Run.tenant_id, Run.key)
Index("ix_runs_state", Run.state)
Index("ix_runs_tenant_id_schedule_id_slot", Run.tenant_id, Run.schedule_id, Run.slot, unique=True)
Index("ix_schedules_next_at", Schedule.next_at)
