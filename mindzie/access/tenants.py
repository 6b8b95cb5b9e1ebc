"""Tenants as the operator of an installation makes, limits, stops and removes them, and lets their first people in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from pydantic import InstanceOf
from sqlalchemy import delete, select

from mindzie.access.audit import facts, lock, write
from mindzie.access.entrance import Place
from mindzie.access.fields import checked
from mindzie.access.given import given
from mindzie.access.identity import OPERATOR, Identity
from mindzie.access.limits import PEOPLE, within_limits
from mindzie.access.own_log import OWN, note
from mindzie.access.permissions import ROLES
from mindzie.core.errors import ConflictError, NotFoundError, SettingError, nearest, unknown
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, AuditHead, RoleAssignment, Tenant, User

_TENANTS: Final = select(Tenant).where(Tenant.id != OWN)


class Tenants:
    """All tenants of a database.

    Parameters
    ----------
    place : Place
        The database with its storage.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    @contextmanager
    def _session(self) -> Iterator[Any]:
        with self._place.database.writing(Scope(None)) as session:
            yield session

    def tenants(self) -> list[dict[str, Any]]:
        """Return each tenant's name, description, limits, and whether it is active."""
        with self._place.database.reading(Scope(None)) as session:
            return [facts(row) for row in session.scalars(_TENANTS.order_by(Tenant.name))]

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
                OPERATOR,
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
            row = tenant_named(session, tenant)
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
                OPERATOR,
                action,
                kind="tenant",
                row=row,
                before={name: before[name] for name in moved},
                after={name: after[name] for name in moved},
            )

    def delete(self, tenant: str) -> list[str]:
        """Remove a stopped tenant with everything that is its: people, work, data, audit log.

        That it was removed is kept in the installation's own log, with the end of the tenant's chain.

        Parameters
        ----------
        tenant : str
            Its name.

        Returns
        -------
        list of str
            What lies in its folder of the storage and is no snapshot; it stays.

        Raises
        ------
        ConflictError
            Where it is not stopped.
        StoreError
            Where the storage is another database's. Nothing is changed in these cases.
        """
        self._place.files.is_ours()  # before the rows go
        with self._session() as session:
            row = tenant_named(session, tenant)
            if row.active:
                raise ConflictError(f"The tenant {tenant!r} is active: stop it first.")
            key, head = row.id, lock(session, row.id)
            chain = {"entries": head.number, "head": head.hash}
            note(
                session,
                "tenant.delete",
                kind="tenant",
                row=row,
                before=facts(row) | {"audit": chain},
            )
            row.removed = True
            session.flush()
            for record in (AuditEntry, AuditHead):
                session.execute(delete(record).where(record.tenant_id == key))
            session.delete(row)
        left = []
        for found in list(self._place.files.places(key)):
            if found.place is None:
                left.append(found.path)
            else:
                self._place.files.remove(found)
        return left

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
        given(InstanceOf[Identity], identity, "identity")
        if not isinstance(role, str) or role not in ROLES:
            raise unknown("role", role, ROLES, "Mindzie")
        values = checked(User, {"name": name, "email": email}, new=True)
        who = identity.facts()
        with self._place.database.reading(Scope(None)) as session:
            key = tenant_named(session, identity.tenant).id
        # in a session of the tenant: its limits count its own people
        with self._place.database.writing(Scope(key)) as session:
            tenant = tenant_named(session, identity.tenant)
            lock(session, tenant.id)
            user = User(tenant_id=tenant.id, **who, **values)
            with within_limits(session, tenant.id, *PEOPLE):
                session.add(user)
                session.flush()
                session.add(RoleAssignment(tenant_id=tenant.id, user_id=user.id, role=role))
            told = {**facts(user), "role": role}
            write(session, tenant.id, OPERATOR, "users.enrol", kind="user", row=user, after=told)


def tenant_named(session: Any, name: str) -> Tenant:
    """Return a tenant's row, or say which is nearest."""
    found: Tenant | None = session.scalars(_TENANTS.where(Tenant.name == name)).one_or_none()
    if found is None:
        names = [row.name for row in session.scalars(_TENANTS)]
        close = nearest(name, names)
        hint = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
        raise NotFoundError(f"There is no tenant {name!r} in this installation.{hint}")
    return found


def _check_limits(values: dict[str, Any]) -> None:
    for name, value in values.items():
        if name.startswith("max_") and value is not None and value < 0:
            raise SettingError(f"{name} is a number from 0, or nothing for no limit (got {value}).")
