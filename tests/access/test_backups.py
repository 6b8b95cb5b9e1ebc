"""Backups: one state of a busy installation, and the same again in any database."""

from __future__ import annotations

import itertools
import json
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, select, type_coerce, update

import mindzie as mz
from mindzie.access.backup import backup
from mindzie.access.entrance import Place
from mindzie.access.health import problems
from mindzie.access.identity import Identity
from mindzie.access.own_log import OWN
from mindzie.access.restoring import restore
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, DataSetError, MindzieError, StoreError
from mindzie.store.database import Scope
from mindzie.store.models import Base, Run, Snapshot
from mindzie.store.types import PlainJson, StoredOperations
from tests.access.installing import keys, orders, place, place_on, tenant
from tests.servers.databases import on_sqlite
from tests.store.filling import fill, rows
from tests.store.snapshots import contents

__all__ = ["keys", "place", "place_on"]
ADA = ("acme", "local", "ada")


def everything(place: Place) -> dict[str, list[str]]:
    """Return all rows as programs see them, whichever database holds them, but those of the installation's own log."""
    found = {}
    with place.database.reading(Scope(None)) as session:
        for table in Base.metadata.sorted_tables:
            columns = [
                type_coerce(each, PlainJson).label(each.name)
                if isinstance(each.type, StoredOperations)
                else each
                for each in table.columns
            ]
            found[table.name] = sorted(
                json.dumps(dict(row), default=repr, sort_keys=True)
                for row in session.execute(select(*columns)).mappings()
                if not is_own(row)
            )
    return found


def is_own(row: Mapping[str, Any]) -> bool:
    return str(OWN) in {str(row.get("tenant_id")), str(row.get("id"))}


def snapshots(place: Place) -> dict[str, bytes]:
    """Return every byte of every snapshot that is complete."""
    return {
        name: content
        for name, content in contents(Path(str(place.files))).items()
        if "/" in name and not name.split("/")[2].startswith(".")
    }


def figures(ws: Workspace) -> dict[str, Any]:
    """Return figures of all versions."""
    return {
        f"{dataset.name} {version.number} {enriched}": (
            (log := version.log(enriched=enriched)).fingerprint,
            log.event_count,
            log.calculate(mz.calculators.CaseDuration()).facts,
        )
        for dataset in ws.datasets
        for version in dataset.versions
        for enriched in (False, True)
    }


def same(one: Place, other: Place) -> None:
    """Compare everything of two installations."""
    assert everything(other) == everything(one)
    assert snapshots(other) == snapshots(one)
    both = [Workspace.open(place, Identity(*ADA)) for place in (one, other)]
    assert figures(both[1]) == figures(both[0])
    for ws in both:
        assert ws.audit.verify()["whole"]


def furnished(place: Place) -> Workspace:
    """Make two tenants with data, pipelines and secrets, and a third with a row in every table."""
    ws = tenant(place)
    other = tenant(place, "other")
    project = ws.projects.create("Sales", description="Ümläute, 'quotes' and \"more\"\n=1+1")
    upper = mz.enrichments.Upper(name="Loud", attribute="Channel")
    steps = project.pipelines.create("Loud", enrichments=[upper])
    dataset = project.datasets.create("orders", pipeline_id=steps)
    for seed in range(2):
        dataset.publish(orders(seed=seed), f"no. {seed}")
    other.publish(orders(seed=7), "theirs")
    ws.secrets.keep("erp", "canary")
    return ws


@contextmanager
def busy(ws: Workspace) -> Iterator[None]:
    """Publish and remove data sets all the time; what goes wrong is raised at the end."""
    stop, errors, logs = threading.Event(), list[BaseException](), [orders(5, 3), orders(5, 4)]

    def work() -> None:
        try:
            for at in itertools.count():
                ws.publish(logs[at % 2], "busy")
                ws.publish(logs[at % 2], f"short {at}")
                ws.datasets[f"short {at}"].delete()
                next(iter(ws.datasets["busy"].versions)).delete() if at % 3 else None
                if stop.is_set():
                    return
        except MindzieError as error:
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
    assert errors == []


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_what_is_restored_is_what_was_there(
    place: Place, place_on: Callable[[str], Place], kind: str, tmp_path: Path
) -> None:
    furnished(place)
    folder = tmp_path / "backup"
    made = backup(place, folder)
    other = place_on(kind)
    assert restore(other, folder) == made
    again = tmp_path / "again"
    backup(other, again)
    assert _tables(again) == _tables(folder)
    assert contents(again / "snapshots") == contents(folder / "snapshots")
    same(place, other)
    assert [each for each in problems(other) if each.kind != "key"] == []


def _tables(folder: Path) -> dict[str, list[Any]]:
    return {
        path.name: [
            row for row in map(json.loads, path.read_bytes().splitlines()) if not is_own(row)
        ]
        for path in (folder / "tables").iterdir()
    }


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_column_of_every_table_comes_back(
    place: Place, place_on: Callable[[str], Place], kind: str, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        fill(place.database, name)
    with place.database.writing(Scope(None)) as session:
        session.execute(delete(Snapshot))  # of data that is not there
        session.execute(update(Run).values(kept=None))
    backup(place, tmp_path / "backup")
    other = place_on(kind)
    restore(other, tmp_path / "backup")
    assert everything(other) == everything(place)
    assert all(everything(other)[table] for table in everything(other) if table != "snapshots")


def test_a_backup_of_a_busy_installation_is_one_whole_state(
    place: Place, place_on: Callable[[str], Place], tmp_path: Path
) -> None:
    ws = furnished(place)
    with busy(ws):
        made = [backup(place, tmp_path / f"backup{at}") for at in range(3)]
    for at, told in enumerate(made):
        other = place_on("sqlite")
        assert restore(other, tmp_path / f"backup{at}") == told
        found = problems(other)
        # a version that was being published then is one that was never finished
        assert {each.kind for each in found} <= {"key", "unfinished"}, found
        copy = Workspace.open(other, Identity(*ADA))
        assert {"orders 1 True", "orders 2 False"} <= figures(copy).keys()
        assert copy.audit.verify()["whole"]
    assert [each for each in problems(place) if each.kind != "unfinished"] == []


def _files(folder: Path) -> list[Path]:
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    small = [path for path in found if path.stat().st_size]
    return [found[0], *small]


def test_a_damaged_backup_is_refused_and_nothing_changes(
    place: Place, place_on: Callable[[str], Place], backend: str, tmp_path: Path
) -> None:
    ws = tenant(place)
    ws.publish(orders(), "orders")
    folder = tmp_path / "backup"
    backup(place, folder)
    other = place_on(backend)
    before = rows(other.database)

    def refused() -> None:
        with pytest.raises(DataSetError, match=r"damaged|is no backup|another format|was made by"):
            restore(other, folder)
        assert not any(Path(str(other.files)).rglob("*"))

    for path in _files(folder):
        whole = path.read_bytes()
        for at in {0, len(whole) // 2, len(whole) - 1}:
            flipped = bytearray(whole)
            flipped[at] ^= 0x41
            path.write_bytes(flipped)
            refused()
        path.write_bytes(whole[:-1])
        refused()
        path.unlink()
        refused()
        path.write_bytes(whole)
    snapshot = next((folder / "snapshots").glob("*/*/*"))
    snapshot.rename(folder / "elsewhere")
    refused()
    (folder / "elsewhere").rename(snapshot)
    assert rows(other.database) == before
    restore(other, folder)
    same(place, other)


@on_sqlite
def test_a_backup_of_other_tables_is_refused(
    place: Place, place_on: Callable[[str], Place], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant(place)
    for name, value, said in (
        ("FORMAT", 2, "another format"),
        ("REVISIONS", ["9999"], "was made by"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(f"mindzie.access.backup.{name}", value)
            backup(place, tmp_path / name)
        with pytest.raises(DataSetError, match=said):
            restore(place_on("sqlite"), tmp_path / name)


def test_an_interrupted_restore_is_done_again(
    place: Place,
    place_on: Callable[[str], Place],
    backend: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    furnished(place)
    folder = tmp_path / "backup"
    backup(place, folder)
    other = place_on(backend)
    put, steps = other.files.put_folder, itertools.count()

    def interrupted(spot: Any, files: Any, source: Path) -> None:
        if next(steps) == 2:
            raise KeyboardInterrupt
        put(spot, files, source)

    monkeypatch.setattr(other.files, "put_folder", interrupted)
    with pytest.raises(KeyboardInterrupt):
        restore(other, folder)
    half = next(iter(sorted(snapshots(other))))
    path = Path(str(other.files)) / half
    path.write_bytes(path.read_bytes()[:-3])
    monkeypatch.setattr(other.files, "put_folder", put)
    monkeypatch.setattr("mindzie.access.restoring._insert", _broken_in_the_middle())
    with pytest.raises(StoreError, match="pulled"):
        restore(other, folder)
    assert rows(other.database)["tenants"] == []
    monkeypatch.undo()
    restore(other, folder)
    same(place, other)


def _broken_in_the_middle() -> Callable[..., None]:
    from mindzie.access import restoring as module

    insert, steps = module._insert, itertools.count()

    def broken(*arguments: Any) -> None:
        if next(steps) == 9:
            raise StoreError("The plug was pulled.")
        insert(*arguments)

    return broken


@on_sqlite
def test_what_cannot_be_backed_up_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    ws = tenant(place)
    ws.publish(orders(), "orders")
    (file,) = Path(str(place.files)).glob("*/*/*/events.parquet")
    file.write_bytes(file.read_bytes()[:-1])
    room = tmp_path / "backups"
    with pytest.raises(DataSetError, match="bytes instead of"):
        backup(place, room / "monday")
    assert list(room.iterdir()) == []
    with pytest.raises(ConflictError, match="exists already"):
        backup(place, room)
    shutil.rmtree(room)
    room.write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        backup(place, room / "monday")
