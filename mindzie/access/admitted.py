"""Whom a tenant lets in, people and programs alike: stopped and admitted again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mindzie.access.door import Visit

if TYPE_CHECKING:
    from mindzie.access.items import Item

    Base = Item
else:
    Base = object


class Admitted(Base):
    """Who can be stopped; what they made stays."""

    def stop(self) -> None:
        """Let them in no more.

        Raises
        ------
        ConflictError
            Where it is the last administrator.
        """
        self._set(active=False)

    def admit(self) -> None:
        """Let them in again.

        Raises
        ------
        LimitError
            Where the tenant has as many people as it may.
        """
        self._set(active=True)

    def _set(self, *, active: bool) -> None:
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            self._guard(visit, row)
            self._switch(visit, row, active=active)
            visit.session.flush()
            act = "admit" if active else "stop"
            visit.note(f"{self.kind.table}.{act}", self.kind.title, row)
        self._row = row

    def _switch(self, visit: Visit, row: Any, *, active: bool) -> None:  # noqa: ARG002 - of people it needs more
        row.active = active
