"""Files packed by gzip, Zstandard or bzip2, and single files of a ZIP; paths in an archive are never followed."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import Final

from mindzie.core.errors import ChoiceError, SourceError, unknown
from mindzie.ingest.bounds import Room
from mindzie.ingest.raw import Options

PACKINGS: Final = {
    b"\x1f\x8b": ("gzip", ".gz"),
    b"\x28\xb5\x2f\xfd": ("zstd", ".zst"),
    b"BZh": ("bz2", ".bz2"),
}
"""First bytes to the name of the packing, as pyarrow has it, and the ending of files."""
CONTENTS: Final = 8 << 20
"""Bytes that a ZIP's own list of contents may have: some 100,000 files."""
SHOWN: Final = 8
OFFICE: Final = "[Content_Types].xml"
BINARY_SHEET: Final = "xl/workbook.bin"


class _Archive(io.FileIO):
    """A file that is never read in pieces larger than a list of contents may be."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > CONTENTS:
            raise zipfile.BadZipFile(f"its list of contents has {size:,} bytes")
        return super().read(CONTENTS if size is None or size < 0 else size) or b""


def unpack(path: Path, packing: str, inner: str, where: str, room: Room) -> Path:
    """Unpack a stream as far as the limits allow."""
    import pyarrow as pa

    try:
        with pa.OSFile(str(path)) as packed, pa.CompressedInputStream(packed, packing) as stream:
            size = packed.size()
            return room.fill(stream.read, inner, where, lambda _: (packed.tell(), size))
    except (OSError, EOFError, zlib.error) as error:
        if getattr(error, "errno", None) and not str(error).count("compressed"):
            raise SourceError(f"{where} cannot be unpacked: {error}.") from None
        raise SourceError(
            f"{where} is a damaged {packing} file: {error}. Copy or download it again."
        ) from None


def is_workbook(path: Path) -> bool:
    """Return whether a ZIP is a spreadsheet of Excel."""
    try:
        with _Archive(path) as file, zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        return False
    return OFFICE in names and any(name.startswith("xl/") for name in names)


def unpack_member(path: Path, where: str, options: Options, room: Room) -> tuple[str, Path]:
    """Unpack the one file of a ZIP, or the one that was asked for; return its name and where it lies."""
    try:
        with _Archive(path) as file, zipfile.ZipFile(file) as archive:
            info = _chosen(archive, where, options.member)
            room.check(info.file_size, f"{where} > {info.filename}", "says it has")
            with archive.open(info) as stream:
                inner = PurePosixPath(info.filename.replace("\\", "/")).name
                size, member = info.file_size, f"{where} > {info.filename}"
                return info.filename, room.fill(
                    stream.read, inner, member, lambda came: (came, size)
                )
    except (
        zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError, ValueError, OSError, zlib.error
    ) as error:  # fmt: skip
        if isinstance(error, SourceError):
            raise
        raise SourceError(
            f"{where} is a zip file that cannot be unpacked: {error}. Unpack it first."
        ) from None


def _chosen(archive: zipfile.ZipFile, where: str, member: str | None) -> zipfile.ZipInfo:
    files = {
        info.filename: info
        for info in archive.infolist()
        if not info.is_dir() and not info.filename.startswith("__MACOSX/")
    }
    if OFFICE in files:
        raise SourceError(
            f"{where} is an office document without sheets. Save its table as CSV and read that."
        )
    if member is not None:
        if member not in files:
            raise unknown("file", member, files, where)
        return _checked(files[member], where)
    if len(files) != 1:
        some = ", ".join(map(repr, list(files)[:SHOWN])) + (" ..." if len(files) > SHOWN else "")
        hint = "Choose one by member=" if files else "Give a zip with a log in it"
        message = f"{where} has {len(files)} files ({some or 'none'}). {hint}."
        raise ChoiceError(message, "member", files) if files else SourceError(message)
    return _checked(next(iter(files.values())), where)


def _checked(info: zipfile.ZipInfo, where: str) -> zipfile.ZipInfo:
    """Refuse what no honest archive has: links, and names that lead out of it."""
    path = PurePosixPath(info.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or path.parts[0].endswith(":"):
        raise SourceError(
            f"{where} has a file that leads out of it ({info.filename!r}): do not trust this archive."
        )
    if stat.S_ISLNK(info.external_attr >> 16):
        raise SourceError(f"{info.filename!r} in {where} is a link, no file. Pack the file itself.")
    return info
