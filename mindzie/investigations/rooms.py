"""Where runs are done: a folder for each, and a process that is begun for it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Self

from mindzie.core.own_process import Said, answers, command, end
from mindzie.core.removing import remove
from mindzie.investigations.layout import LOG, WORK

_MODULE: Final = "mindzie.investigations.apart_process"
PASSES: Final = "MINDZIE_RUN_VARIABLES"
"""Names of the variables of the worker that notebooks get as well, with commas between."""
_ALWAYS: Final = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE"),
    *("SSL_CERT_DIR", "POLARS_MAX_THREADS", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME"),
    *("USERPROFILE", "VIRTUAL_ENV", "DYLD_LIBRARY_PATH"),
)


def environment() -> dict[str, str]:
    """Return what a run gets of the worker's environment: where programs are, and what is named, but no address and no key.

    Examples
    --------
    >>> "MINDZIE_WORKSPACE" in environment()
    False
    """
    named = (name.strip() for name in os.environ.get(PASSES, "").split(","))
    found = {name: os.environ[name] for name in (*_ALWAYS, *named) if name in os.environ}
    return {**found, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class Room(ABC):
    """A folder, and the process of a run in it.

    Parameters
    ----------
    folder : Path
        Of this run alone.
    apart : bool
        Whether what is in it runs as another system user, which reads nothing else.
    """

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        self.folder, self.apart = folder, apart
        self.window: Path | None = None
        """The socket at which the worker answers; None for a port of this machine."""

    def lay(self, there: Path, name: str) -> None:
        """Lay a folder, to be read only, where the notebook works."""
        here = self.folder / WORK / name
        if not self.apart:
            here.symlink_to(there, target_is_directory=True)
            return
        # the other system user does not get to where it lies
        shutil.copytree(there, here, copy_function=shutil.copyfile)
        for path in (here, *here.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    @abstractmethod
    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        """Ask the process, and yield what it says until it ends."""

    @abstractmethod
    def end(self) -> None:
        """End the process and what it started; from any thread, and as often as one likes."""

    def close(self) -> None:
        """End all that is left, and wait until it is gone."""
        self.end()


class Rooms:
    """Gives each run a process that is begun for it, as this process's user."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Give a room, which is gone at the end."""
        folder = Path(tempfile.mkdtemp(prefix="mindzie-"))
        try:
            (folder / WORK).mkdir()
            yield _New(folder)
        finally:
            remove(folder)


class _New(Room):
    _process: subprocess.Popen[str] | None = None
    _over = False

    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        if self._over:
            return
        own = {**environment(), "MINDZIE_HOME": str(self.folder / WORK)}
        with (self.folder / LOG).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command(_MODULE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                env=own, cwd=self.folder / WORK, start_new_session=True,
            )  # fmt: skip
        if self._over:  # meanwhile
            end(self._process)
        with self._process:
            try:
                yield from answers(self._process, {**asked, "folder": str(self.folder)})
            finally:
                end(self._process)

    def end(self) -> None:
        self._over = True
        if self._process is not None:
            end(self._process)
