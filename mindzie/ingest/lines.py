"""What makes a text file no text: lines without end, NUL bytes."""

from __future__ import annotations

import mmap
import os
from collections.abc import Iterator
from contextlib import contextmanager
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
    with _seen(content) as data:
        _refuse_endless(data, where, b"\n")
        if (place := data.find(b"\0")) >= 0:
            raise SourceError(
                f"{where} has a NUL byte at byte {place:,}: it is damaged, or no text. Export or copy it again."
            )


def refuse_endless(path: Path, where: str, end: bytes = b"\n") -> None:
    """Refuse a line longer than `LONGEST` before anything of it is in memory.

    Raises
    ------
    SourceError
        Saying where it is.
    """
    with _seen(path) as data:
        _refuse_endless(data, where, end)


@contextmanager
def _seen(content: Path | bytes) -> Iterator[bytes | mmap.mmap]:
    if isinstance(content, bytes) or not content.stat().st_size:
        yield content if isinstance(content, bytes) else b""
        return
    with (
        content.open("rb") as file,
        mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data,
    ):
        if hasattr(mmap, "MADV_SEQUENTIAL") and os.name == "posix":
            data.madvise(mmap.MADV_SEQUENTIAL)
        yield data


def _refuse_endless(data: bytes | mmap.mmap, where: str, end: bytes) -> None:
    # a line longer than two steps has a whole step without an end in it
    step = LONGEST // 2
    for begin in range(0, len(data) - step, step):
        if data.find(end, begin, begin + step) < 0:
            raise SourceError(
                f"{where} has a line of more than {size_in_words(step)} at byte {begin:,}: it is no table, or its lines do "
                "not end with a line feed. Export it again."
            )
