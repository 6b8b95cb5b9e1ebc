"""Investigations with their notebooks, and how they are run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from collections.abc import Mapping as AnyMapping
from typing import Any

from sqlalchemy import func, select

from mindzie.access import kinds
from mindzie.access.alerting import Alert
from mindzie.access.audit import facts
from mindzie.access.collection import Collection
from mindzie.access.door import Visit
from mindzie.access.fields import checked
from mindzie.access.given import given, given_json
from mindzie.access.items import Item
from mindzie.access.kept_runs import FIELDS, checked_kept
from mindzie.access.run_asked import forget_known, known_run, new_run
from mindzie.access.run_list import Runs
from mindzie.access.runs import Run, places_of_runs
from mindzie.access.schedule_rights import take_over
from mindzie.access.snapshots import remove_files
from mindzie.access.turns import DONE
from mindzie.core.errors import ConflictError, SettingError
from mindzie.store import models


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


class Investigation(Item):
    """A question with the notebook that answers it."""

    kind = kinds.INVESTIGATION

    @property
    def notebooks(self) -> Collection[Notebook]:
        """The versions of its notebook."""
        return Collection(self._door, Notebook, self)

    @property
    def runs(self) -> Runs:
        """Its runs."""
        return Runs(self._door, self)

    @property
    def alerts(self) -> Collection[Alert]:
        """Its alerts."""
        return Collection(self._door, Alert, self)

    @property
    def accepted(self) -> Run | None:
        """The run that was accepted last; None where none was."""
        record = models.Run
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            mine = record.investigation_id == self.id, record.accepted_at.is_not(None)
            chosen = visit.visible(kinds.RUN).where(*mine).order_by(record.accepted_at.desc())
            found = visit.session.scalars(chosen.limit(1)).first()
            return None if found is None else Run(self._door, found)

    def known(self, parameters: AnyMapping[str, Any] | None = None) -> Run | None:
        """Return the run that has done the same already: the same notebook, parameters, data, and version of Mindzie.

        Parameters
        ----------
        parameters : mapping, optional
            As for ``request_run``.

        Returns
        -------
        Run or None
            None also where the investigation has no data set: what it reads then is not known before.
        """
        said = _checked_parameters(parameters)
        with self._door.reading() as visit:
            above = visit.row(self.kind, self.id)
            found = None if above.current is None else known_run(visit, above, said)
            return None if found is None else Run(self._door, visit.row(kinds.RUN, found.id))

    def request_run(
        self, parameters: AnyMapping[str, Any] | None = None, *, again: bool = False
    ) -> Run:
        """Ask for a run of its notebook on the current version of its data set.

        Parameters
        ----------
        parameters : mapping, optional
            Values that differ from the investigation's own.
        again : bool
            Also where the same was run already, as after a change of what the notebook reads beside its data set.

        Returns
        -------
        Run
            Waiting; where the same was run already, that one.

        Raises
        ------
        ConflictError
            Where it has no notebook yet.
        """
        said = _checked_parameters(parameters)
        again = given(bool, again, "again")
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id, kinds.RUN.change)
            if again:
                forget_known(visit, above, said)
            known = known_run(visit, above, said)
            if known is not None and visit.may(kinds.RUN.read, above.project_id):
                return Run(self._door, known)
            row = new_run(visit, above, said, asker=visit.actor.id)
            visit.note("runs.request", kinds.RUN.title, row, name=above.name, after=facts(row))
        return Run(self._door, row)

    def run(
        self,
        parameters: AnyMapping[str, Any] | None = None,
        *,
        again: bool = False,
        progress: Callable[[Any], None] | None = None,
    ) -> Run:
        """Run its notebook here and now, on the current version of its data set.

        Parameters
        ----------
        parameters : mapping, optional
            Values that differ from the investigation's own.
        again : bool
            As for ``request_run``.
        progress : callable, optional
            Is told ``{"cell": 3, "cells": 12}`` as cells are done.

        Returns
        -------
        Run
            ``done`` or ``failed``, with ``report``, ``results`` and ``log``; where the same was run already, that one.

        Raises
        ------
        ConflictError
            Where it has no notebook yet.
        """
        asked = self.request_run(parameters, again=again)
        return asked if asked.state == DONE else asked.run(progress)

    def delete(self) -> None:
        """Remove it with its notebooks and runs, and what those left."""
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            places = places_of_runs(visit, models.Run.investigation_id == self.id)
        super().delete()
        remove_files(self._door, places)

    @classmethod
    def before_create(cls, visit: Visit, values: dict[str, Any]) -> None:  # noqa: ARG003
        """Refuse to keep nothing of its runs."""
        checked_kept(values)

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        checked_kept(values)
        if values.keys() - {*FIELDS}:
            take_over(visit, row.id)

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
            take_over(visit, above.id)
            visit.session.flush()
            told = {key: value for key, value in facts(found).items() if key != "content"}
            visit.note("investigations.save", self.kind.title, above, after=told)
        self._row = above
        return Notebook(self._door, found)


def _checked_parameters(said: AnyMapping[str, Any] | None) -> dict[str, Any]:
    found: dict[str, Any] = checked(
        models.Run, {"parameters": {} if said is None else said}, new=True
    )["parameters"]
    return found
