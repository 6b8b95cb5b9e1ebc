"""Removing folders that code of others wrote to: they may be deeper than Python goes down, and have more in them than one waits for."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

_COMMAND: Final = ("rm", "-rf", "--")


def remove(folder: Path) -> None:
    """Remove a folder with all in it, as far as that can be done.

    Parameters
    ----------
    folder : Path
        Which need not be there.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> remove(folder)
    >>> folder.exists()
    False
    """
    if os.name != "posix":
        shutil.rmtree(folder, ignore_errors=True)
        return
    command = [*_COMMAND, str(folder)]
    subprocess.run(command, check=False, stderr=subprocess.DEVNULL)  # noqa: S603 - our own words


def begin_to_remove(folder: Path) -> None:
    """Remove a folder or a file in a process that is not waited for: who calls this buries the processes that it started; not on Windows."""
    command = [*_COMMAND, str(folder)]
    with contextlib.suppress(
        OSError
    ):  # what cannot be begun now is left, as what cannot be removed
        os.posix_spawnp(command[0], command, os.environ)
