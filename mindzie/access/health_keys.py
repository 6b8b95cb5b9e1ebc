"""Looking the keys for secrets over."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from mindzie.access.entrance import Place
from mindzie.access.keyring import (
    FILE_VARIABLE,
    VARIABLE,
    KeyRing,
    half_written,
    is_given,
    is_open_to_others,
    key_file,
)
from mindzie.access.problem import NOTE, Problem
from mindzie.access.secrets import keys_in_use, unreadable
from mindzie.core.errors import KeyRingError
from mindzie.core.words import counted


def key_problems(place: Place, *, deep: bool) -> Iterator[Problem]:
    """Name keys that are lost, broken, or open to others, and secrets that no key opens.

    Parameters
    ----------
    place : Place
        The installation.
    deep : bool
        Open every secret.

    Yields
    ------
    Problem
        Nothing is made or changed.
    """
    in_use = keys_in_use(place)
    folder = place.folder if place.database.is_sqlite else None
    if not in_use and not is_given(folder):
        return  # the first secret asks for them
    path = key_file(folder)
    if path is not None and is_open_to_others(path):
        yield Problem(
            "key",
            str(path),
            "others than its owner may read or change it",
            f"Run `chmod 600 {path}`.",
        )
    try:
        ring = KeyRing.found(folder)
    except KeyRingError as error:
        yield Problem("key", "secrets", str(error), "Put the keys back." if in_use else "")
        return
    # a rotation may go on meanwhile: lost is what secrets needed before the keys were read, and still need after that
    still = keys_in_use(place)
    for key, count in still.items():
        if key not in ring.ids and key in in_use:
            said = f"{counted(count, 'secret')} {'needs' if count == 1 else 'need'} the key {key}, which is not in {ring.source}"
            yield Problem("key", "secrets", said, "Put it back, after the newest one.")
    for tenant, name in unreadable(place, ring) if deep else ():
        said = "it was altered, or moved from where it was kept"
        yield Problem(
            "damaged", f"{tenant}, secret {name}", said, "Restore a backup, or keep it anew."
        )


def key_notes(place: Place) -> Iterator[Problem]:
    """Say before the first secret is kept that there are no keys for it, where nobody makes them by himself."""
    if not (place.database.is_sqlite or is_given(None) or keys_in_use(place)):
        yield Problem(
            NOTE,
            "secrets",
            "no keys for them are configured",
            f"Before any are kept, make a key with `mindzie admin keys new`, give it to all processes in {VARIABLE} or {FILE_VARIABLE}, and keep a copy elsewhere.",
        )


def half_written_keys(place: Place, before: datetime) -> Iterator[Problem]:
    """Name what was left of files of keys where writing them was cut short."""
    for path in half_written(place.folder):
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
            said = "keys were being written and it was never finished"
            yield Problem("orphan", str(path), said, "Remove it with --repair.", path)
