"""Opening projects and dashboards to people and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.audit import facts
from mindzie.access.door import Visit
from mindzie.access.permissions import LEVELS
from mindzie.access.rising import guard_share
from mindzie.core.errors import NotFoundError, SettingError, unknown
from mindzie.store.models import Group, Share, User

if TYPE_CHECKING:
    from mindzie.access.items import Item

    Base = Item
else:
    Base = object


class Shared(Base):
    """What can be opened to users and groups."""

    def share(self, *, user: Any = None, group: Any = None, level: str = "view") -> None:
        """Open it to a user or a group, or change how far it is open to them.

        Parameters
        ----------
        user : User or UUID, optional
            Whom.
        group : Group, UUID or str, optional
            Or which group.
        level : {"view", "edit", "manage"}
            How far; nobody gets more than their role allows. A dashboard is open to ``view`` only.

        Raises
        ------
        ForbiddenError
            Without the permission ``projects.share`` in the project, or where it is not open that far to you and they could do
            more in it than you.
        ConflictError
            For an archived project.
        """
        if not isinstance(level, str) or level not in LEVELS:
            raise unknown("level", level, LEVELS, "Mindzie")
        if level != "view" and self.kind is not kinds.PROJECT:
            raise SettingError(
                "A dashboard is open to view only: share its project to have it changed."
            )
        with self._door.writing() as visit:
            row, holder = self._shared(visit), _holder(visit, user, group)
            visit.open_project(self.kind.project(visit.session, row) or row.id)
            if self.kind is kinds.PROJECT:
                guard_share(visit, level, row.id, holder)
            found = self._find(visit, holder)
            before = None if found is None else {"level": found.level}
            if found is None:
                found = Share(tenant_id=visit.tenant, **self._columns(), **holder, level=level)
                visit.session.add(found)
            found.level = level
            visit.session.flush()
            visit.note(
                f"{self.kind.table}.share", self.kind.title, row, before=before, after=facts(found)
            )

    def unshare(self, *, user: Any = None, group: Any = None) -> None:
        """Close it to a user or a group.

        Parameters
        ----------
        user, group
            As for ``share``.

        Raises
        ------
        NotFoundError
            Where it is not open to them.
        """
        with self._door.writing() as visit:
            row, holder = self._shared(visit), _holder(visit, user, group)
            found = self._find(visit, holder)
            if found is None:
                raise NotFoundError(
                    f"The {self.kind.title} {self.label!r} is not shared with them."
                )
            visit.note(f"{self.kind.table}.unshare", self.kind.title, row, before=facts(found))
            visit.session.delete(found)

    @property
    def shares(self) -> list[dict[str, Any]]:
        """To whom it is open: kind (``user`` or ``group``), id, name and level of each; needs ``people.read``."""
        with self._door.reading() as visit:
            row = visit.row(self.kind, self.id)
            if not visit.may("people.read"):
                visit.need("people.read", self.kind.project(visit.session, row))
            chosen = select(Share).filter_by(**self._columns())
            found = list(visit.session.scalars(chosen))
            return [_told(visit, share) for share in found]

    def _shared(self, visit: Visit) -> Any:
        row = visit.row(self.kind, self.id)
        visit.need("projects.share", self.kind.project(visit.session, row))
        return row

    def _columns(self) -> dict[str, UUID | None]:
        column = "project_id" if self.kind is kinds.PROJECT else "dashboard_id"
        return {column: self.id}

    def _find(self, visit: Visit, holder: dict[str, UUID]) -> Share | None:
        chosen = select(Share).filter_by(**self._columns(), **holder)
        return visit.session.scalars(chosen).one_or_none()


def _holder(visit: Visit, user: Any, group: Any) -> dict[str, UUID]:
    if (user is None) == (group is None):
        raise SettingError("Say with whom to share: either user= or group=.")
    column, record, given = ("user_id", User, user) if group is None else ("group_id", Group, group)
    key = getattr(given, "id", given)
    chosen = select(record)
    if isinstance(key, UUID):
        chosen = chosen.where(record.id == key)
    elif record is Group and isinstance(key, str):
        chosen = chosen.where(Group.name == key)
    else:
        raise SettingError(
            "A user is given as an object of workspace.users or by identifier, a group by its name too."
        )
    found: Any = visit.session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFoundError(
            f"There is no {'user' if group is None else 'group'} {str(key)!r} in this workspace."
        )
    return {column: found.id}


def _told(visit: Visit, share: Share) -> dict[str, Any]:
    record, key = (User, share.user_id) if share.user_id else (Group, share.group_id)
    holder: Any = visit.session.get(record, key)
    kind = "user" if record is User else "group"
    return {"kind": kind, "id": key, "name": holder.name, "level": share.level}
