"""A disk without room: a small one of its own, or, for who may mount none, a limit on the size of files."""

from __future__ import annotations

import resource
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOM = 16_000_000
LEFT = 2_000_000
"""More than a database of these tests has, less than a log of ``TOO_MANY`` cases takes."""
TOO_MANY = 15_000
SAID = r"[nN]o space left|takes no file as large"


@dataclass(frozen=True)
class Disk:
    """A folder for what needs room.

    Parameters
    ----------
    folder : Path
        Empty.
    full : callable
        Leaves little room while its context lasts.
    """

    folder: Path
    full: Callable[[], AbstractContextManager[None]]


@contextmanager
def disk(folder: Path, mount: Callable[[Path], bool]) -> Iterator[Disk]:
    """Give a small disk, or a limit where ``mount`` says that there is none."""
    folder.mkdir()
    if not mount(folder):
        yield Disk(folder, limited)
        return
    try:
        yield Disk(folder, lambda: _filled(folder / "filler"))
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def mounted(folder: Path) -> bool:
    """Mount a small disk, and return whether that was allowed."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    return subprocess.run(command, capture_output=True).returncode == 0


def unmounted(_: Path) -> bool:
    """Mount nothing, as who is not root."""
    return False


@contextmanager
def _filled(filler: Path) -> Iterator[None]:
    taken = sum(path.stat().st_size for path in filler.parent.rglob("*") if path.is_file())
    filler.write_bytes(bytes(ROOM - taken - LEFT))
    try:
        yield
    finally:
        filler.unlink()


@contextmanager
def limited() -> Iterator[None]:
    """Let no file of this process grow beyond what would be left."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LEFT, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
