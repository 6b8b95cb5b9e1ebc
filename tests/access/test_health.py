"""Looking an installation over: each kind of problem is named, nothing else is, and only leftovers are removed."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text, update

from mindzie.access import health
from mindzie.access.entrance import Place
from mindzie.access.health import problems, repaired
from mindzie.access.keyring import KeyRing, as_text, new_key, write_keys
from mindzie.access.own_log import own_log
from mindzie.access.problem import Problem
from mindzie.access.secrets import ring_of, rotate
from mindzie.access.workspace import Workspace
from mindzie.core.errors import StoreError
from mindzie.store.database import Scope
from mindzie.store.files import Found
from mindzie.store.models import AuditEntry, Dataset, DatasetVersion, Secret
from mindzie.store.types import now
from tests.access.installing import keys, orders, place, tenant
from tests.servers.databases import on_postgresql, on_sqlite
from tests.servers.postgresql import PostgreSQL
from tests.store.filling import rows
from tests.store.snapshots import contents

__all__ = ["keys", "place"]
LONE = UUID(int=7)


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return a workspace with a data set of two versions, and a secret."""
    made = tenant(place)
    for seed in range(2):
        made.publish(orders(seed=seed), "orders")
    made.secrets.keep("erp", "canary")
    assert problems(place) == []
    return made


@pytest.fixture
def root(place: Place) -> Path:
    """Return the folder of the snapshots."""
    return Path(str(place.files))


def snapshot(root: Path, number: int = 2) -> Path:
    """Return the folder of a version."""
    (found,) = root.glob(f"*/*/{number}-original")
    return found


def only(place: Place, kind: str, what: str, *, deep: bool = True) -> Problem:
    """Expect one problem, and nothing that repairs it but where it is a leftover."""
    (found,) = problems(place, deep=deep)
    assert found.kind == kind
    assert what in str(found)
    assert str(found).endswith(".")
    assert ".." not in str(found)
    before = (rows(place.database), contents(Path(str(place.files))))
    done = repaired(place, [found])
    assert done == ([found] if kind in {"orphan", "unfinished"} else [])
    if not done:
        assert (rows(place.database), contents(Path(str(place.files)))) == before
    else:
        assert problems(place) == []
    return found


def _flip(folder: Path) -> None:
    path = folder / "events.parquet"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _cut(folder: Path) -> None:
    path = folder / "cases.parquet"
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize(
    ("harm", "kind", "said"),
    [
        (_flip, "damaged", "events.parquet has other content than was stored"),
        (_cut, "damaged", "bytes instead of"),
        (lambda folder: (folder / "manifest.json").unlink(), "damaged", "manifest.json is missing"),
        (
            lambda folder: (folder / "extra.txt").touch(),
            "damaged",
            "extra.txt does not belong there",
        ),
        (shutil.rmtree, "missing", "the folder is missing"),
    ],
)
def test_what_happened_to_a_snapshot_is_named(
    ws: Workspace, place: Place, harm: Callable[[Path], object], kind: str, said: str
) -> None:
    folder = snapshot(Path(str(place.files)))
    harm(folder)
    for path in (*folder.glob("*"), folder):
        os.utime(path, (0, 0)) if path.exists() else None
    found = only(place, kind, said)
    assert found.where == "acme, orders, version 2 (original)"
    # what is not there at all is seen without reading every byte
    seen = kind == "missing" or said == "manifest.json is missing"
    assert [each.kind for each in problems(place, deep=False)] == ([kind] if seen else [])


def test_a_folder_without_a_version_is_an_orphan(ws: Workspace, place: Place, root: Path) -> None:
    for spot in (
        root / str(LONE) / str(LONE) / "1-original",
        snapshot(root).with_name("9-enriched"),
    ):
        shutil.copytree(snapshot(root), spot)
        found = only(place, "orphan", "no version of a data set speaks of it")
        assert found.where == str(spot.relative_to(root))
        assert not spot.exists()
    assert ws.datasets["orders"].log().case_count == 20


def test_what_was_half_written_an_hour_ago_is_an_orphan(
    ws: Workspace, place: Place, root: Path
) -> None:
    half = snapshot(root).with_name(".3-original.x7f3")
    half.mkdir()
    (half / "events.parquet").write_bytes(b"half")
    assert problems(place) == [], "somebody may be writing it"
    then = (now() - timedelta(hours=2)).timestamp()
    for path in (half / "events.parquet", half):
        os.utime(path, (then, then))
    only(place, "orphan", "never finished")
    assert not half.exists()


def test_what_is_none_of_ours_is_left_alone(ws: Workspace, place: Place, root: Path) -> None:
    (root / "notes.txt").write_text("mine")
    only(place, "foreign", "it is no snapshot")
    assert (root / "notes.txt").exists()


def _change(place: Place, statement: object) -> None:
    with place.database.writing(Scope(None)) as session:
        session.execute(statement)  # type: ignore[call-overload]


def _begun(ws: Workspace, place: Place) -> None:
    """Make a version whose publisher died after its files were written."""
    with place.database.writing(Scope(None)) as session:
        version = DatasetVersion(
            tenant_id=ws._door.tenant,
            dataset_id=ws.datasets["orders"].id,
            number=3,
            state="writing",
        )
        session.add(version)


def test_a_version_that_was_never_finished_goes_with_its_folder(
    ws: Workspace, place: Place, root: Path
) -> None:
    _begun(ws, place)
    folder = snapshot(root).with_name("3-original")
    shutil.copytree(snapshot(root), folder)
    assert problems(place) == [], "somebody may be at work on it"
    then = now() - timedelta(hours=1, minutes=1)
    mine = DatasetVersion.state == "writing"
    _change(place, update(DatasetVersion).where(mine).values(created_at=then))
    found = only(place, "unfinished", "never finished")
    assert found.where == "acme, orders, version 3"
    assert not folder.exists()
    assert ws.audit.entries(last=True, limit=1)[0]["action"] == "datasets.withdraw"
    assert ws.audit.verify()["whole"]
    assert ws.publish(orders(seed=5), "orders").number == 4, "whoever is still at it has that place"


def test_a_version_that_was_finished_since_is_not_removed(ws: Workspace, place: Place) -> None:
    _begun(ws, place)
    then = now() - timedelta(hours=2)
    writing, ready = DatasetVersion.state == "writing", DatasetVersion.number == 3
    _change(place, update(DatasetVersion).where(writing).values(created_at=then))
    (found,) = problems(place)
    _change(place, update(DatasetVersion).where(ready).values(state="ready"))
    before = rows(place.database)
    repaired(place, [found])
    assert rows(place.database) == before


def test_a_current_version_that_is_not_there_is_missing(ws: Workspace, place: Place) -> None:
    _change(place, update(Dataset).values(current=7))
    only(place, "missing", "acme, orders: its current version 7 is not there")


def _by_force(place: Place, request: pytest.FixtureRequest, statement: str) -> None:
    """Change what the database refuses to change, as who owns it can."""
    sqlite = place.database.is_sqlite
    with place.database.engine.begin() as connection:
        if sqlite:
            names = [
                (row[0], row[1])
                for row in connection.execute(
                    text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
                )
            ]
            for name, _ in names:
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
            connection.exec_driver_sql(statement)
            for _, made in names:
                connection.exec_driver_sql(made)
            return
        server: PostgreSQL = request.getfixturevalue("postgresql")
        name = str(place.database.url.database)
        server.run(f"ALTER TABLE audit_entries DISABLE TRIGGER USER; {statement}", name)
        server.run("ALTER TABLE audit_entries ENABLE TRIGGER USER", name)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE audit_entries SET actor_name = 'Eve' WHERE number = 2", "entry 2 was altered"),
        ("DELETE FROM audit_entries WHERE number = 1", "entry 1 is missing"),
        ("UPDATE audit_heads SET number = number - 1", "but"),
    ],
)
def test_an_audit_log_that_was_touched_is_named(
    ws: Workspace, place: Place, request: pytest.FixtureRequest, statement: str, said: str
) -> None:
    _by_force(place, request, statement)
    found = problems(place)
    assert {each.kind for each in found} == {"audit"}
    assert said in str(found[0])
    assert found[0].where == "acme"
    assert repaired(place, found) == []
    assert not ws.audit.verify()["whole"]


def test_the_end_of_the_audit_log_cut_off_is_named(
    ws: Workspace, place: Place, request: pytest.FixtureRequest
) -> None:
    last = len(ws.audit)
    _by_force(place, request, f"DELETE FROM audit_entries WHERE number = {last}")
    assert f"ends at entry {last - 1}, but {last} were written" in str(problems(place)[0])
    assert AuditEntry.__tablename__ in rows(place.database)


def test_a_key_that_is_missing_is_named(
    ws: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    _change(place, update(Secret).values(key_id="0123456789abcdef"))
    only(place, "key", "1 secret needs the key 0123456789abcdef")
    monkeypatch.setenv("MINDZIE_KEYS", "no key")
    only(place, "key", "MINDZIE_KEYS")


@on_postgresql
def test_row_level_security_switched_off_is_named(
    ws: Workspace, place: Place, postgresql: PostgreSQL
) -> None:
    name = str(place.database.url.database)
    postgresql.run("ALTER TABLE secrets DISABLE ROW LEVEL SECURITY", name)
    only(place, "guard", "Row-level security is off or changed on secrets")


@on_sqlite
def test_a_guard_of_the_audit_log_taken_away_is_named(ws: Workspace, place: Place) -> None:
    with place.database.engine.begin() as connection:
        name = connection.scalar(text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        connection.exec_driver_sql(f"DROP TRIGGER {name}")
    only(place, "guard", "triggers that keep the audit log are gone")


@on_sqlite
def test_a_broken_page_is_named(ws: Workspace, place: Place) -> None:
    place.database.close()
    path = Path(str(place.database.url.database))
    with closing(sqlite3.connect(path)) as connection:
        (page,) = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'secrets'"
        ).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : (page - 1) * size + 200] = b"\xff" * 200
    path.write_bytes(content)
    (found,) = problems(place)
    assert found.kind == "database"
    assert "damaged" in found.what
    assert "mindzie admin restore" in found.todo


@on_sqlite
def test_a_row_that_refers_to_nothing_is_named(ws: Workspace, place: Place) -> None:
    with closing(sqlite3.connect(str(place.database.url.database))) as connection:
        connection.execute(
            "INSERT INTO groups (id, tenant_id, name, description, created_at, updated_at, revision)"
            " VALUES (?, ?, 'g', '', '2024-01-01', '2024-01-01', 1)",
            (LONE.hex, LONE.hex),
        )
        connection.commit()
    assert "1 row refers to rows that are gone" in str(problems(place)[0])


def test_what_is_published_or_removed_meanwhile_is_no_problem(ws: Workspace, place: Place) -> None:
    stop, errors, logs = threading.Event(), list[BaseException](), [orders(5, 3), orders(5, 4)]

    def work() -> None:
        at = 0
        try:
            while not stop.is_set():
                at += 1
                ws.publish(logs[at % 2], "busy")
                ws.publish(logs[at % 2], f"short {at}")
                ws.datasets[f"short {at}"].delete()
        except BaseException as error:  # noqa: BLE001 - told to the test
            errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        found = [each for at in range(12) for each in problems(place, deep=at % 2 == 0)]
    finally:
        stop.set()
        thread.join()
    assert (errors, found) == ([], [])


@pytest.mark.parametrize("step", ["_database", "key_problems", "_tenant", "_leftovers"])
def test_a_tenant_that_comes_in_the_middle_of_it_is_no_problem(
    ws: Workspace, place: Place, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    look, came = getattr(health, step), list[Workspace]()

    def meanwhile(*arguments: object, **options: object) -> object:
        if not came:
            came.append(tenant(place, "new"))
            came[0].publish(orders(seed=9), "first")
            ws.publish(orders(seed=9), "orders")
            next(iter(ws.datasets["orders"].versions)).delete()
        return look(*arguments, **options)

    monkeypatch.setattr(health, step, meanwhile)
    assert problems(place) == []


def _broken_key(place: Place, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    path = place.folder / "keys"
    path.write_text("no key\n")
    path.chmod(0o600)
    patch.setenv("MINDZIE_KEY_FILE", str(path))
    patch.delenv("MINDZIE_KEYS", raising=False)
    return "key", "is not base64"


def _open_key(place: Place, patch: pytest.MonkeyPatch) -> tuple[str, str]:
    path = place.folder / "keys"
    path.write_text(f"{as_text(new_key())}\n")
    path.chmod(0o640)
    patch.setenv("MINDZIE_KEY_FILE", str(path))
    patch.delenv("MINDZIE_KEYS", raising=False)
    return "key", f"others than its owner may read or change it. Run `chmod 600 {path}`."


def _no_folder(place: Place, _: pytest.MonkeyPatch) -> tuple[str, str]:
    Path(str(place.files)).write_text("a file")
    return "storage", "Not a directory"


@pytest.mark.parametrize("harm", [_broken_key, _open_key, _no_folder])
@pytest.mark.parametrize("deep", [True, False])
def test_keys_and_storage_are_tried_before_there_is_data(
    place: Place,
    harm: Callable[[Place, pytest.MonkeyPatch], tuple[str, str]],
    deep: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kind, said = harm(place, monkeypatch)
    only(place, kind, said, deep=deep)


def test_a_rotation_in_the_middle_of_it_loses_no_key(
    ws: Workspace, place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, (old,) = tmp_path / "given", ring_of(place)._keys.values()
    write_keys(path, [old])
    monkeypatch.delenv("MINDZIE_KEYS", raising=False)
    monkeypatch.setenv("MINDZIE_KEY_FILE", str(path))
    found = KeyRing.found

    def while_it_is_read(folder: Path | None) -> KeyRing:
        monkeypatch.setattr(KeyRing, "found", found)
        new = new_key()
        write_keys(path, [new, old])
        assert rotate(place) == 1
        write_keys(path, [new])  # nothing needs the old one any more
        return found(folder)

    monkeypatch.setattr(KeyRing, "found", while_it_is_read)
    assert problems(place) == []
    write_keys(path, [old])
    assert "needs the key" in str(problems(place)[0])


def test_the_installations_log_says_what_was_repaired(
    ws: Workspace, place: Place, root: Path
) -> None:
    for number in (5, 6):
        shutil.copytree(snapshot(root), snapshot(root).with_name(f"{number}-original"))
    own = own_log(place)
    before, found = len(own), problems(place)
    assert repaired(place, found) == found
    entries = own.entries(after=before)
    assert [entry["action"] for entry in entries] == ["installation.repair"]
    assert entries[0]["after"] == {"removed": [problem.fact for problem in found]}
    assert entries[0]["actor_name"] == "operator"
    repaired(place, [])
    assert len(own) == before + 1


def test_what_was_repaired_before_it_failed_is_written_down(
    ws: Workspace, place: Place, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (5, 6):
        shutil.copytree(snapshot(root), snapshot(root).with_name(f"{number}-original"))
    found, own, remove, done = problems(place), own_log(place), place.files.remove, list[object]()

    def once(spot: Found) -> None:
        if done:
            raise StoreError("The disk is gone.")
        remove(spot)
        done.append(spot)

    monkeypatch.setattr(place.files, "remove", once)
    with pytest.raises(StoreError, match="The disk is gone"):
        repaired(place, found)
    (entry,) = own.entries(action="installation.repair")
    assert entry["after"] == {"removed": [found[0].fact]}
