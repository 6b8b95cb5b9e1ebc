"""A folder of files, here or elsewhere, and removing one as a whole."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, Protocol
from uuid import uuid4

from mindzie.store.files_faults import store_error

CHUNK: Final = 1 << 20
"""Bytes read at once."""


class Source(Protocol):
    """A folder of files, here or elsewhere."""

    def names(self) -> set[str]:
        """Return the names of its files; empty where there is no folder."""
        ...

    def read(self, name: str) -> Iterable[bytes]:
        """Return a file in chunks; FileNotFoundError where it is none."""
        ...


class Folder:
    """A folder on this machine; links are not followed.

    Parameters
    ----------
    path : Path
        May be missing.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def names(self) -> set[str]:
        """Return the names of what is in it."""
        try:
            return {path.name for path in self.path.iterdir()}
        except (FileNotFoundError, NotADirectoryError):
            return set()

    def read(self, name: str) -> Iterator[bytes]:
        """Return a file in chunks."""
        try:
            yield from self._chunks(self.path / name)
        except FileNotFoundError:
            raise
        except OSError as error:  # said here, lest the folder it is copied to be blamed
            raise store_error(str(self.path), error) from None

    @staticmethod
    def _chunks(path: Path) -> Iterator[bytes]:
        if not stat.S_ISREG(path.lstat().st_mode):
            raise FileNotFoundError(f"{path} is a link or a device")
        with path.open("rb", buffering=0) as file:
            while chunk := file.read(CHUNK):
                yield chunk


def discard(folder: Path) -> None:
    """Remove a folder; gone at once, or, where that is cut short, left beside its place.

    Parameters
    ----------
    folder : Path
        May be missing.
    """
    if os.path.lexists(folder):
        name = folder.name if folder.name.startswith(".") else f".{folder.name}.removed"
        beside = folder.rename(folder.with_name(f"{name}.{uuid4().hex}"))
        shutil.rmtree(beside)


def flush(folder: Path) -> None:
    """Make sure that names in a folder outlive a power cut.

    Parameters
    ----------
    folder : Path
        Whose entries were changed.
    """
    if os.name == "nt":
        return  # Windows has no handles of folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
