"""Whether the database itself keeps tenants apart and the audit log as it was written."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, text

from mindzie.store.database import Database
from mindzie.store.faults import as_ours

_ROLE: Final = text(
    "SELECT rolsuper OR rolbypassrls FROM pg_catalog.pg_roles WHERE rolname = current_user"
)
_OPEN: Final = text(
    """
    SELECT c.relname
    FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_policy p ON p.polrelid = c.oid
    WHERE c.relkind IN ('r', 'p')
      AND c.relnamespace = current_schema()::regnamespace
      AND (c.relname = 'tenants' OR EXISTS (
        SELECT FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id'
      ))
    GROUP BY c.oid, c.relname, c.relrowsecurity, c.relforcerowsecurity
    HAVING NOT (c.relrowsecurity AND c.relforcerowsecurity)
      OR count(p.oid) <> 1
      OR NOT bool_and(
        pg_get_expr(p.polqual, c.oid) LIKE '%mindzie.tenant%mindzie.operator%'
        AND p.polcmd = '*' AND p.polwithcheck IS NULL AND p.polroles = '{0}'
      )
    ORDER BY c.relname
    """
)
_TRIGGERS: Final = {
    "sqlite": text(
        "SELECT count(*) = 3 FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entries'"
    ),
    "postgresql": text(
        "SELECT count(*) = 2 FROM pg_catalog.pg_trigger"
        " WHERE tgrelid = 'audit_entries'::regclass AND tgname LIKE 'audit_entries_refuse%'"
        " AND tgenabled IN ('O', 'A')"
    ),
}


def guarded(database: Database) -> bool:
    """Tell whether the database itself refuses what the program must not do.

    Parameters
    ----------
    database : Database
        With all tables.

    Returns
    -------
    bool
        Whether row-level security holds for who is signed in (PostgreSQL), and the audit log is only added to.
    """
    return not gaps(database)


def gaps(database: Database) -> list[str]:
    """Say what the database does not refuse, and what to do.

    Parameters
    ----------
    database : Database
        With all tables.

    Returns
    -------
    list of str
        A sentence a gap; empty where it is guarded.
    """
    with as_ours(database), database.engine.connect() as connection:
        found = [] if database.is_sqlite else _open(connection)
        if not connection.scalar(_TRIGGERS[connection.dialect.name]):
            found.append(
                "The triggers that keep the audit log are gone: restore a backup with `mindzie admin restore`."
            )
    return found


def role_gap(connection: Connection) -> str | None:
    """Say why the role that is signed in must not be used.

    Parameters
    ----------
    connection : Connection
        To either kind of database.

    Returns
    -------
    str or None
        A sentence with what to do; None where it may be used.
    """
    if connection.dialect.name == "sqlite" or not connection.scalar(_ROLE):
        return None
    return (
        "Its role is a superuser or has BYPASSRLS, and sees all tenants: use a role made with"
        " CREATE ROLE mindzie LOGIN NOSUPERUSER NOBYPASSRLS that owns the database."
    )


def _open(connection: Connection) -> list[str]:
    gap = role_gap(connection)
    found = [gap] if gap else []
    tables = list(connection.scalars(_OPEN))
    if tables:
        found.append(
            f"Row-level security is off or changed on {', '.join(tables)}:"
            " restore a backup with `mindzie admin restore`."
        )
    return found
