"""From a path to the columns in it, whatever it is packed in."""

from __future__ import annotations

import gzip
import io
import zipfile
import zlib
from pathlib import Path

from mindzie.core.errors import SourceError, nearest
from mindzie.ingest.delimited import read_delimited
from mindzie.ingest.frames import read_parquet
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.xes import read_xes

SUPPORTED = ".csv, .tsv, .txt, .parquet, .xes, these packed as .gz or alone in a .zip"
TEXT = {".csv", ".tsv", ".txt", ".tab", ".dat", ""}
GZIP, ZIP, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"PAR1"
DEEPEST = 4


def read_file(path: Path, options: Options) -> Raw:
    """Read a file by what is in it; the name only tells what it was meant to be."""
    path = path.expanduser()
    _must_exist(path)
    with path.open("rb") as file:
        head = file.read(512)
    name = options.name or _stem(path.name)
    raw = _read(path, head, str(path), path.name, name, options, DEEPEST)
    return Raw(raw.frame, raw.name, {"file": path.name, **raw.source}, raw.findings)


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
    close = nearest(path.name, files) or files[:5]
    hint = (
        "Did you mean " + " or ".join(repr(name) for name in close) + "?"
        if close
        else "The folder has no files."
    )
    raise SourceError(f"There is no file {path.name!r} in {folder}. {hint}")


def _stem(name: str) -> str:
    for ending in (".gz", ".zip", ".csv", ".tsv", ".txt", ".parquet", ".xes", ".xml"):
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return name


def _read(
    content: Path | bytes,
    head: bytes,
    where: str,
    file: str,
    name: str,
    options: Options,
    deep: int,
) -> Raw:
    ending = Path(file).suffix.lower()
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:15].lower()
    if start.startswith((b"<!doctype html", b"<html", b"<head")):
        raise SourceError(
            f"{where} is a web page, not a log: the download gave an HTML page. Download it again."
        )
    if head.startswith((GZIP, ZIP)):
        if deep == 0:
            raise SourceError(f"{where} is packed more than {DEEPEST} times. Unpack it first.")
        return _unpack(content, head, where, file, name, options, deep - 1)
    if head.startswith(PARQUET):
        return read_parquet(content, where, name)
    if start.startswith(b"<") or ending == ".xes":
        return _xml(content, head, where, name, options)
    if ending not in TEXT:
        raise SourceError(
            f"{where} is of a kind that cannot be read ({ending}). Supported are {SUPPORTED}."
        )
    if (
        b"\0" in head
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        and head[:2].count(b"\0") == 0
    ):
        raise SourceError(f"{where} is not text. Supported are {SUPPORTED}.")
    return read_delimited(content, where, name, options)


def _xml(content: Path | bytes, head: bytes, where: str, name: str, options: Options) -> Raw:
    if not head.strip():
        raise SourceError(f"{where} is empty.")
    sample = head.decode("utf-8", "replace").lower()
    if "<ocel" in sample or "object-types" in sample:
        raise SourceError(
            f"{where} is an object-centric log. Give one of its object types as an XES or CSV file."
        )
    return read_xes(content, where, name, options)


def _unpack(
    content: Path | bytes,
    head: bytes,
    where: str,
    file: str,
    name: str,
    options: Options,
    deep: int,
) -> Raw:
    data = content if isinstance(content, bytes) else content.read_bytes()
    if head.startswith(GZIP):
        inner = file[:-3] if file.lower().endswith(".gz") else file
        try:
            plain = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise SourceError(
                f"{where} is a damaged gzip file: {error}. Copy or download it again."
            ) from None
    else:
        inner, plain = _only_member(data, where)
    raw = _read(plain, plain[:512], f"{where} > {inner}", inner, name, options, deep)
    packing = "gzip" if head.startswith(GZIP) else "zip"
    return Raw(
        raw.frame,
        raw.name,
        {**raw.source, "packed": [packing, *raw.source.get("packed", [])]},
        raw.findings,
    )


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
