"""The kinds of databases: everything that differs between them, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from mindzie.core.errors import SettingError, nearest


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of database.

    Parameters
    ----------
    id, label : str
        What programs and people call it.
    driver : str
        SQLAlchemy's dialect and driver.
    module, package : str
        What is imported, and what pip installs for it; empty where nothing more is needed.
    extra : str
        The extra of mindzie that brings the package.
    url : str
        The form of its address, without password.
    grammar : str
        Its tokens in the words of sqlglot; empty for plain SQL.
    limits : str
        The words that limit rows: ``LIMIT``, ``TOP`` or ``FETCH FIRST``.
    queries : {"wrapped", "rowcount", "first rows"}
        How a preview limits a query that somebody wrote.
    streams : str
        How rows come without all of them being in memory.
    reads_only : str
        What keeps the session from writing, beside the check of the query; empty where nothing does.
    opens, begins : tuple of str
        Statements of a new session and of a new transaction.
    arguments : mapping
        Of the driver's connect; texts are filled with ``{seconds}`` and ``{milliseconds}``.
    stops : {"cancel", "interrupt", "kill", "close"}
        How a statement at work is stopped.
    place : str
        Where an address has the database's name: ``path``, or a parameter's name.
    hidden : tuple of str
        Schemas of the system; a star ends a beginning.
    aliases : tuple of str
        Other schemes of addresses.
    arrow : str
        The package that reads whole columns, used where it is installed.
    tested : bool
        Whether our tests run it against the real thing.
    signs : {"password", "bare", "machine"}
        How a connector that a workspace keeps signs in: with a password; also without one, as the driver takes none from the machine
        then; or not at all, as the driver always takes the machine's.
    kept : tuple of str
        Parameters of the address that such a connector may have: none that names a file with a key, another host or another way to sign in.
    """

    id: str
    label: str
    driver: str
    module: str
    package: str
    extra: str
    url: str
    grammar: str
    limits: Literal["LIMIT", "TOP", "FETCH FIRST"] = "LIMIT"
    queries: Literal["wrapped", "rowcount", "first rows"] = "wrapped"
    streams: str = "batches of the driver"
    reads_only: str = ""
    opens: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    arguments: Mapping[str, Any] = field(default_factory=dict)
    stops: Literal["cancel", "interrupt", "kill", "close"] = "close"
    place: str = "path"
    hidden: tuple[str, ...] = ("information_schema",)
    aliases: tuple[str, ...] = ()
    arrow: str = ""
    tested: bool = False
    signs: Literal["password", "bare", "machine"] = "password"
    kept: tuple[str, ...] = ()

    @property
    def is_file(self) -> bool:
        """Whether it is a file, without host, user and password."""
        return self.id in {"sqlite", "duckdb"}


_MYSQL_SCHEMAS: Final = ("information_schema", "mysql", "performance_schema", "sys")
_READ_ONLY: Final = "SET SESSION TRANSACTION READ ONLY"
_POSTGRESQL_OPTIONS: Final = (
    "-c default_transaction_read_only=on -c statement_timeout={milliseconds} -c timezone=UTC"
)
_PYMYSQL: Final = {"connect_timeout": 10, "charset": "utf8mb4", "local_infile": False}
_PYMYSQL_KEPT: Final = ("charset", "ssl_ca", "ssl_check_hostname")

KINDS: Final = (
    Kind(
        "postgresql", "PostgreSQL", "postgresql+psycopg", "psycopg", "psycopg[binary]>=3.3", "postgresql",
        "postgresql://USER@HOST:5432/DATABASE", "postgres",
        streams="server-side cursor", reads_only="read-only transactions",
        arguments={"connect_timeout": 10, "application_name": "mindzie", "options": _POSTGRESQL_OPTIONS},
        stops="cancel", hidden=("information_schema", "pg_*"), aliases=("postgres",), arrow="adbc-driver-postgresql", tested=True,
        signs="bare", kept=("sslmode", "sslrootcert", "channel_binding"),
    ),
    Kind(
        "sqlserver", "SQL Server", "mssql+mssqlpython", "mssql_python", "mssql-python>=1", "sqlserver",
        "sqlserver://USER@HOST:1433/DATABASE", "tsql", limits="TOP", queries="rowcount",
        hidden=("INFORMATION_SCHEMA", "sys", "guest", "db_*"), aliases=("mssql",), kept=("Encrypt", "TrustServerCertificate"),
    ),
    Kind(
        "mysql", "MySQL", "mysql+pymysql", "pymysql", "pymysql>=1.1", "mysql",
        "mysql://USER@HOST:3306/DATABASE", "mysql",
        streams="server-side cursor", reads_only="read-only transactions",
        opens=(_READ_ONLY, "SET SESSION max_execution_time = {milliseconds}", "SET SESSION time_zone = '+00:00'"),
        arguments=_PYMYSQL, stops="kill", hidden=_MYSQL_SCHEMAS, signs="bare", kept=_PYMYSQL_KEPT,
    ),
    Kind(
        "mariadb", "MariaDB", "mariadb+pymysql", "pymysql", "pymysql>=1.1", "mysql",
        "mariadb://USER@HOST:3306/DATABASE", "mysql",
        streams="server-side cursor", reads_only="read-only transactions",
        opens=(_READ_ONLY, "SET SESSION max_statement_time = {seconds}", "SET SESSION time_zone = '+00:00'"),
        arguments=_PYMYSQL, stops="kill", hidden=_MYSQL_SCHEMAS, signs="bare", kept=_PYMYSQL_KEPT, tested=True,
    ),
    Kind(
        "oracle", "Oracle", "oracle+oracledb", "oracledb", "oracledb>=3", "oracle",
        "oracle://USER@HOST:1521/?service_name=NAME", "oracle", limits="FETCH FIRST",
        reads_only="read-only transactions", begins=("SET TRANSACTION READ ONLY",),
        arguments={"tcp_connect_timeout": 10.0}, stops="cancel", place="service_name", hidden=("sys", "system"), kept=("service_name",),
    ),
    Kind(
        "hana", "SAP HANA", "hana+hdbcli", "sqlalchemy_hana", "sqlalchemy-hana>=4", "hana",
        "hana://USER@HOST:30015/DATABASE", "", hidden=("sys", "_sys*"), kept=("encrypt", "sslValidateCertificate"),
    ),
    Kind(
        "snowflake", "Snowflake", "snowflake", "snowflake.sqlalchemy", "snowflake-sqlalchemy>=1.8", "snowflake",
        "snowflake://USER@ACCOUNT/DATABASE/SCHEMA?warehouse=NAME", "snowflake",
        opens=("ALTER SESSION SET STATEMENT_TIMEOUT_IN_SECONDS = {seconds}",), kept=("warehouse", "role"),
    ),
    Kind(
        "redshift", "Amazon Redshift", "redshift+redshift_connector", "sqlalchemy_redshift",
        "sqlalchemy-redshift>=0.8.14 redshift-connector>=2.1", "redshift", "redshift://USER@HOST:5439/DATABASE", "redshift",
        opens=("SET statement_timeout TO {milliseconds}",), hidden=("information_schema", "pg_*"), kept=("sslmode",),
    ),
    Kind(
        "bigquery", "Google BigQuery", "bigquery", "sqlalchemy_bigquery", "sqlalchemy-bigquery>=1.12", "bigquery",
        "bigquery://PROJECT/DATASET", "bigquery", signs="machine",
    ),
    Kind(
        "databricks", "Databricks", "databricks", "databricks.sqlalchemy", "databricks-sqlalchemy>=2", "databricks",
        "databricks://token@HOST?http_path=PATH&catalog=NAME&schema=NAME", "databricks", place="catalog",
        opens=("SET STATEMENT_TIMEOUT = {seconds}",), kept=("http_path", "catalog", "schema"),
    ),
    Kind(
        "teradata", "Teradata", "teradatasql", "teradatasqlalchemy", "teradatasqlalchemy>=20", "teradata",
        "teradata://USER@HOST/?database=NAME", "teradata", limits="TOP", queries="first rows", place="database",
        aliases=("teradatasql",), kept=("database",),
    ),
    Kind(
        "db2", "IBM Db2", "ibm_db_sa", "ibm_db_sa", "ibm-db-sa>=0.4", "db2",
        "db2://USER@HOST:50000/DATABASE", "", hidden=("sys*", "nullid", "sqlj"),
        aliases=("ibm_db_sa",), kept=("Security",),
    ),
    Kind(
        "clickhouse", "ClickHouse", "clickhousedb+connect", "clickhouse_connect", "clickhouse-connect[sqlalchemy]>=0.8",
        "clickhouse", "clickhouse://USER@HOST:8123/DATABASE", "clickhouse", hidden=("information_schema", "system"),
        aliases=("clickhousedb",), signs="bare", kept=("secure", "verify"),
    ),
    Kind(
        "trino", "Trino", "trino", "trino", "trino[sqlalchemy]>=0.330", "trino",
        "trino://USER@HOST:8080/CATALOG/SCHEMA", "trino", streams="pages of the server",
    ),
    Kind(
        "athena", "Amazon Athena", "awsathena+rest", "pyathena", "pyathena[sqlalchemy]>=3", "athena",
        "athena://KEY@athena.REGION.amazonaws.com:443/SCHEMA?s3_staging_dir=s3://BUCKET/PATH", "athena",
        aliases=("awsathena",), kept=("s3_staging_dir", "work_group", "catalog_name"),
    ),
    Kind(
        "duckdb", "DuckDB", "mindzie_duckdb", "duckdb", "", "connectors",
        "duckdb:///PATH", "duckdb",
        streams="Arrow batches", reads_only="a file opened for reading, no other file or address",
        arguments={"read_only": True, "config": {"enable_external_access": "false"}},
        stops="interrupt", aliases=("mindzie_duckdb",), tested=True,
    ),
    Kind(
        "sqlite", "SQLite", "sqlite+pysqlite", "sqlite3", "", "connectors",
        "sqlite:///PATH", "sqlite",
        streams="rows as they are fetched", reads_only="a file opened for reading", opens=("PRAGMA query_only = ON",),
        arguments={"uri": True, "check_same_thread": False}, stops="interrupt", tested=True,
    ),
)  # fmt: skip
"""Every kind, in the order of the catalogue."""


def kind_named(name: str) -> Kind:
    """Return a kind by its id, or by the scheme of an address.

    Parameters
    ----------
    name : str
        Such as ``"postgresql"``, ``"mssql"`` or ``"mysql+pymysql"``.

    Returns
    -------
    Kind
        The kind.

    Raises
    ------
    SettingError
        Where there is none of that name.

    Examples
    --------
    >>> kind_named("postgres").label
    'PostgreSQL'
    """
    bare = str(name).lower().partition("+")[0]
    for kind in KINDS:
        if bare in {kind.id, *kind.aliases}:
            return kind
    ids = [kind.id for kind in KINDS]
    close = nearest(bare, ids)
    hint = (
        f"Did you mean {' or '.join(map(repr, close))}?"
        if close
        else f"There are: {', '.join(ids)}."
    )
    # never the name itself: it may be an address with a password
    raise SettingError(f"There is no kind of database of this name. {hint}")
