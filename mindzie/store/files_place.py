"""Where a snapshot, or what a run left, lies: a path made of identifiers, a number and a role, and of nothing a user writes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias
from uuid import UUID

from mindzie.core.errors import DataSetError, SettingError

ROLES: Final = ("original", "enriched")
"""Of snapshots."""
RUN: Final = "run"
"""The role of what a run left."""
MANIFEST: Final = "manifest.json"
OWNER: Final = "owner.json"
"""At the root of a storage: which database it belongs to."""
PARQUET: Final = ("activities", "cases", "events", "rejected", "variant_paths", "variants")
NEEDED: Final = frozenset({MANIFEST, *(f"{name}.parquet" for name in PARQUET)})
"""Files without which a snapshot is none."""

Files: TypeAlias = Mapping[str, Mapping[str, Any]]
"""``{"events.parquet": {"bytes": 1204, "sha256": "9f86d0..."}, ...}``."""

_NAME: Final = re.compile(r"[a-z_]{1,60}\.(parquet|json)")
_LEFT: Final = re.compile(r"[a-z_]{1,60}\.(json|ipynb|html|txt)")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")
_FOLDER: Final = re.compile(r"([1-9][0-9]{0,17})-(original|enriched|run)", re.ASCII)
_BESIDE: Final = re.compile(rf"\.({_FOLDER.pattern})\.[\w.]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one snapshot, or what a run left, lies within the storage.

    Parameters
    ----------
    tenant, dataset : UUID
        Whose it is, and of which data set, or which run.
    number : int
        Of the version, or of the worker's turn at the run, from 1.
    role : {"original", "enriched", "run"}
        Before or after the pipeline; or that it is a run's.

    Raises
    ------
    SettingError
        Where a value is of another type, or none of these.

    Examples
    --------
    >>> Place(UUID(int=1), UUID(int=2), 3, "original").path[-47:]
    '00000000-0000-0000-0000-000000000002/3-original'
    """

    tenant: UUID
    dataset: UUID
    number: int
    role: str

    def __post_init__(self) -> None:
        # exact types: a subclass could say something else when it becomes a path
        if type(self.tenant) is not UUID or type(self.dataset) is not UUID:
            raise SettingError("The place of a snapshot needs the identifiers of a tenant and a data set.")  # fmt: skip
        if (
            type(self.number) is not int
            or type(self.role) is not str
            or self.role not in (*ROLES, RUN)
        ):
            raise SettingError("The place of a snapshot needs a number and a role: original or enriched.")  # fmt: skip
        if not _FOLDER.fullmatch(self.parts[-1]):
            raise SettingError("Versions of a data set are numbered from 1.")

    @property
    def parts(self) -> tuple[str, str, str]:
        """Folders from the root of the storage down."""
        return str(self.tenant), str(self.dataset), f"{self.number}-{self.role}"

    @property
    def path(self) -> str:
        """Path from the root of the storage, with slashes."""
        return "/".join(self.parts)

    def __str__(self) -> str:
        """Say it in a sentence."""
        if self.role == RUN:
            return f"run {self.dataset} (turn {self.number})"
        return f"version {self.number} ({self.role}) of data set {self.dataset}"


@dataclass(frozen=True, slots=True)
class Stored:
    """What was stored, and what proves it whole.

    Parameters
    ----------
    files : mapping
        Name, bytes and SHA-256 of each file, as JSON takes it.
    """

    files: Files

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(int(mark["bytes"]) for mark in self.files.values())


@dataclass(frozen=True, slots=True)
class Damage:
    """What is wrong with one file of a snapshot.

    Parameters
    ----------
    name : str
        The file.
    what : str
        Such as "is missing".
    """

    name: str
    what: str

    def __str__(self) -> str:
        """Say it in a sentence."""
        return f"{self.name} {self.what}"


@dataclass(frozen=True, slots=True)
class Found:
    """Something that lies in the storage.

    Parameters
    ----------
    path : str
        From the root of the storage, with slashes.
    place : Place or None
        The place it is, or was to become or had been; None for what is none of ours.
    complete : bool
        False for what is half-written or half-removed.
    size : int
        Bytes.
    changed_at : datetime
        When it was last written to.
    """

    path: str
    place: Place | None
    complete: bool
    size: int
    changed_at: datetime


def place_of(path: str) -> tuple[Place | None, bool]:
    """Return the place a path belongs to, and whether it is that place itself.

    Parameters
    ----------
    path : str
        From the root of the storage, with slashes.

    Returns
    -------
    tuple
        The place or None, and False for a folder beside it that is being written or removed.

    Examples
    --------
    >>> place_of("lost+found")
    (None, False)
    """
    parts = path.split("/")
    if len(parts) != 3:  # noqa: PLR2004 - tenant, data set, version
        return None, False
    beside = _BESIDE.fullmatch(parts[2])
    said = _FOLDER.fullmatch(beside[1] if beside else parts[2])
    try:
        tenant, dataset = UUID(parts[0]), UUID(parts[1])
    except ValueError:
        return None, False
    if said is None or (str(tenant), str(dataset)) != tuple(parts[:2]):
        return None, False
    return Place(tenant, dataset, int(said[1]), said[2]), beside is None


def checked(place: Place, files: Files) -> dict[str, tuple[int, str]]:
    """Return bytes and SHA-256 of each file that is on record.

    Parameters
    ----------
    place : Place
        Named in the message.
    files : mapping
        As ``Stored.files``.

    Returns
    -------
    dict
        By name.

    Raises
    ------
    DataSetError
        Where the record is no record of a snapshot.
    """
    named, needed = (_LEFT, {MANIFEST}) if place.role == RUN else (_NAME, NEEDED)
    marks = {name: (mark.get("bytes"), mark.get("sha256")) for name, mark in files.items()}
    sound = all(
        named.fullmatch(name) and type(size) is int and _SHA256.fullmatch(str(sha256))
        for name, (size, sha256) in marks.items()
    )
    if not sound or not marks.keys() >= needed:
        raise DataSetError(
            f"The record of the files of {place} is damaged: restore a backup of the database, or publish the data set again."
        )
    return {name: (int(str(size)), str(sha256)) for name, (size, sha256) in marks.items()}
