"""Text tables: the encoding, delimiter and header are found out, the values stay text."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import polars as pl

from mindzie.core.errors import SettingError, SourceError
from mindzie.core.readiness import Finding
from mindzie.ingest.bounds import Room
from mindzie.ingest.lines import refuse_endless, refuse_no_text
from mindzie.ingest.packed import Ways
from mindzie.ingest.pieces import read_packed
from mindzie.ingest.quotes import quote_findings
from mindzie.ingest.raw import Options, Raw
from mindzie.ingest.time_formats import format_of

HEAD = 1 << 17
DELIMITERS = ",;\t|"
SEP_LINE = re.compile(rb"(?:\xef\xbb\xbf)?sep=(.)\r?\n", re.IGNORECASE)
BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def read_delimited(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read a text table; every column is text and only the empty field is missing."""
    del room
    content: Path | bytes = path
    head = _head(path)
    if not head.strip():
        raise SourceError(
            f"{where} is empty. Give a file with a header line and one line per event."
        )
    refuse_endless(path, where, b"\r" if _ends_by_returns(head) else b"\n")
    encoding = _known_encoding(head, options)
    findings: tuple[Finding, ...] = ()
    if encoding != "utf-8":
        content = head_text = _decode(_all(content), encoding, where)
    else:
        head_text = head
    if hint := SEP_LINE.match(head_text):
        # a line that Excel reads and writes before the header
        content, head_text = _all(content)[hint.end() :], head_text[hint.end() :]
    content, head_text = _from_header(content, head_text, options.header_row, where)
    told = hint[1].decode() if hint else None
    text = head_text[:HEAD].decode("utf-8", "replace").lstrip("\ufeff")
    delimiter = options.delimiter or told or _delimiter(text)
    ways: Ways = {}
    quotes = True
    try:
        times = options.packs_times
        if options.may_pack and (packed := read_packed(content, delimiter, times=times)):
            (frame, ways, quotes), quoted = packed, True
        else:
            refuse_no_text(content, where)
            frame, quoted = _parse(content, delimiter, where)
    except UnicodeDecodeError:
        if options.encoding:
            raise SourceError(
                f"{where} is not text in {options.encoding!r}. Leave encoding= out or name another."
            ) from None
        encoding, content = _fallback(_all(content), where)
        findings = (_guessed(encoding),)
        frame, quoted = _parse(content, delimiter, where)
    _check_header(frame, where)
    if _strippable(frame):
        frame = frame.rename({column: column.strip() for column in frame.columns})
        ways = {column.strip(): way for column, way in ways.items()}
    source: dict[str, Any] = {
        "format": "csv",
        "delimiter": delimiter,
        "encoding": encoding,
        "quotes": quoted,
    }
    if quotes:
        findings += quote_findings(content, frame, delimiter, quoted=quoted)
    if repeated := [column for column in frame.columns if "_duplicated_" in column]:
        source["repeated_names"] = repeated
    return Raw(frame, name, source, findings, ways=ways)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD)


def _from_header(
    content: Path | bytes, head: bytes, row: int | None, where: str
) -> tuple[Path | bytes, bytes]:
    """Leave out the lines above the header, and end lines by line feeds; return the head of that too."""
    if _ends_by_returns(head):
        content = _all(content).replace(b"\r", b"\n")
    if row is not None and row < 1:
        raise SettingError(f"header_row={row} must be 1 or more: lines are counted from 1.")
    if row is not None and row > 1:
        content, begin = _all(content), 0
        for _ in range(row - 1):
            begin = content.find(b"\n", begin) + 1
            if not begin:
                raise SourceError(f"{where} has no line {row}. Give another header_row=.")
        content = content[begin:]
    return content, head if isinstance(content, Path) else content[:HEAD]


def _ends_by_returns(head: bytes) -> bool:
    """Return whether lines end as the old Macintosh ended them."""
    return b"\r" in head and b"\n" not in head


def _all(content: Path | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.read_bytes()


def _known_encoding(head: bytes, options: Options) -> str:
    """Return the encoding given or marked by a BOM; UTF-8 until it proves wrong."""
    for bom, encoding in BOMS:
        if head.startswith(bom):
            return encoding
    if options.encoding:
        try:
            known = codecs.lookup(options.encoding).name
        except LookupError:
            raise _no_encoding(options.encoding) from None
        return "utf-8" if known in {"utf-8", "utf-8-sig", "ascii"} else known
    if head[1:2] == b"\0":
        return "utf-16-le"
    return "utf-16-be" if head[:1] == b"\0" else "utf-8"


def _no_encoding(name: str) -> SettingError:
    return SettingError(f"encoding={name!r} is not known. Use a name such as 'utf-8' or 'cp1252'.")


def _decode(content: bytes, encoding: str, where: str) -> bytes:
    try:
        return content.decode(encoding).lstrip("\ufeff").encode("utf-8")
    except LookupError:  # such as base64, which is a codec but none of texts
        raise _no_encoding(encoding) from None
    except (UnicodeError, ValueError) as error:
        raise SourceError(
            f"{where} cannot be read as {encoding}: {error}. Give encoding=."
        ) from None


def _fallback(content: bytes, where: str) -> tuple[str, bytes]:
    for encoding in ("cp1252", "latin-1"):
        try:
            return encoding, content.decode(encoding).encode("utf-8")
        except UnicodeError:
            continue
    raise SourceError(f"The encoding of {where} cannot be told. Give encoding=.")


def _guessed(encoding: str) -> Finding:
    return Finding(
        id="encoding",
        title=f"The text is not UTF-8; it was read as {encoding}",
        count=1,
        severity="warning",
        done=f"Read as {encoding}.",
        change="Give encoding= if letters look wrong.",
    )


def _delimiter(text: str) -> str:
    """Return the delimiter that cuts the first records into the most equal number of fields."""
    complete = text[: text.rfind("\n") + 1] if len(text) >= HEAD // 2 and "\n" in text else text
    best, best_score = ",", (0.0, 0)
    for delimiter in DELIMITERS:
        records = csv.reader(io.StringIO(complete, newline=""), delimiter=delimiter)
        try:
            sizes = [len(record) for record, _ in zip(records, range(200), strict=False) if record]
        except csv.Error:
            continue
        width, hits = Counter(sizes).most_common(1)[0] if sizes else (0, 0)
        if width > 1 and (score := (round(hits / len(sizes), 1), width)) > best_score:
            best, best_score = delimiter, score
    return best


def _parse(content: Path | bytes, delimiter: str, where: str) -> tuple[pl.DataFrame, bool]:
    """Parse with quotes; without them where a stray quote breaks the table."""
    if len(delimiter.encode()) != 1:
        raise SettingError(f"delimiter={delimiter!r} must be one character.")
    problem = ""
    for quote in ('"', None):
        try:
            frame = pl.read_csv(
                content, separator=delimiter, quote_char=quote, infer_schema=False, glob=False
            )
        except pl.exceptions.NoDataError:
            raise SourceError(
                f"{where} has no header. Its first line must name the columns."
            ) from None
        except pl.exceptions.PolarsError as error:
            problem = problem or str(error).split("\n", 1)[0]
            _raise_if_encoding(content, str(error))
        else:
            return frame, quote is not None
    if "more fields" in problem:
        problem = _ragged(content, delimiter) or problem
    raise SourceError(
        f"{where} is not a table with the delimiter {delimiter!r}: {problem}. "
        "Give delimiter=, header_row= where lines stand above the names of the columns, or repair the record."
    )


def _raise_if_encoding(content: Path | bytes, message: str) -> None:
    if "utf" in message.lower():
        _all(content).decode("utf-8")


def _ragged(content: Path | bytes, delimiter: str) -> str:
    """Say which record has more fields than the header; only when parsing has failed."""
    opened = io.BytesIO(content) if isinstance(content, bytes) else content.open("rb")
    with io.TextIOWrapper(opened, "utf-8", "replace", newline="") as text:
        records = csv.reader(text, delimiter=delimiter)
        try:
            width = len(next(records, []))
            for number, record in enumerate(records, 1):
                if len(record) > width:
                    return f"record {number} has {len(record)} fields, the header has {width}"
        except csv.Error:  # a field of more than 128 KiB
            return ""
    return ""


def _strippable(frame: pl.DataFrame) -> bool:
    stripped = [column.strip() for column in frame.columns]
    return stripped != frame.columns and len(set(stripped)) == len(stripped)


def _check_header(frame: pl.DataFrame, where: str) -> None:
    """Refuse a first line that is an event: a column is not called 2020-01-01 10:00."""
    names = frame.columns
    numbers = [name for name in names if re.fullmatch(r"-?\d+([.,]\d+)?", name)]
    times = [name for name in names if format_of(name) and not name.isdigit()]
    if times or (len(numbers) == len(names) and names):
        raise SourceError(
            f"{where} has no header: its first line is {listed(names)}. "
            "Put a line with the names of the columns on top."
        )


def listed(names: list[str]) -> str:
    """Return a short list of column names for a message."""
    return ", ".join(repr(name) for name in names[:8]) + (" ..." if len(names) > 8 else "")  # noqa: PLR2004
