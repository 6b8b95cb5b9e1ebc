"""A session of one tenant sees and changes nothing of another, whatever is asked and however."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, exists, func, insert, select, text, update
from sqlalchemy.orm import aliased

from mindzie.core.errors import ConflictError, StoreError
from mindzie.store.database import Database, Scope
from mindzie.store.models import AuditEntry, Base, Dataset, Project, Tenant, User
from tests.servers.databases import on_postgresql
from tests.store.filling import fill, rows

MODELS = [mapper.class_ for mapper in Base.registry.mappers]


@pytest.fixture
def ids(database: Database) -> tuple[dict[str, UUID], dict[str, UUID]]:
    """Return the identifiers of two tenants with a row in every table."""
    return fill(database, "one"), fill(database, "two")


def scopes(ids: tuple[dict[str, UUID], dict[str, UUID]]) -> tuple[Scope, Scope]:
    return Scope(ids[0]["tenants"]), Scope(ids[1]["tenants"])


def owner(row: Base) -> UUID:
    return row.id if isinstance(row, Tenant) else row.tenant_id


def test_every_model_shows_the_own_row_only(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    for scope, own, other in zip(scopes(ids), ids, ids[::-1], strict=True):
        with database.reading(scope) as session:
            for model in MODELS:
                assert [owner(row) for row in session.scalars(select(model))] == [scope.tenant]
                assert session.scalar(select(func.count()).select_from(model)) == 1
                assert [owner(row) for row in session.scalars(select(aliased(model)))] == [
                    scope.tenant
                ]
                key = (7,) if model is AuditEntry else ()
                assert session.get(model, (own[model.__tablename__], *key)) is not None
                assert session.get(model, (other[model.__tablename__], *key)) is None


def test_sessions_one_after_the_other_see_their_own(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    # the condition is part of a cached statement: the tenant must not be
    for scope in scopes(ids) * 3:
        with database.reading(scope) as session:
            assert session.scalars(select(Project.tenant_id)).all() == [scope.tenant]


def test_joins_and_subqueries_stay_within(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    mine, _ = scopes(ids)
    other = aliased(Project)
    with database.reading(mine) as session:
        pairs = session.execute(select(Project.tenant_id, other.tenant_id).join(other, text("1=1")))
        assert pairs.all() == [(mine.tenant, mine.tenant)]
        joined = select(User.tenant_id).select_from(Dataset).join(User, text("1=1"))
        assert session.scalars(joined).all() == [mine.tenant]
        counted = select(select(func.count()).select_from(Project).scalar_subquery())
        assert session.scalar(counted) == 1
        theirs = select(Project.id).where(Project.id == ids[1]["projects"])
        assert session.scalar(select(exists(theirs))) is False
        named = select(Tenant.name).where(select(Project.id).where(Project.id.in_(theirs)).exists())
        assert session.scalars(named).all() == []
        both = select(Project.id).union_all(select(Dataset.project_id))
        assert set(session.scalars(both)) == {ids[0]["projects"]}
        table = select(Project.tenant_id).cte("found")
        assert session.scalars(select(table.c.tenant_id)).all() == [mine.tenant]


def test_changes_and_removals_of_many_rows_stay_within(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    mine, theirs = scopes(ids)
    with database.writing(mine) as session:
        session.execute(update(Project).values(description="changed"))
        session.execute(delete(User))
    with database.reading(theirs) as session:
        assert session.scalars(select(Project.description)).all() != ["changed"]
        assert session.scalar(select(func.count()).select_from(User)) == 1
    with database.reading(mine) as session:
        assert session.scalars(select(Project.description)).all() == ["changed"]
        assert session.scalar(select(func.count()).select_from(User)) == 0


def test_a_row_of_another_tenant_cannot_be_written(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    mine, theirs = scopes(ids)
    before = rows(database)
    with pytest.raises(AssertionError, match="in a session of"), database.writing(mine) as session:
        session.add(Project(name="smuggled", tenant_id=theirs.tenant))
    with pytest.raises(AssertionError, match="in a session of"), database.writing(mine) as session:
        session.scalars(select(Project)).one().tenant_id = theirs.tenant
    assert rows(database) == before


@pytest.mark.parametrize("column", ["pipeline_id", "project_id"])
def test_a_reference_to_another_tenants_row_is_refused(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]], column: str
) -> None:
    mine, _ = scopes(ids)
    before = rows(database)
    wanted = ids[1]["projects" if column == "project_id" else "pipelines"]
    with pytest.raises(ConflictError, match="refers to is gone"), database.writing(mine) as session:
        setattr(session.scalars(select(Dataset)).one(), column, wanted)
    assert rows(database) == before


@on_postgresql
def test_row_level_security_hides_what_no_condition_hides(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    mine, theirs = scopes(ids)
    columns = {name: "id" if name == "tenants" else "tenant_id" for name in Base.metadata.tables}
    with database.reading(mine) as session:
        for table, column in columns.items():
            assert session.scalars(text(f"SELECT {column} FROM {table}")).all() == [mine.tenant]
    with database.writing(mine) as session:
        for table, column in columns.items():
            if table != "audit_entries":
                moved = text(f"UPDATE {table} SET {column} = {column} WHERE {column} = :other")
                assert session.execute(moved, {"other": theirs.tenant}).rowcount == 0
    with database.engine.connect() as connection:
        # neither a tenant nor the operator: nobody
        for table in columns:
            assert connection.execute(text(f"SELECT * FROM {table}")).all() == []


@on_postgresql
def test_row_level_security_refuses_what_is_written_for_another(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    mine, theirs = scopes(ids)
    before = rows(database)
    values = {"id": uuid4(), "name": "smuggled", "description": "", "revision": 1}
    with pytest.raises(StoreError), database.writing(mine) as session:
        session.execute(insert(Project.__table__), {**values, "tenant_id": theirs.tenant})
    with pytest.raises(StoreError), database.writing(mine) as session:
        session.execute(text("UPDATE projects SET tenant_id = :to"), {"to": theirs.tenant})
    with pytest.raises(StoreError), database.writing(mine) as session:
        session.execute(insert(Tenant.__table__), {**values, "active": True})
    with database.writing(mine) as session:
        session.execute(text("DELETE FROM projects WHERE id = :id"), {"id": ids[1]["projects"]})
    assert rows(database) == before


@on_postgresql
def test_the_scope_ends_with_its_transaction(
    database: Database, ids: tuple[dict[str, UUID], dict[str, UUID]]
) -> None:
    with database.reading(Scope(None)) as session:
        assert session.scalar(text("SELECT count(*) FROM projects")) == 2
    with database.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM projects")) == 0
