"""An upgrade or its way back, killed at any moment, leaves the old tables or the new ones, and can be done again."""

from __future__ import annotations

import random

from sqlalchemy import inspect

from mindzie.store.database import Database
from mindzie.store.migrations import MARK_TABLE, VERSION_TABLE
from mindzie.store.models import Base
from mindzie.store.upgrade import State, downgrade, require_current, state, upgrade
from tests.servers.killing import killed, prepare, seconds_of
from tests.store.filling import fill, rows, within

MOMENTS = {"sqlite": 60, "postgresql": 20}


def walk(url: str) -> None:
    """Upgrade an older database, or bring a current one back."""
    database = Database(url)
    if upgrade(database) is State.CURRENT:
        downgrade(database, "0001")
    database.close()


def test_killed_at_any_moment_it_is_old_or_new(store_url: str, backend: str) -> None:
    prepare("tests.store.test_killed_upgrade", "alembic.command")
    database = Database(store_url)
    fill(database, "one")
    downgrade(database, "0001")
    kept = rows(database)
    del kept[VERSION_TABLE]
    columns = {name: {column for row in found for column, _ in row} for name, found in kept.items()}
    current = {*Base.metadata.tables, MARK_TABLE}
    # the first also starts what starts processes; then back, and up again
    seconds = max([seconds_of(walk, store_url) for _ in range(3)][1:])
    chance = random.Random(2024)
    cut, seen = 0, set()
    for _ in range(MOMENTS[backend]):
        cut += killed(walk, [store_url], chance.uniform(0, 1.5 * seconds))
        found = set(inspect(database.engine).get_table_names()) - {VERSION_TABLE}
        expected = {State.BEHIND: set(kept), State.CURRENT: current}
        seen.add(state(database))
        assert found == expected[state(database)]
        now = rows(database)
        assert {name: within(now[name], columns[name]) for name in kept} == kept
    assert cut > MOMENTS[backend] / 10
    assert seen == {State.BEHIND, State.CURRENT}
    upgrade(database)
    require_current(database)
    database.close()
