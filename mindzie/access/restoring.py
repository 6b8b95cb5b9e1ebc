"""Bringing a backup back: proven whole first, then all of it or nothing, never into what is in use."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, bindparam, func, select, text
from sqlalchemy.exc import (
    DataError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    StatementError,
)
from sqlalchemy.orm import Session

from mindzie.access.backup_folder import as_damaged, batches, proven, spots, told
from mindzie.access.entrance import Place, opened_anew
from mindzie.access.given import given_path
from mindzie.access.own_log import OWN, forget_unwritten, is_written, note
from mindzie.core.errors import ConflictError, DataSetError
from mindzie.store.database import Scope
from mindzie.store.models import Base, Tenant
from mindzie.store.types import PlainJson, StoredOperations

_UNFIT: Final = {StatementError, IntegrityError, DataError, InterfaceError, ProgrammingError}
"""What a database says of values, not of itself."""
_TENANTS: Final = select(func.count()).select_from(Tenant).where(Tenant.id != OWN)


def restore(place: Place, folder: Path) -> dict[str, Any]:
    """Bring a backup into an installation that has no tenants yet.

    Parameters
    ----------
    place : Place
        Of this version, empty; its database may be another kind than the backup's.
    folder : Path
        As ``backup`` wrote it.

    Returns
    -------
    dict
        As of ``backup``.

    Raises
    ------
    DataSetError
        Where it is no backup, of another version, or damaged.
    ConflictError
        Where the installation has tenants, or something of a tenant is in the storage.
    StoreError
        Where the storage is another database's. Nothing is changed in these cases.
    """
    folder = given_path(folder, "folder")
    about = proven(folder)
    with place.database.reading(Scope(None)) as session:
        _refuse_full(session, place)
    _refuse_used(place)
    with place.database.writing(Scope(None)) as session:
        _refuse_full(session, place)
        if not place.database.is_sqlite:  # files may take their time between two statements
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        forget_unwritten(session)
        for table in Base.metadata.sorted_tables:
            _insert(session, table, folder)
        for row, spot in spots(folder):
            if place.files.verify(spot, row["files"]):
                place.files.remove(spot)
                place.files.put_folder(spot, row["files"], folder / "snapshots" / spot.path)
        note(session, "installation.restore", name=str(folder.absolute()), after=told(about))
    return told(about)


def restore_at(url: str, storage: str, folder: Path) -> dict[str, Any]:
    """Bring a backup into the database at an address; an SQLite file that is made for it goes again where that is refused.

    Parameters
    ----------
    url : str
        Of the database.
    storage : str
        Of the snapshots; empty for the folder beside an SQLite file.
    folder : Path
        As ``backup`` wrote it.

    Returns
    -------
    dict
        As of ``backup``.

    Raises
    ------
    DataSetError, ConflictError, StoreError
        As of ``restore``.
    """
    proven(folder)  # before a database is made
    made = _missing(url)
    place = opened_anew(url, storage)
    kept = False
    try:
        done = restore(place, folder)
        kept = True
    finally:
        place.database.close()
        # what has begun to fill a storage is its owner, and goes on when it is started again
        if not kept and not place.files.claimed:
            _unmake(made)
    return done


def _missing(url: str) -> list[Path]:
    """Return the file of an SQLite database and its folders, the innermost first, as far as they are not there."""
    kind, _, name = url.partition(":///")
    if not kind.startswith("sqlite"):
        return []
    path = Path(name.partition("?")[0]).absolute()
    return [each for each in (path, *path.parents) if not each.exists()]


def _unmake(made: list[Path]) -> None:
    for path in made[:1]:
        for each in (path, path.with_name(f"{path.name}-wal"), path.with_name(f"{path.name}-shm")):
            each.unlink(missing_ok=True)
    for folder in made[1:]:
        with contextlib.suppress(OSError):  # somebody put something there meanwhile
            folder.rmdir()


def _refuse_full(session: Session, place: Place) -> None:
    if session.scalar(_TENANTS) or is_written(session):
        raise ConflictError(
            f"There are tenants, or were, in {place.database}: a backup is restored into a database and a storage of its own. Name new ones, with --database and --storage."
        )


def _refuse_used(place: Place) -> None:
    if place.files.is_ours():
        return  # of a restore that was cut short
    for found in place.files.places():
        if _is_tenant(found.path.partition("/")[0]):
            raise ConflictError(
                f"The storage {place.files} is in use: it holds {found.path}. A backup is restored into a database and a storage of its own: name a new, empty folder or bucket with --storage. Nothing was changed."
            )


def _is_tenant(name: str) -> bool:
    try:
        UUID(name)
    except ValueError:
        return False
    return True


def _insert(session: Session, table: Table, folder: Path) -> None:
    # stored operations go in as they came out, also those of packages that are not installed here
    values = {
        column.name: bindparam(column.name, type_=PlainJson)
        if isinstance(column.type, StoredOperations)
        else bindparam(column.name)
        for column in table.columns
    }
    statement = table.insert().values(**values)
    for batch in batches(folder, table.name):
        try:
            with as_damaged(folder):
                session.execute(statement, batch)
        except StatementError as error:
            if type(error) in _UNFIT and "permission denied" not in str(error.orig):
                raise _unfit(folder, table.name) from None
            raise


def _unfit(folder: Path, name: str) -> DataSetError:
    return DataSetError(
        f"The backup {folder} is damaged: rows of {name}.jsonl do not fit into the table. Restore another backup."
    )
