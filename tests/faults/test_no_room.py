"""A disk that is full, and a database that is gone: an error that says so, the old state, and all works again afterwards."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access.installation import Installation
from mindzie.core.errors import StoreError
from tests.faults.office import DATASET, Office, seen
from tests.servers.databases import on_sqlite

pytestmark = on_sqlite


@contextmanager
def little_room(folder: Path, room: int) -> Iterator[Path]:
    """Mount a small disk; what takes its room goes with the file that is returned."""
    folder.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={room}", "tmpfs", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, f"These tests mount a small disk, which needs root: {done.stderr}"
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_no_room_for_a_snapshot(office: Office, logs: tuple[Path, Path], tmp_path: Path) -> None:
    with little_room(tmp_path / "small", 400_000) as small_disk:
        full = Office(office.url, small_disk)
        filler = small_disk / "filler"
        with office.workspace() as workspace:
            workspace.datasets[DATASET].delete()
            project = workspace.projects["Sales"]
            project.datasets.create(DATASET, pipeline_id=project.pipelines["Counts"])
        with full.workspace() as workspace:
            dataset = workspace.datasets[DATASET]
            dataset.publish(mz.open(logs[0]))
            filler.write_bytes(b"x" * 280_000)
            with pytest.raises(StoreError, match="no space left: make room"):
                dataset.publish(mz.open(logs[1]))
            assert [version.number for version in dataset.versions] == [1]
            assert dataset.log().case_count == 20
            filler.unlink()
            assert dataset.publish(mz.open(logs[1])).number == dataset.current


def test_a_database_that_is_gone_and_comes_back(office: Office) -> None:
    path, aside = office.folder / "workspace.db", office.folder / "aside"
    before = seen(office)
    with office.workspace() as workspace:
        path.rename(aside)
        for _ in range(2):
            with pytest.raises(StoreError, match="is gone"):
                workspace.projects.create("into nothing")
        assert not path.exists()
        aside.rename(path)
        workspace.projects.create("Purchasing")
        assert workspace.projects.names() == ["Purchasing", "Sales"]
    assert seen(office) == before


def test_no_room_for_a_backup(office: Office, tmp_path: Path) -> None:
    before = seen(office)
    with office.place() as place, little_room(tmp_path / "small", 60_000) as small_disk:
        with pytest.raises(StoreError, match=r"[nN]o space left"):
            Installation(place).backup(small_disk / "backup")
        assert list(small_disk.iterdir()) == []
        Installation(place).backup(tmp_path / "backup")
    assert seen(office) == before
