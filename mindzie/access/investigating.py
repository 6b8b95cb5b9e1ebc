"""Investigations with their notebooks and runs, and tasks that programs do later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping as AnyMapping
from typing import Any

from sqlalchemy import func, select

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.fields import checked
from mindzie.access.given import given_json
from mindzie.access.items import Item
from mindzie.access.tasks import Task
from mindzie.core.errors import ConflictError, SettingError
from mindzie.store import models
from mindzie.store.types import now


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
        ConflictError
            Where somebody else saved one meanwhile.
        """
        content = given_json(content, "notebook")
        if not isinstance(content.get("cells"), list):
            raise SettingError("A notebook is an object with a list of cells (nbformat 4).")
        text = json.dumps(content, sort_keys=True, separators=(",", ":"))
        mark = hashlib.sha256(text.encode()).hexdigest()
        with self._door.writing() as visit:
            above = self._mine(visit)
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
