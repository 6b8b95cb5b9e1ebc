"""What lives in a project beside its data sets."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from typing import Any, cast

from sqlalchemy import func, select

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.fields import checked
from mindzie.access.given import given_json
from mindzie.access.items import Item
from mindzie.access.opening import open_current, without_rows_of_the_source
from mindzie.access.sharing import Shared
from mindzie.core.errors import ConflictError, NotFoundError, SettingError
from mindzie.core.families import Filter
from mindzie.core.log import EventLog
from mindzie.store import models
from mindzie.store.types import now


class FilterPreset(Item):
    """Filters under a name: ``log.filter(*preset.filters)``."""

    kind = kinds.PRESET


class ProcessModel(Item):
    """How a process should run, as text of its format."""

    kind = kinds.MODEL


class ConformanceRule(Item):
    """A rule, as the enrichments that mark the cases that break it."""

    kind = kinds.RULE


class Pipeline(Item):
    """Enrichments that each new version of a data set gets."""

    kind = kinds.PIPELINE


class Connector(Item):
    """A source system."""

    kind = kinds.CONNECTOR


class Task(Item):
    """Work that a program does later, with what became of it."""

    named_by = "id"
    fixed = "ask for another one"

    def began(self) -> None:
        """Say that it runs now."""
        self._step("waiting", "running", started_at=now())

    def failed(self, error: str) -> None:
        """Say that it failed, and why."""
        self._step("running", "failed", finished_at=now(), error=str(error))

    def cancel(self) -> None:
        """Say that it is not wanted any more."""
        self._step("waiting running", "cancelled", finished_at=now())

    def _step(self, before: str, after: str, **values: Any) -> None:
        with self._door.writing() as visit:
            # what runs may end though its project was archived meanwhile
            row = visit.changeable(self.kind, self.id, archived=after != "running")
            if row.state not in before.split():
                raise ConflictError(
                    f"The {self.kind.title} is {row.state} and cannot become {after}."
                )
            self._check_step(visit, row, values)
            was, row.state = row.state, after
            for name, value in values.items():
                setattr(row, name, value)
            visit.session.flush()
            told = {"state": after}
            visit.note(
                f"{self.kind.table}.{after}",
                self.kind.title,
                row,
                before={"state": was},
                after=told,
            )
        self._row = row

    def _check_step(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        """Refuse values that do not fit to it."""


class Notebook(Item):
    """One version of an investigation's notebook."""

    kind = kinds.NOTEBOOK
    named_by = "number"
    made_by = "investigation.save(content)"
    fixed = "save another version with investigation.save(content)"

    def _before_delete(self, visit: Visit, row: Any) -> None:
        above = visit.session.get_one(models.Investigation, row.investigation_id)
        if above.current == row.number:
            raise ConflictError(
                f"Notebook {row.number} is the one in use of {above.name!r}: save another one, or delete the investigation."
            )


class Run(Task):
    """One execution of an investigation."""

    kind = kinds.RUN
    made_by = "investigation.request_run()"

    def done(self, results: AnyMapping[str, Any]) -> None:
        """Say that it is done.

        Parameters
        ----------
        results : mapping
            Named results as JSON.
        """
        self._step("running", "done", finished_at=now(), results=given_json(results, "results"))


class Schedule(Item):
    """When an investigation runs by itself."""

    kind = kinds.SCHEDULE


class Investigation(Item):
    """A question with the notebook that answers it."""

    kind = kinds.INVESTIGATION

    @property
    def notebooks(self) -> Collection[Notebook]:
        """The versions of its notebook."""
        return Collection(self._door, Notebook, self)

    @property
    def runs(self) -> Collection[Run]:
        """Its runs."""
        return Collection(self._door, Run, self)

    def request_run(self, parameters: AnyMapping[str, Any] | None = None) -> Run:
        """Ask for a run of its notebook on the current version of its data set.

        Parameters
        ----------
        parameters : mapping, optional
            Values that differ from the investigation's own.

        Returns
        -------
        Run
            Waiting.

        Raises
        ------
        ConflictError
            Where it has no notebook yet.
        """
        said = {} if parameters is None else parameters
        said = checked(models.Run, {"parameters": said}, new=True)["parameters"]
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id, kinds.RUN.change)
            if above.current is None:
                raise ConflictError(
                    f"The investigation {above.name!r} has no notebook yet: save one first."
                )
            chosen = select(models.Notebook).filter_by(
                investigation_id=above.id, number=above.current
            )
            row = models.Run(
                tenant_id=visit.tenant,
                investigation_id=above.id,
                notebook_id=visit.session.scalars(chosen).one().id,
                version_id=_current_version(visit, above.dataset_id),
                parameters={**above.parameters, **said},
                created_by=visit.actor.id,
            )
            visit.session.add(row)
            visit.session.flush()
            visit.note("runs.request", kinds.RUN.title, row, name=above.name, after=facts(row))
        return Run(self._door, row)

    def save(self, content: AnyMapping[str, Any]) -> Notebook:
        """Keep a notebook as its new version.

        Parameters
        ----------
        content : mapping
            The notebook, nbformat 4.

        Returns
        -------
        Notebook
            The version, in use from now on. The same content again makes none.

        Raises
        ------
        SettingError
            Where it is no notebook.
        """
        content = given_json(content, "notebook")
        if not isinstance(content.get("cells"), list):
            raise SettingError("A notebook is an object with a list of cells (nbformat 4).")
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        mark = hashlib.sha256(text.encode()).hexdigest()
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            record = models.Notebook
            mine = record.investigation_id == self.id
            last = visit.session.scalar(select(func.max(record.number)).where(mine)) or 0
            found = visit.session.scalars(select(record).where(mine, record.sha256 == mark)).first()
            if found is None:
                found = record(
                    tenant_id=visit.tenant,
                    investigation_id=self.id,
                    number=last + 1,
                    content=json.loads(text),
                    sha256=mark,
                    created_by=visit.actor.id,
                )
                visit.session.add(found)
            above.current = found.number
            visit.session.flush()
            told = {key: value for key, value in facts(found).items() if key != "content"}
            visit.note("investigations.save", self.kind.title, above, after=told)
        self._row = above
        return Notebook(self._door, found)


def _current_version(visit: Visit, dataset: Any) -> Any:
    if dataset is None:
        return None
    above = visit.session.get_one(models.Dataset, dataset)
    chosen = select(models.DatasetVersion.id).filter_by(dataset_id=dataset, number=above.current)
    return visit.session.scalars(chosen).one_or_none()


class Panel(Item):
    """A figure, a table, a chart or a map on a dashboard."""

    kind = kinds.PANEL


class Dashboard(Shared, Item):
    """Panels over a data set, or a published notebook."""

    kind = kinds.DASHBOARD

    @property
    def panels(self) -> Collection[Panel]:
        """Its panels."""
        return Collection(self._door, Panel, self)

    def publish(self) -> None:
        """Open it to those it is shared with."""
        self._put("publish", now())

    def unpublish(self) -> None:
        """Close it to all who cannot change it."""
        self._put("unpublish", None)

    def _put(self, act: str, moment: Any) -> None:
        with self._door.writing() as visit:
            row = self._mine(visit)
            row.published_at = moment
            visit.note(f"dashboards.{act}", self.kind.title, row)
            visit.session.flush()
        self._row = row

    def log(self, *, engine: str = "polars") -> EventLog:
        """Open what it shows: its data set's current version, with its filters.

        Who sees the dashboard may do so, also without the data set's project. With filters, it has neither the source's rejected
        rows nor examples of its rows in ``readiness``, among which there may be some that the filters leave out.

        Parameters
        ----------
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            The log.

        Raises
        ------
        NotFoundError
            Where it shows no data set, or nothing has been published there yet.
        DataSetError
            Where a byte of it is not as it was published.
        """
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            if row.dataset_id is None:
                raise NotFoundError(f"The dashboard {row.name!r} shows no data set.")
            place, found = open_current(self._door, visit, row.dataset_id)
        log = self._door.files.open(place, found.files, engine)
        if not row.filters:
            return log
        return without_rows_of_the_source(log).filter(*cast(tuple[Filter, ...], row.filters))

    def _before_delete(self, visit: Visit, row: Any) -> None:
        for share in visit.session.scalars(
            select(models.Share).where(models.Share.dashboard_id == row.id)
        ):
            visit.session.delete(share)
