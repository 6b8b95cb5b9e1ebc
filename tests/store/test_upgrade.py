"""Databases come to the tables of this program, and go back, with what is in them."""

from __future__ import annotations

from mindzie.store.database import Database
from mindzie.store.upgrade import State, state


def test_a_new_database_is_current(database: Database) -> None:
    assert state(database) is State.CURRENT


def test_an_empty_database_is_fresh(empty_database: Database) -> None:
    assert state(empty_database) is State.FRESH
