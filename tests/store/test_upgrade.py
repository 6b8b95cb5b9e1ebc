"""Databases come to the tables of this program, and go back, with what is in them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from mindzie.core.errors import SettingError, StoreError
from mindzie.store.database import Database
from mindzie.store.migrations import MARK_TABLE, REVISIONS, VERSION_TABLE
from mindzie.store.upgrade import State, downgrade, require_current, state, upgrade
from tests.servers.killing import prepare, started
from tests.servers.postgresql import PASSWORD
from tests.store.filling import fill, rows, within

OWN = {VERSION_TABLE, MARK_TABLE}


def tables(database: Database) -> set[str]:
    return set(inspect(database.engine).get_table_names()) - OWN


def columns(database: Database) -> dict[str, set[str]]:
    found = inspect(database.engine)
    return {name: {each["name"] for each in found.get_columns(name)} for name in tables(database)}


def alike(found: dict[str, list[Any]], names: dict[str, set[str]]) -> dict[str, list[Any]]:
    """Return rows as far as tables and columns remain."""
    return {table: within(found[table], remain) for table, remain in names.items()}


def execute(database: Database, statement: str) -> None:
    with database.engine.begin() as connection:
        connection.execute(text(statement))


def upgrade_at(url: str) -> None:
    upgrade(Database(url))


def test_the_list_of_steps_is_that_of_the_files() -> None:
    config = Config()
    config.set_main_option("script_location", "mindzie.store:migrations")
    script = ScriptDirectory.from_config(config)
    assert tuple(step.revision for step in script.walk_revisions())[::-1] == REVISIONS


def test_an_empty_database_becomes_current_and_upgrading_again_changes_nothing(
    empty_database: Database,
) -> None:
    assert state(empty_database) is State.FRESH
    assert upgrade(empty_database) is State.FRESH
    assert state(empty_database) is State.CURRENT
    require_current(empty_database)
    fill(empty_database, "one")
    before = rows(empty_database)
    assert upgrade(empty_database) is State.CURRENT
    assert rows(empty_database) == before


@pytest.mark.parametrize("revision", ["base", *REVISIONS])
def test_back_and_forth_keeps_the_rows_of_the_tables_that_remain(
    database: Database, revision: str
) -> None:
    fill(database, "one")
    fill(database, "two")
    before = rows(database)
    assert {len(found) for name, found in before.items() if name not in OWN} == {2}
    downgrade(database, revision)
    assert state(database) is {"base": State.FRESH, REVISIONS[-1]: State.CURRENT}.get(
        revision, State.BEHIND
    )
    remain = columns(database)
    assert alike(rows(database), remain) == alike(before, remain)
    upgrade(database)
    after = rows(database)
    assert set(after) == set(before)
    assert (after[MARK_TABLE] == before[MARK_TABLE]) is (revision in REVISIONS[4:])
    assert alike(after, remain) == alike(before, remain)
    assert {len(after[name]) for name in set(before) - set(remain) - OWN} <= {0}
    fill(database, "three")


def test_how_much_remains_at_each_step(database: Database) -> None:
    everything = tables(database)
    later = {"mapping_versions", "directories"}
    later |= {"destinations", "alerts", "deliveries"}
    later |= {"dashboard_versions", "dashboard_visits", "public_links", "grants"}
    downgrade(database, "0003")
    assert tables(database) == everything - later
    downgrade(database, "0002")
    assert tables(database) == everything - later
    downgrade(database, "0001")
    assert {"tenants", "users", "audit_entries"} < tables(database) < everything
    assert "projects" not in tables(database)
    downgrade(database, "base")
    assert tables(database) == set()


def test_an_older_database_is_named_and_refused_until_upgraded(database: Database) -> None:
    downgrade(database, "0001")
    with pytest.raises(StoreError, match="older Mindzie: run `mindzie admin backup`"):
        require_current(database)
    upgrade(database)
    require_current(database)


def test_an_empty_database_is_refused_until_set_up(empty_database: Database) -> None:
    with pytest.raises(StoreError, match="is empty: run `mindzie admin upgrade`"):
        require_current(empty_database)


@pytest.mark.parametrize("act", [upgrade, require_current, lambda found: downgrade(found, "base")])
def test_a_database_of_a_newer_program_is_left_alone(
    database: Database, act: Callable[[Database], object]
) -> None:
    fill(database, "one")
    execute(database, f"UPDATE {VERSION_TABLE} SET version_num = '9001'")
    before = rows(database)
    assert state(database) is State.NEWER
    with pytest.raises(StoreError, match="newer Mindzie: install that one") as caught:
        act(database)
    assert PASSWORD not in str(caught.value)
    assert rows(database) == before


@pytest.mark.parametrize("act", [upgrade, require_current, lambda found: downgrade(found, "base")])
def test_a_database_of_somebody_else_is_left_alone(
    empty_database: Database, act: Callable[[Database], object]
) -> None:
    execute(empty_database, "CREATE TABLE tenants (of_a_house TEXT)")
    assert state(empty_database) is State.FOREIGN
    with pytest.raises(StoreError, match="not Mindzie's: give the workspace a database of its own"):
        act(empty_database)
    assert tables(empty_database) == {"tenants"}


def test_a_step_that_is_not_there_is_refused(database: Database) -> None:
    with pytest.raises(
        SettingError, match="no step '0815': base, 0001, 0002, 0003, 0004, 0005, 0006"
    ):
        downgrade(database, "0815")
    downgrade(database, "0001")
    with pytest.raises(SettingError, match="already before step '0002'"):
        downgrade(database, "0002")
    assert state(database) is State.BEHIND


def test_many_upgrade_at_once_and_all_find_it_done(empty_store_url: str) -> None:
    prepare("tests.store.test_upgrade", "alembic.command")
    processes = [started(upgrade_at, empty_store_url) for _ in range(6)]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 6
    database = Database(empty_store_url)
    require_current(database)
    database.close()


def test_a_step_that_fails_leaves_everything_as_it_was(empty_database: Database) -> None:
    # the last of the steps finds a table that it cannot make
    upgrade(empty_database)
    downgrade(empty_database, "0001")
    fill_before = rows(empty_database)
    execute(empty_database, "CREATE TABLE shares (of_a_house TEXT)")
    with pytest.raises(StoreError, match="Nothing was changed"):
        upgrade(empty_database)
    assert tables(empty_database) == {*fill_before, "shares"} - OWN
    execute(empty_database, "DROP TABLE shares")
    upgrade(empty_database)
    require_current(empty_database)


def test_upgrading_leaves_logging_as_it_is(empty_database: Database) -> None:
    root = logging.getLogger()
    before = (root.level, list(root.handlers), logging.getLogger("mindzie").disabled)
    upgrade(empty_database)
    assert (root.level, list(root.handlers), logging.getLogger("mindzie").disabled) == before
