"""Who looks on while a file is read: told of bytes that are fetched or unpacked, and of the file whose rows are read next."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Final, Protocol


class Watcher(Protocol):
    """Is told; what it raises stops the reading."""

    def bytes(self, came: int, size: int) -> None:
        """Hear how much of a file came, and how much there is."""

    def begins(self, path: Path, kind: str) -> None:
        """Hear which unpacked file is read now, and of which kind it is."""

    def expects(self, rows: int) -> None:
        """Hear about how many records come of a stream."""


_WATCHER: Final[ContextVar[Watcher | None]] = ContextVar("watcher", default=None)


@contextmanager
def watched(watcher: Watcher) -> Iterator[None]:
    """Let somebody look on at what is read within."""
    token = _WATCHER.set(watcher)
    try:
        yield
    finally:
        _WATCHER.reset(token)


def came(count: int, size: int | None) -> None:
    """Tell how much of a file came, where it is known how much there is."""
    watcher = _WATCHER.get()
    if watcher is not None and size:
        watcher.bytes(count, size)


def begins(path: Path, kind: str) -> None:
    """Tell that the rows of a file are read now."""
    watcher = _WATCHER.get()
    if watcher is not None:
        watcher.begins(path, kind)


def expects(rows: int) -> None:
    """Tell about how many records come of a stream."""
    watcher = _WATCHER.get()
    if watcher is not None:
        watcher.expects(rows)
