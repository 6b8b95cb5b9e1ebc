"""Backup: one consistent state of an installation as a folder that any database can take in."""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, select, type_coerce
from sqlalchemy.orm import Session

from mindzie.access.backup_folder import (
    ABOUT,
    BATCH,
    FORMAT,
    mark_of,
    spots,
    table_file,
    told,
)
from mindzie.access.entrance import Place
from mindzie.access.given import given_path
from mindzie.access.own_log import note
from mindzie.core.errors import ConflictError, DataSetError, MindzieError, StoreError
from mindzie.core.log import package_version
from mindzie.store.database import Scope
from mindzie.store.files import Place as Spot
from mindzie.store.files_place import RUN
from mindzie.store.migrations import REVISIONS
from mindzie.store.models import Base, Run, Snapshot
from mindzie.store.types import PlainJson, StoredOperations, now

_TRIES: Final = 50
_UNFINISHED: Final = ".unfinished"


def backup(place: Place, folder: Path) -> dict[str, Any]:
    """Write everything but the keys into a new folder, while the installation is in use.

    Parameters
    ----------
    place : Place
        The installation.
    folder : Path
        That does not exist yet.

    Returns
    -------
    dict
        ``tables`` (rows by table), ``snapshots`` (their number), ``bytes``.

    Raises
    ------
    ConflictError
        Where the folder exists.
    DataSetError
        Where a snapshot is damaged; there is no folder then.
    StoreError
        Where the folder cannot be written, or the installation's own log, which tells of each backup.
    """
    folder = given_path(folder, "folder")
    if folder.exists():
        raise ConflictError(f"{folder} exists already: choose another folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(_UNFINISHED, f".{folder.name}.", folder.parent))
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.") from None
    try:
        about = _consistent(place, beside)
        said = {**about, "sha256": mark_of(about)}
        (beside / ABOUT).write_text(json.dumps(said, indent=1), encoding="utf-8")
        with place.database.writing(Scope(None)) as session:
            # what cannot be written down is not taken along
            note(session, "installation.backup", name=str(folder.absolute()), after=told(about))
        beside.rename(folder)
    except MindzieError:
        raise
    except OSError as error:
        raise StoreError(f"{folder} could not be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return told(about)


def unfinished(folder: Path) -> list[Path]:
    """Return what backups write beside a folder, or left there when they were killed."""
    return sorted(folder.absolute().parent.glob(f".*{_UNFINISHED}"))


def _consistent(place: Place, beside: Path) -> dict[str, Any]:
    for _ in range(_TRIES):
        with place.database.reading(Scope(None)) as session:
            marks = {
                table.name: _dump(session, table, beside) for table in Base.metadata.sorted_tables
            }
        wanted = list(spots(beside))
        if not all(_copied(place, row, spot, beside) for row, spot in wanted):
            continue  # a version was removed meanwhile, and the next look does not speak of it
        _drop_others(beside / "snapshots", {spot.path for _, spot in wanted})
        return {
            "format": FORMAT,
            "revision": REVISIONS[-1],
            "mindzie": package_version(),
            "at": now().isoformat(),
            "tables": marks,
            "snapshots": sum(spot.role != RUN for _, spot in wanted),
            "bytes": sum(row["size"] for row, _ in wanted),
        }
    raise ConflictError(
        "Versions of data sets are removed faster than they can be copied: try again when less is done."
    )


def _copied(place: Place, row: dict[str, Any], spot: Spot, beside: Path) -> bool:
    target = beside / "snapshots" / spot.path
    if target.exists():
        return True
    try:
        place.files.copy_to(spot, row["files"], target)
    except DataSetError:
        with place.database.reading(Scope(None)) as session:
            if spot.role == RUN:
                found = session.get(Run, row["id"])
                gone = found is None or found.kept != spot.number
            else:
                gone = session.get(Snapshot, row["id"]) is None
        if gone:
            return False
        raise
    return True


def _drop_others(folder: Path, wanted: set[str]) -> None:
    for each in folder.glob("*/*/*"):
        if each.relative_to(folder).as_posix() not in wanted:
            shutil.rmtree(each)


def _dump(session: Session, table: Table, folder: Path) -> dict[str, Any]:
    path = table_file(folder, table.name)
    path.parent.mkdir(exist_ok=True)
    mark, count = hashlib.sha256(), 0
    chosen = select(*(_raw(column) for column in table.columns)).order_by(
        *table.primary_key.columns
    )
    with path.open("wb") as file:
        for row in session.execute(chosen.execution_options(yield_per=BATCH)).mappings():
            said = {name: _text(value) for name, value in row.items()}
            line = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
            file.write(line)
            mark.update(line)
            count += 1
    return {"rows": count, "sha256": mark.hexdigest()}


def _raw(column: Any) -> Any:
    # stored operations stay as they are, also those of packages that are not installed here
    if isinstance(column.type, StoredOperations):
        return type_coerce(column, PlainJson).label(column.name)
    return column


def _text(value: Any) -> Any:
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
