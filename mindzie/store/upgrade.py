"""Bring a database to the tables of this program, or back: all of it or nothing, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from sqlalchemy import Connection, inspect, text

from mindzie.core.errors import SettingError, StoreError
from mindzie.store.database import WRITES, Database
from mindzie.store.faults import as_ours
from mindzie.store.guards import gaps, role_gap
from mindzie.store.migrations import REVISIONS, VERSION_TABLE

if TYPE_CHECKING:
    from alembic.config import Config

BASE: Final = "base"
"""What is before the first step: no tables."""
_LOCK: Final = 0x6D696E647A6965
_WAIT: Final = "600s"


class State(StrEnum):
    """How a database stands to this program."""

    FRESH = "fresh"
    """Empty: ``upgrade`` sets it up."""
    CURRENT = "current"
    """Ready."""
    BEHIND = "behind"
    """Of an older Mindzie: ``upgrade`` brings it here."""
    NEWER = "newer"
    """Of a newer Mindzie: left alone."""
    FOREIGN = "foreign"
    """Somebody else's tables: left alone."""


def state(database: Database) -> State:
    """Tell how a database stands to this program.

    Parameters
    ----------
    database : Database
        Looked at; nothing is changed.

    Returns
    -------
    State
        Fresh, current, behind, newer or foreign.

    Raises
    ------
    StoreError
        Where it cannot be reached.
    """
    with as_ours(database), database.engine.connect() as connection:
        return _state(connection)


def require_current(database: Database) -> None:
    """Refuse a database that this program cannot work with.

    Parameters
    ----------
    database : Database
        Looked at; nothing is changed.

    Raises
    ------
    StoreError
        Where it is not of this version, or does not keep tenants apart by itself.
    """
    was = state(database)
    if was is not State.CURRENT:
        raise StoreError(_refusal(database, was))
    found = gaps(database)
    if found:
        raise StoreError(f"{database} does not keep tenants apart: {' '.join(found)}")


def upgrade(database: Database) -> State:
    """Bring a database to the tables of this program.

    Killed in the middle, it is as it was. Others who upgrade wait, and then find it done.

    Parameters
    ----------
    database : Database
        Fresh, or of this or an older Mindzie.

    Returns
    -------
    State
        What it was before.

    Raises
    ------
    StoreError
        Where it is of a newer Mindzie, somebody else's, or cannot be reached or changed, or where the role sees all rows.

    Examples
    --------
    >>> import tempfile
    >>> database = Database(f"sqlite:///{tempfile.mkdtemp()}/workspace.db")
    >>> upgrade(database), state(database)
    (<State.FRESH: 'fresh'>, <State.CURRENT: 'current'>)
    """
    with as_ours(database), database.engine.connect() as connection:
        gap = role_gap(connection)  # its tables would belong to a role that nobody may work as
        was = _state(connection)
    if gap:
        raise StoreError(f"{database} is not upgraded. {gap} Nothing was changed.")
    if was is State.CURRENT:
        return was
    from alembic import command

    return _walk(database, lambda config: command.upgrade(config, "head"), State.CURRENT)


def downgrade(database: Database, revision: str) -> State:
    """Bring a database back to an earlier step; what came after it is dropped with its rows.

    Parameters
    ----------
    database : Database
        Of this or an older Mindzie.
    revision : str
        Number of the step, such as ``0002``, or ``base`` for no tables at all.

    Returns
    -------
    State
        What it was before.

    Raises
    ------
    SettingError
        Where there is no such step.
    StoreError
        Where it is of a newer Mindzie, somebody else's, or cannot be reached or changed.
    """
    from alembic import command
    from alembic.util import CommandError

    if revision not in {BASE, *REVISIONS}:
        raise SettingError(f"There is no step {revision!r}: {', '.join((BASE, *REVISIONS))}.")

    def steps(config: Config) -> None:
        try:
            command.downgrade(config, revision)
        except CommandError:
            raise SettingError(f"{database} is already before step {revision!r}.") from None

    return _walk(database, steps, State.FRESH)


def _walk(database: Database, steps: Callable[[Config], None], done: State) -> State:
    with as_ours(database), _alone(database) as connection:
        was = _state(connection)
        if was in {State.NEWER, State.FOREIGN}:
            raise StoreError(_refusal(database, was))
        if was is not done:
            steps(_config(connection))
    return was


def _refusal(database: Database, was: State) -> str:
    said = {
        State.FRESH: "is empty: run `mindzie admin upgrade`, which makes the tables.",
        State.BEHIND: "was made by an older Mindzie: run `mindzie admin backup`, then `mindzie admin upgrade`.",
        State.NEWER: "was made by a newer Mindzie: install that one or a later one. Nothing was changed.",
        State.FOREIGN: "holds tables that are not Mindzie's: give the workspace a database of its own. Nothing was changed.",
    }
    return f"The database {database} {said[was]}"


def _state(connection: Connection) -> State:
    tables = inspect(connection).get_table_names()
    if VERSION_TABLE not in tables:
        return State.FOREIGN if tables else State.FRESH
    found = connection.scalar(text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own name
    if found is None:
        return State.FRESH
    if found not in REVISIONS:
        return State.NEWER
    return State.CURRENT if found == REVISIONS[-1] else State.BEHIND


def _config(connection: Connection) -> Config:
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", "mindzie.store:migrations")
    return config


@contextmanager
def _alone(database: Database) -> Iterator[Connection]:
    """Open a transaction that no other upgrade is in, and that all steps share."""
    with database.engine.connect() as plain:
        connection = plain.execution_options(**{WRITES: True})
        connection.detach()
        if database.is_sqlite:
            # else a table that is dropped or made anew takes rows of others with it
            connection.connection.cursor().execute("PRAGMA foreign_keys=OFF")
        with connection.begin():
            if not database.is_sqlite:
                _enter(connection)
            yield connection
            if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise StoreError(f"{database} would lose references. Nothing was changed.")


def _enter(connection: Connection) -> None:
    """Wait for the other upgrades, then see all rows and take the time it needs."""
    connection.execute(text("SELECT set_config('lock_timeout', :wait, true)"), {"wait": _WAIT})
    connection.execute(text("SELECT set_config('statement_timeout', '0', true)"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    connection.execute(text("SET LOCAL lock_timeout TO DEFAULT"))
    connection.execute(text("SELECT set_config('mindzie.operator', 'on', true)"))
