"""What kind a file is of, by its content first and its name then, and who reads it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.delimited import read_delimited
from mindzie.ingest.excel import read_excel
from mindzie.ingest.json_lines import read_json
from mindzie.ingest.ocel_json import read_ocel_json
from mindzie.ingest.ocel_sqlite import read_ocel_sqlite
from mindzie.ingest.ocel_xml import read_ocel_xml
from mindzie.ingest.parquet import read_parquet
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.xes import read_xes
from mindzie.ingest.xml_safety import refuse_doctype


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file, as the page for analysts lists it."""

    title: str
    endings: tuple[str, ...]
    read: Callable[[Path, str, str, Options, Room], Raw]
    settings: tuple[str, ...] = ()
    """The arguments of ``read`` that are for it alone."""
    package: str = ""
    """The extra it needs."""


FORMATS: Final[dict[str, Format]] = {
    "csv": Format("Text table, any delimiter and encoding", (".csv", ".tsv", ".txt"), read_delimited, ("delimiter", "encoding", "decimal", "null_values", "header_row")),
    "excel": Format("Excel", (".xlsx", ".xlsm", ".xlsb", ".xls"), read_excel, ("sheet", "header_row"), "excel"),
    "json": Format("JSON lines, or a JSON array of objects", (".jsonl", ".ndjson", ".json"), read_json),
    "parquet": Format("Parquet, or a folder of it", (".parquet",), read_parquet),
    "xes": Format("XES (IEEE 1849)", (".xes", ".xml"), read_xes),
    "ocel json": Format("OCEL 2.0 in JSON", (".json", ".jsonocel"), read_ocel_json, ("object_type",)),
    "ocel xml": Format("OCEL 2.0 in XML", (".xml", ".xmlocel"), read_ocel_xml, ("object_type",)),
    "ocel sqlite": Format("OCEL 2.0 in SQLite", (".sqlite", ".db"), read_ocel_sqlite, ("object_type",)),
}  # fmt: skip
SUPPORTED: Final = ", ".join(
    dict.fromkeys(ending for found in FORMATS.values() for ending in found.endings)
)
TEXT: Final = {".csv", ".tsv", ".txt", ".tab", ".dat", ""}
JSON: Final = {".json", ".jsonl", ".ndjson", ".jsonocel"}
PARQUET, SQLITE, OLD_OFFICE, ZIP = b"PAR1", b"SQLite format 3\0", b"\xd0\xcf\x11\xe0", b"PK\x03\x04"
WEB_PAGE: Final = (b"<!doctype html", b"<html", b"<head")
WIDE: Final = (b"\xff\xfe", b"\xfe\xff")
BLANK: Final = b"\xef\xbb\xbf \t\r\n"
PROLOGUE: Final = 1 << 16
OCEL_JSON: Final = re.compile(
    rb'^\{\s*"(objectTypes|eventTypes|objects|events)"\s*:\s*\[|"(objectTypes|eventTypes)"\s*:\s*\['
)


def kind_of(path: Path, head: bytes, file: str, where: str) -> str:
    """Return the kind of an unpacked file, a key of ``FORMATS``.

    Raises
    ------
    SourceError
        It is a web page, empty, or of a kind that cannot be read.
    """
    start, ending = head.lstrip(BLANK), Path(file).suffix.lower()
    if start[:15].lower().startswith(WEB_PAGE):
        raise SourceError(
            f"{where} is a web page, not a log: the download gave an HTML page. Download it again."
        )
    if not head.strip(BLANK):
        _refuse_empty(path, where, ending)
    kind = _kind(path, head, ending, where)
    if kind in {"xes", "ocel xml"}:
        root = refuse_doctype(path, where)
        if kind == "xes" and root != "log":
            message = f"{where} is XML, but no event log: its first element is <{root[:80]}>, that of XES is <log>. Give the log itself, not a model of the process."
            raise SourceError(message)
    return kind


def _kind(path: Path, head: bytes, ending: str, where: str) -> str:
    if head.startswith(PARQUET):
        return "parquet"
    if head.startswith(SQLITE):
        return "ocel sqlite"
    if head.startswith((OLD_OFFICE, ZIP)):
        return "excel"
    return _kind_of_text(path, head.lstrip(BLANK), ending) or _table(head, ending, where)


def _kind_of_text(path: Path, start: bytes, ending: str) -> str | None:
    if start.startswith(b"<") or ending in {".xes", ".xmlocel"}:
        return "ocel xml" if _has(path, rb"<ocel\b|<object-types\b|<objects\b") else "xes"
    if start.startswith(b"{") or (start.startswith(b"[") and (ending in JSON or _is_array(start))):
        with path.open("rb") as file:
            top = file.read(PROLOGUE).lstrip(BLANK)
        return "ocel json" if start.startswith(b"{") and OCEL_JSON.search(top) else "json"
    return None


def _is_array(start: bytes) -> bool:
    return start[1:].lstrip().startswith((b"{", b"]"))


def _has(path: Path, pattern: bytes) -> bool:
    with path.open("rb") as file:
        return re.search(pattern, file.read(PROLOGUE)) is not None


def _table(head: bytes, ending: str, where: str) -> str:
    wide = head.startswith(WIDE) or b"\0" in head[:2]
    if (ending not in TEXT and ending not in JSON) or (b"\0" in head and not wide):
        raise SourceError(f"{where} is of a kind that cannot be read. Supported are {SUPPORTED}.")
    if ending in JSON:
        raise SourceError(f"{where} is no JSON: it begins with {head[:20]!r}. Export it again.")
    return "csv"


def _refuse_empty(path: Path, where: str, ending: str) -> None:
    if path.stat().st_size <= len(BLANK) or ending not in TEXT:
        raise SourceError(
            f"{where} is empty. Give a file with a header line and one line per event."
        )
