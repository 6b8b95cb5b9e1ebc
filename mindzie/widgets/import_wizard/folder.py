"""Files on the machine that runs Python, where its user may choose among them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from mindzie.core.errors import ForbiddenError, SourceError
from mindzie.ingest.files import ENDINGS
from mindzie.widgets.where import own_notebook

Json = dict[str, Any]
_MOST_SHOWN: Final = 200
_MOST_LOOKED_AT: Final = 5_000
_DEEPEST: Final = 3


class Folder:
    """A folder that files may be chosen from, and no other.

    Parameters
    ----------
    root : path
        The folder.

    Raises
    ------
    SourceError
        Where it is none.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root).expanduser().resolve()
        if not self.root.is_dir():
            message = f"There is no folder {root}."
            raise SourceError(message)

    def files(self) -> list[Json]:
        """Return the logs in it, those changed last first: ``path`` within the folder, ``size`` and ``modified`` (seconds)."""
        found: list[tuple[float, Json]] = []
        for looked_at, entry in enumerate(_entries(self.root, _DEEPEST)):
            if looked_at == _MOST_LOOKED_AT:
                break
            if entry.name.lower().endswith(ENDINGS) and self._inside(Path(entry.path)):
                known = entry.stat()
                path = Path(entry.path).relative_to(self.root).as_posix()
                file = {"path": path, "size": known.st_size, "modified": known.st_mtime}
                found.append((-known.st_mtime, file))
        found.sort(key=lambda each: each[0])
        return [file for _, file in found[:_MOST_SHOWN]]

    def path(self, name: str) -> Path:
        """Return where a file of the folder lies.

        Parameters
        ----------
        name : str
            Its path within the folder.

        Returns
        -------
        Path
            Not beyond the folder, whatever links there are.

        Raises
        ------
        ForbiddenError
            Where it is not in the folder.
        """
        path = (self.root / name).resolve() if "\0" not in name else self.root
        if not self._inside(path) or not path.is_file():
            message = f"There is no file {name!r} in the folder {self.root.name!r}."
            raise ForbiddenError(message)
        return path

    def written(self, name: str) -> str:
        """Return a file's path as it is written in code: from the folder Python works in, where it is there."""
        path = self.path(name)
        here = Path.cwd()
        return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)

    def _inside(self, path: Path) -> bool:
        return path.resolve().is_relative_to(self.root)


def _entries(folder: Path, deep: int) -> Iterator[os.DirEntry[str]]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        if entry.is_file():
            yield entry
        elif deep and entry.is_dir(follow_symlinks=False):
            yield from _entries(Path(entry.path), deep - 1)


def offered(folder: str | os.PathLike[str] | bool | None) -> Folder | None:
    """Return the folder that files are chosen from.

    Parameters
    ----------
    folder : path or bool, optional
        As said by whoever makes the page: False for none, True for the folder of the notebook; where nothing is said, that of
        a notebook in which its reader may run code anyway, and none in a published page.

    Returns
    -------
    Folder or None
        None where files can only be uploaded.
    """
    if folder is False or (folder is None and not own_notebook()):
        return None
    return Folder(Path.cwd() if folder is None or folder is True else folder)
