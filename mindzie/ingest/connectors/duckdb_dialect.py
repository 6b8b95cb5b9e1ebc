"""DuckDB for SQLAlchemy, as far as a source needs it: duckdb-sqlalchemy does not go together with DuckDB 2."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from sqlalchemy import types
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL, Connection
from sqlalchemy.engine.default import DefaultDialect

NAME = "mindzie_duckdb"
_TYPES: dict[str, type[types.TypeEngine[Any]]] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT"), types.BigInteger),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"), types.BigInteger),
    **dict.fromkeys(("HUGEINT", "UHUGEINT", "DECIMAL"), types.Numeric),
    **dict.fromkeys(("FLOAT", "DOUBLE"), types.Double),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), types.DateTime),
    "TIMESTAMP WITH TIME ZONE": types.DateTime,
    "DATE": types.Date,
    "TIME": types.Time,
    "INTERVAL": types.Interval,
    "BOOLEAN": types.Boolean,
    "BLOB": types.LargeBinary,
}
_TABLES = """SELECT table_name FROM information_schema.tables
WHERE table_catalog = current_database() AND table_schema = ? AND (table_type = 'VIEW') = ? ORDER BY 1"""
_COLUMNS = """SELECT column_name, data_type, is_nullable FROM information_schema.columns
WHERE table_catalog = current_database() AND table_schema = ? AND table_name = ? ORDER BY ordinal_position"""
_SCHEMAS = """SELECT DISTINCT schema_name FROM information_schema.schemata
WHERE catalog_name = current_database() ORDER BY 1"""


class DuckDB(DefaultDialect):
    """Queries by position, names and types from the information schema."""

    name = "duckdb"
    driver = "duckdb"
    default_paramstyle = "qmark"
    supports_statement_cache = True
    returns_native_bytes = True
    postfetch_lastrowid = False

    @classmethod
    def import_dbapi(cls) -> ModuleType:
        """Return the driver."""
        import duckdb

        return duckdb

    def create_connect_args(self, url: URL) -> tuple[list[Any], dict[str, Any]]:
        """Return the file."""
        return [url.database], {}

    def _get_default_schema_name(self, _connection: Connection) -> str:
        return "main"

    def _get_server_version_info(self, _connection: Connection) -> tuple[int, ...]:
        return (2,)

    def do_begin(self, _connection: Any) -> None:
        """Leave a read to itself."""

    def do_rollback(self, _connection: Any) -> None:
        """Have nothing to undo."""

    def do_commit(self, _connection: Any) -> None:
        """Have nothing to keep."""

    def get_schema_names(self, connection: Connection, **_: Any) -> list[str]:
        """Return the schemas of the file."""
        return list(connection.exec_driver_sql(_SCHEMAS).scalars())

    def get_table_names(
        self, connection: Connection, schema: str | None = None, **_: Any
    ) -> list[str]:
        """Return the tables of a schema."""
        return self._named(connection, schema, views=False)

    def get_view_names(
        self, connection: Connection, schema: str | None = None, **_: Any
    ) -> list[str]:
        """Return the views of a schema."""
        return self._named(connection, schema, views=True)

    def _named(self, connection: Connection, schema: str | None, *, views: bool) -> list[str]:
        return list(connection.exec_driver_sql(_TABLES, (schema or "main", views)).scalars())

    def get_columns(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[Any]:
        """Return the columns of a table."""
        rows = connection.exec_driver_sql(_COLUMNS, (schema or "main", table_name)).all()
        return [
            {
                "name": name,
                "type": _TYPES.get(kind.partition("(")[0], types.String)(),
                "nullable": nullable == "YES",
                "default": None,
                "comment": None,
            }
            for name, kind, nullable in rows
        ]

    def has_table(
        self, connection: Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> bool:
        """Return whether there is a table or view of a name."""
        return bool(self.get_columns(connection, table_name, schema))


registry.register(NAME, __name__, DuckDB.__name__)
