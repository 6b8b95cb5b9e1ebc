"""Snapshots in buckets: the same tests against real servers of S3 (moto) and Azure Blob (Azurite)."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import obstore
import pytest

import mindzie as mz
from mindzie.core.errors import DataSetError, StoreError
from mindzie.core.words import count
from mindzie.store import files_clients
from mindzie.store.files import Damage, Found, Place, SnapshotFiles
from mindzie.store.files_clients import Bucket
from mindzie.store.files_place import NEEDED
from tests.emulators.servers import ACCOUNT_KEY, SECRET
from tests.store.snapshots import DATASET, FIRST, OTHER, SECOND, TENANT, contents, orders

pytestmark = pytest.mark.xdist_group("emulators")


@pytest.fixture
def storage(bucket: str, tmp_path: Path) -> SnapshotFiles:
    return SnapshotFiles(bucket, cache=tmp_path / "cache")


@pytest.fixture
def elsewhere(bucket: str, tmp_path: Path) -> SnapshotFiles:
    """Return the same storage on a machine that has downloaded nothing."""
    return SnapshotFiles(bucket, cache=tmp_path / "other cache")


def objects(storage: SnapshotFiles) -> Bucket:
    bucket: Bucket = storage._storage.clients.quick  # type: ignore[attr-defined]
    return bucket


def paths(storage: SnapshotFiles) -> set[str]:
    return {item["path"] for item in obstore.list(objects(storage)).collect()}


def test_a_log_comes_back_with_its_fingerprint(
    storage: SnapshotFiles, elsewhere: SnapshotFiles
) -> None:
    stored = storage.put(FIRST, orders())
    assert paths(storage) == {f"{FIRST.path}/{name}" for name in NEEDED}
    for engine in ("polars", "duckdb"):
        assert storage.open(FIRST, stored.files, engine).fingerprint == orders().fingerprint
        assert elsewhere.open(FIRST, stored.files, engine).fingerprint == orders().fingerprint
    assert storage.verify(FIRST, stored.files) == []


def test_large_files_go_in_parts(
    storage: SnapshotFiles, elsewhere: SnapshotFiles, tmp_path: Path
) -> None:
    log = mz.demo("order-to-cash", cases=60_000)
    stored = storage.put(FIRST, log)
    assert stored.files["events.parquet"]["bytes"] > 5 << 20, "goes in one part"
    elsewhere.copy_to(FIRST, stored.files, tmp_path / "copy")
    assert elsewhere.open(FIRST, stored.files).event_count == log.event_count


def test_a_snapshot_is_never_changed(storage: SnapshotFiles, tmp_path: Path) -> None:
    stored = storage.put(FIRST, orders())
    storage.copy_to(FIRST, stored.files, tmp_path / "copy")
    with pytest.raises(DataSetError, match="exists already"):
        storage.put(FIRST, mz.demo("order-to-cash", cases=20))
    with pytest.raises(DataSetError, match="exists already"):
        storage.put_folder(FIRST, stored.files, tmp_path / "copy")
    assert storage.verify(FIRST, stored.files) == []


def test_it_is_downloaded_once(
    storage: SnapshotFiles, elsewhere: SnapshotFiles, tmp_path: Path
) -> None:
    stored = storage.put(FIRST, orders())
    elsewhere.open(FIRST, stored.files)
    kept = contents(tmp_path / "other cache")
    assert sorted(Path(path).name for path in kept) == sorted(NEEDED)
    obstore.delete(objects(storage), sorted(paths(storage)))
    assert elsewhere.open(FIRST, stored.files).case_count == 10
    assert storage.open(FIRST, stored.files).case_count == 10, "what was published is kept too"


def test_a_damaged_copy_is_thrown_away_and_fetched_again(
    storage: SnapshotFiles, elsewhere: SnapshotFiles, tmp_path: Path
) -> None:
    stored = storage.put(FIRST, orders())
    elsewhere.open(FIRST, stored.files)
    kept = contents(tmp_path / "other cache")
    (file,) = (tmp_path / "other cache").rglob("events.parquet")
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert elsewhere.open(FIRST, stored.files).fingerprint == orders().fingerprint
    assert contents(tmp_path / "other cache") == kept
    file.unlink()
    assert elsewhere.open(FIRST, stored.files).case_count == 10
    assert contents(tmp_path / "other cache") == kept


@pytest.mark.parametrize("name", ["events.parquet", "manifest.json"])
def test_damage_there_is_noticed(
    storage: SnapshotFiles, elsewhere: SnapshotFiles, tmp_path: Path, name: str
) -> None:
    stored = storage.put(FIRST, orders())
    path = f"{FIRST.path}/{name}"
    data = bytes(obstore.get(objects(storage), path).bytes())
    for changed, what in (
        (bytes([data[0] ^ 1]) + data[1:], "has other content than was stored"),
        (data[:-1], f"has {count(len(data) - 1)} bytes instead of {count(len(data))}"),
        (b"", f"has 0 bytes instead of {count(len(data))}"),
        (None, "is missing"),
    ):
        if changed is None:
            obstore.delete(objects(storage), path)
        else:
            obstore.put(objects(storage), path, changed)
        assert storage.verify(FIRST, stored.files) == [Damage(name, what)]
        with pytest.raises(DataSetError, match=f"{name} {what}.*mindzie admin restore"):
            elsewhere.open(FIRST, stored.files)
        with pytest.raises(DataSetError, match=f"{name} {what}"):
            elsewhere.copy_to(FIRST, stored.files, tmp_path / "copy")
        assert contents(tmp_path / "other cache") == {}
        assert not (tmp_path / "copy").exists()


def test_a_backup_is_put_back_byte_for_byte(storage: SnapshotFiles, tmp_path: Path) -> None:
    stored = storage.put(FIRST, orders())
    storage.copy_to(FIRST, stored.files, tmp_path / "backup")
    backup = contents(tmp_path / "backup")
    assert backup.keys() == NEEDED
    storage.remove(FIRST)
    assert paths(storage) == set()
    assert contents(tmp_path / "cache") == {}
    storage.put_folder(FIRST, stored.files, tmp_path / "backup")
    storage.copy_to(FIRST, stored.files, tmp_path / "again")
    assert contents(tmp_path / "again") == backup
    (tmp_path / "backup" / "cases.parquet").write_bytes(b"")
    with pytest.raises(DataSetError, match=r"cases\.parquet has 0 bytes"):
        storage.put_folder(SECOND, stored.files, tmp_path / "backup")
    assert {item.path for item in storage.places()} == {FIRST.path}


def test_everything_found_is_named_and_can_be_removed(storage: SnapshotFiles) -> None:
    stored = storage.put(FIRST, orders())
    storage.put(Place(OTHER, DATASET, 7, "enriched"), orders())
    half = f"{TENANT}/{DATASET}/2-enriched"
    obstore.put(objects(storage), f"{half}/events.parquet", b"12345")
    obstore.put(objects(storage), "notes.txt", b"mine")
    found = {item.path: item for item in storage.places()}
    assert {path: (item.complete, item.place, item.size) for path, item in found.items()} == {
        FIRST.path: (True, FIRST, stored.size),
        half: (False, SECOND, 5),
        f"{OTHER}/{DATASET}/7-enriched": (True, Place(OTHER, DATASET, 7, "enriched"), stored.size),
        "notes.txt": (False, None, 4),
    }
    assert datetime.now(UTC) - found[half].changed_at < timedelta(minutes=5)
    assert [item.path for item in storage.places(TENANT)] == [FIRST.path, half]
    for path in (half, FIRST.path):
        storage.remove(found[path])
    storage.remove(FIRST)  # gone already
    with pytest.raises(DataSetError, match="remove it by hand"):
        storage.remove(found["notes.txt"])
    for path in ("", f"{TENANT}", f"{TENANT}/{DATASET}/../../x"):
        with pytest.raises(DataSetError, match="remove it by hand"):
            storage.remove(Found(path, FIRST, complete=True, size=0, changed_at=datetime.now(UTC)))
    assert {item.path for item in storage.places()} == {
        f"{OTHER}/{DATASET}/7-enriched",
        "notes.txt",
    }


def test_an_upload_cut_short_is_not_there(
    storage: SnapshotFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, uploaded = obstore.put, []

    def fails_at_the_manifest(store: Any, path: str, *rest: Any, **options: Any) -> Any:
        if path.endswith("manifest.json"):
            assert len(uploaded) == len(NEEDED) - 1, "the manifest is not last"
            raise KeyboardInterrupt
        uploaded.append(path)
        return put(store, path, *rest, **options)

    monkeypatch.setattr(obstore, "put", fails_at_the_manifest)
    with pytest.raises(KeyboardInterrupt):
        storage.put(FIRST, orders())
    monkeypatch.undo()
    assert paths(storage) == set()


def test_a_bucket_that_is_not_there_says_so(bucket: str, tmp_path: Path) -> None:
    storage = SnapshotFiles(bucket.replace("-", "-no-"), cache=tmp_path)
    refused = pytest.raises(StoreError, match="has no such bucket or container")
    with refused:
        storage.put(FIRST, orders())
    with refused:
        list(storage.places())
    with refused:
        storage.remove(FIRST)


def test_wrong_keys_say_so_without_saying_them(
    bucket: str,
    clouds: pytest.MonkeyPatch,
    tmp_path: Path,
    checks_credentials: Callable[[], None],
) -> None:
    wrong = ACCOUNT_KEY.replace("Eby8", "Eby9")
    clouds.setenv("AZURE_STORAGE_ACCOUNT_KEY", wrong)
    checks_credentials()
    storage = SnapshotFiles(bucket, cache=tmp_path)
    calls: tuple[Callable[[], Any], ...] = (
        lambda: list(storage.places()),
        lambda: storage.put(FIRST, orders()),
        lambda: storage.remove(FIRST),
    )
    for call in calls:
        with pytest.raises(StoreError, match=f"{bucket} refuses the credentials") as error:
            call()
        for secret in (SECRET, wrong, "analyst", "Signature"):
            assert secret not in f"{error.value} {error.value.__cause__}"
        assert error.value.__suppress_context__


def test_plain_http_needs_to_be_allowed(bucket: str, clouds: pytest.MonkeyPatch) -> None:
    clouds.delenv("AWS_ALLOW_HTTP", raising=False)
    clouds.delenv("AZURE_ALLOW_HTTP", raising=False)
    with pytest.raises(StoreError, match="use https"):
        list(SnapshotFiles(bucket).places())


@pytest.fixture
def silent(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Return the address of a server that never answers, and wait for it a second only."""
    monkeypatch.setattr(files_clients, "QUICK_SECONDS", 1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def closed() -> str:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


@pytest.mark.parametrize("kind", ["s3", "az", "gs"])
@pytest.mark.parametrize("way", ["silent", "closed", "no name"])
def test_a_storage_that_does_not_answer_is_given_up(
    kind: str, way: str, silent: str, clouds: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    address = {"silent": silent, "closed": closed(), "no name": "http://nowhere.invalid"}[way]
    for name, value in {
        "AWS_ENDPOINT_URL": address,
        "AWS_ACCESS_KEY_ID": "analyst",
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_ALLOW_HTTP": "true",
        "AZURE_STORAGE_ENDPOINT": f"{address}/account",
        "AZURE_ALLOW_HTTP": "true",
        "AZURE_STORAGE_ACCOUNT_NAME": "account",
        "AZURE_STORAGE_ACCOUNT_KEY": ACCOUNT_KEY,
        "GOOGLE_BASE_URL": address,
        "GOOGLE_ALLOW_HTTP": "true",
        "GOOGLE_SKIP_SIGNATURE": "true",
    }.items():
        clouds.setenv(name, value)
    storage = SnapshotFiles(f"{kind}://bucket/prefix", cache=tmp_path / "cache")
    with pytest.raises(StoreError, match=f"{kind}://bucket/prefix cannot be reached") as error:
        storage.put(FIRST, orders())
    for secret in (SECRET, ACCOUNT_KEY, "analyst"):
        assert secret not in str(error.value)
    assert contents(tmp_path) == {}


def test_a_bucket_belongs_to_who_is_first(bucket: str, tmp_path: Path) -> None:
    one, other = (SnapshotFiles(bucket, tmp_path / "cache", owner=at) for at in (TENANT, OTHER))
    assert (one.is_ours(), other.is_ours()) == (False, False)
    one.put(FIRST, orders())
    assert one.is_ours()
    assert [found.place for found in one.places()] == [FIRST]
    for act in (other.claim, lambda: other.put(SECOND, orders()), lambda: other.remove(FIRST)):
        with pytest.raises(StoreError, match="belongs to another database"):
            act()
    other._storage.set_mark(b"another")  # who is first stays
    assert one.is_ours()
    one.remove(FIRST)
    assert list(one.places()) == []
