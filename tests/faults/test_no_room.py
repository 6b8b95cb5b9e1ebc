"""A disk that is full, and a database that is gone: an error that says so, the old state, and all works again afterwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mindzie.access.installation import Installation
from mindzie.core.errors import StoreError
from mindzie.core.log import EventLog
from tests.faults.full_disk import SAID, TOO_MANY, disk, mounted, unmounted
from tests.faults.office import DATASET, Office, seen, small
from tests.servers.databases import on_sqlite

pytestmark = on_sqlite
both_ways = pytest.mark.parametrize("mount", [mounted, unmounted])


@pytest.fixture(scope="module")
def large() -> EventLog:
    """Return a log that takes more room than is left."""
    return small(TOO_MANY)


@both_ways
def test_no_room_for_a_snapshot(
    office: Office, large: EventLog, tmp_path: Path, mount: Callable[[Path], bool]
) -> None:
    with disk(tmp_path / "small", mount) as little:
        full = Office(office.url, little.folder)
        with office.workspace() as workspace:
            workspace.datasets[DATASET].delete()
            project = workspace.projects["Sales"]
            project.datasets.create(DATASET, pipeline_id=project.pipelines["Counts"])
        with full.workspace() as workspace:
            dataset = workspace.datasets[DATASET]
            dataset.publish(small(20))
            with little.full(), pytest.raises(StoreError, match=SAID):
                dataset.publish(large)
            assert [version.number for version in dataset.versions] == [1]
            assert dataset.log().case_count == 20
            assert len(list(full.storage.glob("*/*/*"))) == 2
            assert dataset.publish(large).number == dataset.current == 2
            assert dataset.log().case_count == TOO_MANY


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


@both_ways
def test_no_room_for_a_backup(
    office: Office, large: EventLog, tmp_path: Path, mount: Callable[[Path], bool]
) -> None:
    with office.workspace() as workspace:
        workspace.datasets[DATASET].publish(large)
    before = seen(office)
    with office.place() as place, disk(tmp_path / "small", mount) as little:
        with little.full(), pytest.raises(StoreError, match=SAID):
            Installation(place).backup(little.folder / "backup")
        assert list(little.folder.iterdir()) == []
        Installation(place).backup(little.folder / "backup")
    assert seen(office) == before
