"""Backups that somebody has altered on purpose, with marks that fit: refused in our words, and nothing is left."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mindzie.access.backup import backup
from mindzie.access.backup_folder import mark_of
from mindzie.access.entrance import Place
from mindzie.access.restoring import restore
from mindzie.core.errors import DataSetError
from tests.access.installing import keys, orders, place, place_on, tenant
from tests.store.filling import rows

__all__ = ["keys", "place", "place_on"]
DEEP = "[" * 200_000


def sign(folder: Path) -> None:
    """Make all marks fit, as who altered the tables would."""
    path = folder / "backup.json"
    about = json.loads(path.read_bytes())
    about.pop("sha256")
    for name, mark in about["tables"].items():
        found = (folder / "tables" / f"{name}.jsonl").read_bytes()
        mark["sha256"] = hashlib.sha256(found).hexdigest()
    path.write_text(json.dumps({**about, "sha256": mark_of(about)}))


def altered(table: str, **values: Any) -> Callable[[Path], None]:
    """Return what changes the rows of a table."""

    def alter(folder: Path) -> None:
        path = folder / "tables" / f"{table}.jsonl"
        lines = [json.loads(line) | values for line in path.read_bytes().splitlines()]
        path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        sign(folder)

    return alter


def written(table: str, content: str) -> Callable[[Path], None]:
    """Return what writes something else than rows."""

    def alter(folder: Path) -> None:
        (folder / "tables" / f"{table}.jsonl").write_text(content)
        sign(folder)

    return alter


def about(**values: Any) -> Callable[[Path], None]:
    """Return what changes ``backup.json``."""

    def alter(folder: Path) -> None:
        said = json.loads((folder / "backup.json").read_bytes()) | values
        said.pop("sha256")
        (folder / "backup.json").write_text(json.dumps({**said, "sha256": mark_of(said)}))

    return alter


def linked(pattern: str) -> Callable[[Path], None]:
    """Return what puts a link in the place of a file or a folder, to the same elsewhere."""

    def alter(folder: Path) -> None:
        path = min(folder.glob(pattern))
        elsewhere = folder.with_name("elsewhere")
        path.rename(elsewhere)
        path.symlink_to(elsewhere)

    return alter


FILES = {"../../../owner.json": {"bytes": 1, "sha256": "0" * 64}}
HARMS = {
    "a link for a table": linked("tables/users.jsonl"),
    "a link for all tables": linked("tables"),
    "a link for a file": linked("snapshots/*/*/*/events.parquet"),
    "a link for snapshots": linked("snapshots/*"),
    "a link for the list": linked("backup.json"),
    "a device": lambda folder: os.mkfifo(folder / "tables" / "pipe"),
    "no tables": lambda folder: shutil.rmtree(folder / "tables"),
    "no snapshots": lambda folder: shutil.rmtree(folder / "snapshots"),
    "a path as an identifier": altered("snapshots", tenant_id="../../.."),
    "a path as a role": altered("snapshots", role="../../x"),
    "a path as a number": altered("dataset_versions", number="../1"),
    "a path as a file": altered("snapshots", files=FILES),
    "a list as files": altered("snapshots", files=["x"]),
    "a column too many": altered("users", surprise=1),
    "no JSON": written("users", "{"),
    "a list for a row": written("users", "[1]\n"),
    "a number for a row": written("users", "1\n"),
    "no letters": written("users", '{"id": "\\ud800"}\n'),
    "a deep one": written("users", DEEP + "\n"),
    "half a row": written("users", "{}\n"),
    "another type": altered("users", name={"a": 1}),
    "no date": altered("users", created_at="yesterday"),
    "a number beyond all": altered("users", revision=10**30),
    "twice the same": lambda folder: twice(folder, "users"),
    "nobody's": altered("projects", tenant_id="00000000-0000-0000-0000-000000000007"),
    "tables of no kind": about(tables=[1]),
    "a format of no kind": about(format={}, revision=None),
    "marks of no kind": about(snapshots="many"),
}


def twice(folder: Path, table: str) -> None:
    """Write all rows of a table twice."""
    path = folder / "tables" / f"{table}.jsonl"
    path.write_bytes(path.read_bytes() * 2)
    sign(folder)


@pytest.fixture
def folder(place: Place, tmp_path: Path) -> Path:
    """Return a backup with a data set."""
    tenant(place).publish(orders(5), "orders")
    backup(place, tmp_path / "backup")
    return tmp_path / "backup"


def test_a_backup_that_was_made_to_do_harm_is_refused_and_nothing_is_left(
    folder: Path, place_on: Callable[[str], Place], backend: str, tmp_path: Path
) -> None:
    other = place_on(backend)
    before = rows(other.database)
    for name, harm in HARMS.items():
        shutil.copytree(folder, tmp_path / name / "backup")
        harm(tmp_path / name / "backup")
        with pytest.raises(
            DataSetError, match=r"is damaged: .*\.$|is no backup|another format|was made by"
        ) as caught:
            restore(other, tmp_path / name / "backup")
        assert str(tmp_path / name) in str(caught.value), name
        assert rows(other.database) == before, name
        assert not Path(str(other.files)).exists(), name
    restore(other, folder)
