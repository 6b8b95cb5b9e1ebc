"""From a path to the columns in it, whatever it is packed in."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from mindzie.core.errors import SourceError, nearest
from mindzie.ingest.delimited import read_delimited
from mindzie.ingest.frames import read_parquet
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.xes import read_xes

SUPPORTED = ".csv, .tsv, .txt, .parquet, .xes, these packed as .gz or alone in a .zip"
TEXT = {".csv", ".tsv", ".txt", ".tab", ".dat", ""}
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
WEB_PAGE = (b"<!doctype html", b"<html", b"<head")
DEEPEST = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or what was packed in one."""

    content: Path | bytes
    where: str
    file: str
    depth: int = 0

    @property
    def head(self) -> bytes:
        """Return the first bytes, by which a kind is told."""
        if isinstance(self.content, bytes):
            return self.content[:512]
        with self.content.open("rb") as file:
            return file.read(512)

    @property
    def data(self) -> bytes:
        """Return all bytes."""
        return self.content if isinstance(self.content, bytes) else self.content.read_bytes()


def read_file(path: Path, options: Options) -> Raw:
    """Read a file by what is in it; the name only tells what it was meant to be."""
    path = path.expanduser()
    _must_exist(path)
    raw = _read(Piece(path, str(path), path.name), options.name or _stem(path.name), options)
    return replace(raw, source={"file": path.name, **raw.source})


def _must_exist(path: Path) -> None:
    if path.is_dir():
        raise SourceError(
            f"{path} is a folder. Give a file; open a stored log with mz.open({str(path)!r})."
        )
    if path.exists():
        return
    folder = path.parent
    if not folder.is_dir():
        raise SourceError(f"There is no file {path}: the folder {folder} does not exist.")
    files = sorted(file.name for file in folder.iterdir() if file.is_file())
    logs = [name for name in files if name.lower().endswith(_ENDINGS)]
    close = nearest(path.name, files) or logs[:5]
    hint = (
        "Did you mean " + " or ".join(repr(name) for name in close) + "?"
        if close
        else "The folder has no event log."
    )
    where = "this folder" if folder == Path() else str(folder)
    raise SourceError(f"There is no file {path.name!r} in {where}. {hint}")


_ENDINGS = (".gz", ".zip", ".csv", ".tsv", ".txt", ".parquet", ".xes", ".xml")


def _stem(name: str) -> str:
    for ending in _ENDINGS:
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return name


def _read(piece: Piece, name: str, options: Options) -> Raw:
    head, where = piece.head, piece.where
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    if start.startswith(WEB_PAGE):
        raise SourceError(
            f"{where} is a web page, not a log: the download gave an HTML page. Download it again."
        )
    if head.startswith((GZIP, ZIP)):
        return _unpack(piece, name, options)
    if head.startswith(PARQUET):
        return read_parquet(piece.content, where, name)
    ending = Path(piece.file).suffix.lower()
    if start.startswith(b"<") or ending == ".xes":
        _check_xml(head, where)
        return read_xes(piece.content, where, name, options)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:2]
    if ending not in TEXT or (b"\0" in head and not wide):
        raise SourceError(f"{where} is of a kind that cannot be read. Supported are {SUPPORTED}.")
    return read_delimited(piece.content, where, name, options)


def _check_xml(head: bytes, where: str) -> None:
    if not head.strip():
        raise SourceError(f"{where} is empty. Export the log again.")
    sample = head.decode("utf-8", "replace").lower()
    if "<ocel" in sample or "object-types" in sample:
        raise SourceError(
            f"{where} is an object-centric log. Give one of its object types as an XES or CSV file."
        )


def _unpack(piece: Piece, name: str, options: Options) -> Raw:
    where, packing = piece.where, "gzip" if piece.head.startswith(GZIP) else "zip"
    if piece.depth == DEEPEST:
        raise SourceError(f"{where} is packed more than {DEEPEST} times. Unpack it first.")
    if packing == "gzip":
        inner = piece.file[:-3] if piece.file.lower().endswith(".gz") else piece.file
        try:
            plain = gzip.decompress(piece.data)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(
                f"{where} is a damaged gzip file: {error}. Copy or download it again."
            ) from None
    else:
        inner, plain = _only_member(piece.data, where)
    raw = _read(Piece(plain, f"{where} > {inner}", inner, piece.depth + 1), name, options)
    return replace(raw, source={**raw.source, "packed": [packing, *raw.source.get("packed", [])]})


def _only_member(data: bytes, where: str) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = [
                info.filename
                for info in archive.infolist()
                if not info.is_dir() and not info.filename.startswith("__MACOSX/")
            ]
            if "[Content_Types].xml" in names:
                raise SourceError(
                    f"{where} is an office document. Save the sheet as CSV and read that."
                )
            if len(names) != 1:
                listed = ", ".join(repr(name) for name in names[:8]) or "none"
                raise SourceError(
                    f"{where} has {len(names)} files ({listed}). Give a zip with one file, or unpack it."
                )
            return names[0], archive.read(names[0])
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, zlib.error) as error:
        raise SourceError(
            f"{where} is a zip file that cannot be unpacked: {error}. Unpack it first."
        ) from None
