"""Tasks that programs do later."""

from __future__ import annotations

from typing import Any

from mindzie.access.door import Visit
from mindzie.access.items import Item
from mindzie.core.errors import ConflictError
from mindzie.store.types import now


class Later(Item):
    """What a program does later, with what became of it."""

    named_by = "id"
    fixed = "ask for another one"

    def cancel(self) -> None:
        """Say that it is not wanted any more."""
        self._step("waiting running", "cancelled", finished_at=now())

    def retry(self) -> None:
        """Let it wait for a worker again, where it failed or was cancelled."""
        none = dict.fromkeys(("error", "next_at", "worker", "finished_at", "attempts"))
        self._step("failed cancelled", "waiting", **none)

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
            self._after_step(visit, row)
            told = {"state": after}
            visit.note(
                f"{self.kind.table}.{after}",
                self.kind.title,
                row,
                before={"state": was},
                after=told,
            )
        self._row = row

    def _after_step(self, visit: Visit, row: Any) -> None:
        """Do what follows from it."""

    def _check_step(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        """Refuse values that do not fit to it."""


class Task(Later):
    """Work that a program does later, and that says itself how far it is."""

    def began(self) -> None:
        """Say that it runs now."""
        self._step("waiting", "running", started_at=now())

    def failed(self, error: str) -> None:
        """Say that it failed, and why."""
        self._step("running", "failed", finished_at=now(), error=str(error))
