"""A database that does not answer: whichever door is tried, nothing behind the error tells its password."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.restoring import restore_at
from mindzie.access.workspace import Workspace
from mindzie.core.errors import StoreError
from mindzie.store.database import Database, Scope
from mindzie.store.upgrade import state, upgrade
from tests.access.installing import keys, orders, place, tenant
from tests.servers.databases import on_sqlite
from tests.servers.postgresql import PASSWORD
from tests.store.refusals import refused

__all__ = ["keys", "place"]
NOBODY_LISTENS = f"postgresql://mindzie:{PASSWORD}@127.0.0.1:9/mindzie?password={PASSWORD}"
DOORS: dict[str, Callable[[str], object]] = {
    "a person's": lambda url: Workspace.open(url, Identity("acme", "sso", "ada")),
    "a program's": lambda url: mz.workspace(url, key=f"mz_{PASSWORD}_x"),
    "a key's": lambda url: open_with_key("mz_abc_x", url),
    "a local account's": lambda url: sign_in("acme", "ada", PASSWORD, url=url),
    "an invitation's": lambda url: accept("x", name="Ada", password=PASSWORD, url=url),
    "the operator's": lambda url: Installation(url, "/tmp/none"),
    "an upgrade's": lambda url: upgrade(Database(url)),
    "a look at the version's": lambda url: state(Database(url)),
}


@pytest.mark.parametrize("door", DOORS)
def test_no_password_is_behind_the_error(door: str) -> None:
    with refused(StoreError, "cannot be reached"):
        DOORS[door](NOBODY_LISTENS)


@on_sqlite
def test_a_restore_says_no_password_either(place: Place, tmp_path: Path) -> None:
    tenant(place).publish(orders(3), "orders")
    Installation(place).backup(tmp_path / "backup")
    with refused(StoreError, "cannot be reached"):
        restore_at(NOBODY_LISTENS, str(tmp_path / "storage"), tmp_path / "backup")


def test_no_password_is_behind_an_error_within_a_session() -> None:
    database = Database(NOBODY_LISTENS)
    for session in (database.reading, database.writing):
        with refused(StoreError, "cannot be reached"), session(Scope(None)) as opened:
            opened.connection()
