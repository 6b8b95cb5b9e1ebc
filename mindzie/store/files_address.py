"""Which storage an address means; credentials have no place in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, Protocol
from urllib.parse import SplitResult, urlsplit
from urllib.request import url2pathname
from uuid import UUID

from platformdirs import user_cache_path

from mindzie.core.errors import StoreError
from mindzie.core.log import EventLog
from mindzie.store.files_folder import Source
from mindzie.store.files_local import LocalStorage
from mindzie.store.files_place import Files, Found, Place, Stored

UNDERSTOOD: Final = (
    "a folder, file:///FOLDER, s3://BUCKET/PREFIX, az://CONTAINER/PREFIX or gs://BUCKET/PREFIX"
)
_BUCKETS: Final = re.compile(
    r"(s3|gs|az|abfss?)://[\w.-]+|abfss?://[\w-]+@[\w-]+\.dfs\.core\.windows\.net", re.ASCII
)


class Storage(Protocol):
    """What every kind of storage does."""

    def source(self, place: Place) -> Source:
        """Return where the files of a snapshot lie."""
        ...

    def put(self, place: Place, log: EventLog) -> Stored:
        """Store a log."""
        ...

    def put_folder(self, place: Place, folder: Path, files: Files) -> None:
        """Store a copy of a folder."""
        ...

    def verified(self, place: Place, files: Files) -> Path:
        """Return a folder of this machine with the files of a snapshot, all verified."""
        ...

    def found(self, tenant: UUID | None) -> Iterator[Found]:
        """Yield everything that lies there."""
        ...

    def remove(self, path: str) -> None:
        """Remove a folder."""
        ...

    def mark(self) -> bytes | None:
        """Return what says whose it is; None where nothing does."""
        ...

    def set_mark(self, content: bytes) -> None:
        """Say whose it is; nothing happens where it says so already."""
        ...


def storage_at(url: str, cache: Path | None = None) -> Storage:
    """Return the storage at an address.

    Parameters
    ----------
    url : str
        As ``SnapshotFiles`` takes it.
    cache : Path, optional
        Folder for copies of what lies elsewhere.

    Returns
    -------
    Storage
        Not asked anything yet.

    Raises
    ------
    StoreError
        Where the address is not understood, or has credentials in it.
    """
    if "://" not in url:
        return LocalStorage(Path(url).expanduser())
    try:
        parts = urlsplit(url)
        _refuse_credentials(parts)
    except ValueError:
        raise _not_understood() from None
    if parts.scheme == "file":
        if parts.netloc not in {"", "localhost"} or not parts.path:
            raise _not_understood()
        return LocalStorage(Path(url2pathname(parts.path)))
    if not _BUCKETS.fullmatch(f"{parts.scheme}://{parts.netloc}"):
        raise _not_understood()
    if any(set(part) == {"."} for part in parts.path.split("/")):
        raise _not_understood()
    from mindzie.store.files_clients import clients_of
    from mindzie.store.files_remote import ObjectStorage

    kept = cache or user_cache_path("mindzie") / "snapshots"
    address = f"{parts.scheme}://{parts.netloc}{parts.path}"
    return ObjectStorage(clients_of(address.rstrip("/")), kept)


def _refuse_credentials(parts: SplitResult) -> None:
    said = parts.netloc if parts.scheme == "file" else parts.netloc + parts.path
    if parts.scheme in {"abfs", "abfss"} and parts.password is None:
        said = said.replace("@", "", 1)  # CONTAINER@ACCOUNT
    if parts.query or parts.fragment or "@" in said:
        raise StoreError(
            "The address of the storage must have no name, password or key in it: give them in the environment, such as AWS_ACCESS_KEY_ID, AZURE_STORAGE_ACCOUNT_KEY or GOOGLE_APPLICATION_CREDENTIALS."
        )


def _not_understood() -> StoreError:
    return StoreError(f"The storage of snapshots is {UNDERSTOOD}, nothing else.")
