"""Projects: rooms for questions, and to whom they are open."""

from __future__ import annotations

import contextlib
from typing import Any

from sqlalchemy import delete, select

from mindzie.access import kinds
from mindzie.access.board_content import prepared
from mindzie.access.collection import Collection
from mindzie.access.dashboards import Dashboard
from mindzie.access.datasets import Dataset
from mindzie.access.door import Visit
from mindzie.access.investigating import Investigation
from mindzie.access.items import Item
from mindzie.access.mappings import Mapping
from mindzie.access.runs import places_of_runs
from mindzie.access.schedules import Schedule
from mindzie.access.sharing import Shared
from mindzie.access.snapshots import remove_files, versions_of
from mindzie.access.work import (
    ConformanceRule,
    Connector,
    FilterPreset,
    Pipeline,
    ProcessModel,
)
from mindzie.core.errors import MindzieError, NotFoundError
from mindzie.store.models import Dashboard as DashboardRecord
from mindzie.store.models import Dataset as DatasetRecord
from mindzie.store.models import Investigation as InvestigationRecord
from mindzie.store.models import Run as RunRecord
from mindzie.store.types import now


class Project(Shared, Item):
    """A project with all that lives in it."""

    kind = kinds.PROJECT

    @property
    def datasets(self) -> Collection[Dataset]:
        """Its data sets."""
        return Collection(self._door, Dataset, self)

    @property
    def pipelines(self) -> Collection[Pipeline]:
        """Its enrichment pipelines."""
        return Collection(self._door, Pipeline, self)

    @property
    def filter_presets(self) -> Collection[FilterPreset]:
        """Its filter presets."""
        return Collection(self._door, FilterPreset, self)

    @property
    def process_models(self) -> Collection[ProcessModel]:
        """Its process models."""
        return Collection(self._door, ProcessModel, self)

    @property
    def conformance_rules(self) -> Collection[ConformanceRule]:
        """Its conformance rules."""
        return Collection(self._door, ConformanceRule, self)

    @property
    def investigations(self) -> Collection[Investigation]:
        """Its investigations."""
        return Collection(self._door, Investigation, self)

    @property
    def dashboards(self) -> Collection[Dashboard]:
        """Its dashboards."""
        return Collection(self._door, Dashboard, self)

    @property
    def connectors(self) -> Collection[Connector]:
        """Its connectors."""
        return Collection(self._door, Connector, self)

    @property
    def mappings(self) -> Collection[Mapping]:
        """Its mappings."""
        return Collection(self._door, Mapping, self)

    @property
    def schedules(self) -> Collection[Schedule]:
        """Its schedules."""
        return Collection(self._door, Schedule, self)

    def publish(
        self,
        source: Any,
        name: str,
        *,
        description: str | None = None,
        kind: str | None = None,
        note: str = "",
        picture: Any = None,
        datasets: Any = None,
    ) -> Dashboard:
        """Show a notebook or an app as a dashboard of this project, which is made where there is none of the name.

        Parameters
        ----------
        source : path or mapping
            A file ``.ipynb`` or ``.py``, or a notebook.
        name : str
            The dashboard's.
        description : str, optional
            What it shows; as it is where not given.
        kind, note, picture, datasets
            As for ``Dashboard.publish``.

        Returns
        -------
        Dashboard
            Shown to those it is shared with; ``share`` it.

        Raises
        ------
        SettingError, NotFoundError, ForbiddenError
            As ``Dashboard.publish``. Nothing is made in these cases.
        """
        content, kind, still = prepared(source, kind, picture)
        more = {} if description is None else {"description": description}
        found, made = _named_or_made(self.dashboards, name, more)
        try:
            found.publish_content(content, kind=kind, note=note, picture=still, datasets=datasets)
        except MindzieError:
            if made:
                found.delete()
            raise
        if more and not made:
            found.change(**more)
        return found

    def archive(self) -> None:
        """Put it away: readable, not changeable, until it is restored."""
        self._mark("archive", "archived_at", now())

    def restore(self) -> None:
        """Take it out of the archive."""
        self._mark("restore", "archived_at", None)

    def delete(self) -> None:
        """Remove it with all that lives in it, its snapshots and what runs left too.

        Raises
        ------
        ForbiddenError
            Without the permission ``projects.delete``.
        """
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            inside = select(DatasetRecord.id).where(DatasetRecord.project_id == self.id)
            places = versions_of(visit, inside)
            asked = select(InvestigationRecord.id).where(InvestigationRecord.project_id == self.id)
            places += places_of_runs(visit, RunRecord.investigation_id.in_(asked))
        super().delete()
        remove_files(self._door, places)

    def _before_delete(self, visit: Visit, row: Any) -> None:
        # what restricts each other goes in the right order; the rest goes with the project
        for record in (DashboardRecord, InvestigationRecord, DatasetRecord):
            visit.session.execute(delete(record).where(record.project_id == row.id))


def _named_or_made(
    boards: Collection[Dashboard], name: str, facts: dict[str, Any]
) -> tuple[Dashboard, bool]:
    with contextlib.suppress(NotFoundError):
        return boards[name], False
    return boards.create(name, **facts), True
