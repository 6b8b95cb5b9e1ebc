"""Text tables read piece by piece and packed, so that the texts of all rows are never in memory at once."""

from __future__ import annotations

import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import polars as pl

from mindzie.ingest.packed import NotPackedError, Packer, Ways, in_turn

PIECE: Final = 4 << 20
"""Bytes that are parsed at once."""
WINDOW: Final = 1 << 16
"""Bytes in which the end of a record is looked for."""
QUOTE: Final = b'"'
NUL: Final = b"\0"
NO_BEGIN: Final = (b"\r", b"\n", BOM_UTF8)
"""What would be lost where a table begins with it."""
TRIES: Final = 64
"""Places looked at for the end of a record."""


def read_packed(
    content: Path | bytes, delimiter: str, *, times: bool = True
) -> tuple[pl.DataFrame, Ways, bool] | None:
    """Read a text table in UTF-8, and say whether there are quotes; None where it is small, or is better read as a whole."""
    if isinstance(content, bytes) or len(delimiter.encode()) != 1:
        return None
    size = content.stat().st_size
    if size < 2 * PIECE:
        return None
    try:
        with content.open("rb") as file:
            pieces = _pieces(file, size)
            begin = next(pieces)
            first = pl.read_csv(begin, separator=delimiter, infer_schema=False)
            packer, texts = Packer(first, times=times), first.schema

            def packed(piece: bytes) -> tuple[pl.DataFrame, bool]:
                quotes = QUOTE in piece
                # as a category a cell is cut short where text follows its quotes, as a text it is refused
                schema = texts if quotes else packer.schema
                table = pl.read_csv(piece, separator=delimiter, has_header=False, schema=schema)
                return packer.pack(table), quotes

            found = [(packer.pack(first), QUOTE in begin)]
            del first, begin
            found.extend(in_turn(packed, pieces))
    except (NotPackedError, UnicodeDecodeError, pl.exceptions.PolarsError):
        return None
    frames, quotes = zip(*found, strict=True)
    return pl.concat(frames), packer.ways, any(quotes)


def _pieces(file: io.BufferedReader, size: int) -> Iterator[bytes]:
    """Cut a file between records.

    Raises
    ------
    NotPackedError
        Where no end of a record is found, and where there is what no text has.
    """
    begin = 0
    while begin < size:
        end = begin + PIECE
        if end < size:
            # where it ends is seen first, so that a piece is read once and not copied
            file.seek(end - WINDOW)
            end += _line_end(file.read(WINDOW), WINDOW) - WINDOW
        file.seek(begin)
        piece = file.read(end - begin)
        if NUL in piece:
            raise NotPackedError
        if QUOTE in piece and piece.count(QUOTE) % 2:  # to look for one takes a tenth of counting
            if end >= size:
                raise NotPackedError
            piece = piece[: _record_end(piece)]
        begin += len(piece)
        yield piece


def _line_end(piece: bytes, end: int) -> int:
    """Return where the last line that ends before a place ends, and a table can begin: not with a blank line, which would be none."""
    for _ in range(TRIES):
        end = piece.rfind(b"\n", 0, end - 1) + 1
        if not end:
            break
        follows = piece[end : end + len(BOM_UTF8)]
        if len(follows) == len(BOM_UTF8) and not follows.startswith(NO_BEGIN):
            return end
    raise NotPackedError


def _record_end(piece: bytes) -> int:
    """Return where the last line ends that does not end in quotes."""
    end = len(piece)
    for _ in range(TRIES):
        end = _line_end(piece, piece.rfind(QUOTE, 0, end) + 1)
        if not piece.count(QUOTE, 0, end) % 2:
            return end
    raise NotPackedError
