"""Where the workspace keeps snapshots: a folder, or a bucket of S3, Azure Blob or Google Cloud Storage.

A snapshot is a folder ``<tenant>/<data set>/<number>-<role>`` of Parquet files and a manifest. It is whole or not there, never
changed, and looked at byte for byte against the record in the database before a figure of it is shown. What a run left lies beside them,
in ``<tenant>/<run>/<turn>-run``, and is treated the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

from mindzie.core.errors import DataSetError, StoreError
from mindzie.core.log import EventLog
from mindzie.engine.snapshot import open_snapshot
from mindzie.store.files_address import Storage, storage_at
from mindzie.store.files_faults import as_store_errors
from mindzie.store.files_folder import Folder
from mindzie.store.files_place import OWNER, Damage, Files, Found, Place, Stored, place_of
from mindzie.store.files_whole import copy, damages, marks, strangers

__all__ = ["Damage", "Files", "Found", "Place", "SnapshotFiles", "Stored"]


class SnapshotFiles:
    """The storage of one installation.

    Parameters
    ----------
    url : str
        A folder, ``file:///folder``, ``s3://bucket/prefix``, ``az://container/prefix`` or ``gs://bucket/prefix``. Credentials
        come from the environment, as the cloud's own tools name them.
    cache : Path, optional
        Folder for copies of what lies elsewhere; the user's cache folder where not given. Not used for a folder.
    owner : UUID, optional
        Of the database whose snapshots these are. A storage of another one is read, and never written to or removed from.

    Raises
    ------
    StoreError
        Where the address is not understood, or has credentials in it. Every method raises it where the storage cannot be
        reached, refuses, or is full.

    Examples
    --------
    >>> import tempfile
    >>> from uuid import UUID
    >>> import mindzie as mz
    >>> place = Place(UUID(int=1), UUID(int=2), 1, "original")
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     storage = SnapshotFiles(folder)
    ...     stored = storage.put(place, mz.demo("order-to-cash", cases=10))
    ...     storage.open(place, stored.files).case_count
    10
    """

    def __init__(self, url: str, cache: Path | None = None, owner: UUID | None = None) -> None:
        self._storage: Storage = storage_at(url, cache)
        self._owner, self._claimed = owner, False

    def __str__(self) -> str:
        """Return the address."""
        return str(self._storage)

    def __repr__(self) -> str:
        """Return the address."""
        return f"<SnapshotFiles {self}>"

    def is_ours(self) -> bool:
        """Tell whether the storage says that it belongs to this database.

        Returns
        -------
        bool
            False where it says nothing: nobody has written to it.

        Raises
        ------
        StoreError
            Where it belongs to another database.
        """
        mark = None if self._owner is None else self._storage.mark()
        if mark is not None and mark != _mark(self._owner):
            raise StoreError(
                f"The storage {self} belongs to another database, whose data might be lost: give this one a storage of its own, with MINDZIE_STORAGE or --storage. Where the other is gone for good, remove {OWNER} there. Nothing was changed."
            )
        return mark is not None

    @property
    def claimed(self) -> bool:
        """Whether this object has written to the storage, or removed from it, as its owner."""
        return self._claimed

    def claim(self) -> None:
        """Make the storage this database's, before it is written to; nothing happens where it is already.

        Raises
        ------
        StoreError
            Where it belongs to another database, or cannot be written to.
        """
        if self._owner is None or self._claimed:
            return
        if not self.is_ours():
            self._storage.set_mark(_mark(self._owner))
            self.is_ours()  # another may have been faster
        self._claimed = True

    def put(self, place: Place, log: EventLog) -> Stored:
        """Store a log, whole or not at all.

        Parameters
        ----------
        place : Place
            Where nothing is yet.
        log : EventLog
            With or without a recipe.

        Returns
        -------
        Stored
            Bytes and SHA-256 of each file, to be kept in the database.

        Raises
        ------
        DataSetError
            Where a snapshot is there already.
        """
        self.claim()
        return self._storage.put(place, log)

    def put_left(self, place: Place, folder: Path) -> Stored:
        """Store what a run left, whole or not at all.

        Parameters
        ----------
        place : Place
            Of the run's turn, where nothing is yet.
        folder : Path
            With a manifest; read, and left as it is.

        Returns
        -------
        Stored
            Bytes and SHA-256 of each file, to be kept in the database.

        Raises
        ------
        DataSetError
            Where something is there already.
        """
        self.claim()
        with as_store_errors(str(folder)):
            stored = marks(Folder(folder))
        self._storage.put_folder(place, folder, stored.files)
        return stored

    def read(self, place: Place, files: Files, name: str) -> bytes:
        """Return one file of what a run left; what lies elsewhere is downloaded once.

        Parameters
        ----------
        place : Place
            Where it was put.
        files : mapping
            ``Stored.files`` of then.
        name : str
            One of them.

        Returns
        -------
        bytes
            Its content.

        Raises
        ------
        DataSetError
            Where any byte of any file is not as it was stored.
        """
        folder = self.folder(place, files)
        with as_store_errors(str(folder)):
            return (folder / name).read_bytes()

    def folder(self, place: Place, files: Files) -> Path:
        """Return a folder of this machine with the files, to be read only; what lies elsewhere is downloaded once.

        Parameters
        ----------
        place : Place
            Where they were put.
        files : mapping
            ``Stored.files`` of then.

        Returns
        -------
        Path
            Every byte in it was looked at.

        Raises
        ------
        DataSetError
            Where any byte of any file is not as it was stored.
        """
        return self._storage.verified(place, files)

    def open(self, place: Place, files: Files, engine: str = "polars") -> EventLog:
        """Open a snapshot; what lies elsewhere is downloaded once.

        Parameters
        ----------
        place : Place
            Where it was put.
        files : mapping
            ``Stored.files`` of then.
        engine : {"polars", "duckdb"}
            What the log runs on.

        Returns
        -------
        EventLog
            Columns are read when a figure needs them.

        Raises
        ------
        DataSetError
            Where any byte of any file is not as it was stored.
        """
        return open_snapshot(self._storage.verified(place, files), engine)

    def verify(self, place: Place, files: Files) -> list[Damage]:
        """Read every byte of a snapshot where it lies.

        Parameters
        ----------
        place : Place
            Where it was put.
        files : mapping
            ``Stored.files`` of then.

        Returns
        -------
        list of Damage
            What is wrong; empty where nothing is.
        """
        with as_store_errors(str(self)):
            source = self._storage.source(place)
            return damages(source, place, files) + strangers(source, files)

    def places(self, tenant: UUID | None = None) -> Iterator[Found]:
        """Yield everything in the storage: snapshots, half-written ones, and what is none of ours.

        Parameters
        ----------
        tenant : UUID, optional
            Of this tenant only.

        Yields
        ------
        Found
            In the order of their paths.
        """
        return self._storage.found(tenant)

    def remove(self, what: Place | Found) -> None:
        """Remove a snapshot, or what was found of one; nothing happens where it is gone already.

        Parameters
        ----------
        what : Place or Found
            Found by ``places``.

        Raises
        ------
        DataSetError
            For what is none of ours.
        """
        if isinstance(what, Found) and place_of(what.path)[0] is None:
            raise DataSetError(f"{what.path} in {self} is no snapshot: remove it by hand.")
        self.claim()
        self._storage.remove(what.path)

    def copy_to(self, place: Place, files: Files, folder: Path) -> None:
        """Copy a snapshot into a new folder of this machine, byte for byte.

        Parameters
        ----------
        place : Place
            Where it was put.
        files : mapping
            ``Stored.files`` of then.
        folder : Path
            That does not exist yet.

        Raises
        ------
        DataSetError
            Where a file is damaged, or the folder exists; there is no folder then.
        """
        with as_store_errors(str(folder)):
            copy(self._storage.source(place), folder, place, files)

    def put_folder(self, place: Place, files: Files, folder: Path) -> None:
        """Store a folder that ``copy_to`` made, byte for byte.

        Parameters
        ----------
        place : Place
            Where nothing is yet.
        files : mapping
            ``Stored.files`` of then.
        folder : Path
            Read, and left as it is.

        Raises
        ------
        DataSetError
            Where a file is damaged, or a snapshot is there already.
        """
        self.claim()
        self._storage.put_folder(place, folder, files)


def _mark(owner: UUID | None) -> bytes:
    return json.dumps({"database": str(owner)}).encode()
