"""The objects of one kind that somebody may see, like a mapping from names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html import escape
from typing import Any, Generic, Self, TypeVar, overload
from uuid import UUID

from sqlalchemy import func, select

from mindzie.access import audit
from mindzie.access.door import Door, Visit
from mindzie.access.fields import checked
from mindzie.access.items import Item, check_references
from mindzie.access.kinds import PARENTS, PROJECT
from mindzie.access.tables import table_of
from mindzie.core.errors import ConflictError, NotFoundError, SettingError
from mindzie.core.words import counted, with_article

I = TypeVar("I", bound=Item)  # noqa: E741 - an item
V = TypeVar("V")
_SHOWN = 50


class view(Generic[V]):  # noqa: N801 - used like property
    """A property that IPython looks into: ``ws.datasets["`` and the Tab key offer names."""

    def __init__(self, look: Callable[[Any], V]) -> None:
        self._look = look
        self.__doc__ = look.__doc__

    @overload
    def __get__(self, holder: None, kind: type) -> Self: ...

    @overload
    def __get__(self, holder: object, kind: type) -> V: ...

    def __get__(self, holder: object | None, kind: type) -> V | Self:
        return self if holder is None else self._look(holder)

    def __set__(self, holder: object, value: object) -> None:
        raise AttributeError("This cannot be set: make something in it with create().")


class Collection(Generic[I]):
    """Objects of one kind, by name or identifier.

    Parameters
    ----------
    door : Door
        Of the workspace.
    item : type of Item
        What it gives.
    inside : Item, optional
        The project, data set, investigation or dashboard they live in.

    Examples
    --------
    >>> import mindzie as mz
    >>> "a project that is not there" in mz.workspace().projects
    False
    """

    def __init__(self, door: Door, item: type[I], inside: Item | None = None) -> None:
        self._door = door
        self._item = item
        self._inside = inside

    @property
    def _kind(self) -> Any:
        return self._item.kind

    @property
    def _has_names(self) -> bool:
        return hasattr(self._kind.record, "name")

    def _here(self) -> list[Any]:
        if self._inside is None:
            return list[Any]()
        column = self._kind.parent or self._kind.inside
        return [getattr(self._kind.record, column) == self._inside.id]

    def _chosen(self, visit: Visit) -> Any:
        record = self._kind.record
        order = (record.name, record.id) if self._has_names else (record.id,)
        return visit.visible(self._kind).where(*self._here()).order_by(*order)

    def _first(self, limit: int | None = None) -> list[I]:
        with self._door.reading() as visit:
            rows = list(visit.session.scalars(self._chosen(visit).limit(limit)))
        return [self._item(self._door, row) for row in rows]

    def __iter__(self) -> Iterator[I]:
        return iter(self._first())

    def __len__(self) -> int:
        with self._door.reading() as visit:
            inner = self._chosen(visit).order_by(None).with_only_columns(self._kind.record.id)
            return visit.session.scalar(select(func.count()).select_from(inner.subquery())) or 0

    def __contains__(self, key: object) -> bool:
        try:
            self.get(key)  # type: ignore[arg-type]
        except (NotFoundError, SettingError):
            return False
        except ConflictError:  # there are several
            return True
        return True

    def __getitem__(self, key: str | int | UUID | I) -> I:
        with self._door.reading() as visit:
            return self._item(self._door, self._find(visit, key))

    def get(self, key: str | int | UUID) -> I:
        """Return an object by its name or identifier, as brackets do.

        Parameters
        ----------
        key : str, int or UUID
            Name, or identifier; of a version, its number.

        Returns
        -------
        Item
            The object.

        Raises
        ------
        NotFoundError
            Where the actor sees none; the nearest names are listed.
        ConflictError
            Where several projects have one of that name.
        """
        return self[key]

    def _find(self, visit: Visit, key: Any) -> Any:
        key = key.id if isinstance(key, Item) else key
        if isinstance(key, str) and self._has_names:
            return visit.named(self._kind, key, *self._here())
        if self._numbered and (number := _number(key)) is not None:
            return self._of_number(visit, number)
        if isinstance(key, str):
            try:
                key = UUID(key)
            except ValueError:
                raise NotFoundError(
                    f"There is no {self._kind.title} {key!r} in this workspace."
                ) from None
        if not isinstance(key, UUID):
            own = "number or " if self._numbered else "name or " if self._has_names else ""
            what = with_article(self._kind.title, first=True)
            raise SettingError(f"{what} is found by its {own}identifier, not by {key!r}.")
        return visit.row(self._kind, key, *self._here())

    @property
    def _numbered(self) -> bool:
        return self._inside is not None and self._item.named_by == "number"

    def _of_number(self, visit: Visit, number: int) -> Any:
        rows = {row.number: row for row in visit.session.scalars(self._chosen(visit))}
        if number in rows:
            return rows[number]
        there = f"it has {', '.join(map(str, rows))}" if rows else "it has none yet"
        raise NotFoundError(f"There is no version {number} here: {there}.")

    def names(self) -> list[str]:
        """Return the names (numbers, addresses, roles or identifiers, where there are none) in their order."""
        column = getattr(self._kind.record, self._item.named_by)
        with self._door.reading() as visit:
            chosen = self._chosen(visit).with_only_columns(column, maintain_column_froms=True)
            return [str(name) for name in visit.session.scalars(chosen)]

    def create(self, name: str | None = None, **fields: Any) -> I:
        """Make an object.

        Parameters
        ----------
        name : str, optional
            Its name, for kinds that have one.
        **fields
            Its facts; ``project=`` where it is not made from its project.

        Returns
        -------
        Item
            The new object.

        Raises
        ------
        ForbiddenError
            Without the permission.
        SettingError
            For unknown, missing or bad facts.
        ConflictError
            Where the name is taken, or the project is archived.
        LimitError
            Where the tenant has as many as it may.
        """
        if self._item.made_by:
            raise SettingError(f"A {self._kind.title} is made with {self._item.made_by}.")
        if name is not None:
            fields["name"] = name
        with self._door.writing() as visit:
            home = self._home(visit, fields)
            row = self._add(visit, fields, home)
        return self._item(self._door, row)

    def _home(self, visit: Visit, fields: dict[str, Any]) -> dict[str, UUID]:
        column, inside = self._kind.parent, self._inside
        if column is None:
            return {}
        if inside is not None:
            return {column: inside.id}
        said = column.removesuffix("_id")
        if said not in fields:
            raise SettingError(f"A {self._kind.title} lives in a {said}: say which, with {said}=.")
        given, above = fields.pop(said), PARENTS[column]
        if isinstance(given, str):
            return {column: visit.named(above, given).id}
        return {column: getattr(given, "id", given)}

    def _add(self, visit: Visit, fields: dict[str, Any], home: dict[str, UUID], **more: Any) -> Any:
        kind = self._kind
        project = _project_of(visit, home)
        visit.need("projects.create" if kind is PROJECT else kind.change, project)
        values = checked(kind.record, fields, new=True)
        self._item.check_facts(visit, values)
        check_references(visit, kind, values, project)
        values = {name: value for name, value in values.items() if value is not None}
        self._item.before_create(visit, values)
        row = kind.record(tenant_id=visit.tenant, **home, **values, **more)
        if hasattr(kind.record, "created_by"):
            row.created_by = visit.actor.id
        visit.session.add(row)
        visit.session.flush()
        visit.note(f"{kind.table}.create", kind.title, row, after=audit.facts(row))
        return row

    def _ipython_key_completions_(self) -> list[str]:
        return self.names()

    def __repr__(self) -> str:
        names = self.names()
        more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
        said = ": ".join(
            filter(None, [counted(len(names), self._kind.title), ", ".join(names[:_SHOWN])])
        )
        return f"<{said}{more}>"

    def _repr_html_(self) -> str:
        items = self._first(_SHOWN)
        if not items:
            return f"<p>No {escape(self._kind.title)} yet.</p>"
        names = self._item.shown()
        return table_of([{name: getattr(item, name) for name in names} for item in items])


def _number(key: object) -> int | None:
    # completion offers numbers between quotation marks
    if isinstance(key, str) and key.isdecimal() and key.isascii():
        return int(key)
    return key if isinstance(key, int) and not isinstance(key, bool) else None


def _project_of(visit: Visit, home: dict[str, UUID]) -> UUID | None:
    if not home:
        return None
    ((column, key),) = home.items()
    above = PARENTS[column]
    project: UUID | None = above.project(visit.session, visit.row(above, key))
    if project is not None:
        visit.open_project(project)
    return project
