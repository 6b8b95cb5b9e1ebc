"""JSON lines, and an array of objects; what lies in an object within gets the name ``a.b``."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Final

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.frames import flat
from mindzie.ingest.json_depth import DEEPEST, refuse_depth
from mindzie.ingest.lines import refuse_no_text
from mindzie.ingest.raw import Options, Raw

BOM = b"\xef\xbb\xbf"
_LINE: Final = 2**24
"""Longest line, and most lines, that are looked through for the one that is wrong."""
_LINES: Final = 1_000_000


def read_json(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read objects, one a line or in an array; texts stay texts."""
    del options, room
    with path.open("rb") as file:
        start = file.read(512).removeprefix(BOM).lstrip()
    array = start.startswith(b"[")
    if not array:
        refuse_no_text(path, where)
    refuse_depth(path, where)
    content, whole = _without_bom(path), array or _is_one_object(path)
    try:
        if whole:
            frame = pl.read_json(content, infer_schema_length=None)
        else:
            frame = pl.read_ndjson(content, infer_schema_length=None)
    except (pl.exceptions.PolarsError, OSError, ValueError) as error:
        raise _unreadable(where, error, None if whole else _bad_line(path)) from None
    except BaseException as error:  # a panic of Rust is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(where, error) from None
    if not frame.width or any(kind == pl.Null for kind in frame.dtypes[:1] if frame.width == 1):
        raise _unreadable(where, "it holds no objects with values")
    return flat(unfolded(frame), name, {"format": "json"})


def _without_bom(path: Path) -> Path | bytes:
    with path.open("rb") as file:
        marked = file.read(3) == BOM
    return path.read_bytes()[3:] if marked else path


def _is_one_object(path: Path) -> bool:
    """Return whether the first line is no whole object: one that was written over many lines."""
    with path.open("rb") as file:
        return not file.readline(1 << 20).strip().endswith((b"}", b"]"))


def _bad_line(path: Path) -> int | None:
    """Return the first line, of those at the beginning, that is no JSON."""
    with path.open("rb") as file:
        for number, line in enumerate(islice(iter(lambda: file.readline(_LINE), b""), _LINES), 1):
            try:
                json.loads(line.removeprefix(BOM) if line.strip() else b"{}")
            except (ValueError, RecursionError):
                return number
    return None


def _unreadable(where: str, error: object, line: int | None = None) -> SourceError:
    said, at = str(error).split("\n", 1)[0], "" if line is None else f"line {line}: "
    return SourceError(
        f"{where} cannot be read as JSON: {at}{said}. Give one object a line, or one array of objects, complete."
    )


def unfolded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame with the fields of records as columns ``record.field``, as deep as they lie."""
    for _ in range(DEEPEST):
        folded = [column for column, kind in frame.schema.items() if isinstance(kind, pl.Struct)]
        if not folded:
            break
        parts: list[pl.Series] = []
        for series in frame.get_columns():
            if isinstance(series.dtype, pl.Struct):
                fields = series.struct.unnest().get_columns() if series.dtype.fields else []
                parts += [field.alias(f"{series.name}.{field.name}") for field in fields]
            else:
                parts.append(series)
        frame = pl.DataFrame(apart(parts), height=frame.height)
    return frame


def apart(columns: list[pl.Series]) -> list[pl.Series]:
    """Give a column whose name is taken a number."""
    taken: set[str] = set()
    for place, column in enumerate(columns):
        name, number = column.name, 1
        while name in taken:
            number += 1
            name = f"{column.name}_{number}"
        taken.add(name)
        columns[place] = column.alias(name)
    return columns
