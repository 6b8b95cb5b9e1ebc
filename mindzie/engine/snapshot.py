"""The data set folder: written beside its place, renamed into it when complete, never changed."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
from pydantic import ValidationError

from mindzie.core.errors import DataSetError, nearest
from mindzie.core.log import EventLog
from mindzie.core.manifest import FORMAT, Manifest
from mindzie.core.relations import Relations
from mindzie.core.words import count, counted
from mindzie.engine.engines import engine_named
from mindzie.engine.moving import in_order

if TYPE_CHECKING:
    from mindzie.core.engine import Engine

RELATIONS = ("events", "cases", "variants", "variant_paths")
MANIFEST = "manifest.json"


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _write(frame: pl.DataFrame, path: Path) -> None:
    frame.write_parquet(path, compression="zstd", compression_level=1, statistics=True)
    _flush(path)


def save(log: EventLog, path: Path) -> Path:
    """Write a log that has no recipe as a data set folder.

    Parameters
    ----------
    log : EventLog
        As read or built.
    path : Path
        A folder that does not exist yet.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    DataSetError
        Where something is there already, or the place cannot be written.
    """
    if path.exists():
        raise _taken(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    except OSError as error:
        message = f"{path} cannot be written: {error.strerror}."
        raise DataSetError(message) from error
    try:
        frames = {
            name: in_order(name, log.rel.engine.rows(getattr(log.rel, name))) for name in RELATIONS
        }
        frames["activities"] = pl.DataFrame(
            {"activity": range(len(log.rel.activities)), "name": list(log.rel.activities)},
            schema={"activity": pl.Int64, "name": pl.String},
        )
        frames["rejected"] = log.rejected
        with ThreadPoolExecutor() as pool:  # Polars and the disk let other threads run
            list(pool.map(_write, frames.values(), (beside / f"{n}.parquet" for n in frames)))
        (beside / MANIFEST).write_text(log.manifest.model_dump_json(indent=1), encoding="utf-8")
        _flush(beside / MANIFEST)
        _flush(beside)
        beside.chmod(0o755)
        beside.rename(path)
        _flush(path.parent)
    except OSError as error:
        if beside.exists() and path.exists():  # another save was faster
            raise _taken(path) from None
        message = f"{path} could not be written: {error}."
        raise DataSetError(message) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return path


def _taken(path: Path) -> DataSetError:
    return DataSetError(
        f"{path} exists already and a data set is never changed: choose another name."
    )


def open_snapshot(path: str | Path, engine: str = "polars") -> EventLog:
    """Open a data set folder.

    Parameters
    ----------
    path : str or Path
        What ``save`` wrote.
    engine : {"polars", "duckdb"}
        What the log runs on.

    Returns
    -------
    EventLog
        Same fingerprint, same figures as the log that was saved.

    Raises
    ------
    DataSetError
        Where the folder is missing, incomplete, damaged or of a newer version.
    """
    folder = Path(path)
    manifest = _manifest(folder)
    runner: Engine = engine_named(engine)
    files = {name: folder / f"{name}.parquet" for name in RELATIONS}
    missing = [file.name for file in files.values() if not file.is_file()]
    if missing:
        message = f"The data set {folder} is incomplete: {', '.join(missing)} is missing. Import it again."
        raise DataSetError(message)
    try:
        stored = runner.scan(files)
        rejected = pl.read_parquet(folder / "rejected.parquet", glob=False)
        rows = {
            name: pl.scan_parquet(files[name], glob=False).select(pl.len()).collect().item()
            for name in RELATIONS
        }
    except (OSError, pl.exceptions.PolarsError, runner.failure) as error:
        message = (
            f"The data set {folder} is damaged: {str(error).splitlines()[0]}. Import it again."
        )
        raise DataSetError(message) from error
    wanted = {
        "events": manifest.event_count,
        "cases": manifest.case_count,
        "variants": manifest.variant_count,
    }
    for name, there in wanted.items():
        if rows[name] != there:
            message = f"The data set {folder} is damaged: {name}.parquet has {counted(rows[name], 'row')} instead of {count(there)}. Import it again."
            raise DataSetError(message)
    return EventLog(
        manifest,
        Relations(runner, stored, manifest.activities, manifest.case_count),
        rejected=rejected,
    )


def _manifest(folder: Path) -> Manifest:
    file = folder / MANIFEST
    if not file.is_file():
        names = [item.name for item in folder.parent.iterdir()] if folder.parent.is_dir() else []
        close = nearest(folder.name, names)
        hint = (
            f" Did you mean {close[0]!r}?"
            if close and close[0] != folder.name
            else " Make one with log.save(path) or `mindzie import`."
        )
        message = f"{folder} is not a data set: it has no {MANIFEST}.{hint}"
        raise DataSetError(message)
    try:
        stored = json.loads(file.read_bytes())
        # a newer one may have fields that are unknown here
        newer = (
            isinstance(stored, dict)
            and isinstance(stored.get("format"), int)
            and stored["format"] > FORMAT
        )
        if not newer:
            return Manifest.model_validate(stored)
    except ValueError as error:
        faults = (
            f"{error.error_count()} faults" if isinstance(error, ValidationError) else str(error)
        )
        message = f"The data set {folder} has a damaged {MANIFEST}: {faults}. Import it again."
        raise DataSetError(message) from error
    message = f"The data set {folder} was written by a newer Mindzie (format {stored['format']}, known {FORMAT}): update Mindzie."
    raise DataSetError(message)
