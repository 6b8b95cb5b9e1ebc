"""One flipped bit anywhere, or any truncation, of any file is noticed before a figure is shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mindzie.core.errors import DataSetError
from mindzie.core.words import count
from mindzie.store.files import SnapshotFiles, Stored
from mindzie.store.files_place import NEEDED
from tests.store.snapshots import FIRST, stored_in

names = st.sampled_from(sorted(NEEDED))
parts = st.floats(0, 1, exclude_max=True)


@dataclass
class Kept:
    storage: SnapshotFiles
    stored: Stored
    folder: Path

    @contextmanager
    def changed(self, name: str, data: bytes) -> Iterator[None]:
        file = self.folder / name
        before = file.read_bytes()
        file.write_bytes(data)
        yield
        file.write_bytes(before)
        assert self.storage.open(FIRST, self.stored.files).case_count == 10


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    root = tmp_path_factory.mktemp("snapshots")
    return Kept(*stored_in(root), root / FIRST.path)


@given(name=names, part=parts, bit=st.integers(0, 7))
@example(name="events.parquet", part=0.0, bit=0)
@example(name="manifest.json", part=0.9999999, bit=7)
@settings(max_examples=150)
def test_a_flipped_bit_is_noticed(kept: Kept, name: str, part: float, bit: int) -> None:
    data = bytearray((kept.folder / name).read_bytes())
    data[int(part * len(data))] ^= 1 << bit
    with kept.changed(name, bytes(data)):
        with pytest.raises(DataSetError, match=f"{name} has other content than was stored") as error:  # fmt: skip
            kept.storage.open(FIRST, kept.stored.files)
        assert "restore" in str(error.value).lower()
        assert [item.name for item in kept.storage.verify(FIRST, kept.stored.files)] == [name]


@given(name=names, part=parts)
@example(name="manifest.json", part=0.0)
@example(name="events.parquet", part=0.9999999)
@settings(max_examples=100)
def test_a_truncation_is_noticed(kept: Kept, name: str, part: float) -> None:
    data = (kept.folder / name).read_bytes()
    with (
        kept.changed(name, data[: int(part * len(data))]),
        pytest.raises(DataSetError, match=f"{name} has .+ bytes instead of {count(len(data))}"),
    ):
        kept.storage.open(FIRST, kept.stored.files)
