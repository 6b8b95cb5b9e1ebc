"""System users that are numbers: what one of them runs is kept from all others, and is ended by its number."""

from __future__ import annotations

import contextlib
import ctypes
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Final

_NO_NEW_PRIVILEGES: Final = 38
_END_WITH_PARENT: Final = 1
_DUMPABLE: Final = 4
_SUBREAPER: Final = 36
_OTHERS_ENTER: Final = 0o001
_NOBODYS: Final = 2**32 - 2
"""A number that no system user has."""
_KILLER: Final = """
import os, sys
uid, own = map(int, sys.argv[1:])
os.setgroups([])
try:
    os.setresgid(own, own, own)
    os.setresuid(own, uid, own)
except OSError:  # a container that has fewer numbers
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)
try:
    os.kill(-1, 9)
except ProcessLookupError:
    pass
"""
_SHARED: Final = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - what others left there
_LOOK_SECONDS: Final = 0.002
_PATIENCE: Final = 5.0
"""Seconds for what is ended to be gone, which a broken disk may delay for ever."""


def drop_rights(uid: int) -> None:
    """Give up root, where this process has it and there is another system user to be."""
    if uid and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(uid)
        os.setuid(uid)


def confine(uid: int, *, memory: int = 0, processes: int = 256) -> None:
    """Become a system user without a way back, take limits, and end with the parent process.

    Parameters
    ----------
    uid : int
        Its number; 0 stays who it is.
    memory : int
        Bytes of data; 0 for as many as there are.
    processes : int
        Processes and threads of the system user.
    """
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if memory:
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    os.umask(0o077)
    if uid:
        resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
        os.umask(0o007)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    end_with_parent()
    ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def end_with_parent(number: int = 9) -> None:
    """Let Linux send a signal to this process when the one that started it is gone; 0 for none."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, number, 0, 0, 0)


def open_to_itself(*, yes: bool) -> None:
    """Say whether this process's entries in ``/proc``, such as its environment, are its own user's to read and write, or root's alone; on Linux."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(_DUMPABLE, int(yes), 0, 0, 0)


def adopt() -> None:
    """Let processes that this one's descendants leave alone become its own children, so that it can end them; on Linux."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)


def end_all(uid: int) -> None:
    """End every process of a system user, by a number that is nobody else's, and wait until they are gone."""
    # as that user: of all processes it may end, each is its own; and by who is another one, which none of them can end first
    command = [sys.executable, "-I", "-S", "-c", _KILLER, str(uid), str(_NOBODYS)]
    until = time.monotonic() + _PATIENCE
    while True:
        with contextlib.suppress(OSError):  # too many processes, perhaps of this very user
            subprocess.run(command, check=False)  # noqa: S603 - our own words
        if not _runs(uid) or time.monotonic() > until:
            return
        time.sleep(_LOOK_SECONDS)


def _runs(uid: int) -> bool:
    return any(owner(path) == uid and not _buried(path) for path in Path("/proc").glob("[0-9]*"))


def _buried(process: Path) -> bool:
    # what has ended is listed until its parent has heard of it
    try:
        return (process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[
            0
        ] in "ZX"
    except OSError:
        return True


def left_by(uid: int) -> list[Path]:
    """Return what a system user has in the folders that all write to."""
    found = (path for folder in _SHARED for path in Path(folder).glob("*"))
    return [path for path in found if owner(path) == uid]


def owner(path: Path) -> int:
    """Return the number of who has a file, or a link; -1 where it is gone."""
    try:
        return path.lstat().st_uid
    except OSError:
        return -1


def unreachable(*paths: str) -> list[str]:
    """Return the folders above some paths that other system users may not enter.

    Parameters
    ----------
    *paths : str
        Programs and folders that people's servers need.

    Returns
    -------
    list of str
        Empty where all is well.

    Examples
    --------
    >>> unreachable("/")
    []
    """
    above = {parent for path in paths for parent in Path(path).resolve().parents}
    return sorted(
        str(folder)
        for folder in above
        if folder.is_dir() and not folder.stat().st_mode & _OTHERS_ENTER
    )
