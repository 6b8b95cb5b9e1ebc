"""What a run left, put together by its worker, which trusts none of it: the notebook, and what it started, could write there to the end."""

from __future__ import annotations

import json
import os
import secrets
import stat
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, Final

from mindzie.access.runs import NOTEBOOK, REPORT, RESULTS
from mindzie.core.errors import SourceError
from mindzie.investigations.apart import Told
from mindzie.investigations.differing import read_results
from mindzie.investigations.layout import LEFT, LOG

_OURS: Final = (NOTEBOOK, REPORT, RESULTS)
_LONGEST_LOG: Final = 1 << 20
_LARGEST: Final = 1 << 29
"""Bytes of results that a worker takes into its memory."""
_MOST: Final = 1000
"""Results that have their figures in the row of a run; all are in its file."""
_SHORT: Final = 500
"""Letters of a figure, and of a name, in the row."""


def gathered(folder: Path, told: Told) -> tuple[Path, dict[str, Any]]:
    """Put together what a run leaves.

    Parameters
    ----------
    folder : Path
        Of the run, whose processes have ended.
    told : Told
        What its process said at its end.

    Returns
    -------
    tuple of Path and dict
        A folder with what is stored; the figures that are kept in its row, by name.

    Raises
    ------
    SourceError
        Where its results are none.
    """
    left = _lifted(folder / LEFT)
    said = b""
    if _is_plain(folder / LOG):
        with (folder / LOG).open("rb") as file:
            file.seek(-min(file.seek(0, os.SEEK_END), _LONGEST_LOG), os.SEEK_END)
            said = file.read()
    (left / LOG).write_bytes(said)
    about = {"kind": "run", "format": 1, "done": told.done}
    (left / "manifest.json").write_text(json.dumps(about), encoding="utf-8")
    return left, dict(_figures(left / RESULTS))


def _lifted(folder: Path) -> Path:
    """Return a new folder, which goes with the room, with what the run's process wrote."""
    found = folder.parent / secrets.token_hex(8)
    found.mkdir()
    if folder.is_dir() and not folder.is_symlink():
        for name in _OURS:
            if _is_plain(folder / name):
                (folder / name).rename(found / name)
    return found


def _is_plain(path: Path) -> bool:
    """Return whether a path is a file of its own: no link to another's, and nothing that never ends."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def _figures(results: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    if not results.is_file():
        return
    if results.stat().st_size > _LARGEST:
        raise SourceError(
            f"The results have more than {_LARGEST >> 20} MB: let the notebook show fewer rows."
        )
    try:
        for one in islice(read_results(results.read_bytes()).get("results", ()), _MOST):
            yield str(one["name"])[:_SHORT], _shortened(one)
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as fault:
        raise SourceError(
            f"What is in {RESULTS} are no results ({type(fault).__name__}): the notebook, or what it started, wrote there."
        ) from None


def _shortened(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a result says in few words: figures, and no rows."""
    return {
        name: value
        for name, value in result.items()
        if name not in ("provenance", "columns", "name") and len(json.dumps(value)) <= _SHORT
    }
