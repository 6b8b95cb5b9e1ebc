"""Backup and restore: one consistent state of an installation as a folder that any database can take in."""

from __future__ import annotations

import base64
import hashlib
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
from mindzie.core.errors import ConflictError, DataSetError, StoreError
from mindzie.core.log import package_version
from mindzie.store.database import Scope
from mindzie.store.files import Place as Spot
from mindzie.store.migrations import REVISIONS
from mindzie.store.models import Base, Tenant
from mindzie.store.types import PlainJson, StoredOperations, UtcTime, now

FORMAT: Final = 1
ABOUT: Final = "backup.json"
_TRIES: Final = 3
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
        (beside / ABOUT).write_text(json.dumps(about, indent=1), encoding="utf-8")
        beside.rename(folder)
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
    tables = {name: _rows(folder, name, mark) for name, mark in about["tables"].items()}
    with place.database.reading(Scope(None)) as session:
        _refuse_full(session)
    for row, spot in _spots(tables):
        source = folder / "snapshots" / spot.path
        if place.files.verify(spot, row["files"]):
            place.files.remove(spot)
            place.files.put_folder(spot, row["files"], source)
    with place.database.writing(Scope(None)) as session:
        _refuse_full(session)
        for table in Base.metadata.sorted_tables:
            _insert(session, table, tables[table.name])
    return _told(about)


def _consistent(place: Place, beside: Path) -> dict[str, Any]:
    for left in reversed(range(_TRIES)):
        with place.database.reading(Scope(None)) as session:
            marks = {
                table.name: _dump(session, table, beside) for table in Base.metadata.sorted_tables
            }
        tables = {name: _rows(beside, name, mark) for name, mark in marks.items()}
        try:
            spots = list(_spots(tables))
            for row, spot in spots:
                target = beside / "snapshots" / spot.path
                if not target.exists():
                    target.parent.mkdir(parents=True, exist_ok=True)
                    place.files.copy_to(spot, row["files"], target)
        except DataSetError:
            # a version may have been removed since; then the next look does not speak of it
            if not left:
                raise
            continue
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
    raise AssertionError("unreachable")


def _drop_others(folder: Path, wanted: set[str]) -> None:
    for each in folder.glob("*/*/*"):
        if each.relative_to(folder).as_posix() not in wanted:
            shutil.rmtree(each)


def _dump(session: Session, table: Table, folder: Path) -> dict[str, Any]:
    path = folder / "tables" / f"{table.name}.jsonl"
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
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise DataSetError(
            f"{folder} is a backup of another format: restore it with the Mindzie that made it."
        )
    if about.get("revision") != REVISIONS[-1] or set(about.get("tables", {})) != known:
        raise DataSetError(
            f"{folder} was made by Mindzie {about.get('mindzie')}: restore it with that version, then upgrade."
        )
    return about


def _rows(folder: Path, name: str, mark: dict[str, Any]) -> list[dict[str, Any]]:
    try:
        content = (folder / "tables" / f"{name}.jsonl").read_bytes()
    except OSError:
        content = b""
    lines = content.splitlines()
    if hashlib.sha256(content).hexdigest() != mark["sha256"] or len(lines) != mark["rows"]:
        raise DataSetError(
            f"The backup {folder} is damaged: {name}.jsonl is not as it was written."
        )
    columns = Base.metadata.tables[name].columns
    found = map(json.loads, lines)
    return [{key: _value(columns[key], value) for key, value in row.items()} for row in found]


def _spots(tables: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[dict[str, Any], Spot]]:
    versions = {row["id"]: row for row in tables["dataset_versions"]}
    for row in tables["snapshots"]:
        version = versions[row["version_id"]]
        yield row, Spot(row["tenant_id"], version["dataset_id"], version["number"], row["role"])


def _refuse_full(session: Session) -> None:
    if session.scalar(select(func.count()).select_from(Tenant)):
        raise ConflictError(
            "The installation has tenants already: a backup is restored into an empty one."
        )


def _insert(session: Session, table: Table, rows: list[dict[str, Any]]) -> None:
    if not rows:
        return
    values = {
        column.name: bindparam(column.name, type_=PlainJson)
        for column in table.columns
        if isinstance(column.type, StoredOperations)
    }
    names = {
        column.name: values.get(column.name, bindparam(column.name)) for column in table.columns
    }
    statement = table.insert().values(**names)
    for start in range(0, len(rows), _BATCH):
        session.execute(statement, rows[start : start + _BATCH])


def _told(about: dict[str, Any]) -> dict[str, Any]:
    rows = {name: mark["rows"] for name, mark in about["tables"].items()}
    return {"tables": rows, "snapshots": about["snapshots"], "bytes": about["bytes"]}
