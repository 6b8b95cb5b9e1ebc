"""The process that reads a sheet: settings as JSON on its input, the table into a file, the rest as JSON."""

from __future__ import annotations

import contextlib
import json
import sys
from datetime import date, time
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl

from mindzie.core.words import counted
from mindzie.ingest.sheet_header import LOOKED_AT, Header, find_header, header_at

_FIRST_DAYS = [date(1899, 12, 30), date(1899, 12, 31), date(1904, 1, 1)]
ADVICE = "Open it and save it again, or save the table as CSV."


class _RefusedError(Exception):
    def __init__(self, error: str, message: str = "", **parts: Any) -> None:
        super().__init__(message)
        self.told = {"error": error, "message": message, **parts}


def main() -> None:
    """Read what the settings ask for."""
    asked = json.loads(sys.stdin.read())
    _limit(asked["memory"], asked["seconds"])
    try:
        told = _read(asked)
    except _RefusedError as refused:
        told = refused.told
    except fastexcel.FastExcelError as error:
        said = str(error).split("\n", 1)[0]
        told = {
            "error": "SourceError",
            "message": f"cannot be read as a spreadsheet: {said}. {ADVICE}",
        }
    sys.stdout.write("\n" + json.dumps(told) + "\n")


def _limit(memory: int, seconds: int) -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # there are none on Windows
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _read(asked: dict[str, Any]) -> dict[str, Any]:
    book = fastexcel.read_excel(Path(asked["path"]))
    wanted = asked["sheet"]
    if wanted is not None:
        name = _named(book.sheet_names, wanted)
        header = _header(_head(book, name), asked["header_row"], name)
        others: dict[str, int] = {}
    else:
        name, header, others = _best(book, asked["header_row"])
    sheet = book.load_sheet(
        name,
        header_row=None,
        skip_rows=header.first,
        schema_sample_rows=None,
        whitespace_as_null=True,
    )
    _tidy(sheet.to_polars(), header).write_parquet(asked["target"], compression="uncompressed")
    rows = [row + 1 for row in header.rows]
    return {"sheet": name, "header_row": rows[0] if len(rows) == 1 else rows, "others": others}


def _named(sheets: list[str], wanted: str | int) -> str:
    if isinstance(wanted, int):
        if not 1 <= wanted <= len(sheets):
            message = f"has {counted(len(sheets), 'sheet')}, so sheet={wanted} is none of them: they are counted from 1."
            raise _RefusedError("SettingError", message)
        return sheets[wanted - 1]
    if wanted not in sheets:
        raise _RefusedError("sheet", wanted=wanted, sheets=sheets)
    return wanted


def _head(book: fastexcel.ExcelReader, name: str) -> list[tuple[str | None, ...]]:
    try:
        head = book.load_sheet(
            name, header_row=None, n_rows=LOOKED_AT, dtypes="string", whitespace_as_null=True
        )
    except fastexcel.FastExcelError as error:
        if "no data" in str(error).lower() or "empty" in str(error).lower():
            return []
        raise
    return head.to_polars().rows()


def _header(rows: list[tuple[str | None, ...]], row: int | None, name: str) -> Header:
    if row is not None:
        if row > len(rows):
            message = f"has no row {row} among the first {LOOKED_AT} of sheet {name!r}."
            raise _RefusedError("SettingError", message)
        return header_at(rows, row - 1, row - 1)
    found = find_header(rows)
    if found is None:
        message = f"has no table in sheet {name!r}: no row of names above rows of events. Give sheet= or header_row=."
        raise _RefusedError("SourceError", message)
    return found


def _best(book: fastexcel.ExcelReader, row: int | None) -> tuple[str, Header, dict[str, int]]:
    """Return the sheet with the longest table of three columns or more, and the other ones with tables."""
    found: dict[str, tuple[int, Header]] = {}
    for name in book.sheet_names:
        rows = _head(book, name)
        header = find_header(rows)
        if header is not None and sum(map(bool, header.names)) > 2:  # noqa: PLR2004 - case, activity, time
            height = len(rows) if len(rows) < LOOKED_AT else _height(book, name)
            found[name] = (height - header.first, _header(rows, row, name))
    if not found:
        sheets = ", ".join(map(repr, book.sheet_names[:8]))
        message = f"has no table of events in its sheets ({sheets}): no row of names above rows with dates. Give sheet= and header_row=."
        raise _RefusedError("SourceError", message)
    best = max(found, key=lambda name: found[name][0])
    return best, found[best][1], {name: rows for name, (rows, _) in found.items() if name != best}


def _height(book: fastexcel.ExcelReader, name: str) -> int:
    return book.load_sheet(name, header_row=None, n_rows=1).total_height


def _tidy(frame: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Name the columns, and leave out those without a name and without a value."""
    names = [*header.names, *[""] * (frame.width - len(header.names))]
    kept: list[pl.Series] = []
    for place, series in enumerate(frame.get_columns()):
        if names[place]:
            kept.append(series.alias(names[place]))
        elif series.null_count() < len(series):
            kept.append(series.alias(f"column {place + 1}"))
    return pl.DataFrame([_whole(_clock(series)) for series in kept]).with_columns(
        pl.col(pl.Null).cast(pl.String)
    )


def _clock(series: pl.Series) -> pl.Series:
    """Return times of day as such: a sheet has them as moments of the day that it counts from."""
    if not isinstance(series.dtype, pl.Datetime) or not series.count():
        return series
    times = series.dt.time()
    dayless = series.drop_nulls().dt.date().is_in(_FIRST_DAYS).all()
    return times if dayless and (times != time.min).any() else series


def _whole(series: pl.Series) -> pl.Series:
    """Return numbers without fractions as such: a sheet has no others."""
    if not series.dtype.is_float():
        return series
    whole = series.cast(pl.Int64, strict=False)
    return whole if whole.cast(series.dtype).eq_missing(series).all() else series


if __name__ == "__main__":
    main()
