"""The database itself keeps the audit log and the tenants apart, and it is noticed where it does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import delete, text, update

from mindzie.core.errors import ConflictError, StoreError
from mindzie.store.database import Database, Scope
from mindzie.store.guards import gaps, guarded
from mindzie.store.models import AuditEntry, AuditHead, Tenant
from mindzie.store.upgrade import State, require_current, state, upgrade
from tests.servers.databases import on_postgresql, on_sqlite
from tests.servers.postgresql import PASSWORD, PostgreSQL
from tests.store.filling import fill, rows

CHANGES = {
    "both": [
        "UPDATE audit_entries SET action = 'nothing'",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_entries WHERE number = 7",
    ],
    "sqlite": [
        "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries",
        "REPLACE INTO audit_entries SELECT * FROM audit_entries",
    ],
    "postgresql": [
        "TRUNCATE audit_entries",
        "TRUNCATE tenants CASCADE",
        (
            "INSERT INTO audit_entries SELECT * FROM audit_entries"
            " ON CONFLICT (tenant_id, number) DO UPDATE SET action = 'nothing'"
        ),
    ],
}


@pytest.fixture
def role(postgresql: PostgreSQL, request: pytest.FixtureRequest) -> Iterator[str]:
    """Return a role with a right too many."""
    postgresql.run(f"CREATE ROLE stranger LOGIN PASSWORD '{PASSWORD}' {request.param}")
    yield "stranger"
    postgresql.run("DROP ROLE stranger")


def test_the_audit_log_is_only_added_to(database: Database, backend: str) -> None:
    tenant = fill(database, "one")["tenants"]
    before = rows(database)
    for scope in (Scope(tenant), Scope(None)):
        for change in CHANGES["both"] + CHANGES[backend]:
            with (
                pytest.raises(ConflictError, match=r"only added to\. Nothing was changed"),
                database.writing(scope) as session,
            ):
                session.execute(text(change))
        for statement in (update(AuditEntry).values(action="nothing"), delete(AuditEntry)):
            with (
                pytest.raises(ConflictError, match="only added to"),
                database.writing(scope) as session,
            ):
                session.execute(statement)
    assert rows(database) == before


def test_the_audit_log_of_a_tenant_on_its_way_out_goes_with_it(database: Database) -> None:
    tenant = fill(database, "one")["tenants"]
    fill(database, "two")
    before = rows(database)
    with database.writing(Scope(None)) as session:
        session.get_one(Tenant, tenant).removed = True
    with (
        pytest.raises(ConflictError, match="only added to"),
        database.writing(Scope(None)) as session,
    ):
        session.execute(delete(AuditEntry))
    with database.writing(Scope(None)) as session:
        session.execute(delete(AuditEntry).where(AuditEntry.tenant_id == tenant))
        session.execute(delete(AuditHead).where(AuditHead.tenant_id == tenant))
        session.execute(delete(Tenant).where(Tenant.id == tenant))
    after = rows(database)
    assert {name: len(found) for name, found in after.items()} == dict.fromkeys(before, 1)
    assert all(set(found) <= set(before[name]) for name, found in after.items())


def test_a_database_as_it_was_made_is_guarded(database: Database) -> None:
    assert gaps(database) == []
    assert guarded(database)


@on_postgresql
@pytest.mark.parametrize("role", ["SUPERUSER", "BYPASSRLS"], indirect=True)
def test_a_role_that_sees_all_is_refused(
    store_url: str, role: str, postgresql: PostgreSQL, opened: Callable[..., Database]
) -> None:
    name = store_url.rpartition("/")[2]
    postgresql.run(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}", name)
    database = opened(postgresql.url(name, role))
    assert not guarded(database)
    with pytest.raises(StoreError, match="superuser or has BYPASSRLS, and sees all") as caught:
        require_current(database)
    assert PASSWORD not in str(caught.value)
    database.close()
    postgresql.run(f"DROP OWNED BY {role}", name)


@on_postgresql
@pytest.mark.parametrize("role", ["SUPERUSER", "BYPASSRLS"], indirect=True)
def test_a_role_that_sees_all_makes_no_tables(
    empty_store_url: str, role: str, postgresql: PostgreSQL, opened: Callable[..., Database]
) -> None:
    name = empty_store_url.rpartition("/")[2]
    database = opened(postgresql.url(name, role))
    with pytest.raises(StoreError, match=r"CREATE ROLE mindzie .* Nothing was changed"):
        upgrade(database)
    assert state(database) is State.FRESH
    database.close()
    upgrade(opened(empty_store_url))
    postgresql.run(f"DROP OWNED BY {role}", name)


@on_postgresql
def test_tables_of_another_role_are_named_with_what_to_do(
    store_url: str, postgresql: PostgreSQL, opened: Callable[..., Database]
) -> None:
    name = store_url.rpartition("/")[2]
    postgresql.run("ALTER TABLE mindzie_version OWNER TO CURRENT_USER", name)
    for act in (require_current, upgrade):
        with pytest.raises(StoreError, match="ALTER TABLE NAME OWNER TO mindzie"):
            act(opened(store_url))


@on_postgresql
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE runs DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE runs NO FORCE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON runs",
        "CREATE POLICY all_of_it ON runs USING (true)",
        "ALTER POLICY tenant ON runs USING (true)",
        "ALTER POLICY tenant ON runs WITH CHECK (true)",
        "ALTER POLICY tenant ON runs TO mindzie",
        "CREATE TABLE runs_of_old (tenant_id uuid)",
    ],
)
def test_a_table_that_is_open_is_named(database: Database, change: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(change))
    with pytest.raises(StoreError, match=r"security is off or changed on runs(_of_old)?:"):
        require_current(database)


@on_postgresql
def test_a_trigger_that_is_off_is_noticed_on_postgresql(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_refuse"))
    with pytest.raises(StoreError, match="triggers that keep the audit log are gone"):
        require_current(database)


@on_sqlite
def test_a_trigger_that_is_gone_is_noticed_on_sqlite(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(text("DROP TRIGGER audit_entries_delete"))
    with pytest.raises(StoreError, match="triggers that keep the audit log are gone"):
        require_current(database)
