"""The list of kinds: complete, consistent, and true of the dialects that SQLAlchemy itself has."""

from __future__ import annotations

import tomllib

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from mindzie.core.errors import MissingPackageError, SettingError
from mindzie.ingest.connectors import KINDS, connect, kind_named, statements
from mindzie.ingest.connectors.session import need_driver

NAMES = (
    "PostgreSQL, SQL Server, MySQL, MariaDB, Oracle, SAP HANA, Snowflake, Amazon Redshift, Google BigQuery, Databricks, "
    "Teradata, IBM Db2, ClickHouse, Trino, Amazon Athena, DuckDB, SQLite"
)
LIMITS = {
    "postgresql": 'SELECT "Order Lines".id, "Order Lines"."select" FROM "Order Lines" LIMIT 5',
    "sqlite": 'SELECT "Order Lines".id, "Order Lines"."select" FROM "Order Lines" LIMIT 5 OFFSET 0',
    "duckdb": 'SELECT "Order Lines".id, "Order Lines"."select" FROM "Order Lines" LIMIT 5',
    "mysql": "SELECT `Order Lines`.id, `Order Lines`.`select` FROM `Order Lines` LIMIT 5",
    "mariadb": "SELECT `Order Lines`.id, `Order Lines`.`select` FROM `Order Lines` LIMIT 5",
    "sqlserver": "SELECT TOP 5 [Order Lines].id, [Order Lines].[select] FROM [Order Lines]",
    "oracle": 'SELECT "Order Lines".id, "Order Lines"."select" FROM "Order Lines" FETCH FIRST 5 ROWS ONLY',
}
"""Of the dialects that are installed with SQLAlchemy and with us; the others come with their drivers."""
ids = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.id)


def text(statement: sa.Select, kind: str) -> str:
    driver = kind_named(kind).driver
    dialect = sa.make_url(f"{driver}://").get_dialect()()
    options = {"literal_binds": True}
    return " ".join(str(statement.compile(dialect=dialect, compile_kwargs=options)).split())


def test_all_of_the_catalogue_are_there():
    assert ", ".join(kind.label for kind in KINDS) == NAMES


@ids
def test_its_facts_fit_together(kind, root):
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"][
        "optional-dependencies"
    ]
    assert {*kind.package.split()} <= {*extras[kind.extra]}
    assert "sqlalchemy>=2.1" in extras[kind.extra]
    assert kind.url.startswith(f"{kind.id}://")
    assert statements.checked_query(kind, "SELECT 'a;b' AS x -- ; ") == "SELECT 'a;b' AS x"
    for name in (kind.id, kind.driver, *kind.aliases):
        assert kind_named(name).label in {kind.label, "MySQL"}


@pytest.mark.parametrize("kind", LIMITS)
def test_rows_are_limited_in_its_own_words_and_names_quoted(kind):
    chosen = statements.of_table("Order Lines", None, ["id", "select"]).limit(5)
    said = text(chosen, kind)
    assert said.removesuffix(" OFFSET 0") == LIMITS[kind].removesuffix(" OFFSET 0")
    assert kind_named(kind).limits in said


@pytest.mark.parametrize("kind", LIMITS)
def test_a_query_is_asked_for_a_part(kind):
    query = statements.wrapped(statements.bound("SELECT a FROM b", {}))
    said = text(statements.since(query, "changed", 7), kind)
    assert said.startswith("SELECT * FROM (SELECT a FROM b)")
    assert said.endswith("WHERE changed >= 7")


@ids
def test_a_missing_driver_is_named_with_what_to_install(kind):
    if kind.id in {"postgresql", "mysql", "mariadb", "duckdb", "sqlite"}:
        need_driver(kind)
        return
    with pytest.raises(MissingPackageError) as told:
        connect(kind.id, host="h", database="d", user="u", password=SecretStr("geheim"))
    assert f"pip install 'mindzie[{kind.extra}]'" in str(told.value)
    assert kind.package.split()[0] in str(told.value)


@pytest.mark.parametrize(
    ("grammar", "query"),
    [
        ("postgresql", 'SELECT $$ ; DROP $$, "delete", e.update, insert(a) FROM e -- ; DROP'),
        ("mysql", "SELECT `drop;`, INSERT('a', 1, 2, 'b') FROM t # ; DROP"),
        ("sqlserver", "SELECT [a;b], [drop] FROM t /* ; */ WHERE x = :delete"),
        ("oracle", "SELECT q'[it's; fine]' FROM dual"),
        ("snowflake", "SELECT a:b::text FROM t"),
        ("bigquery", "SELECT `p.d.t`.x FROM `p.d.t`"),
    ],
)
def test_texts_and_names_may_hold_what_would_write(grammar, query):
    assert statements.checked_query(kind_named(grammar), query).startswith("SELECT")


@pytest.mark.parametrize(
    ("grammar", "query"),
    [
        ("sqlserver", "SELECT 1 DROP TABLE t"),
        ("sqlserver", "SELECT 1 EXEC('DROP TABLE t')"),
        ("mysql", "SELECT 'a' INTO OUTFILE '/tmp/x'"),
        ("mysql", "SELECT '\\'; DROP TABLE t; --'; DROP TABLE t"),
        ("postgresql", "WITH gone AS (DELETE FROM t RETURNING *) SELECT * FROM gone"),
        ("postgresql", "SELECT $a$ $a$; DROP TABLE t; --$a$"),
        ("oracle", "BEGIN NULL; END;"),
        ("duckdb", "COPY t TO 'x.csv'"),
    ],
)
def test_what_writes_is_refused_in_every_grammar(grammar, query):
    with pytest.raises(SettingError, match=r"only read|several statements"):
        statements.checked_query(kind_named(grammar), query)


def test_a_query_that_is_no_text_of_its_grammar_is_refused():
    with pytest.raises(SettingError, match="cannot be read"):
        statements.checked_query(kind_named("postgresql"), "SELECT 'open")


@pytest.mark.parametrize("said", ["postgersql", "ftp://u:geheim@h/d", "sqlite"])
def test_what_is_not_understood_is_told_without_the_password(said):
    with pytest.raises(SettingError) as told:
        connect(said)
    assert "geheim" not in str(told.value)
