"""Files in S3, Azure Blob and Google Cloud Storage: downloaded, as far as the limits allow, and read like any other."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from mindzie.core.errors import MissingPackageError, SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.raw import Options

BUCKETS = ("s3", "az", "abfs", "abfss", "gs")
MANY = 10_000
CHUNK = 4 << 20


def is_remote(source: str) -> bool:
    """Return whether a source is an address."""
    return re.match(r"[a-z][a-z0-9+.-]+://", source, re.IGNORECASE) is not None


def download(address: str, folder: Path, options: Options) -> Path:
    """Copy a file of a bucket, or the Parquet files of a folder in it (its address ends in ``/``), into a folder.

    Credentials come from the environment, as for stored logs.

    Raises
    ------
    SourceError
        The address is not understood, or there is nothing.
    StoreError
        The storage cannot be reached, or refuses.
    """
    bucket, path = _parted(address)
    if importlib.util.find_spec("obstore") is None:
        raise MissingPackageError(f"{bucket} needs obstore: pip install 'mindzie[cloud]'")
    import obstore
    from obstore.exceptions import NotFoundError

    from mindzie.store.files_clients import as_object_errors, clients_of

    clients = clients_of(bucket)
    with as_object_errors(bucket):
        try:
            if not path.endswith("/"):
                return _one(clients.patient, path, address, folder, options)
            files = [
                (str(item["path"]), int(item["size"]))
                for page in obstore.list(clients.quick, prefix=path)
                for item in page
                if str(item["path"]).lower().endswith(".parquet")
            ]
        except (NotFoundError, FileNotFoundError):
            raise SourceError(
                f"There is no {address}. See that bucket and path are right."
            ) from None
        return _all(clients.patient, files, address, folder, options)


def _parted(address: str) -> tuple[str, str]:
    """Return the address of the bucket and the path in it."""
    scheme, _, rest = address.partition("://")
    if scheme.lower() in {"http", "https", "ftp", "ftps"}:
        raise SourceError(
            f"{scheme}:// is not read, so that reading a file never asks the internet for one. Download it first, "
            "look at what came, and read that."
        )
    if scheme not in BUCKETS:
        raise SourceError(
            f"{scheme}:// is not known. Give a path, or an address that begins with s3://, az:// or gs://."
        )
    parts = urlsplit(address)
    if (
        parts.query
        or parts.fragment
        or parts.password
        or ("@" in parts.netloc and scheme[:4] != "abfs")
    ):
        raise SourceError(
            "The address must have no name, password or key in it: give them in the environment, such as AWS_ACCESS_KEY_ID, "
            "AZURE_STORAGE_ACCOUNT_KEY or GOOGLE_APPLICATION_CREDENTIALS."
        )
    bucket, _, path = rest.partition("/")
    if not bucket or not path:
        raise SourceError(
            f"{address} names no file. Give one such as {scheme}://BUCKET/FOLDER/log.csv."
        )
    return f"{scheme}://{bucket}", unquote(path)


def _one(store: Any, path: str, address: str, folder: Path, options: Options) -> Path:
    import obstore

    answer = obstore.get(store, path)
    size = int(answer.meta["size"])
    room = Room(folder, size, options.max_bytes)
    room.check(size, address)
    chunks = iter(answer.stream(min_chunk_size=CHUNK))
    return room.fill(lambda _: bytes(next(chunks, b"")), path, address, lambda came: (came, size))


def _all(
    store: Any, files: list[tuple[str, int]], address: str, folder: Path, options: Options
) -> Path:
    if not files or len(files) > MANY:
        raise SourceError(
            f"{address} has {len(files):,} Parquet files; from 1 to {MANY:,} are read. An address that ends in / is a folder."
        )
    total = sum(size for _, size in files)
    Room(folder, total, options.max_bytes).check(total, address)
    target, path = folder / "parquet", _parted(address)[1]
    for number, (file, _) in enumerate(files):
        # of the names only values are kept (year=2024), so that none leads out of the folder
        told = [part for part in file.removeprefix(path).split("/")[:-1] if "=" in part[1:]]
        place = target.joinpath(*told)
        place.mkdir(parents=True, exist_ok=True)
        _one(store, file, address, place, options).rename(place / f"{number:06}.parquet")
    return target
