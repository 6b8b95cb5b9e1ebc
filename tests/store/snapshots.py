"""What the tests of stored snapshots share."""

from __future__ import annotations

import functools
from pathlib import Path
from uuid import UUID

import mindzie as mz
from mindzie.core.log import EventLog
from mindzie.store.files import Place, SnapshotFiles, Stored

TENANT, OTHER, DATASET = UUID(int=1), UUID(int=9), UUID(int=2)
FIRST = Place(TENANT, DATASET, 1, "original")
SECOND = Place(TENANT, DATASET, 2, "enriched")


@functools.cache
def orders() -> EventLog:
    """Return a small log."""
    return mz.demo("order-to-cash", cases=10)


def contents(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def stored_in(url: str | Path) -> tuple[SnapshotFiles, Stored]:
    """Return a storage with one snapshot, and what was stored."""
    storage = SnapshotFiles(str(url))
    return storage, storage.put(FIRST, orders())
