"""Whether the files of a snapshot are those that were stored, byte for byte.

SHA-256 of a snapshot of 10 million events (234 MB) takes 0.2 to 0.3 s on two cores: little enough to do whenever
one is opened (decision 0014).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from mindzie.core.errors import DataSetError
from mindzie.core.words import count, counted
from mindzie.store.files_folder import Source, flush
from mindzie.store.files_place import MANIFEST, Damage, Files, Place, Stored, checked

THREADS: Final = 2
WHAT_TO_DO: Final = "Restore a backup with `mindzie admin restore`, or publish the data set again."


def marks(source: Source) -> Stored:
    """Return what proves the files whole from now on.

    Parameters
    ----------
    source : Source
        As just written.

    Returns
    -------
    Stored
        Bytes and SHA-256 of each file.
    """
    names = sorted(source.names())
    with ThreadPoolExecutor(THREADS) as threads:
        found = threads.map(lambda name: _mark(source.read(name)), names)
        return Stored(
            {
                name: {"bytes": size, "sha256": sha256}
                for name, (size, sha256) in zip(names, found, strict=True)
            }
        )


def damages(source: Source, place: Place, files: Files) -> list[Damage]:
    """Return what is wrong with the files of a snapshot.

    Parameters
    ----------
    source : Source
        Where they lie.
    place : Place
        Named in messages.
    files : mapping
        As they were stored.

    Returns
    -------
    list of Damage
        Empty where every byte is as it was.
    """
    wanted, there = checked(place, files), source.names()
    if not there:
        return [Damage("the folder", "is missing")]

    def look(name: str) -> list[Damage]:
        if name not in there:
            return [Damage(name, "is missing")]
        try:
            return _differs(name, wanted[name], _mark(source.read(name)))
        except FileNotFoundError:
            return [Damage(name, "is missing, or a link")]

    with ThreadPoolExecutor(THREADS) as threads:
        return [damage for found in threads.map(look, sorted(wanted)) for damage in found]  # fmt: skip


def strangers(source: Source, files: Files) -> list[Damage]:
    """Return what lies beside the files of a snapshot; it does no harm, and is no part of it.

    Parameters
    ----------
    source : Source
        Where they lie.
    files : mapping
        As they were stored.

    Returns
    -------
    list of Damage
        Empty where there is nothing else.
    """
    return [Damage(name, "does not belong there") for name in sorted(source.names() - files.keys())]


def refuse(place: Place, found: list[Damage]) -> None:
    """Raise an error that names the damage, where there is any.

    Parameters
    ----------
    place : Place
        Which snapshot.
    found : list of Damage
        What is wrong with it.

    Raises
    ------
    DataSetError
        Naming each file.
    """
    if found:
        said = "; ".join(map(str, found))
        raise DataSetError(f"The stored files of {place} are damaged: {said}. {WHAT_TO_DO}")


def copy(source: Source, target: Path, place: Place, files: Files) -> None:
    """Copy a snapshot into a new folder, whole and verified, or not at all.

    Parameters
    ----------
    source : Source
        Where its files lie.
    target : Path
        A folder that does not exist yet.
    place : Place
        Named in messages.
    files : mapping
        As they were stored.

    Raises
    ------
    DataSetError
        Where a file is not as it was stored, or the folder exists.
    """
    if os.path.lexists(target):
        raise DataSetError(f"{target} exists already: choose another folder.")
    wanted = checked(place, files)
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        for name in sorted(wanted, key=lambda name: name == MANIFEST):
            refuse(place, _copied(source, name, beside / name, wanted[name]))
        beside.chmod(0o755)
        beside.rename(target)
        flush(target.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _mark(chunks: Iterable[bytes]) -> tuple[int, str]:
    size, digest = 0, hashlib.sha256()
    for chunk in chunks:
        size += len(chunk)
        digest.update(chunk)
    return size, digest.hexdigest()


def _differs(name: str, wanted: tuple[int, str], is_now: tuple[int, str]) -> list[Damage]:
    if is_now[0] != wanted[0]:
        return [Damage(name, f"has {counted(is_now[0], 'byte')} instead of {count(wanted[0])}")]
    return [Damage(name, "has other content than was stored")] if is_now != wanted else []


def _copied(source: Source, name: str, path: Path, wanted: tuple[int, str]) -> list[Damage]:
    size, digest = 0, hashlib.sha256()
    try:
        with path.open("xb") as file:
            for chunk in source.read(name):
                size += len(chunk)
                digest.update(chunk)
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return [Damage(name, "is missing, or a link")]
    return _differs(name, wanted, (size, digest.hexdigest()))
