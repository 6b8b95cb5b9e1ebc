"""How deep objects lie within each other: the reader of JSON takes the cube of it in time."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from mindzie.core.errors import SourceError

DEEPEST: Final = 30
CHUNK: Final = 1 << 22
QUOTE, BACKSLASH = 34, 92
Bytes: TypeAlias = npt.NDArray[np.uint8]


def refuse_depth(content: Path | bytes, where: str) -> None:
    """Refuse JSON whose objects and lists lie more than `DEEPEST` within each other.

    Raises
    ------
    SourceError
        Saying so.
    """
    inside, depth, escaped = False, 0, False
    with BytesIO(content) if isinstance(content, bytes) else content.open("rb") as file:
        while chunk := file.read(CHUNK):
            data = np.frombuffer(chunk, np.uint8)
            quotes, escaped = _quotes(data, escaped=escaped)
            text = (np.cumsum(quotes, dtype=np.uint8) & 1).astype(bool) ^ inside
            steps = _steps(data)
            steps[text] = 0
            levels = depth + np.cumsum(steps, dtype=np.int64)
            if int(levels.max()) > DEEPEST:
                raise SourceError(
                    f"{where} has objects or lists more than {DEEPEST} levels deep in each other. Export flat objects."
                )
            inside, depth = bool(text[-1]), int(levels[-1])


def _quotes(data: Bytes, *, escaped: bool) -> tuple[npt.NDArray[Any], bool]:
    """Return which bytes are quotes that begin or end a text, and whether the next byte is escaped."""
    quotes = data == QUOTE
    slashes = np.flatnonzero(data == BACKSLASH)
    if escaped:
        quotes[0] = False
    if not len(slashes):
        return quotes, False
    # of slashes in a row every second one is escaped by the one before
    begins = np.flatnonzero(np.diff(slashes, prepend=-2) != 1)
    place = np.arange(len(slashes)) - np.repeat(begins, np.diff(begins, append=len(slashes)))
    shift = np.zeros(len(slashes), np.int64)
    if escaped and slashes[0] == 0:
        first = int(begins[1]) if len(begins) > 1 else len(slashes)
        shift[:first] = 1
    after = slashes[(place + shift) % 2 == 0] + 1
    over = len(after) > 0 and int(after[-1]) == len(data)
    quotes[after[: len(after) - over]] = False
    return quotes, bool(over)


def _steps(data: Bytes) -> npt.NDArray[np.int8]:
    # [ and { differ in one bit, and so do ] and }
    kind = data & 0xDF
    steps: npt.NDArray[np.int8] = (kind == ord("[")).astype(np.int8)
    steps -= kind == ord("]")
    return steps
