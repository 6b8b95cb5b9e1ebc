"""Snapshots in a folder: whole or not there, verified, never outside their tenant's place."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from mindzie.core.errors import DataSetError, SettingError, StoreError
from mindzie.core.words import count
from mindzie.store.files import Damage, Found, Place, SnapshotFiles
from mindzie.store.files_faults import as_store_errors
from tests.store.snapshots import DATASET, FIRST, OTHER, SECOND, TENANT, contents, orders, stored_in

HEX = f"{TENANT}/{DATASET}"


def test_a_log_comes_back_with_its_fingerprint(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path / "snapshots")
    for engine in ("polars", "duckdb"):
        log = storage.open(FIRST, stored.files, engine)
        assert log.fingerprint == orders().fingerprint
        assert (log.case_count, log.event_count) == (10, orders().event_count)


def test_what_is_kept_of_the_files_is_what_lies_there(tmp_path: Path) -> None:
    _, stored = stored_in(tmp_path)
    there = contents(tmp_path / FIRST.path)
    assert json.loads(json.dumps(stored.files)) == {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in there.items()
    }
    assert stored.size == sum(map(len, there.values()))


def test_a_snapshot_is_never_changed(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(DataSetError, match="exists already"):
        storage.put(FIRST, orders())
    storage.copy_to(FIRST, stored.files, tmp_path.parent / f"{tmp_path.name}-copy")
    with pytest.raises(DataSetError, match="exists already"):
        storage.put_folder(FIRST, stored.files, tmp_path.parent / f"{tmp_path.name}-copy")
    assert contents(tmp_path) == before


def test_a_backup_is_put_back_byte_for_byte(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path / "snapshots")
    storage.copy_to(FIRST, stored.files, tmp_path / "backup")
    before = contents(tmp_path / "snapshots")
    assert contents(tmp_path / "backup") == contents(tmp_path / "snapshots" / FIRST.path)
    storage.remove(FIRST)
    assert contents(tmp_path / "snapshots") == {}
    storage.put_folder(FIRST, stored.files, tmp_path / "backup")
    assert contents(tmp_path / "snapshots") == before
    assert storage.open(FIRST, stored.files).fingerprint == orders().fingerprint


def test_a_damaged_backup_is_not_put_back_and_leaves_nothing(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path / "snapshots")
    storage.copy_to(FIRST, stored.files, tmp_path / "backup")
    with (tmp_path / "backup" / "cases.parquet").open("ab") as file:
        file.write(b"x")
    before = contents(tmp_path / "snapshots")
    with pytest.raises(DataSetError, match=r"cases\.parquet has .+ bytes instead of"):
        storage.put_folder(SECOND, stored.files, tmp_path / "backup")
    assert contents(tmp_path / "snapshots") == before


def test_a_damaged_snapshot_is_not_copied(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path / "snapshots")
    (tmp_path / "snapshots" / FIRST.path / "variants.parquet").unlink()
    with pytest.raises(DataSetError, match=r"variants\.parquet is missing"):
        storage.copy_to(FIRST, stored.files, tmp_path / "backup")
    assert [path.name for path in tmp_path.iterdir()] == ["snapshots"]


def test_what_is_wrong_is_named_with_what_to_do(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path)
    folder = tmp_path / FIRST.path
    (folder / "manifest.json").unlink()
    (folder / "events.parquet").write_bytes(b"")
    (folder / "notes.txt").write_text("hello")
    assert storage.verify(FIRST, stored.files) == [
        Damage("events.parquet", f"has 0 bytes instead of {count(stored.files['events.parquet']['bytes'])}"),
        Damage("manifest.json", "is missing"),
        Damage("notes.txt", "does not belong there"),
    ]  # fmt: skip
    with pytest.raises(DataSetError) as error:
        storage.open(FIRST, stored.files)
    said = str(error.value)
    assert "version 1 (original)" in said
    assert "events.parquet has 0 bytes" in said
    assert "mindzie admin restore" in said
    with pytest.raises(DataSetError, match="the folder is missing"):
        storage.open(SECOND, stored.files)


def test_a_stranger_beside_the_files_does_no_harm(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path)
    (tmp_path / FIRST.path / ".DS_Store").write_text("hello")
    assert storage.open(FIRST, stored.files).case_count == 10


def test_everything_found_is_named(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path)
    storage.put(Place(OTHER, DATASET, 7, "enriched"), orders())
    half = tmp_path / HEX / ".2-original.k3x_9"
    half.mkdir()
    (half / "events.parquet").write_bytes(b"12345")
    (tmp_path / HEX / "4-original").mkdir()
    (tmp_path / "lost+found").mkdir()
    (tmp_path / str(TENANT) / "notes.txt").write_bytes(b"123")
    found = {item.path: item for item in storage.places()}
    assert {path: (item.complete, item.place) for path, item in found.items()} == {
        FIRST.path: (True, FIRST),
        f"{HEX}/.2-original.k3x_9": (False, Place(TENANT, DATASET, 2, "original")),
        f"{HEX}/4-original": (False, Place(TENANT, DATASET, 4, "original")),
        f"{OTHER}/{DATASET}/7-enriched": (True, Place(OTHER, DATASET, 7, "enriched")),
        f"{TENANT}/notes.txt": (False, None),
        "lost+found": (False, None),
    }
    assert found[FIRST.path].size == stored.size
    assert found[f"{HEX}/.2-original.k3x_9"].size == 5
    assert datetime.now(UTC) - found[FIRST.path].changed_at < timedelta(minutes=5)
    assert {item.path for item in storage.places(OTHER)} == {f"{OTHER}/{DATASET}/7-enriched"}
    assert list(storage.places(UUID(int=77))) == []
    assert list(SnapshotFiles(str(tmp_path / "nothing")).places()) == []


def test_what_is_found_can_be_removed_and_nothing_else(tmp_path: Path) -> None:
    storage, _ = stored_in(tmp_path)
    half = tmp_path / HEX / ".2-original.k3x_9"
    half.mkdir()
    (tmp_path / "notes.txt").write_text("mine")
    for item in list(storage.places()):
        if item.place is None:
            with pytest.raises(DataSetError, match="remove it by hand"):
                storage.remove(item)
        else:
            storage.remove(item)
    assert contents(tmp_path) == {"notes.txt": b"mine"}
    assert not half.exists()
    storage.remove(FIRST)  # gone already


@pytest.mark.parametrize(
    "values",
    [
        ("../other", DATASET, 1, "original"),
        (str(TENANT), DATASET, 1, "original"),
        (TENANT, "..", 1, "original"),
        (TENANT, None, 1, "original"),
        (TENANT, DATASET, "1/../../..", "original"),
        (TENANT, DATASET, True, "original"),
        (TENANT, DATASET, 1.0, "original"),
        (TENANT, DATASET, 0, "original"),
        (TENANT, DATASET, -1, "original"),
        (TENANT, DATASET, 10**19, "original"),
        (TENANT, DATASET, 1, "../../x"),
        (TENANT, DATASET, 1, "original\n"),
        (TENANT, DATASET, 1, "ORIGINAL"),
        (TENANT, DATASET, 1, ["original"]),
    ],
)
def test_only_identifiers_numbers_and_roles_make_a_place(values: tuple[Any, ...]) -> None:
    with pytest.raises(SettingError):
        Place(*values)


def test_a_class_that_says_something_else_makes_no_place() -> None:
    class Sly(UUID):
        def __str__(self) -> str:
            return "../../other"

    class SlyRole(str):
        __slots__ = ()

        def __format__(self, spec: str) -> str:
            return "../../other"

    with pytest.raises(SettingError):
        Place(Sly(int=1), DATASET, 1, "original")
    with pytest.raises(SettingError):
        Place(TENANT, DATASET, 1, SlyRole("original"))


@pytest.mark.parametrize(
    "path",
    [
        "../outside",
        f"{HEX}/../../../outside",
        f"{HEX}/..",
        f"{HEX}/.1-original.a/../../x",
        f"{HEX}/.1-original.a\\..\\x",
        f"{HEX}/01-original",
        f"{HEX}/1-original\n",
        f"{str(TENANT).upper()}X/{DATASET}/1-original",
        "",
        "/",
        "/etc",
    ],
)
def test_no_path_of_another_kind_is_removed(tmp_path: Path, path: str) -> None:
    storage, _ = stored_in(tmp_path / "snapshots")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "file").write_text("keep")
    before = contents(tmp_path)
    with pytest.raises(DataSetError, match="remove it by hand"):
        storage.remove(Found(path, FIRST, complete=True, size=0, changed_at=datetime.now(UTC)))
    assert contents(tmp_path) == before


@pytest.mark.parametrize("level", [0, 1, 2])
def test_links_that_lead_out_are_not_followed(tmp_path: Path, level: int) -> None:
    elsewhere, stored = stored_in(tmp_path / "elsewhere")
    link = (tmp_path / "snapshots").joinpath(*FIRST.parts[: level + 1])
    link.parent.mkdir(parents=True)
    link.symlink_to((tmp_path / "elsewhere").joinpath(*FIRST.parts[: level + 1]))
    before = contents(tmp_path / "elsewhere")
    storage = SnapshotFiles(str(tmp_path / "snapshots"))
    calls: list[Callable[[], Any]] = [
        lambda: storage.open(FIRST, stored.files),
        lambda: storage.verify(FIRST, stored.files),
        lambda: storage.copy_to(FIRST, stored.files, tmp_path / "copy"),
        lambda: storage.put(FIRST, orders()),
        lambda: storage.remove(FIRST),
    ]
    for call in calls:
        with pytest.raises(DataSetError, match="leads out"):
            call()
    assert {item.complete for item in storage.places()} == {False}
    assert contents(tmp_path / "elsewhere") == before
    assert elsewhere.open(FIRST, stored.files).case_count == 10


def test_a_file_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    storage, stored = stored_in(tmp_path / "snapshots")
    file = tmp_path / "snapshots" / FIRST.path / "events.parquet"
    file.rename(tmp_path / "events.parquet")
    file.symlink_to(tmp_path / "events.parquet")
    with pytest.raises(DataSetError, match=r"events\.parquet is missing, or a link"):
        storage.open(FIRST, stored.files)


def test_the_root_itself_may_be_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "snapshots").symlink_to(tmp_path / "disk")
    storage, stored = stored_in(tmp_path / "snapshots")
    assert storage.open(FIRST, stored.files).case_count == 10


@pytest.mark.parametrize(
    "files",
    [
        {},
        {"manifest.json": {"bytes": 1, "sha256": "0" * 64}},
        "without sha256",
        "outside",
    ],
)
def test_a_record_that_is_none_opens_nothing(tmp_path: Path, files: Any) -> None:
    storage, stored = stored_in(tmp_path)
    if files == "without sha256":
        files = {name: {"bytes": mark["bytes"]} for name, mark in stored.files.items()}
    elif files == "outside":
        files = {**stored.files, "../../x.parquet": stored.files["manifest.json"]}
    with pytest.raises(DataSetError, match="record of the files"):
        storage.open(FIRST, files)


def test_a_full_disk_keeps_nothing_half(tmp_path: Path) -> None:
    said = _on_a_small_disk(tmp_path, "size=400k")
    assert said["stored"] == 2
    assert said["error"] == f"The storage {tmp_path / 'disk'} has no space left: make room and try again."  # fmt: skip
    assert said["copied"] == f"The storage {tmp_path / 'disk' / 'backup'} has no space left: make room and try again."  # fmt: skip
    assert said["files"] == 14
    assert said["complete"] == [True, True]
    assert said["opened"] == 400


def test_a_read_only_disk_says_so(tmp_path: Path) -> None:
    said = _on_a_small_disk(tmp_path, "ro")
    assert said["error"] == f"The storage {tmp_path / 'disk'} is read-only: mount it for writing."
    assert said["files"] == 0


def test_a_refused_permission_says_so() -> None:
    with pytest.raises(StoreError, match="/data does not let this user in"), as_store_errors("/data"):  # fmt: skip
        raise PermissionError(13, "Permission denied", "/data/x")


def _on_a_small_disk(tmp_path: Path, options: str) -> dict[str, Any]:
    """Publish until it fails, on a disk of memory that goes with its process."""
    script = """
        import json, sys
        from pathlib import Path
        import mindzie as mz
        from mindzie.core.errors import StoreError
        from mindzie.store.files import Place, SnapshotFiles
        from tests.store.snapshots import DATASET, TENANT
        root = Path(sys.argv[1])
        storage, log, places, error = SnapshotFiles(str(root)), mz.demo("order-to-cash", cases=400), [], None
        while error is None:
            place = Place(TENANT, DATASET, len(places) + 1, "original")
            try:
                places.append((place, storage.put(place, log).files))
            except StoreError as caught:
                error = str(caught)
        other = SnapshotFiles(str(root.parent / "other"))
        place = Place(TENANT, DATASET, 1, "original")
        files, copied = other.put(place, log).files, None
        try:
            other.copy_to(place, files, root / "backup")
        except StoreError as caught:
            copied = str(caught)
        print(json.dumps({
            "copied": copied,
            "stored": len(places), "error": error, "files": sum(path.is_file() for path in root.rglob("*")),
            "complete": [item.complete for item in storage.places()],
            "opened": storage.open(*places[0]).case_count if places else None,
        }))
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o {options} tmpfs "$1" && exec "$2" -c "$3" "$1"'
    own = ["unshare", "--mount", "--map-root-user"]  # a disk only this process sees
    command = [*own, "sh", "-c", mount, "sh", disk, sys.executable, textwrap.dedent(script)]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return dict(json.loads(run.stdout))
