"""Snapshots in a folder of this machine or of a file server it has mounted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID, uuid4

from mindzie.core.errors import DataSetError
from mindzie.core.log import EventLog
from mindzie.store.files_faults import as_store_errors
from mindzie.store.files_folder import Folder, discard, flush
from mindzie.store.files_place import MANIFEST, OWNER, Files, Found, Place, Stored, place_of
from mindzie.store.files_whole import copy, damages, marks, refuse


class LocalStorage:
    """A folder with one folder a tenant.

    Parameters
    ----------
    root : Path
        Made when something is stored, for this user alone.
    """

    def __init__(self, root: Path) -> None:
        self.root = Path(os.path.realpath(root))

    def __str__(self) -> str:
        """Return the folder."""
        return str(self.root)

    def source(self, place: Place) -> Folder:
        """Return where the files of a snapshot lie."""
        return Folder(self._at(place.path))

    def put(self, place: Place, log: EventLog) -> Stored:
        """Store a log."""
        with as_store_errors(str(self)):
            self._make(place)
            log.save(self._at(place.path))
            return marks(self.source(place))

    def put_folder(self, place: Place, folder: Path, files: Files) -> None:
        """Store a copy of a folder."""
        with as_store_errors(str(self)):
            self._make(place)
            copy(Folder(folder), self._at(place.path), place, files)

    def verified(self, place: Place, files: Files) -> Path:
        """Return the folder of a snapshot, every byte of which was looked at."""
        with as_store_errors(str(self)):
            source = self.source(place)
            refuse(place, damages(source, place, files))
            return source.path

    def found(self, tenant: UUID | None) -> Iterator[Found]:
        """Yield everything that lies there."""
        with as_store_errors(str(self)):
            yield from self._found(self.root if tenant is None else self._at(str(tenant)))

    def remove(self, path: str) -> None:
        """Remove a folder; gone at once, or, where that is cut short, left beside its place."""
        with as_store_errors(str(self)):
            discard(self._at(path))

    def mark(self) -> bytes | None:
        """Return what says whose it is."""
        with as_store_errors(str(self)):
            try:
                return (self.root / OWNER).read_bytes()
            except FileNotFoundError:
                return None

    def set_mark(self, content: bytes) -> None:
        """Say whose it is, whole or not at all; who is first stays."""
        with as_store_errors(str(self)), suppress(FileExistsError):
            self._make_root()
            beside = self.root / f".{OWNER}.{uuid4().hex}"
            try:
                beside.write_bytes(content)
                self._put_mark(beside)
            finally:
                beside.unlink(missing_ok=True)

    def _put_mark(self, beside: Path) -> None:
        try:
            os.link(beside, self.root / OWNER)
        except FileExistsError:
            raise
        except OSError:  # file servers and sticks without hard links
            if not (self.root / OWNER).exists():
                beside.rename(self.root / OWNER)
        flush(self.root)

    def _make_root(self) -> None:
        self.root.parent.mkdir(parents=True, exist_ok=True)
        self.root.mkdir(mode=0o700, exist_ok=True)

    def _make(self, place: Place) -> None:
        self._make_root()
        self._at(place.path).parent.mkdir(parents=True, exist_ok=True)

    def _at(self, path: str) -> Path:
        wanted = self.root.joinpath(*path.split("/"))
        if Path(os.path.realpath(wanted)) != wanted or self.root not in wanted.parents:
            raise DataSetError(
                f"{wanted} leads out of its folder by a link, and is not followed: remove the link, and restore a backup where it was put instead of a data set."
            )
        return wanted

    def _found(self, folder: Path) -> Iterator[Found]:
        depth = len(folder.relative_to(self.root).parts)
        for item in _inside(folder):
            if item == self.root / OWNER:
                continue
            if depth < 2 and _is_id(item.name) and item.is_dir() and not item.is_symlink():  # noqa: PLR2004 - tenant, data set
                yield from self._found(item)
            elif (found := self._one(item)) is not None:
                yield found

    def _one(self, item: Path) -> Found | None:
        place, itself = place_of(item.relative_to(self.root).as_posix())
        inside = [] if item.is_symlink() else _inside(item)
        states = []
        for path in (item, *inside):
            with suppress(FileNotFoundError):
                states.append(path.lstat())
        if not states:
            return None
        return Found(
            path=item.relative_to(self.root).as_posix(),
            place=place,
            complete=itself and any(path.name == MANIFEST for path in inside),
            size=sum(state.st_size for state in states[1:] or states),
            changed_at=datetime.fromtimestamp(max(state.st_mtime for state in states), UTC),
        )


def _inside(folder: Path) -> list[Path]:
    """Return what lies in a folder: nothing where it is none, or was removed meanwhile."""
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []


def _is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
