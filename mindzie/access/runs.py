"""Runs of investigations: what became of one, and what it left."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from os import PathLike
from typing import Annotated, Any, Final

from annotated_types import Ge
from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.accepted import left_by
from mindzie.access.alerts_found import run_ended
from mindzie.access.door import Visit
from mindzie.access.given import Text, given, given_json, given_path
from mindzie.access.reader import doer
from mindzie.access.snapshots import remove_files
from mindzie.access.tasks import Task
from mindzie.access.turns import CANCELLED, DONE, FAILED
from mindzie.core.errors import ConflictError, NotFoundError, SettingError
from mindzie.store import models
from mindzie.store.files import Place
from mindzie.store.files_place import RUN
from mindzie.store.types import now

NOTEBOOK: Final = "notebook.ipynb"
REPORT: Final = "report.html"
RESULTS: Final = "results.json"
LOG: Final = "log.txt"
CHANGES: Final = "changes.json"
CHANGES_PAGE: Final = "changes.html"
"""What a run leaves; the changes where one was accepted before."""
_OVER: Final = (DONE, FAILED, CANCELLED)
_LOOKS: Final = 0.5
"""Seconds between two looks at a run that is waited for."""


class Run(Task):
    """One execution of an investigation, and what it left."""

    kind = kinds.RUN
    made_by = "investigation.request_run()"

    def done(self, results: Mapping[str, Any]) -> None:
        """Say that it is done, where it was run by other means.

        Parameters
        ----------
        results : mapping
            Named results as JSON.
        """
        self._step("running", "done", finished_at=now(), results=given_json(results, "results"))

    def run(self, progress: Callable[[Any], None] | None = None) -> Run:
        """Do it here and now, in a process of its own.

        Parameters
        ----------
        progress : callable, optional
            Is told ``{"cell": 3, "cells": 12}`` as cells are done.

        Returns
        -------
        Run
            ``done`` or ``failed``; this object is brought up to date too.

        Raises
        ------
        ConflictError
            Where it is not waiting, or somebody else does it.
        CancelledError
            Where somebody cancelled it.
        """
        if progress is not None and not callable(progress):
            raise SettingError("progress is a function: it is told how far the run is.")
        with self._door.reading() as visit:
            visit.changeable(self.kind, self.id)
        try:
            doer().run_here(self, progress)
        finally:
            self._look()
        return self

    def wait(self, seconds: float | None = None) -> Run:
        """Wait until a worker has done it.

        Parameters
        ----------
        seconds : float, optional
            The longest; for ever where not given.

        Returns
        -------
        Run
            As it is then, which may be running still; this object is brought up to date too.
        """
        longest = given(Annotated[float, Ge(0)] | None, seconds, "seconds")
        until = None if longest is None else time.monotonic() + longest
        self._look()
        while self.state not in _OVER and (until is None or time.monotonic() < until):
            time.sleep(_LOOKS)
            self._look()
        return self

    @property
    def report(self) -> str:
        """Its report, an HTML page that opens offline."""
        return self._left(REPORT).decode()

    @property
    def pdf(self) -> bytes:
        """Its report as PDF, with a cover; made as it is asked for, with the extra ``pdf``."""
        return bytes(doer().report_pdf(self.report, self.full_results))

    @property
    def log(self) -> str:
        """What its worker and its notebook said."""
        return self._left(LOG).decode()

    @property
    def notebook(self) -> dict[str, Any]:
        """The notebook with its outputs."""
        return dict(json.loads(self._left(NOTEBOOK)))

    @property
    def full_results(self) -> dict[str, Any]:
        """What ``results.json`` says: each result with its rows, its data and its recipe."""
        return dict(json.loads(self._left(RESULTS)))

    @property
    def changes(self) -> dict[str, Any] | None:
        """What changed since the run accepted last with the same parameters; None where it was compared with none.

        ``text`` says it in words, ``same`` whether nothing did; the rest is as ``Comparison.to_json``.
        """
        kept = self._kept(CHANGES)
        if kept is not None:
            return dict(json.loads(kept))
        return None if self.compared_with is None else dict(self._compared()[0])

    @property
    def changes_page(self) -> str | None:
        """The same as an HTML page that opens offline, with a map of the differences for each process map."""
        kept = self._kept(CHANGES_PAGE)
        if kept is not None:
            return kept.decode()
        return None if self.compared_with is None else str(self._compared()[1])

    def save(self, folder: str | PathLike[str]) -> None:
        """Write all that it left into a new folder.

        Parameters
        ----------
        folder : path
            That does not exist yet.

        Raises
        ------
        NotFoundError
            Where it left nothing.
        DataSetError
            Where the folder exists, or a file is damaged.
        """
        path = given_path(folder, "folder")
        place, files = self._place()
        self._door.files.copy_to(place, files, path)

    def accept(self, note: str = "") -> None:
        """Take its results for what the next ones are compared with.

        Parameters
        ----------
        note : str
            Why.

        Raises
        ------
        ConflictError
            Where it is not done.
        """
        said = given(Text, note, "note")
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            if row.state != DONE:
                raise ConflictError(f"The run is {row.state}: what is done can be accepted.")
            row.accepted_at, row.accepted_note = now(), said
            visit.session.flush()
            visit.note("runs.accept", self.kind.title, row, after={"note": said})
        self._row = row

    def delete(self) -> None:
        """Remove it with all that it left.

        Raises
        ------
        ConflictError
            Where another run has its results.
        """
        with self._door.reading() as visit:
            visit.row(self.kind, self.id)
            places = places_of_runs(visit, models.Run.id == self.id)
        super().delete()
        remove_files(self._door, places)

    def _after_step(self, visit: Visit, row: Any) -> None:
        if row.state in (DONE, FAILED):
            run_ended(visit, row)

    def _before_delete(self, visit: Visit, row: Any) -> None:
        same = select(models.Run.id).where(models.Run.same_as == row.id).limit(1)
        if visit.session.scalar(same) is not None:
            raise ConflictError("Another run has its results: delete that one first.")

    def _look(self) -> None:
        with self._door.reading() as visit:
            self._row = visit.row(self.kind, self.id)

    def _left(self, name: str) -> bytes:
        place, files = self._place()
        if name not in files:
            raise NotFoundError(f"The run left no {name}: {self.error or 'see its log'}")
        return self._door.files.read(place, files, name)

    def _kept(self, name: str) -> bytes | None:
        """Return what was written of the changes when it ended, where that was said of the same two runs."""
        with self._door.reading() as visit:
            self._row = row = visit.row(self.kind, self.id)
            same = None if row.same_as is None else visit.session.get(models.Run, row.same_as)
            found = left_by(visit, row)
        if found is None or name not in found[1]:
            return None
        if same is not None and same.compared_with != row.compared_with:
            return None
        return self._door.files.read(*found, name)

    def _compared(self) -> Any:
        """Compare it now: it has the results of an earlier run, which was compared with another."""
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            before = visit.session.get(models.Run, row.compared_with)
            found = None if before is None else left_by(visit, before)
        if found is None:
            raise NotFoundError("What the run that it was compared with left is gone.")
        return doer().difference(self._door.files.read(*found, RESULTS), self._left(RESULTS))

    def _place(self) -> tuple[Place, Mapping[str, Any]]:
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            found = left_by(visit, row)
        if found is None and row.state in _OVER and row.size is not None:
            raise NotFoundError(
                "What the run left was removed, as its investigation says: its figures are in results; ask for the run again."
            )
        if found is None:
            raise NotFoundError(f"The run is {row.state} and has left nothing yet.")
        return found


def places_of_runs(visit: Visit, *conditions: Any) -> list[Place]:
    """Return the places of all that runs left, or were leaving.

    Parameters
    ----------
    visit : Visit
        A transaction.
    *conditions
        On the runs.

    Returns
    -------
    list of Place
        One a turn that may have left something.
    """
    chosen = select(models.Run).where(*conditions)
    return [
        Place(row.tenant_id, row.id, number, RUN)
        for row in visit.session.scalars(chosen)
        for number in {row.kept, row.turns}
        if number is not None
    ]
