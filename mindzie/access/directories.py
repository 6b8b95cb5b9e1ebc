"""Which directories of people a tenant trusts, as the operator of an installation says it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from mindzie.access.audit import facts, lock, write
from mindzie.access.entrance import Place
from mindzie.access.fields import checked
from mindzie.access.identity import LOCAL, OPERATOR
from mindzie.access.permissions import ROLES
from mindzie.access.tenants import tenant_named
from mindzie.core.errors import NotFoundError, SettingError, unknown
from mindzie.store.database import Scope
from mindzie.store.models import Directory, Tenant


class Directories:
    """Directories, such as an organisation's in Microsoft Entra ID, whose people tenants let in.

    A directory that is enrolled for several tenants needs groups, by which its people are told apart.

    Parameters
    ----------
    place : Place
        The installation.
    """

    def __init__(self, place: Place) -> None:
        self._place = place

    def listed(self, tenant: str | None = None) -> list[dict[str, Any]]:
        """Return what is enrolled, of one tenant or of all."""
        with self._place.database.reading(Scope(None)) as session:
            chosen = select(Tenant.name, Directory).join(
                Directory, Directory.tenant_id == Tenant.id
            )
            if tenant is not None:
                chosen = chosen.where(Tenant.id == tenant_named(session, tenant).id)
            rows = session.execute(chosen.order_by(Tenant.name, Directory.provider)).all()
            return [{"tenant": name, **facts(row)} for name, row in rows]

    def enrol(
        self,
        tenant: str,
        provider: str,
        *,
        groups: Sequence[str] = (),
        newcomers: str | None = None,
        guests: bool = False,
    ) -> None:
        """Let people of a directory into a tenant; what was said of the directory before is replaced.

        Whom a group of the tenant mirrors (its ``external_id``) gets in with what that group may do. Others get in where they
        were enrolled or invited, or where newcomers get a role.

        Parameters
        ----------
        tenant : str
            Its name.
        provider : str
            The issuer's address, such as ``https://login.microsoftonline.com/<directory>/v2.0``.
        groups : sequence of str
            Groups or app roles of which people need one; all of the directory's people where none is given.
        newcomers : str, optional
            A built-in role for everybody who comes for the first time.
        guests : bool
            Whether guests of the directory get in, too.

        Raises
        ------
        NotFoundError, SettingError, UnknownNameError
            Where there is no such tenant or role, or the address is none.
        """
        if newcomers is not None and newcomers not in ROLES:
            raise unknown("role", newcomers, ROLES, "Mindzie")
        if not isinstance(provider, str) or not provider.startswith(("https://", "http://")):
            raise SettingError(
                f"A directory is told by its issuer's address, such as https://login.example/v2.0 (got {provider!r}; {LOCAL!r} accounts need none)."
            )
        said = {"groups": sorted(set(groups)), "newcomers": newcomers, "guests": guests}
        values = checked(Directory, {"provider": provider, **said}, new=True)
        with self._place.database.writing(Scope(None)) as session:
            home = tenant_named(session, tenant)
            lock(session, home.id)
            row = _row(session, home, provider)
            before = None if row is None else facts(row)
            if row is None:
                row = Directory(tenant_id=home.id, **values)
                session.add(row)
            for name, value in values.items():
                setattr(row, name, value)
            session.flush()
            act = "directories.enrol" if before is None else "directories.change"
            _note(session, act, row, before, facts(row))

    def withdraw(self, tenant: str, provider: str) -> None:
        """Let a directory's people into a tenant no more; who is in loses access within minutes.

        Raises
        ------
        NotFoundError
            Where it is not enrolled.
        """
        with self._place.database.writing(Scope(None)) as session:
            home = tenant_named(session, tenant)
            lock(session, home.id)
            row = _row(session, home, provider)
            if row is None:
                raise NotFoundError(f"The directory {provider!r} is not enrolled for {tenant!r}.")
            _note(session, "directories.withdraw", row, facts(row), None)
            session.delete(row)


def _note(
    session: Any,
    act: str,
    row: Directory,
    before: dict[str, Any] | None,
    after: dict[str, Any] | None,
) -> None:
    write(
        session,
        row.tenant_id,
        OPERATOR,
        act,
        kind="directory",
        row=row,
        name=row.provider,
        before=before,
        after=after,
    )


def _row(session: Any, tenant: Tenant, provider: str) -> Directory | None:
    chosen = select(Directory).where(
        Directory.tenant_id == tenant.id, Directory.provider == provider
    )
    found: Directory | None = session.scalars(chosen).one_or_none()
    return found
