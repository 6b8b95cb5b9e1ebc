"""Mappings that a workspace keeps; each change makes a new version, and a job names the one it ran with."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.door import Visit
from mindzie.access.given import Number, given
from mindzie.access.items import Item
from mindzie.access.reader import reader
from mindzie.core.errors import NotFoundError
from mindzie.store.models import Mapping as MappingRecord
from mindzie.store.models import MappingVersion


class Mapping(Item):
    """How columns of a source become an event log: ``mz.read(source, mapping=workspace.mappings["orders"])``."""

    kind = kinds.MAPPING

    @property
    def versions(self) -> dict[int, dict[str, Any]]:
        """Its definitions by number, the newest last."""
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            kept = {each.number: dict(each.definition) for each in _kept(visit, row.id)}
        number = max(kept, default=0)
        if kept.get(number) != row.definition:
            kept[number + 1] = dict(row.definition)
        return kept

    def version(self, number: int | None = None) -> dict[str, Any]:
        """Return one of its definitions.

        Parameters
        ----------
        number : int, optional
            The newest where not given.

        Returns
        -------
        dict
            Roles and steps, as JSON.

        Raises
        ------
        NotFoundError
            Where there is no such version.
        """
        number, found = given(Number | None, number, "number of a version"), self.versions
        wanted = max(found) if number is None else number
        if wanted not in found:
            raise NotFoundError(
                f"The mapping {self.label!r} has no version {number}: it has {', '.join(map(str, found))}."
            )
        return found[wanted]

    @classmethod
    def check_facts(cls, _visit: Visit, values: dict[str, Any]) -> None:
        """Refuse what is no mapping, and write all its settings out."""
        if values.get("definition") is not None:
            values["definition"] = reader().checked_mapping(values["definition"])

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        version_in_use(visit, row.id)
        if values.get("definition") is not None:
            # the new one is kept at once, so that its number says when it came
            row.definition = values["definition"]
            version_in_use(visit, row.id)


def version_in_use(visit: Visit, key: UUID) -> int:
    """Return the number of what a mapping is now, and keep that under it."""
    row = visit.session.get_one(MappingRecord, key)
    last = max(_kept(visit, key), key=lambda each: each.number, default=None)
    if last is not None and last.definition == row.definition:
        return last.number
    made = MappingVersion(
        tenant_id=row.tenant_id,
        mapping_id=row.id,
        number=1 if last is None else last.number + 1,
        definition=row.definition,
        created_by=visit.actor.id,
    )
    visit.session.add(made)
    visit.session.flush()
    return made.number


def _kept(visit: Visit, key: UUID) -> list[MappingVersion]:
    chosen = select(MappingVersion).where(MappingVersion.mapping_id == key)
    return list(visit.session.scalars(chosen.order_by(MappingVersion.number)))
