"""What the operator of an installation does: tenants, their first people, their limits. Never their data."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlalchemy import delete, select

from mindzie.access.audit import facts, lock, write
from mindzie.access.backup import backup, restore
from mindzie.access.door import Visit
from mindzie.access.entrance import Place, place_of
from mindzie.access.fields import checked
from mindzie.access.health import Problem, problems, repaired
from mindzie.access.identity import LOCAL, Actor, Identity
from mindzie.access.limits import check_people
from mindzie.access.permissions import ADMIN, ROLES
from mindzie.access.rights import Rights
from mindzie.access.secrets import keys_in_use, renew, ring_of, rotate
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    NotFoundError,
    SettingError,
    SignInError,
    nearest,
    unknown,
)
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, AuditHead, RoleAssignment, Tenant, User

LAPTOP = "local"
"""The tenant of the embedded workspace."""
_OPERATOR = Actor("operator", None, "operator")


class Installation:
    """All tenants of a database, as their operator may touch them.

    Parameters
    ----------
    url : str or Place, optional
        The database; where not given as ``mz.workspace`` finds it.
    storage : str, optional
        Where snapshots are.
    """

    def __init__(self, url: str | Place | None = None, storage: str | None = None) -> None:
        self._place = place_of(url, storage)

    @classmethod
    def open(cls, url: str | Place | None = None, storage: str | None = None) -> Self:
        """Open it, as the constructor does."""
        return cls(url, storage)

    @contextmanager
    def _session(self) -> Iterator[Any]:
        with self._place.database.writing(Scope(None)) as session:
            yield session

    def tenants(self) -> list[dict[str, Any]]:
        """Return each tenant's name, description, limits, and whether it is active."""
        with self._place.database.reading(Scope(None)) as session:
            return [facts(row) for row in session.scalars(select(Tenant).order_by(Tenant.name))]

    def create(self, name: str, **fields: Any) -> None:
        """Make a tenant.

        Parameters
        ----------
        name : str
            Unique in the installation.
        **fields
            ``description`` and limits: ``max_users``, ``max_analysts``, ``max_cases``, ``max_bytes``.

        Raises
        ------
        SettingError, ConflictError
            For bad values, or where there is one of that name.
        """
        values = checked(Tenant, {"name": name, **fields}, new=True)
        _check_limits(values)
        with self._session() as session:
            if session.scalars(select(Tenant).where(Tenant.name == values["name"])).first():
                raise ConflictError(f"There is a tenant {name!r} already.")
            row = Tenant(**{key: value for key, value in values.items() if value is not None})
            session.add(row)
            session.flush()
            lock(session, row.id)
            write(
                session,
                row.id,
                _OPERATOR,
                "tenant.create",
                kind="tenant",
                row=row,
                after=facts(row),
            )

    def change(self, tenant: str, **fields: Any) -> None:
        """Change a tenant's name, description or limits.

        Parameters
        ----------
        tenant : str
            Its name.
        **fields
            As for ``create``; a limit of None is none.
        """
        values = checked(Tenant, fields, new=False)
        _check_limits(values)
        self._change(tenant, "tenant.change", values)

    def stop(self, tenant: str) -> None:
        """Let nobody of a tenant in; its data stays."""
        self._change(tenant, "tenant.stop", {"active": False})

    def admit(self, tenant: str) -> None:
        """Let a tenant in again."""
        self._change(tenant, "tenant.admit", {"active": True})

    def _change(self, tenant: str, action: str, values: dict[str, Any]) -> None:
        with self._session() as session:
            row = _tenant(session, tenant)
            lock(session, row.id)
            before = facts(row)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            after = facts(row)
            moved = [name for name in after if after[name] != before[name]]
            write(
                session,
                row.id,
                _OPERATOR,
                action,
                kind="tenant",
                row=row,
                before={name: before[name] for name in moved},
                after={name: after[name] for name in moved},
            )

    def delete(self, tenant: str) -> None:
        """Remove a stopped tenant with everything that is its: people, work, data, audit log.

        Parameters
        ----------
        tenant : str
            Its name.

        Raises
        ------
        ConflictError
            Where it is not stopped.
        """
        with self._session() as session:
            row = _tenant(session, tenant)
            if row.active:
                raise ConflictError(f"The tenant {tenant!r} is active: stop it first.")
            key = row.id
            row.removed = True
            session.flush()
            for record in (AuditEntry, AuditHead):
                session.execute(delete(record).where(record.tenant_id == key))
            session.delete(row)
        for found in list(self._place.files.places(key)):
            self._place.files.remove(found)

    def enrol(
        self,
        identity: Identity,
        *,
        name: str,
        email: str | None = None,
        role: str = "viewer",
    ) -> None:
        """Make an identity one of its tenant's people, with a role in the whole tenant.

        Parameters
        ----------
        identity : Identity
            Who, as a provider vouches.
        name : str
            As shown.
        email : str, optional
            To write to.
        role : str
            A built-in role.

        Raises
        ------
        NotFoundError
            Where there is no such tenant.
        """
        if role not in ROLES:
            raise unknown("role", role, ROLES, "Mindzie")
        values = checked(User, {"name": name, "email": email}, new=True)
        if not identity.subject or not identity.provider:
            raise SettingError("An identity needs a provider and a subject.")
        with self._place.database.reading(Scope(None)) as session:
            key = _tenant(session, identity.tenant).id
        # in a session of the tenant: its limits count its own people
        with self._place.database.writing(Scope(key)) as session:
            tenant = _tenant(session, identity.tenant)
            lock(session, tenant.id)
            user = User(
                tenant_id=tenant.id, provider=identity.provider, subject=identity.subject, **values
            )
            session.add(user)
            session.flush()
            session.add(RoleAssignment(tenant_id=tenant.id, user_id=user.id, role=role))
            session.flush()
            check_people(Visit(session, tenant.id, _OPERATOR, Rights(frozenset(), {}, frozenset())))
            told = {**facts(user), "role": role}
            write(session, tenant.id, _OPERATOR, "users.enrol", kind="user", row=user, after=told)

    def office(self, tenant: str) -> Workspace:
        """Return a tenant's workspace as its operator sees it: people, roles, programs, audit; no project and no data.

        Parameters
        ----------
        tenant : str
            Its name.

        Returns
        -------
        Workspace
            What is done in it is written down as the operator's.
        """
        with self._place.database.reading(Scope(None)) as session:
            key = _tenant(session, tenant).id
        return Workspace(self._place.door(key, _OPERATOR))

    def problems(self, *, deep: bool = True) -> list[Problem]:
        """Look everything over, as ``health.problems`` says."""
        return problems(self._place, deep=deep)

    def repair(self, found: list[Problem]) -> list[Problem]:
        """Remove what is left over, as ``health.repaired`` says."""
        return repaired(self._place, found)

    def backup(self, folder: Path) -> dict[str, Any]:
        """Write everything but the keys into a new folder, as ``backup.backup`` says."""
        return backup(self._place, folder)

    def restore(self, folder: Path) -> dict[str, Any]:
        """Bring a backup into this installation, which has no tenants yet, as ``backup.restore`` says."""
        return restore(self._place, folder)

    def keys(self) -> dict[str, Any]:
        """Return the keys of the ring, the newest first, and how many secrets each has encrypted."""
        ring = ring_of(self._place)
        return {"source": ring.source, "ring": list(ring.ids), "in_use": keys_in_use(self._place)}

    def rotate_keys(self) -> int:
        """Encrypt every secret with the newest key; the embedded workspace makes a new one first.

        Returns
        -------
        int
            How many secrets got it.

        Raises
        ------
        KeyRingError
            Where a key in use is lost; nothing is changed then.
        """
        if self._place.database.is_sqlite:
            renew(self._place)
        return rotate(self._place)

    def __repr__(self) -> str:
        return f"<Installation: {self._place!r}>"


def _tenant(session: Any, name: str) -> Tenant:
    found: Tenant | None = session.scalars(select(Tenant).where(Tenant.name == name)).one_or_none()
    if found is None:
        names = list(session.scalars(select(Tenant.name)))
        close = nearest(name, names)
        hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise NotFoundError(f"There is no tenant {name!r} in this installation.{hint}")
    return found


def _check_limits(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name.startswith("max_") and value is not None and value < 0:
            raise SettingError(f"{name} is a number from 0, or nothing for no limit (got {value}).")


def workspace(url: str | None = None) -> Workspace:
    """Open your workspace: projects, data sets, people, as far as you may see them.

    Without settings it is the embedded one of this machine's user, which needs no set-up: a database and snapshots in
    ``MINDZIE_HOME``, else the platform's folder for data of applications.

    Parameters
    ----------
    url : str, optional
        An SQLite database, ``sqlite:///path``, to use instead.

    Returns
    -------
    Workspace
        Yours.

    Examples
    --------
    >>> import mindzie as mz
    >>> mz.workspace().me["kind"]
    'user'
    """
    place = place_of(url)
    if not place.database.is_sqlite:
        raise SettingError(
            "A shared workspace is opened by who signed you in, not by its address: use workspace() where the hub started your notebook, or an API key."
        )
    me = Identity(LAPTOP, LOCAL, "owner")
    try:
        return Workspace.open(place, me)
    except SignInError:
        _set_up(Installation(place), me)
        return Workspace.open(place, me)


def _set_up(here: Installation, me: Identity) -> None:
    # another notebook may open it for the first time at the same moment
    with contextlib.suppress(ConflictError):
        here.create(LAPTOP, description="The workspace of this machine's user.")
    with contextlib.suppress(ConflictError):
        here.enrol(me, name="Me", role=ADMIN)
