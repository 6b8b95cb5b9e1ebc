"""How large a source may become, and where it is unpacked: a bomb is refused before it goes off."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Final

from mindzie.core.errors import SettingError, SourceError
from mindzie.ingest import watching

GIB: Final = 1 << 30
BYTES: Final = 4 * GIB
RATIO: Final = 200
"""Event logs are packed 5 to 60 times smaller; what is made to explode, a thousand times."""
SMALL: Final = 64 << 20
"""Nothing of this size is a bomb, however well it is packed."""
CHUNK: Final = 1 << 20
VARIABLES: Final = ("MINDZIE_READ_BYTES", "MINDZIE_READ_RATIO")


@dataclass(slots=True)
class Room:
    """A folder for what is unpacked, and how large that may be.

    Parameters
    ----------
    folder : Path
        Empty, and removed after reading.
    packed : int
        Bytes of the file as it was given.
    most : int, optional
        The most that one file may have when unpacked; else by the environment, or 4 GiB. Said by the caller, it
        stands alone: he knows the file, however well it is packed.
    """

    folder: Path
    packed: int
    most: int | None = None
    _numbers: count[int] = field(default_factory=count)

    @property
    def largest(self) -> int:
        """Return the most bytes a file may have."""
        return self.most if self.most is not None else _said(VARIABLES[0], BYTES)

    def new(self, file: str) -> Path:
        """Return a path for a file; of its name only the ending is kept, and only where that is plain."""
        ending = Path(file).suffix.lower()
        plain = ending if ending[1:].isascii() and ending[1:].isalnum() else ""
        return self.folder / f"{next(self._numbers)}{plain[:12]}"

    def fill(
        self,
        read: Callable[[int], bytes],
        file: str,
        where: str,
        came: Callable[[int], tuple[int, int]] | None = None,
    ) -> Path:
        """Write what a stream gives into a file, no more than may be; ``came`` says of what is written how much of all that is."""
        path, size = self.new(file), 0
        with path.open("wb") as target:
            while piece := read(CHUNK):
                size += len(piece)
                self.check(size, where)
                target.write(piece)
                if came is not None:
                    watching.came(*came(size))
        return path

    def check(self, size: int, where: str, what: str = "has") -> None:
        """Refuse more than the limits.

        Raises
        ------
        SourceError
            Naming the limit and how to raise it.
        """
        if size > self.largest:
            raise SourceError(
                f"{where} {what} more than {size_in_words(self.largest)}, the most that is read. "
                f"If it is meant to be so large, give max_bytes= or set {VARIABLES[0]}."
            )
        self.check_ratio(size, where, what)

    def check_ratio(self, size: int, where: str, what: str = "has") -> None:
        """Refuse what is so many times larger than the file that it must be made for it."""
        ratio = _said(VARIABLES[1], RATIO)
        if self.most is None and size > SMALL and size > ratio * self.packed:
            raise SourceError(
                f"{where} {what} more than {ratio} times the {size_in_words(self.packed)} of the file: that is how a "
                f"file is made that fills a disk. If it is a log, give max_bytes= or set {VARIABLES[1]}."
            )


def _said(variable: str, otherwise: int) -> int:
    text = os.environ.get(variable, "").strip()
    if not text:
        return otherwise
    if not text.isdecimal() or not int(text):
        raise SettingError(f"{variable}={text!r} must be a whole number above 0.")
    return int(text)


def size_in_words(size: int) -> str:
    """Return a number of bytes for people.

    Examples
    --------
    >>> size_in_words(4 << 30)
    '4 GiB'
    """
    for unit, least in (("GiB", GIB), ("MiB", 1 << 20), ("KiB", 1 << 10)):
        if size >= least:
            return f"{size / least:.3g} {unit}"
    return f"{size} bytes"
