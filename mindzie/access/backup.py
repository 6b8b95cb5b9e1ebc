"""Backup and restore: one consistent state of an installation as a folder that any database can take in."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import LargeBinary, Table, Uuid, bindparam, func, select, type_coerce
from sqlalchemy.orm import Session

from mindzie.access.entrance import Place
from mindzie.core.errors import ConflictError, DataSetError, MindzieError, StoreError
from mindzie.core.log import package_version
from mindzie.store.database import Scope
from mindzie.store.files import Place as Spot
from mindzie.store.files_folder import Folder
from mindzie.store.files_whole import damages
from mindzie.store.migrations import REVISIONS
from mindzie.store.models import Base, Snapshot, Tenant
from mindzie.store.types import PlainJson, StoredOperations, UtcTime, now

FORMAT: Final = 1
ABOUT: Final = "backup.json"
_TRIES: Final = 50
_BATCH: Final = 500


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
        Where the folder cannot be written.
    """
    if folder.exists():
        raise ConflictError(f"{folder} exists already: choose another folder.")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    except OSError as error:
        raise StoreError(f"{folder} cannot be written: {error.strerror}.") from None
    try:
        about = _consistent(place, beside)
        said = {**about, "sha256": _mark_of(about)}
        (beside / ABOUT).write_text(json.dumps(said, indent=1), encoding="utf-8")
        beside.rename(folder)
    except MindzieError:
        raise
    except OSError as error:
        raise StoreError(f"{folder} could not be written: {error.strerror or error}.") from None
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return _told(about)


def restore(place: Place, folder: Path) -> dict[str, Any]:
    """Bring a backup into an installation that has no tenants yet.

    Parameters
    ----------
    place : Place
        Of this version, empty; its database may be another kind than the backup's.
    folder : Path
        As ``backup`` wrote it.

    Returns
    -------
    dict
        As of ``backup``.

    Raises
    ------
    DataSetError
        Where it is no backup, of another version, or damaged.
    ConflictError
        Where the installation has tenants. Nothing is changed in these cases.
    """
    about = _about(folder)
    with place.database.reading(Scope(None)) as session:
        _refuse_full(session, place)
    _prove(folder, about)
    for row, spot in _spots(folder):
        if place.files.verify(spot, row["files"]):
            place.files.remove(spot)
            place.files.put_folder(spot, row["files"], folder / "snapshots" / spot.path)
    with place.database.writing(Scope(None)) as session:
        _refuse_full(session, place)
        for table in Base.metadata.sorted_tables:
            _insert(session, table, folder)
    return _told(about)


def _consistent(place: Place, beside: Path) -> dict[str, Any]:
    for _ in range(_TRIES):
        with place.database.reading(Scope(None)) as session:
            marks = {
                table.name: _dump(session, table, beside) for table in Base.metadata.sorted_tables
            }
        spots = list(_spots(beside))
        if not all(_copied(place, row, spot, beside) for row, spot in spots):
            continue  # a version was removed meanwhile, and the next look does not speak of it
        _drop_others(beside / "snapshots", {spot.path for _, spot in spots})
        return {
            "format": FORMAT,
            "revision": REVISIONS[-1],
            "mindzie": package_version(),
            "at": now().isoformat(),
            "tables": marks,
            "snapshots": len(spots),
            "bytes": sum(row["size"] for row, _ in spots),
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
            if session.get(Snapshot, row["id"]) is None:
                return False
        raise
    return True


def _drop_others(folder: Path, wanted: set[str]) -> None:
    for each in folder.glob("*/*/*"):
        if each.relative_to(folder).as_posix() not in wanted:
            shutil.rmtree(each)


def _dump(session: Session, table: Table, folder: Path) -> dict[str, Any]:
    path = _table(folder, table.name)
    path.parent.mkdir(exist_ok=True)
    mark, count = hashlib.sha256(), 0
    chosen = select(*(_raw(column) for column in table.columns)).order_by(
        *table.primary_key.columns
    )
    with path.open("wb") as file:
        for row in session.execute(chosen.execution_options(yield_per=_BATCH)).mappings():
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


def _value(column: Any, value: Any) -> Any:
    if value is None:
        return None
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, UtcTime):
        return datetime.fromisoformat(value)
    return base64.b64decode(value) if isinstance(column.type, LargeBinary) else value


def _about(folder: Path) -> dict[str, Any]:
    try:
        about = json.loads((folder / ABOUT).read_bytes())
    except (OSError, ValueError):
        raise DataSetError(f"{folder} is no backup: it has no readable {ABOUT}.") from None
    known = {table.name for table in Base.metadata.sorted_tables}
    if not isinstance(about, dict) or about.pop("sha256", None) != _mark_of(about):
        raise DataSetError(f"The backup {folder} is damaged: {ABOUT} is not as it was written.")
    if about["format"] != FORMAT:
        raise DataSetError(
            f"{folder} is a backup of another format: restore it with the Mindzie that made it."
        )
    if about["revision"] != REVISIONS[-1] or set(about["tables"]) != known:
        raise DataSetError(
            f"{folder} was made by Mindzie {about['mindzie']}: restore it with that version, then upgrade."
        )
    return about


def _mark_of(about: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()


def _prove(folder: Path, about: dict[str, Any]) -> None:
    """Refuse a backup of which a byte is not as it was written, before anything is changed."""
    for name, mark in about["tables"].items():
        try:
            with _table(folder, name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            found = ""
        if found != mark["sha256"]:
            raise DataSetError(
                f"The backup {folder} is damaged: {name}.jsonl is not as it was written."
            )
    for row, spot in _spots(folder):
        wrong = damages(Folder(folder / "snapshots" / spot.path), spot, row["files"])
        if wrong:
            raise DataSetError(
                f"The backup {folder} is damaged: {spot}: {'; '.join(map(str, wrong))}."
            )


def _table(folder: Path, name: str) -> Path:
    return folder / "tables" / f"{name}.jsonl"


def _rows(folder: Path, name: str) -> Iterator[dict[str, Any]]:
    columns = Base.metadata.tables[name].columns
    with _table(folder, name).open("rb") as file:
        for line in file:
            yield {key: _value(columns[key], value) for key, value in json.loads(line).items()}


def _spots(folder: Path) -> Iterator[tuple[dict[str, Any], Spot]]:
    versions = {row["id"]: row for row in _rows(folder, "dataset_versions")}
    for row in _rows(folder, "snapshots"):
        version = versions[row["version_id"]]
        yield row, Spot(row["tenant_id"], version["dataset_id"], version["number"], row["role"])


def _refuse_full(session: Session, place: Place) -> None:
    if session.scalar(select(func.count()).select_from(Tenant)):
        raise ConflictError(
            f"There are tenants in {place.database} already: a backup is restored into a database and a storage of its own. Name new ones, with --database and --storage."
        )


def _insert(session: Session, table: Table, folder: Path) -> None:
    values = {
        column.name: bindparam(column.name, type_=PlainJson)
        for column in table.columns
        if isinstance(column.type, StoredOperations)
    }
    names = {
        column.name: values.get(column.name, bindparam(column.name)) for column in table.columns
    }
    statement = table.insert().values(**names)
    rows = _rows(folder, table.name)
    while batch := list(itertools.islice(rows, _BATCH)):
        session.execute(statement, batch)


def _told(about: dict[str, Any]) -> dict[str, Any]:
    rows = {name: mark["rows"] for name, mark in about["tables"].items()}
    return {"tables": rows, "snapshots": about["snapshots"], "bytes": about["bytes"]}
