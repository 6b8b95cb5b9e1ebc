"""Projects, data sets with their versions, and how data comes in."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.core.operation import Operation
from mindzie.store.base import GIVEN, HIDDEN, NAME, Named, TenantRecord, within
from mindzie.store.types import StoredOperations


class Project(Named, TenantRecord):
    """A room for one question: its data sets, investigations and dashboards."""

    __tablename__ = "projects"
    unique: ClassVar = (("name",),)

    created_by: Mapped[UUID | None] = mapped_column(doc="The user or service account.")
    archived_at: Mapped[datetime | None] = mapped_column(doc="Put away: readable, not changeable.")


class InProject(Named):
    """What lives in a project."""

    project_id: Mapped[UUID]
    created_by: Mapped[UUID | None] = mapped_column(doc="The user or service account.")


IN_PROJECT = ("project_id", "name")


class Dataset(InProject, TenantRecord):
    """An event log that gets new versions; a version never changes."""

    called: ClassVar = "data set"
    __tablename__ = "datasets"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (
        within("projects", "project_id"),
        within("pipelines", "pipeline_id", "RESTRICT"),
    )

    pipeline_id: Mapped[UUID | None] = mapped_column(
        info=GIVEN, doc="Enrichments that each new version gets."
    )
    current: Mapped[int | None] = mapped_column(doc="Number of the version in use.")


class DatasetVersion(TenantRecord):
    """One state of a data set: the original snapshot and, with a pipeline, the enriched one."""

    called: ClassVar = "version"
    __tablename__ = "dataset_versions"
    unique: ClassVar = (("dataset_id", "number"),)
    refers: ClassVar = (within("datasets", "dataset_id"),)

    dataset_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="1, 2, 3 within the data set.")
    state: Mapped[str] = mapped_column(
        String(16), default="writing", doc="`writing`, `ready` or `removed`."
    )
    note: Mapped[str] = mapped_column(default="", info=GIVEN, doc="What changed.")
    created_by: Mapped[UUID | None]


class Snapshot(TenantRecord):
    """A folder of Parquet files in the tenant's storage, with what proves it whole."""

    __tablename__ = "snapshots"
    unique: ClassVar = (("version_id", "role"),)
    refers: ClassVar = (within("dataset_versions", "version_id"),)

    version_id: Mapped[UUID]
    role: Mapped[str] = mapped_column(String(16), doc="`original` or `enriched`.")
    fingerprint: Mapped[str] = mapped_column(String(64), doc="Of the content.")
    files: Mapped[dict[str, Any]] = mapped_column(doc="Name: bytes and SHA-256.")
    size: Mapped[int] = mapped_column(BigInteger, doc="Bytes of all files.")
    event_count: Mapped[int] = mapped_column(BigInteger)
    case_count: Mapped[int] = mapped_column(BigInteger)
    variant_count: Mapped[int] = mapped_column(BigInteger)
    enrichments: Mapped[tuple[Operation, ...]] = mapped_column(StoredOperations("enrichment"))


class Pipeline(InProject, TenantRecord):
    """Enrichments in their order, applied to each new version of a data set."""

    __tablename__ = "pipelines"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (within("projects", "project_id"),)

    enrichments: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("enrichment"), info=GIVEN, doc="In the order they are applied."
    )


class Connector(InProject, TenantRecord):
    """A source system, without its secret."""

    __tablename__ = "connectors"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (
        within("projects", "project_id"),
        within("secrets", "secret_id", "RESTRICT"),
    )

    kind: Mapped[str] = mapped_column(String(NAME), info=GIVEN, doc="Such as `postgresql`.")
    settings: Mapped[dict[str, Any]] = mapped_column(info=GIVEN, doc="All but the secret.")
    secret_id: Mapped[UUID | None] = mapped_column(info=GIVEN, doc="Its password or key.")


class Mapping(InProject, TenantRecord):
    """How columns of a source become cases, activities and times."""

    __tablename__ = "mappings"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (within("projects", "project_id"),)

    definition: Mapped[dict[str, Any]] = mapped_column(info=GIVEN, doc="Roles and steps, as JSON.")


class MappingVersion(TenantRecord):
    """What a mapping was when it was changed or used."""

    __tablename__ = "mapping_versions"
    unique: ClassVar = (("mapping_id", "number"),)
    refers: ClassVar = (within("mappings", "mapping_id"),)

    mapping_id: Mapped[UUID]
    number: Mapped[int] = mapped_column(doc="1, 2, 3 within the mapping.")
    definition: Mapped[dict[str, Any]]
    created_by: Mapped[UUID | None]


class ImportJob(TenantRecord):
    """One import into a data set, with what became of it."""

    __tablename__ = "import_jobs"
    refers: ClassVar = (
        within("datasets", "dataset_id"),
        within("connectors", "connector_id"),
        within("mappings", "mapping_id"),
    )

    dataset_id: Mapped[UUID]
    connector_id: Mapped[UUID | None]
    mapping_id: Mapped[UUID | None]
    state: Mapped[str] = mapped_column(
        String(16), default="waiting", doc="`waiting`, `running`, `done`, `failed` or `cancelled`."
    )
    source: Mapped[dict[str, Any]] = mapped_column(info=GIVEN, doc="File, query or stream read.")
    progress: Mapped[dict[str, Any]] = mapped_column(default=dict, doc="Rows read and rejected.")
    error: Mapped[str | None]
    version_number: Mapped[int | None] = mapped_column(doc="The version it made.")
    mapping_version: Mapped[int | None] = mapped_column(doc="Of the mapping, as it is used.")
    attempts: Mapped[int | None] = mapped_column(doc="How often it was begun.")
    next_at: Mapped[datetime | None] = mapped_column(doc="When it may be tried again.")
    worker: Mapped[str | None] = mapped_column(info=HIDDEN, doc="Who does it now.")
    beat_at: Mapped[datetime | None] = mapped_column(doc="When its worker was last heard of.")
    writing: Mapped[int | None] = mapped_column(
        info=HIDDEN, doc="The version it is about to make, which goes where it never does."
    )
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    created_by: Mapped[UUID | None]
