"""Where a workspace is: its database, its snapshots and its keys, found from settings and opened once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from mindzie.access.door import Door
from mindzie.access.given import given
from mindzie.access.identity import Actor
from mindzie.core.errors import StoreError
from mindzie.core.home import home
from mindzie.store.database import Database, absolute
from mindzie.store.files import SnapshotFiles
from mindzie.store.owner import owner_of
from mindzie.store.upgrade import require_current, upgrade


@dataclass(frozen=True, slots=True, repr=False)
class Place:
    """A database with the storage that belongs to it.

    Parameters
    ----------
    database : Database
        Records.
    files : SnapshotFiles
        Snapshots.
    folder : Path
        For keys of the embedded workspace.
    """

    database: Database
    files: SnapshotFiles
    folder: Path

    def door(self, tenant: UUID, actor: Actor) -> Door:
        """Return the door of a tenant for an actor."""
        return Door(self.database, tenant, actor, self.files, self.folder)

    def __repr__(self) -> str:
        return f"<workspaces in {self.database}>"


def place_of(url: str | Place | None = None, storage: str | None = None) -> Place:
    """Open the database and the storage.

    Parameters
    ----------
    url : str or Place, optional
        Of the database: the argument, else ``MINDZIE_WORKSPACE``, else ``workspace.db`` in the home folder.
    storage : str, optional
        Of the snapshots: the argument, else ``MINDZIE_STORAGE``, else ``snapshots`` beside an SQLite database.

    Returns
    -------
    Place
        Checked: of this version, and, on PostgreSQL, guarded by row-level security.

    Raises
    ------
    StoreError
        Where it cannot be reached, is of another version, or is not guarded.
    """
    if isinstance(url, Place):
        return url
    for said in (url, storage):
        given(str | None, said, "an address")
    return _opened(address(url), storage_address(storage))


def address(url: str | None = None) -> str:
    """Return the database's address: the argument, else ``MINDZIE_WORKSPACE``, else ``workspace.db`` in the home folder."""
    said = url or os.environ.get("MINDZIE_WORKSPACE") or f"sqlite:///{home() / 'workspace.db'}"
    return absolute(said)


def storage_address(storage: str | None = None) -> str:
    """Return the storage's address: the argument, else ``MINDZIE_STORAGE``, else nothing."""
    return storage or os.environ.get("MINDZIE_STORAGE") or ""


@cache
def _opened(url: str, storage: str) -> Place:
    return opened_anew(url, storage)


def opened_anew(url: str, storage: str) -> Place:
    """Open the database and the storage as ``place_of`` does, for who closes the database again."""
    database = Database(url)
    try:
        return _proven(database, storage)
    except BaseException:
        database.close()
        raise


def _proven(database: Database, storage: str) -> Place:
    if database.is_sqlite:
        upgrade(database)
        folder = Path(str(database.url.database)).resolve().parent
        return _whole(database, storage or str(folder / "snapshots"), folder)
    require_current(database)
    if not storage:
        raise StoreError(
            "Say where snapshots are kept, for all who use this database: MINDZIE_STORAGE=/folder, s3://bucket, az://container or gs://bucket."
        )
    return _whole(database, storage, home())


def _whole(database: Database, storage: str, folder: Path) -> Place:
    return Place(database, SnapshotFiles(storage, owner=owner_of(database)), folder)
