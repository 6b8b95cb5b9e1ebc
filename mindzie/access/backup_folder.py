"""The folder of a backup: reading what another may have damaged, or made to do harm."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Uuid

from mindzie.core.errors import DataSetError, MindzieError, SettingError
from mindzie.store.files import Files
from mindzie.store.files import Place as Spot
from mindzie.store.files_folder import Folder
from mindzie.store.files_place import RUN
from mindzie.store.files_whole import damages
from mindzie.store.migrations import REVISIONS
from mindzie.store.models import Base
from mindzie.store.types import UtcTime

FORMAT: Final = 1
ABOUT: Final = "backup.json"
BATCH: Final = 500
"""Rows in memory at once."""


@contextmanager
def as_damaged(folder: Path) -> Iterator[None]:
    """Turn what reading a damaged backup runs into into an error that says so.

    Parameters
    ----------
    folder : Path
        Named in the message.
    """
    try:
        yield
    except SettingError as error:
        raise _damaged(folder, str(error)) from None
    except MindzieError:
        raise
    except OSError as error:
        raise _damaged(folder, f"{error.filename or 'a file'}: {error.strerror}.") from None
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise _damaged(folder, "it holds values that no backup has.") from None


def _damaged(folder: Path, said: str) -> DataSetError:
    return DataSetError(f"The backup {folder} is damaged: {said} Restore another backup.")


def proven(folder: Path) -> dict[str, Any]:
    """Refuse a backup of which a byte is not as it was written, or that no backup is.

    Parameters
    ----------
    folder : Path
        As ``backup`` wrote it. Links in it are not followed.

    Returns
    -------
    dict
        What ``backup.json`` says.

    Raises
    ------
    DataSetError
        Saying what is wrong; nothing is changed by looking.
    """
    with as_damaged(folder):
        about = _about(folder)
        _refuse_strange(folder)
        for name, mark in about["tables"].items():
            _prove_table(folder, name, mark["sha256"])
        for row, spot in spots(folder):
            _prove_snapshot(folder, spot, row["files"])
        told(about)
    return about


def _about(folder: Path) -> dict[str, Any]:
    path = folder / ABOUT
    try:
        about = json.loads(path.read_bytes() if stat.S_ISREG(path.lstat().st_mode) else b"")
    except (OSError, ValueError, RecursionError):
        raise DataSetError(f"{folder} is no backup: it has no readable {ABOUT}.") from None
    known = {table.name for table in Base.metadata.sorted_tables}
    if not isinstance(about, dict) or about.pop("sha256", None) != mark_of(about):
        raise _damaged(folder, f"{ABOUT} is not as it was written.")
    if about["format"] != FORMAT:
        raise DataSetError(
            f"{folder} is a backup of another format: restore it with the Mindzie that made it."
        )
    if about["revision"] != REVISIONS[-1] or set(about["tables"]) != known:
        raise DataSetError(
            f"{folder} was made by Mindzie {about['mindzie']}: restore it with that version, then upgrade."
        )
    return about


def _refuse_strange(folder: Path) -> None:
    for path in folder.rglob("*"):
        kind = path.lstat().st_mode
        if not (stat.S_ISREG(kind) or stat.S_ISDIR(kind)):
            raise _damaged(folder, f"{path.relative_to(folder)} is a link or a device.")


def _prove_table(folder: Path, name: str, sha256: str) -> None:
    try:
        with table_file(folder, name).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        found = ""
    if found != sha256:
        raise _damaged(folder, f"{name}.jsonl is not as it was written.")


def _prove_snapshot(folder: Path, spot: Spot, files: Files) -> None:
    try:
        wrong = damages(Folder(folder / "snapshots" / spot.path), spot, files)
    except DataSetError:  # what it says of the database is for who has one
        raise _damaged(folder, f"the record of the files of {spot} is none.") from None
    if wrong:
        raise _damaged(folder, f"{spot}: {'; '.join(map(str, wrong))}.")


def mark_of(about: dict[str, Any]) -> str:
    """Return what proves that ``backup.json`` is as it was written."""
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def table_file(folder: Path, name: str) -> Path:
    """Return where the rows of a table are."""
    return folder / "tables" / f"{name}.jsonl"


def rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table, as the database takes them."""
    columns = Base.metadata.tables[name].columns
    with as_damaged(folder), table_file(folder, name).open("rb") as file:
        for line in file:
            yield {key: _value(columns[key], value) for key, value in json.loads(line).items()}


def batches(folder: Path, name: str) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a table, some at a time."""
    left = rows(folder, name)
    while batch := list(itertools.islice(left, BATCH)):
        yield batch


def spots(folder: Path) -> Iterator[tuple[dict[str, Any], Spot]]:
    """Yield the rows of snapshots, and of runs that left something, and where each lies."""
    with as_damaged(folder):
        versions = {row["id"]: row for row in rows(folder, "dataset_versions")}
        for row in rows(folder, "snapshots"):
            version = versions[row["version_id"]]
            yield row, Spot(row["tenant_id"], version["dataset_id"], version["number"], row["role"])
        for row in rows(folder, "runs"):
            if row["kept"] is not None:
                yield row, Spot(row["tenant_id"], row["id"], row["kept"], RUN)


def told(about: dict[str, Any]) -> dict[str, Any]:
    """Return rows by table, the number of snapshots, and their bytes."""
    counts = {name: int(mark["rows"]) for name, mark in about["tables"].items()}
    return {
        "tables": counts,
        "snapshots": int(about["snapshots"]),
        "bytes": int(about["bytes"]),
    }


def _value(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value
