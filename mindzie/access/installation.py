"""What the operator of an installation does: tenants, their first people, their limits. Never their data."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Any, Self

from mindzie.access.audit_log import AuditLog
from mindzie.access.backup import backup
from mindzie.access.directories import Directories
from mindzie.access.entrance import Place, place_of
from mindzie.access.health import problems, repaired
from mindzie.access.health_keys import key_notes
from mindzie.access.health_work import work_notes
from mindzie.access.identity import LOCAL, OPERATOR, Identity
from mindzie.access.keys import open_with_key
from mindzie.access.own_log import own_log
from mindzie.access.permissions import ADMIN
from mindzie.access.problem import Problem
from mindzie.access.remote.link import Link
from mindzie.access.remote.objects import workspace_of
from mindzie.access.restoring import restore
from mindzie.access.run_door import run_link
from mindzie.access.secrets import keys_in_use, renew, ring_of, rotate
from mindzie.access.showing import VARIABLE as GRANT
from mindzie.access.showing import open_grant
from mindzie.access.tenants import Tenants, tenant_named
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    SettingError,
    SignInError,
    StoreError,
)
from mindzie.store.database import Scope

LAPTOP = "local"
"""The tenant of the embedded workspace."""


class Installation(Tenants):
    """All tenants of a database, as their operator may touch them.

    Parameters
    ----------
    url : str or Place, optional
        The database; where not given as ``mz.workspace`` finds it.
    storage : str, optional
        Where snapshots are.
    """

    def __init__(self, url: str | Place | None = None, storage: str | None = None) -> None:
        super().__init__(place_of(url, storage))

    @classmethod
    def open(cls, url: str | Place | None = None, storage: str | None = None) -> Self:
        """Open it, as the constructor does."""
        return cls(url, storage)

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
            key = tenant_named(session, tenant).id
        return Workspace(self._place.door(key, OPERATOR))

    def problems(self, *, deep: bool = True) -> list[Problem]:
        """Look everything over, as ``health.problems`` says."""
        return problems(self._place, deep=deep)

    def notes(self) -> list[Problem]:
        """Say what is to be known before it becomes a problem."""
        with contextlib.suppress(StoreError):  # a database that fails is a problem
            return [*key_notes(self._place), *work_notes(self._place)]
        return []

    def repair(self, found: list[Problem]) -> list[Problem]:
        """Remove what is left over, as ``health.repaired`` says."""
        return repaired(self._place, found)

    def backup(self, folder: Path) -> dict[str, Any]:
        """Write everything but the keys into a new folder, as ``backup.backup`` says."""
        return backup(self._place, folder)

    def restore(self, folder: Path) -> dict[str, Any]:
        """Bring a backup into this installation, which has no tenants yet, as ``restoring.restore`` says."""
        return restore(self._place, folder)

    @property
    def audit(self) -> AuditLog:
        """The installation's own log: backups, restores, and tenants that were removed."""
        return own_log(self._place)

    @property
    def directories(self) -> Directories:
        """Whose people get in by their organisation's sign-in."""
        return Directories(self._place)

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


def workspace(url: str | None = None, *, key: str | None = None) -> Workspace:
    """Open your workspace: projects, data sets, people, as far as you may see them.

    Without settings it is the embedded one of this machine's user, which needs no set-up: a database and snapshots in
    ``MINDZIE_HOME``, else the platform's folder for data of applications. A program comes in by the key of its service account.
    In a server that the hub started it is yours in your organisation: the hub knows who you are, and answers. In the notebook of a
    run it is that of who asked for the run. In a dashboard it is what that dashboard shows to its reader.

    Parameters
    ----------
    url : str, optional
        The database to use instead: ``sqlite:///path``, or, with a key, ``postgresql://user:password@host/name``. Where not
        given, ``MINDZIE_WORKSPACE``.
    key : str, optional
        Of a service account; where not given, ``MINDZIE_API_KEY``.

    Returns
    -------
    Workspace
        Yours, or the service account's.

    Raises
    ------
    SignInError
        Where the key lets nobody in.
    SettingError
        For a shared workspace without a key.
    StoreError
        Where the database cannot be reached, or is of another version.

    Examples
    --------
    >>> import mindzie as mz
    >>> mz.workspace().me["kind"]
    'user'
    """
    given = None if url or key else _given_to_this_process()
    if given is not None:
        return given
    key = key or os.environ.get("MINDZIE_API_KEY")
    place = place_of(url)
    if key:
        return open_with_key(key, place)
    if not place.database.is_sqlite:
        raise SettingError(
            "A shared workspace is opened by who signed you in, or by a program's key: use workspace() where the hub started your notebook; else workspace(key=...), or set MINDZIE_API_KEY, with a key that `mindzie admin services key` printed."
        )
    return own_workspace(place)


def _given_to_this_process() -> Workspace | None:
    grant, hub = os.environ.get(GRANT), os.environ.get("MINDZIE_HUB_WORKSPACE")
    if run := run_link():
        return workspace_of(run)
    if hub:
        return workspace_of(Link(hub, grant or os.environ.get("JUPYTERHUB_API_TOKEN", "")))
    return open_grant(grant) if grant else None


def own_workspace(place: Place) -> Workspace:
    """Open the embedded workspace as this machine's user, and set it up where it is new."""
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
