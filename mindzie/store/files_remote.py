"""Snapshots in a bucket: uploaded with the manifest last, downloaded once into a folder of this machine."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Final
from uuid import UUID

import obstore
from obstore.exceptions import AlreadyExistsError

from mindzie.core.errors import DataSetError, MindzieError
from mindzie.core.log import EventLog
from mindzie.store.files_clients import Clients, as_object_errors
from mindzie.store.files_faults import as_store_errors
from mindzie.store.files_folder import CHUNK, Folder, discard
from mindzie.store.files_place import (
    MANIFEST,
    OWNER,
    Files,
    Found,
    Place,
    Stored,
    checked,
    place_of,
)
from mindzie.store.files_whole import copy, damages, marks, refuse

if TYPE_CHECKING:
    from obstore import PutMode

_DEPTH: Final = 3
"""Tenant, data set, version."""


class Objects:
    """The files of one snapshot in a bucket.

    Parameters
    ----------
    clients : Clients
        Of the bucket.
    prefix : str
        Path of the snapshot.
    """

    def __init__(self, clients: Clients, prefix: str) -> None:
        self.clients, self.prefix = clients, prefix

    def names(self) -> set[str]:
        """Return the names of its files; answers soon where nobody is there."""
        with as_object_errors(self.clients.url):
            found = obstore.list(self.clients.quick, f"{self.prefix}/").collect()
        return {item["path"].removeprefix(f"{self.prefix}/") for item in found}

    def read(self, name: str) -> Iterator[bytes]:
        """Return a file in chunks."""
        with as_object_errors(self.clients.url):
            yield from obstore.get(self.clients.patient, f"{self.prefix}/{name}").stream(CHUNK)


class ObjectStorage:
    """A bucket with one folder a tenant.

    Parameters
    ----------
    clients : Clients
        Of the bucket.
    cache : Path
        Folder for what was downloaded. It may be removed while nobody has a log open.
    """

    def __init__(self, clients: Clients, cache: Path) -> None:
        self.clients, self.cache = clients, cache

    def __str__(self) -> str:
        """Return the address."""
        return self.clients.url

    def source(self, place: Place) -> Objects:
        """Return where the files of a snapshot lie."""
        return Objects(self.clients, place.path)

    def put(self, place: Place, log: EventLog) -> Stored:
        """Store a log, and keep the copy made for it."""
        self._see_free(place)
        with (
            as_store_errors(str(self.cache)),
            tempfile.TemporaryDirectory(prefix=".put.", dir=self._room(place)) as beside,
        ):
            folder = Path(beside) / "snapshot"
            log.save(folder)
            stored = marks(Folder(folder))
            self._upload(place, folder, stored.files)
            folder.rename(self._kept(place, stored.files))
            return stored

    def put_folder(self, place: Place, folder: Path, files: Files) -> None:
        """Store a copy of a folder."""
        self._see_free(place)
        with as_store_errors(str(folder)):
            refuse(place, damages(Folder(folder), place, files))
            self._upload(place, folder, files)

    def verified(self, place: Place, files: Files) -> Path:
        """Return the downloaded folder of a snapshot, every byte of which was looked at."""
        kept = self._kept(place, files)
        with as_store_errors(str(self.cache)):
            self._room(place)
            if kept.exists() and not self._whole(place, files):
                discard(kept)
            if not kept.exists():
                try:
                    copy(self.source(place), kept, place, files)
                except DataSetError:
                    if not self._whole(place, files):  # else another process was faster
                        raise
        return kept

    def found(self, tenant: UUID | None) -> Iterator[Found]:
        """Yield everything that lies there."""
        with as_object_errors(str(self)):
            prefix = None if tenant is None else f"{tenant}/"
            every = (item for batch in obstore.list(self.clients.quick, prefix) for item in batch)
            for path, items in groupby(every, lambda item: _folder(item["path"])):
                if path == OWNER:
                    continue
                inside = list(items)
                place, itself = place_of(path)
                yield Found(
                    path=path,
                    place=place,
                    complete=itself
                    and any(item["path"] == f"{path}/{MANIFEST}" for item in inside),
                    size=sum(item["size"] for item in inside),
                    changed_at=max(item["last_modified"] for item in inside),
                )

    def remove(self, path: str) -> None:
        """Remove a snapshot, its manifest first, and what was downloaded of it."""
        names = Objects(self.clients, path).names()
        with as_object_errors(str(self)):
            for some in (names & {MANIFEST}, names - {MANIFEST}):
                if some:
                    obstore.delete(self.clients.patient, [f"{path}/{name}" for name in some])
        with as_store_errors(str(self.cache)):
            discard(self.cache.joinpath(*path.split("/")))

    def mark(self) -> bytes | None:
        """Return what says whose it is."""
        with as_object_errors(str(self)):
            try:
                return bytes(obstore.get(self.clients.quick, OWNER).bytes())
            except FileNotFoundError:
                return None

    def set_mark(self, content: bytes) -> None:
        """Say whose it is; who is first stays."""
        with as_object_errors(str(self)), suppress(AlreadyExistsError):
            obstore.put(self.clients.quick, OWNER, content, mode="create")

    def _see_free(self, place: Place) -> None:
        if MANIFEST in self.source(place).names():
            raise DataSetError(
                f"{self}/{place.path} exists already and a data set is never changed."
            )

    def _upload(self, place: Place, folder: Path, files: Files) -> None:
        try:
            with as_object_errors(str(self)):
                for name in sorted(files, key=lambda name: name == MANIFEST):
                    path = f"{place.path}/{name}"
                    mode: PutMode = "create" if name == MANIFEST else "overwrite"
                    obstore.put(self.clients.patient, path, folder / name, mode=mode)
        except DataSetError:
            raise  # another's manifest is there
        except BaseException:
            with suppress(MindzieError):
                self.remove(place.path)
            raise

    def _room(self, place: Place) -> Path:
        room = self.cache.joinpath(*place.parts)
        self.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
        room.mkdir(parents=True, exist_ok=True)
        return room

    def _kept(self, place: Place, files: Files) -> Path:
        content = json.dumps(sorted(checked(place, files).items()))
        return self._room(place) / hashlib.sha256(content.encode()).hexdigest()[:32]

    def _whole(self, place: Place, files: Files) -> bool:
        return not damages(Folder(self._kept(place, files)), place, files)


def _folder(path: str) -> str:
    return "/".join(path.split("/")[:_DEPTH])
