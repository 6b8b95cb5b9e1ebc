"""Two who write at once, names that are taken, and values that do not fit: nothing is lost or half done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text, update

from mindzie.core.errors import ConflictError, SettingError, StoreError, UnknownNameError
from mindzie.store import database as database_module
from mindzie.store.database import Database, Scope
from mindzie.store.models import FilterPreset, Project, RoleAssignment, Share, Tenant
from tests.servers.databases import on_postgresql
from tests.store.filling import fill, rows
from tests.store.refusals import refused


@pytest.fixture
def ids(database: Database) -> dict[str, UUID]:
    """Return the identifiers of a tenant with a row in every table."""
    return fill(database, "one")


@pytest.fixture
def scope(ids: dict[str, UUID]) -> Scope:
    return Scope(ids["tenants"])


def _read(database: Database, scope: Scope) -> Project:
    with database.reading(scope) as session:
        return session.scalars(select(Project)).one()


def test_the_second_of_two_who_edit_is_told(database: Database, scope: Scope) -> None:
    seen, removed = _read(database, scope), _read(database, scope)
    with database.writing(scope) as session:
        session.scalars(select(Project)).one().description = "first"
    before = rows(database)
    with refused(ConflictError, "Somebody else changed this"), database.writing(scope) as session:
        session.add(seen)
        seen.description = "second"
    with refused(ConflictError, "Somebody else changed this"), database.writing(scope) as session:
        session.delete(removed)
    assert rows(database) == before


def test_each_change_counts_and_is_dated(database: Database, scope: Scope) -> None:
    before = _read(database, scope)
    with database.writing(scope) as session:
        session.scalars(select(Project)).one().description = "changed"
    after = _read(database, scope)
    assert after.revision == before.revision + 1
    assert after.updated_at > before.updated_at
    assert after.created_at == before.created_at


def test_a_name_is_taken_once_in_each_tenant(database: Database, scope: Scope) -> None:
    other = Scope(fill(database, "two")["tenants"])
    before = rows(database)
    with database.reading(scope) as session:
        name = session.scalars(select(Project.name)).one()
    with (
        refused(ConflictError, "of that name among the projects already"),
        database.writing(scope) as session,
    ):
        session.add(Project(name="another"))
        session.flush()
        session.add(Project(name=name))
    assert rows(database) == before
    with database.writing(other) as session:
        session.add(Project(name=name))
    with (
        refused(ConflictError, "of that name among the tenants already"),
        database.writing(Scope(None)) as session,
    ):
        session.add(Tenant(name=session.scalars(select(Tenant.name)).first()))


def test_what_is_referred_to_cannot_go(
    database: Database, scope: Scope, ids: dict[str, UUID]
) -> None:
    before = rows(database)
    with refused(ConflictError, "still refers to it"), database.writing(scope) as session:
        session.execute(text("DELETE FROM pipelines"))
    assert rows(database) == before


def test_a_right_has_one_holder_and_one_object(database: Database, ids: dict[str, UUID]) -> None:
    users, groups, projects = ids["users"], ids["groups"], ids["projects"]
    before = rows(database)
    for row in (
        RoleAssignment(role="viewer"),
        RoleAssignment(role="viewer", user_id=users, group_id=groups),
        Share(level="view", project_id=projects),
        Share(level="view", user_id=users),
        Share(level="view", user_id=users, group_id=groups, project_id=projects),
    ):
        with (
            refused(ConflictError, "do not fit together"),
            database.writing(Scope(ids["tenants"])) as session,
        ):
            session.add(row)
    assert rows(database) == before


def test_an_operation_that_is_none_is_refused_in_its_own_words(
    database: Database, scope: Scope
) -> None:
    before = rows(database)
    with refused(UnknownNameError, "no filter 'nonsense'"), database.writing(scope) as session:
        session.scalars(select(FilterPreset)).one().filters = ({"op": "nonsense"},)
    assert rows(database) == before


def test_a_moment_without_zone_is_refused_and_values_are_not_shown(
    database: Database, scope: Scope
) -> None:
    with pytest.raises(SettingError) as caught, database.writing(scope) as session:
        session.add(Project(name="canary-of-a-value", archived_at=datetime(2024, 1, 1)))  # noqa: DTZ001
    assert "of another kind" in str(caught.value)
    assert "canary-of-a-value" not in str(caught.value)


def test_an_error_in_the_middle_keeps_nothing(database: Database, scope: Scope) -> None:
    before = rows(database)
    with suppress(ZeroDivisionError), database.writing(scope) as session:
        session.add(Project(name="half"))
        session.flush()
        _ = 1 / 0
    assert rows(database) == before


def test_a_reading_session_changes_nothing(database: Database, scope: Scope) -> None:
    before = rows(database)
    with suppress(StoreError), database.reading(scope) as session:
        session.add(Project(name="not kept"))
        session.flush()
    assert rows(database) == before


def test_a_writer_waits_for_another_and_then_says_so(
    store_url: str, opened: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 1)
    first, second = opened(store_url), opened(store_url)
    scope = Scope(fill(first, "one")["tenants"])
    change = update(Project).values(description="mine")
    with first.writing(scope) as holding:
        holding.execute(change)
        with (
            refused(StoreError, "busy with another writer: try again.* Nothing was changed"),
            second.writing(scope) as waiting,
        ):
            waiting.execute(update(Project).values(description="theirs"))
        with second.reading(scope) as looking:
            assert looking.scalars(select(Project.description)).one() != "mine"
    with second.writing(scope) as session:
        assert session.scalars(select(Project.description)).one() == "mine"


@on_postgresql
def test_a_question_that_takes_too_long_is_stopped(
    store_url: str, opened: Callable[..., Database]
) -> None:
    database = opened(store_url, statement_seconds=1)
    with refused(StoreError, "took too long"), database.reading(Scope(uuid4())) as session:
        session.execute(text("SELECT pg_sleep(60)"))
    with database.reading(Scope(uuid4())) as session:
        assert session.scalar(text("SELECT 1")) == 1


@on_postgresql
def test_no_free_connection_is_said_and_passes(
    store_url: str, opened: Callable[..., Database], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "WAIT_SECONDS", 1)
    database = opened(store_url, pool_size=1)
    nobody = Scope(uuid4())
    with database.reading(nobody) as one, database.reading(nobody) as two:
        for session in (one, two):
            session.execute(text("SELECT 1"))
        with refused(StoreError, "no free connection"), database.reading(nobody) as three:
            three.execute(text("SELECT 1"))
    with database.reading(nobody) as session:
        assert session.scalar(text("SELECT 1")) == 1
