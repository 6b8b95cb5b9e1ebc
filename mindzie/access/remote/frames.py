"""What goes over the line: a JSON header and after it, byte for byte, the files of event logs and tables it speaks of."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, Final

from mindzie.core.errors import SettingError

_LENGTH: Final = struct.Struct(">Q")
_MOST: Final = 64 * 2**20
"""Bytes of a header."""
_PIECE: Final = 2**20
# a name that is not one of these never becomes a path
NAMES: Final = frozenset(
    {"manifest.json", "table.arrow"}
    | {
        f"{name}.parquet"
        for name in ("events", "cases", "variants", "variant_paths", "activities", "rejected")
    }
)


def frame(header: Mapping[str, Any], folders: list[Path]) -> tuple[int, Iterator[bytes]]:
    """Return the length of a frame and its pieces.

    Parameters
    ----------
    header : mapping
        JSON.
    folders : list of Path
        Whose files follow.

    Returns
    -------
    tuple of int and iterator of bytes
        Bytes in all; the pieces.
    """
    files = [sorted(folder.iterdir()) for folder in folders]
    told = [{file.name: file.stat().st_size for file in group} for group in files]
    head = json.dumps({**header, "files": told}).encode()
    size = _LENGTH.size + len(head) + sum(sum(group.values()) for group in told)
    return size, _pieces(head, [file for group in files for file in group])


def _pieces(head: bytes, files: list[Path]) -> Iterator[bytes]:
    yield _LENGTH.pack(len(head)) + head
    for file in files:
        with file.open("rb") as opened:
            while piece := opened.read(_PIECE):
                yield piece


def unframed(body: IO[bytes], into: Path) -> tuple[dict[str, Any], list[Path]]:
    """Read a frame.

    Parameters
    ----------
    body : file
        The frame.
    into : Path
        A folder in which each of its event logs and tables gets a folder.

    Returns
    -------
    tuple of dict and list of Path
        The header; the folders.

    Raises
    ------
    SettingError
        Where it is none, or cut off; nothing outside the folder is written.
    """
    header, told = _header(body)
    folders = []
    for number, files in enumerate(told):
        folder = into / str(number)
        folder.mkdir()
        for name, size in files.items():
            if name not in NAMES or not isinstance(size, int) or size < 0:
                raise _damaged()
            _copy(body, folder / name, size)
        folders.append(folder)
    return header, folders


def _header(body: IO[bytes]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    (length,) = _LENGTH.unpack(_exactly(body, _LENGTH.size))
    if length > _MOST:
        raise _damaged()
    try:
        header = json.loads(_exactly(body, length))
    except (ValueError, RecursionError):
        raise _damaged() from None
    told = header.get("files", []) if isinstance(header, dict) else None
    if not isinstance(told, list) or not all(isinstance(files, dict) for files in told):
        raise _damaged()
    return header, told


def _copy(body: IO[bytes], path: Path, size: int) -> None:
    with path.open("xb") as file:
        while size:
            piece = body.read(min(size, _PIECE))
            if not piece:
                raise _damaged()
            file.write(piece)
            size -= len(piece)


def _exactly(body: IO[bytes], size: int) -> bytes:
    found = body.read(size)
    if len(found) != size:
        raise _damaged()
    return found


def _damaged() -> SettingError:
    return SettingError("What came over the line is damaged or cut off: try again.")


def emptied(folder: Path) -> None:
    """Remove a folder and all in it."""
    shutil.rmtree(folder, ignore_errors=True)
