"""What goes wrong with a database, in words that say what to do; passwords and values never in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy.exc import (
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
    SQLAlchemyError,
    StatementError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm.exc import StaleDataError

from mindzie.core.errors import ConflictError, MindzieError, SettingError, StoreError

if TYPE_CHECKING:
    from mindzie.store.database import Database

_SIGNS = (
    (("database is locked", "lock timeout", "deadlock"), "is busy with another writer: try again in a moment"),
    (("readonly", "read-only"), "is read-only: give its folder and its files (-wal and -shm, too) back their permission to write"),
    (("disk is full", "no space left", "disk i/o"), "has no space left, or its disk fails: make room and try again"),
    (("no such table", "no such column", "undefinedtable", "undefinedcolumn"), "has not been set up, or is of another version: run `mindzie admin upgrade`"),
    (("statement timeout",), "took too long over a question and was stopped"),
    (("malformed", "not a database"), "is damaged: restore a backup with `mindzie admin restore`"),
    (("does not exist",), "is not there, or its role is not: make a role, and a database that it owns"),
    (("unable to open",), "cannot be opened: see that its folder is there, and that you may read and write in it"),
    (("row-level security",), "refuses a row of another tenant"),
    (("insufficientprivilege", "permission denied"), "refuses its role: as superuser, give it the database (`ALTER DATABASE NAME OWNER TO mindzie`), and tables that another role made (`ALTER TABLE NAME OWNER TO mindzie`)"),
    (("password authentication", "no password supplied"), "refuses the name or the password: check the address of the workspace"),
)  # fmt: skip

_UNFIT = "A value cannot be kept where it was given for: it is of another kind, too large a number, or has letters that no database can hold. Nothing was changed."
_TABLE = re.compile(r'(?:INSERT INTO|UPDATE) "?(\w+)')
_OF_VALUES = ("not supported", "cannot adapt", "operator does not exist", "can't adapt")


@contextmanager
def as_ours(database: Database) -> Iterator[None]:
    """Turn the database's errors into ours; what was not committed is rolled back by then.

    Parameters
    ----------
    database : Database
        Named in the message.
    """
    try:
        yield
    except (SQLAlchemyError, OverflowError, UnicodeEncodeError) as error:
        # the last two are a driver's own, of values that it cannot hand on
        ours = _ours(database, error)
        if ours is None:
            raise
        try:
            raise ours from None
        finally:
            # the driver's error holds the password: nobody who looks behind ours may find it
            ours.__context__ = None


def _ours(database: Database, error: Exception) -> MindzieError | None:
    match error:
        case StaleDataError():
            return ConflictError(
                "Somebody else changed this meanwhile, and your change was not made: look at it again and repeat."
            )
        case IntegrityError():
            return _broken(error)
        case PoolTimeoutError():
            return StoreError(
                f"The database {database} has no free connection: try again in a moment, or allow more of them."
            )
        case DBAPIError() if not _is_of_values(error):
            return StoreError(f"The database {database} {_said(error)}. Nothing was changed.")
    return _of_value(error)


def _of_value(error: Exception) -> MindzieError | None:
    match error:
        case StatementError(orig=MindzieError() as ours):
            # a value that a column type of ours refuses
            return ours
        case StatementError() | OverflowError() | UnicodeEncodeError():
            return SettingError(_UNFIT)
    return None


def _is_of_values(error: DBAPIError) -> bool:
    if isinstance(error, DataError):
        return True
    words = str(error.orig).lower()
    return isinstance(error, InterfaceError | ProgrammingError) and any(
        sign in words for sign in _OF_VALUES
    )


def _said(error: DBAPIError) -> str:
    words = f"{type(error.orig).__name__} {error.orig}".lower()
    for signs, said in _SIGNS:
        if any(sign in words for sign in signs):
            return said
    return f"cannot be reached, or failed ({type(error.orig).__name__}): see that it runs and try again"


def _broken(error: IntegrityError) -> ConflictError | StoreError:
    words = str(error.orig).lower()
    if "only added to" in words:
        return ConflictError("The audit log is only added to. Nothing was changed.")
    if "unique" in words:
        return ConflictError(
            f"There is one of that name{_among(error)} already: choose another name."
        )
    if "foreign key" in words:
        return ConflictError(
            "Something that this refers to is gone, or something still refers to it. Nothing was changed."
        )
    return ConflictError("The values do not fit together. Nothing was changed.")


def _among(error: IntegrityError) -> str:
    """Say what kind of thing was to be kept, by its table: nothing that was given."""
    if table := _TABLE.match(error.statement or ""):
        return f" among the {table[1].replace('_', ' ')}"
    return ""
