"""What analysts keep of what they know: filter presets, process models, conformance rules."""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.core.operation import Operation
from mindzie.store.base import GIVEN, TenantRecord, within
from mindzie.store.models.data import IN_PROJECT, InProject
from mindzie.store.types import StoredOperations


class FilterPreset(InProject, TenantRecord):
    """Filters under a name, for any log that has what they speak of."""

    __tablename__ = "filter_presets"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (within("projects", "project_id"),)

    filters: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("filter"), info=GIVEN, doc="In the order they are applied."
    )


class ProcessModel(InProject, TenantRecord):
    """How a process should run."""

    __tablename__ = "process_models"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (within("projects", "project_id"),)

    format: Mapped[str] = mapped_column(String(16), info=GIVEN, doc="`bpmn` or `pnml`.")
    content: Mapped[str] = mapped_column(info=GIVEN, doc="The model as text of its format.")


class ConformanceRule(InProject, TenantRecord):
    """A rule that cases keep or break, as the enrichment that marks those who break it."""

    __tablename__ = "conformance_rules"
    unique: ClassVar = (IN_PROJECT,)
    refers: ClassVar = (within("projects", "project_id"),)

    enrichments: Mapped[tuple[Operation, ...]] = mapped_column(
        StoredOperations("enrichment"), info=GIVEN, doc="What marks the cases that break it."
    )
