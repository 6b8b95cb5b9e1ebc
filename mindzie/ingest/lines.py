"""What makes a text file no text: lines without end, NUL bytes."""

from __future__ import annotations

import mmap
import os
from pathlib import Path
from typing import Final

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import size_in_words

LONGEST: Final = 16 << 20
"""Bytes of a line: some thousand columns of some thousand letters."""


def refuse_no_text(content: Path | bytes, where: str) -> None:
    """Refuse a line longer than `LONGEST` (found by looking here and there) and NUL bytes.

    Raises
    ------
    SourceError
        Saying which, and where.
    """
    if isinstance(content, bytes):
        _look(content, len(content), where)
    elif size := content.stat().st_size:
        with (
            content.open("rb") as file,
            mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) as data,
        ):
            if hasattr(mmap, "MADV_SEQUENTIAL") and os.name == "posix":
                data.madvise(mmap.MADV_SEQUENTIAL)
            _look(data, size, where)


def _look(data: bytes | mmap.mmap, size: int, where: str) -> None:
    # a line longer than two steps has a whole step without an end in it
    step = LONGEST // 2
    for begin in range(0, size - step, step):
        if data.find(b"\n", begin, begin + step) < 0:
            raise SourceError(
                f"{where} has a line of more than {size_in_words(step)} at byte {begin:,}: it is no table, or its lines do "
                "not end with a line feed. Export it again."
            )
    if (place := data.find(b"\0")) >= 0:
        raise SourceError(
            f"{where} has a NUL byte at byte {place:,}: it is damaged, or no text. Export or copy it again."
        )
