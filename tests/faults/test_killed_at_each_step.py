"""Killed at steps that leave something behind: a file opened, moved or removed, a statement, a commit.

Unlike moments of a clock these are the same on each machine. A few are looked at, from the first to the last.
"""

from __future__ import annotations

from pathlib import Path

from mindzie.store.upgrade import State, state, upgrade
from tests.faults.moments import fallen
from tests.faults.office import DATASET, Office, left_over, seen
from tests.faults.work import moving, publishing, removing, rotating
from tests.servers.databases import on_sqlite

pytestmark = on_sqlite
CASES = (20, 30)


def test_publish(office: Office, logs: tuple[Path, Path]) -> None:
    states = [seen(office)]

    def other() -> tuple[Office, Path]:
        return office, logs[states[-1].cases == CASES[0]]

    for done in fallen(publishing, other):
        before, after = states[-1], seen(office)
        assert done <= (after.number > before.number)
        wanted = CASES[before.cases == CASES[0]] if after.number > before.number else before.cases
        assert after.cases == wanted
        states.append(after)


def test_removing_a_version(office: Office, logs: tuple[Path, Path]) -> None:
    def another() -> tuple[Office, int]:
        with office.workspace() as workspace:
            ready = [each.number for each in workspace.datasets[DATASET].versions]
        if len(ready) == 1:
            with publishing(office, logs[ready[0] % 2]) as work:
                work()
        return office, ready[0]

    for _ in fallen(removing, another):
        seen(office)


def test_rotation(office: Office) -> None:
    with office.workspace() as workspace:
        workspace.secrets.keep("word", "word")
    for _ in fallen(rotating, lambda: (office, "")):
        with office.place() as place:
            left_over(place)
        seen(office)


def test_migration(office: Office) -> None:
    with office.place() as place:
        for _ in fallen(moving, lambda: (office,)):
            assert state(place.database) in {State.BEHIND, State.CURRENT}
            upgrade(place.database)
            left_over(place)  # snapshots whose rows were dropped on the way back
