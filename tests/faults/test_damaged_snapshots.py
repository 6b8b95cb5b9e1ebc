"""A file of a version truncated, or with one flipped byte, is noticed before a figure of it is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mindzie.core.errors import DataSetError
from tests.faults.office import DATASET, Office
from tests.servers.databases import on_sqlite

pytestmark = on_sqlite
FILES = ("cases.parquet", "events.parquet", "manifest.json")


def flip(path: Path) -> None:
    """Change one bit in the middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def truncate(path: Path) -> None:
    """Lose the second half."""
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def remove(path: Path) -> None:
    """Lose all of it."""
    path.unlink()


harms = pytest.mark.parametrize("harm", [flip, truncate, remove])


@harms
@pytest.mark.parametrize("name", FILES)
def test_at_each_opening(office: Office, harm: Callable[[Path], None], name: str) -> None:
    [path] = office.storage.glob(f"*/*/1-enriched/{name}")
    with office.workspace() as workspace:
        dataset = workspace.datasets[DATASET]
        assert dataset.log().cases["orders"].max() == 1
        harm(path)
        for _ in range(2):
            with pytest.raises(DataSetError, match=f"{name} (has|is missing)"):
                dataset.log()
        assert dataset.log(enriched=False).case_count == 10


@harms
def test_between_opening_and_reading_a_column(office: Office, harm: Callable[[Path], None]) -> None:
    [path] = office.storage.glob("*/*/1-enriched/events.parquet")
    with office.workspace() as workspace:
        log = workspace.datasets[DATASET].log()
        harm(path)
        with pytest.raises(DataSetError, match=r"after the data set was opened.*open it again"):
            log.events["time"].max()
