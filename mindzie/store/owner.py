"""Whose storage it is: a database has an identifier that no other has, and writes it into its storage."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, column, select, table

from mindzie.core.errors import StoreError
from mindzie.store.database import Database, Scope
from mindzie.store.migrations import MARK_TABLE

_MARKS: Final = table(MARK_TABLE, column("id", Uuid()))


def owner_of(database: Database) -> UUID:
    """Return what tells a database from all others, copies that a restore made included.

    Parameters
    ----------
    database : Database
        Of this version.

    Returns
    -------
    UUID
        The same for ever.

    Raises
    ------
    StoreError
        Where somebody took it away.
    """
    with database.reading(Scope(None)) as session:
        found = list(session.scalars(select(_MARKS.c.id)))
    if len(found) != 1:
        raise StoreError(
            f"The database {database} does not say which it is ({MARK_TABLE} has {len(found)} rows instead of 1): restore a backup."
        )
    return UUID(str(found[0]))
