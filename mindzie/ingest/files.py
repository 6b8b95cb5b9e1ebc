"""From a path to the columns in it, whatever it is packed in."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from mindzie.core.errors import SettingError, SourceError, nearest
from mindzie.ingest.bounds import Room
from mindzie.ingest.formats import FORMATS, kind_of
from mindzie.ingest.parquet import read_parquet_folder
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.remote import download, is_remote
from mindzie.ingest.unpack import PACKINGS, is_workbook, unpack, unpack_member
from mindzie.ingest.watching import begins

ZIP = b"PK\x03\x04"
DEEPEST = 4
ENDINGS = (
    *(".gz", ".zst", ".bz2", ".zip", ".csv", ".tsv", ".txt", ".parquet", ".xes", ".xml", ".json", ".jsonl", ".ndjson"),
    *(".xlsx", ".xlsm", ".xlsb", ".xls", ".jsonocel", ".xmlocel", ".sqlite", ".db"),
)  # fmt: skip
ONLY = {
    "object_type": (("ocel",), "object-centric logs"),
    "sheet": (("excel",), "spreadsheets"),
    "header_row": (("excel", "csv"), "spreadsheets and text tables"),
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or what was packed in one."""

    path: Path
    where: str
    file: str
    depth: int = 0

    @property
    def head(self) -> bytes:
        """Return the first bytes, by which a kind is told."""
        with self.path.open("rb") as file:
            return file.read(512)


def read_file(source: str, options: Options, called: str | None = None) -> Raw:
    """Read a file or address by what is in it; the name only tells what it was meant to be.

    A file that is kept under another name, such as one that was sent, is called by its own in messages and in the log.
    """
    with tempfile.TemporaryDirectory(prefix="mindzie-") as folder:
        if is_remote(source):
            path = download(source, Path(folder), options)
            where, name = source, source.rstrip("/").rpartition("/")[2]
        else:
            path = Path(source).expanduser()
            must_exist(path)
            where, name = called or str(path), called or path.name
        if path.is_dir():
            raw = read_parquet_folder(path, where, options.name or name)
        else:
            room = Room(Path(folder), path.stat().st_size, options.max_bytes)
            room.check(room.packed, where)
            raw = _read(Piece(path, where, name), options.name or _stem(name), options, room)
    _check_options(raw, where, options)
    return replace(raw, source={"file": name, **raw.source})


def must_exist(path: Path) -> None:
    """Refuse a file that is not there, with the nearest of its folder."""
    if path.exists():
        return
    folder = path.parent
    if not folder.is_dir():
        raise SourceError(f"There is no file {path}: the folder {folder} does not exist.")
    files = sorted(file.name for file in folder.iterdir() if file.is_file())
    logs = [name for name in files if name.lower().endswith(ENDINGS)]
    close = nearest(path.name, files) or logs[:5]
    hint = (
        "Did you mean " + " or ".join(repr(name) for name in close) + "?"
        if close
        else "The folder has no event log."
    )
    where = "this folder" if folder == Path() else str(folder)
    raise SourceError(f"There is no file {path.name!r} in {where}. {hint}")


def _stem(name: str) -> str:
    for ending in ENDINGS:
        name = name[: -len(ending)] if name.lower().endswith(ending) else name
    return name


def _read(piece: Piece, name: str, options: Options, room: Room) -> Raw:
    head = piece.head
    packing = next((found for start, found in PACKINGS.items() if head.startswith(start)), None)
    if packing or (head.startswith(ZIP) and not is_workbook(piece.path)):
        return _unpacked(piece, packing or ("zip", ".zip"), name, options, room)
    kind = kind_of(piece.path, head, piece.file, piece.where)
    begins(piece.path, kind)
    return FORMATS[kind].read(piece.path, piece.where, name, options, room)


def _unpacked(
    piece: Piece, packing: tuple[str, str], name: str, options: Options, room: Room
) -> Raw:
    how, ending = packing
    where = piece.where
    if piece.depth == DEEPEST:
        raise SourceError(f"{where} is packed more than {DEEPEST} times. Unpack it first.")
    if how == "zip":
        inner, path = unpack_member(piece.path, where, options, room)
        options = replace(options, member=None)
    else:
        inner = piece.file[: -len(ending)] if piece.file.lower().endswith(ending) else piece.file
        path = unpack(piece.path, how, inner, where, room)
    raw = _read(Piece(path, f"{where} > {inner}", inner, piece.depth + 1), name, options, room)
    if piece.depth:
        path.unlink(missing_ok=True)
    return replace(raw, source={**raw.source, "packed": [how, *raw.source.get("packed", [])]})


def _check_options(raw: Raw, where: str, options: Options) -> None:
    """Refuse a setting that says something about another kind of file."""
    for setting, (kinds, meant) in ONLY.items():
        if getattr(options, setting) is not None and raw.source.get("format") not in kinds:
            raise SettingError(
                f"{setting}= is for {meant}; {where} is {raw.source.get('format', 'none')}. Leave it out."
            )
    if options.member is not None and "zip" not in raw.source.get("packed", ()):
        raise SettingError(f"member= chooses a file of a ZIP; {where} is none. Leave it out.")
