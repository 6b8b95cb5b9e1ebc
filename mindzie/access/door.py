"""The door of one tenant for one actor: transactions in which rights are known and acts are written down."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Select, Uuid, and_, bindparam, false, or_, select, true
from sqlalchemy.orm import Session

from mindzie.access import audit
from mindzie.access.grants import rights_by_grant
from mindzie.access.identity import Actor, storable
from mindzie.access.kinds import DASHBOARD, DATASET, PARENTS, PROJECT, VERSION, Kind
from mindzie.access.permissions import PERMISSIONS
from mindzie.access.rights import Rights, rights_of
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    NotFoundError,
    SettingError,
    SignInError,
    nearest,
)
from mindzie.store.base import TenantRecord
from mindzie.store.database import Database, Scope
from mindzie.store.models import (
    ApiKey,
    Dashboard,
    Dataset,
    Project,
    PublicLink,
    ServiceAccount,
    Tenant,
    User,
)
from mindzie.store.types import UtcTime, now

if TYPE_CHECKING:
    from mindzie.store.files import SnapshotFiles

_SHOWN = 12
_DESCRIBED = {item.name: item.description for item in PERMISSIONS}
_ADMITTED: dict[str, Select[Any]] = {
    "operator": select(Tenant.id),
    **{
        kind: select(Tenant.id)
        .join(record, record.tenant_id == Tenant.id)
        .where(Tenant.active, record.active, record.id == bindparam("actor", type_=Uuid()))
        for kind, record in (("user", User), ("service", ServiceAccount))
    },
    "link": select(Tenant.id)
    .join(PublicLink, PublicLink.tenant_id == Tenant.id)
    .where(
        Tenant.active,
        Tenant.public_links.is_(True),
        PublicLink.id == bindparam("actor", type_=Uuid()),
    ),
}
_HOLDS = select(ApiKey.id).where(
    ApiKey.id == bindparam("key", type_=Uuid()),
    ApiKey.service_account_id == bindparam("actor", type_=Uuid()),
    ApiKey.revoked_at.is_(None),
    or_(ApiKey.expires_at.is_(None), ApiKey.expires_at > bindparam("moment", type_=UtcTime())),
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One transaction of an actor.

    Parameters
    ----------
    session : Session
        Of the tenant.
    tenant : UUID
        The tenant.
    actor : Actor
        Who acts.
    rights : Rights
        What the actor may do now.
    """

    session: Session
    tenant: UUID
    actor: Actor
    rights: Rights

    def may(self, permission: str, project: UUID | None = None) -> bool:
        """Return whether a permission holds, in a project or in the tenant itself."""
        return permission in self.rights.within(project)

    def need(self, permission: str, project: UUID | None = None) -> None:
        """Refuse an act that is not allowed.

        Raises
        ------
        ForbiddenError
            With what would be needed.
        """
        if not self.may(permission, project):
            where = "" if project is None else " in this project"
            raise ForbiddenError(
                f"You may not do this{where}: it needs the permission {permission!r} ({_DESCRIBED[permission].removesuffix('.')}). Ask an administrator of your organisation."
            )

    def visible(self, kind: Kind) -> Select[Any]:
        """Return the query of all rows of a kind that the actor may see."""
        chosen = select(kind.record)
        if kind.hides is not None:
            chosen = chosen.where(kind.hides)
        own = None if kind.parent or kind is PROJECT else kind.read in self.rights.everywhere
        if own is not None:
            return chosen if own else chosen.where(false())
        column, levels = self._up(kind)
        for table, condition in levels:
            chosen = chosen.join(table, condition)
        seen = self.rights.seen(column, kind.read)
        if kind.read == DASHBOARD.read:
            return chosen.where(self._dashboards(column, seen))
        if kind in {DATASET, VERSION} and self.rights.datasets and seen is not None:
            seen = or_(seen, Dataset.id.in_(self.rights.datasets))
        return chosen if seen is None else chosen.where(seen)

    def _dashboards(self, column: Any, seen: Any) -> Any:
        # before it is published, a dashboard is for those who may change it
        changes = self.rights.seen(column, DASHBOARD.change)
        if changes is None:
            return true()
        alone = DASHBOARD.read in self.rights.everywhere
        shared = Dashboard.id.in_(self.rights.dashboards) if alone else false()
        open_to_all = true() if seen is None else or_(seen, shared)
        return or_(changes, and_(Dashboard.published_at.is_not(None), open_to_all))

    def _up(self, kind: Kind) -> tuple[Any, list[tuple[Any, Any]]]:
        if kind is PROJECT:
            return Project.id, []
        if kind.parent == "project_id":
            return kind.record.project_id, []  # type: ignore[attr-defined]
        above = PARENTS[str(kind.parent)]
        column, levels = self._up(above)
        here = getattr(kind.record, str(kind.parent)) == above.record.id
        return column, [(above.record, here), *levels]

    def row(self, kind: Kind, key: UUID, *conditions: Any) -> Any:
        """Return a row that the actor may see.

        Raises
        ------
        NotFoundError
            Where there is none, or it belongs to others.
        """
        if not isinstance(key, UUID):
            raise SettingError(
                f"A {kind.title} is told by its identifier (a UUID), not by {key!r}."
            )
        chosen = self.visible(kind).where(kind.record.id == key, *conditions)
        found = self.session.scalars(chosen).one_or_none()
        if found is None:
            raise NotFoundError(f"There is no {kind.title} {key} in this workspace.")
        return found

    def named(self, kind: Kind, name: str, *conditions: Any) -> Any:
        """Return the row of a name that the actor may see, with the nearest names where there is none."""
        label: Any = getattr(kind.record, "name")  # noqa: B009 - not every table has one
        chosen = self.visible(kind)
        fits = label == name if storable(name) else false()
        found = list(self.session.scalars(chosen.where(fits, *conditions)).unique())
        if len(found) > 1:
            raise ConflictError(
                f"Several projects have a {kind.title} {name!r}: {self.homes(kind, found)}. Take it from its project, as in workspace.projects['...']."
            )
        if found:
            return found[0]
        names = list(
            self.session.scalars(
                chosen.with_only_columns(label, maintain_column_froms=True).where(*conditions)
            )
        )
        close = nearest(name, names)
        hint = f"Did you mean {' or '.join(map(repr, close))}?" if close else _there_are(names)
        raise NotFoundError(f"There is no {kind.title} {name!r} in this workspace. {hint}")

    def homes(self, kind: Kind, rows: Iterable[Any]) -> str:
        """Return the names of the projects that rows live in, those out of sight without a name."""
        keys = {kind.project(self.session, row) for row in rows}
        chosen = self.visible(PROJECT).where(Project.id.in_(keys)).order_by(Project.name)
        names = [repr(project.name) for project in self.session.scalars(chosen)]
        return " and ".join(names + ["a project out of your sight"] * (len(names) < len(keys)))

    def changeable(
        self, kind: Kind, key: UUID, permission: str | None = None, *, archived: bool = False
    ) -> Any:
        """Return a row that the actor may see and change, in an archived project only where that is said."""
        row = self.row(kind, key)
        project = kind.project(self.session, row)
        self.need(permission or kind.change, project)
        if project is not None and kind is not PROJECT and not archived:
            self.open_project(project)
        return row

    def open_project(self, key: UUID) -> Project:
        """Return a project that is seen and not archived."""
        project: Project = self.row(PROJECT, key)
        if project.archived_at is not None:
            raise ConflictError(f"The project {project.name!r} is archived: restore it first.")
        return project

    def note(
        self,
        action: str,
        kind: str,
        row: TenantRecord | None = None,
        *,
        name: str = "",
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Write the act into the audit log."""
        audit.write(
            self.session,
            self.tenant,
            self.actor,
            action,
            kind=kind,
            row=row,
            name=name,
            before=before,
            after=after,
        )


def _there_are(names: list[str]) -> str:
    shown = ", ".join(map(repr, sorted(names)[:_SHOWN]))
    more = " and more" if len(names) > _SHOWN else ""
    return f"There are: {shown}{more}." if names else "There are none."


@dataclass(frozen=True, slots=True, repr=False)
class Door:
    """What every object of a workspace goes through.

    Parameters
    ----------
    database : Database
        Where records are.
    tenant : UUID
        Whose workspace.
    actor : Actor
        Who acts.
    files : SnapshotFiles
        Where snapshots are.
    folder : Path
        For what is kept on this machine.
    """

    database: Database
    tenant: UUID
    actor: Actor
    files: SnapshotFiles
    folder: Path = field(default_factory=Path)

    def __repr__(self) -> str:
        """Return who stands in it; addresses and keys stay out."""
        return f"<Door of {self.actor.kind} {self.actor.name!r}>"

    @contextmanager
    def reading(self) -> Iterator[Visit]:
        """Look at one consistent state."""
        with self.database.reading(Scope(self.tenant)) as session:
            yield self.visit(session)

    @contextmanager
    def writing(self) -> Iterator[Visit]:
        """Change something, after those who came before and before those who come after."""
        if self.actor.grant is not None:
            with self.reading():  # nobody waits for what changes nothing
                raise ForbiddenError(
                    "A dashboard reads what it shows and changes nothing: do this in a notebook of your own."
                )
        with self.database.writing(Scope(self.tenant)) as session:
            if session.scalar(select(Tenant.id)) is None:
                raise _gone()
            audit.lock(session, self.tenant)
            yield self.visit(session)

    def visit(self, session: Session) -> Visit:
        """Begin a transaction of the actor in a session of the tenant, where they are let in still."""
        if session.scalar(_ADMITTED[self.actor.kind], {"actor": self.actor.id}) is None:
            raise _gone()
        if self.actor.key is not None:
            told = {"key": self.actor.key, "actor": self.actor.id, "moment": now()}
            if session.scalar(_HOLDS, told) is None:
                raise SignInError(
                    "The key that opened this workspace was revoked or has expired: ask for a new one."
                )
        visit = Visit(session, self.tenant, self.actor, rights_of(session, self.actor))
        return visit if self.actor.grant is None else replace(visit, rights=rights_by_grant(visit))


def _gone() -> SignInError:
    return SignInError(
        "This account has no access any more: ask an administrator of your organisation."
    )
