"""What a workspace hands out: an object that shows its facts and goes through the door for every act."""

from __future__ import annotations

from typing import Any, ClassVar, Self
from uuid import UUID

from sqlalchemy import inspect

from mindzie.access import audit
from mindzie.access.door import Door, Visit
from mindzie.access.fields import checked
from mindzie.access.history import keep_history
from mindzie.access.kinds import KINDS, PROJECT, Kind
from mindzie.access.tables import rows_of
from mindzie.core.errors import ConflictError, SettingError
from mindzie.store.base import TenantRecord

_OWN = frozenset({"tenant_id", "revision"})
_INSIDE = frozenset({"before_create", "check_facts", "fixed", "made_by", "named_by", "shown"})


class Item:
    """An object of a workspace, as it was when it was looked at.

    Its facts are attributes (``item.name``); ``refresh`` looks again, ``change`` and ``delete`` act. A change of what
    somebody else changed meanwhile is refused.
    """

    kind: ClassVar[Kind]
    named_by: ClassVar[str] = "name"
    """The fact that it is called by."""
    made_by: ClassVar[str] = ""
    """The only way to make one, where ``create`` is not it."""
    fixed: ClassVar[str] = ""
    """What to do instead, where nothing of it may change."""

    def __init__(self, door: Door, row: TenantRecord) -> None:
        self._door = door
        self._row: Any = row

    @classmethod
    def shown(cls) -> tuple[str, ...]:
        """Return the names of the facts, hidden ones left out."""
        return tuple(
            item.key
            for item in inspect(cls.kind.record).column_attrs
            if item.key not in _OWN and not item.columns[0].info.get("hidden")
        )

    def __getattr__(self, name: str) -> Any:
        if name in type(self).shown():
            return getattr(self._row, name)
        raise AttributeError(
            f"A {self.kind.title} has no {name!r}; it has {', '.join(self.shown())}."
        )

    def __dir__(self) -> list[str]:
        """Return acts and facts, for completion."""
        return sorted({*super().__dir__(), *self.shown()} - _INSIDE)

    @property
    def id(self) -> UUID:
        """Its identifier."""
        found: UUID = self._row.id
        return found

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Item) and self.kind == other.kind and self.id == other.id

    def __hash__(self) -> int:
        return hash(self.id)

    @property
    def label(self) -> str:
        """How it is called in messages and lists."""
        return str(getattr(self._row, self.named_by))

    def __repr__(self) -> str:
        return f"<{self.kind.title} {self.label!r}>"

    def to_json(self) -> dict[str, Any]:
        """Return its facts as JSON.

        Returns
        -------
        dict
            Identifiers and times as text, operations in their stored form.
        """
        return {name: audit.plain(getattr(self._row, name)) for name in self.shown()}

    def _repr_html_(self) -> str:
        facts = {name: getattr(self, name) for name in self.shown()}
        return rows_of(f"{self.kind.title} {self.label}", facts)

    def refresh(self) -> Self:
        """Look at it again.

        Returns
        -------
        Item
            As it is now.

        Raises
        ------
        NotFoundError
            Where it is gone, or out of sight.
        """
        with self._door.reading() as visit:
            return type(self)(self._door, visit.row(self.kind, self.id))

    def change(self, **fields: Any) -> Self:
        """Change facts.

        Parameters
        ----------
        **fields
            New values by name.

        Returns
        -------
        Item
            As it is now; this object is brought up to date too.

        Raises
        ------
        NotFoundError, ForbiddenError
            Where it is out of sight, or not for the actor to change.
        SettingError
            For bad values; nothing is changed.
        ConflictError
            Where somebody changed it meanwhile.
        """
        with self._door.writing() as visit:
            row = self._mine(visit)
            if self.fixed:
                raise SettingError(f"A {self.kind.title} does not change: {self.fixed}.")
            if self.kind is PROJECT:
                visit.open_project(row.id)
            self._guard(visit, row)
            before = audit.facts(row)
            values = checked(self.kind.record, fields, new=False)
            self.check_facts(visit, values)
            self._before_change(visit, row, values)
            check_references(visit, self.kind, values, self.kind.project(visit.session, row))
            for name, value in values.items():
                setattr(row, name, value)
            visit.session.flush()
            changed = {
                name: value for name, value in audit.facts(row).items() if value != before[name]
            }
            if changed:
                was = {name: before[name] for name in changed}
                visit.note(
                    f"{self.kind.table}.change", self.kind.title, row, before=was, after=changed
                )
        self._row = row
        return self

    def delete(self) -> None:
        """Remove it.

        Raises
        ------
        NotFoundError, ForbiddenError
            Where it is out of sight, or not for the actor to remove.
        ConflictError
            Where something still refers to it.
        """
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id, self.kind.delete)
            before = audit.facts(row)
            self._guard(visit, row)
            self._before_delete(visit, row)
            keep_history(visit, row)
            visit.note(
                f"{self.kind.table}.delete",
                self.kind.title,
                row,
                name=self.label,
                before={**before, **self._told(visit, row)},
            )
            visit.session.delete(row)

    @classmethod
    def check_facts(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse facts that none of its kind may have."""

    @classmethod
    def before_create(cls, visit: Visit, values: dict[str, Any]) -> None:
        """Refuse, or add what a new one has beside the facts that were given."""

    def _guard(self, visit: Visit, row: Any) -> None:
        """Refuse to touch what may do more than the actor."""

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:
        """Refuse, or take care of what changes with it."""

    def _before_delete(self, visit: Visit, row: Any) -> None:
        """Refuse, or take care of what goes with it."""

    def _told(self, visit: Visit, row: Any) -> dict[str, Any]:  # noqa: ARG002 - of most kinds nothing
        """Return what the audit log keeps of it beside its facts."""
        return {}

    def _mark(self, act: str, fact: str, value: Any) -> None:
        """Set a fact that has an act of its own; refused where somebody else changed the object meanwhile."""
        with self._door.writing() as visit:
            row = self._mine(visit)
            setattr(row, fact, value)
            visit.note(f"{self.kind.table}.{act}", self.kind.title, row)
            visit.session.flush()
        self._row = row

    def _mine(self, visit: Visit, permission: str | None = None) -> Any:
        row = visit.changeable(self.kind, self.id, permission)
        if row.revision != self._row.revision:
            raise ConflictError(
                f"Somebody else changed the {self.kind.title} {self.label!r} meanwhile, and your change was not made: look at it again with refresh() and repeat."
            )
        return row


def check_references(
    visit: Visit, kind: Kind, values: dict[str, Any], project: UUID | None
) -> None:
    """Refuse a reference to what the actor does not see, or to another project's things.

    Parameters
    ----------
    visit : Visit
        The transaction.
    kind : Kind
        Of the object that refers.
    values : dict
        Its new facts.
    project : UUID or None
        Where it lives.

    Raises
    ------
    NotFoundError, SettingError
        In these cases.
    """
    table: Any = kind.record.__table__
    for reference in table.foreign_key_constraints:
        name = reference.column_keys[-1]
        if values.get(name) is None or reference.referred_table.name not in KINDS:
            continue
        target = KINDS[reference.referred_table.name]
        row = visit.row(target, values[name])
        home = target.project(visit.session, row)
        if home is not None and home != project and target is not PROJECT:
            raise SettingError(
                f"The {target.title} {getattr(row, 'name', None) or row.id!s} is of another project: take one of the project that the {kind.title} lives in, or make it there."
            )
