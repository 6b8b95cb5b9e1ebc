"""A storage belongs to one database: no other one writes to it or removes from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest

from mindzie.access.backup import backup
from mindzie.access.entrance import Place
from mindzie.access.health import problems, repaired
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.restoring import restore, restore_at
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, DataSetError, StoreError
from mindzie.store.database import Database
from mindzie.store.files import SnapshotFiles
from mindzie.store.owner import owner_of
from tests.access.installing import keys, orders, place, place_on, tenant
from tests.servers.databases import on_sqlite
from tests.store.filling import rows
from tests.store.snapshots import contents

__all__ = ["keys", "place", "place_on"]
ADA = Identity("acme", "local", "ada")


def live(place: Place, database: Database) -> Place:
    """Return a database on the storage of another one."""
    return Place(database, SnapshotFiles(str(place.files), owner=owner_of(database)), place.folder)


def test_a_backup_is_not_restored_into_a_storage_in_use(
    place: Place, place_on: Callable[[str], Place], backend: str, tmp_path: Path
) -> None:
    tenant(place).publish(orders(), "orders")
    backup(place, tmp_path / "backup")
    other = place_on(backend)
    shared = live(place, other.database)
    before = rows(other.database), contents(Path(str(place.files)))
    with pytest.raises(StoreError, match="belongs to another database"):
        restore(shared, tmp_path / "backup")
    (Path(str(place.files)) / "owner.json").unlink()  # as before there were owners
    with pytest.raises(ConflictError, match=r"is in use: .* new, empty folder or bucket"):
        restore(shared, tmp_path / "backup")
    after = rows(other.database), contents(Path(str(place.files)))
    assert after == (before[0], {k: v for k, v in before[1].items() if k != "owner.json"})


def test_a_copy_on_the_live_storage_removes_nothing_there(
    place: Place, place_on: Callable[[str], Place], backend: str, tmp_path: Path
) -> None:
    ws = tenant(place)
    ws.publish(orders(), "orders")
    backup(place, tmp_path / "backup")
    other = place_on(backend)
    restore(other, tmp_path / "backup")
    ws.publish(orders(seed=2), "orders")
    shared = live(place, other.database)
    copy = Workspace.open(shared, ADA)
    before = contents(Path(str(place.files)))
    found = problems(shared)
    assert [each.kind for each in found if each.kind != "key"] == ["storage"]
    assert repaired(shared, found) == []
    here = Installation(shared)
    with pytest.raises(StoreError, match="belongs to another database"):
        copy.publish(orders(), "more")
    here.stop("acme")
    with pytest.raises(StoreError, match="belongs to another database"):
        here.delete("acme")
    assert [each["name"] for each in here.tenants()] == ["acme"]
    assert contents(Path(str(place.files))) == before
    assert problems(place) == []


def test_databases_differ_and_say_the_same_of_themselves_for_ever(
    place: Place, place_on: Callable[[str], Place], backend: str
) -> None:
    assert owner_of(place.database) == owner_of(place.database)
    assert SnapshotFiles(str(place.files), owner=UUID(int=1)).is_ours() is False
    place.files.claim()
    assert place.files.is_ours()
    with pytest.raises(StoreError, match=r"remove owner\.json there"):
        SnapshotFiles(str(place.files), owner=UUID(int=1)).claim()


@on_sqlite
def test_a_refused_restore_leaves_no_database_behind(place: Place, tmp_path: Path) -> None:
    tenant(place).publish(orders(), "orders")
    folder = tmp_path / "backup"
    backup(place, folder)
    url = f"sqlite:///{tmp_path / 'a' / 'b' / 'workspace.db'}"
    with pytest.raises(StoreError, match="belongs to another database"):
        restore_at(url, str(place.files), folder)
    assert not (tmp_path / "a").exists()
    about = folder / "backup.json"
    whole = about.read_bytes()
    about.write_bytes(whole[:-2])
    with pytest.raises(DataSetError, match="no readable"):
        restore_at(url, "", folder)
    assert not (tmp_path / "a").exists()
    about.write_bytes(whole)
    (tmp_path / "a").mkdir()
    assert restore_at(url, "", folder)["snapshots"] == 1
    with pytest.raises(ConflictError, match="There are tenants"):
        restore_at(url, "", folder)
    assert Database(url).url.database, "what was there stays"
    assert (tmp_path / "a" / "b" / "workspace.db").exists()


def test_what_is_no_snapshot_does_not_keep_a_tenant(place: Place) -> None:
    tenant(place).publish(orders(), "orders")
    root = Path(str(place.files))
    (home,) = root.glob("*-*")
    (home / ".DS_Store").write_text("mine")
    here = Installation(place)
    here.stop("acme")
    assert here.delete("acme") == [f"{home.name}/.DS_Store"]
    assert [*contents(root)] == [f"{home.name}/.DS_Store", "owner.json"]
    (found,) = problems(place)
    assert found.kind == "foreign"
