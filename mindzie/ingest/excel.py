"""Excel: read in a process of its own, as a file of a few kilobytes can ask for more memory than there is."""

from __future__ import annotations

import importlib.util
import json
import struct
import subprocess
from pathlib import Path
from typing import Any, Final

import polars as pl

from mindzie.core.errors import (
    MindzieError,
    MissingPackageError,
    SettingError,
    SourceError,
    unknown,
)
from mindzie.core.own_process import command, environment
from mindzie.core.readiness import Finding
from mindzie.ingest.bounds import Room
from mindzie.ingest.frames import flat
from mindzie.ingest.raw import Options, Raw

SECONDS: Final = 600
FIRST_SECONDS: Final = 20
BYTES_A_SECOND: Final = 50_000
"""A spreadsheet of a few kilobytes can keep its reader busy for ever."""
BESIDE: Final = 2 << 30
"""Bytes that the process may take beside what the sheet may."""
_CONTAINER: Final = struct.Struct("<28x2sH480x")
"""Byte order and size of sectors, in the head of Microsoft's compound files."""
ERRORS: Final[dict[str, type[MindzieError]]] = {
    "SettingError": SettingError,
    "SourceError": SourceError,
}


def read_excel(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read a sheet: the values of its cells, dates as dates, formulas as what they came to."""
    if importlib.util.find_spec("fastexcel") is None:
        raise MissingPackageError(
            f"{where} is a spreadsheet; reading it needs fastexcel: pip install 'mindzie[excel]'"
        )
    if options.header_row is not None and options.header_row < 1:
        raise SettingError(
            f"header_row={options.header_row} must be 1 or more: rows are counted from 1."
        )
    _refuse_no_container(path, where)
    target = room.new("sheet.parquet")
    told = _told(path, target, where, options, room.largest + BESIDE)
    if "error" in told:
        raise _error(told, where)
    frame = pl.read_parquet(target)
    source = {"format": "excel", "sheet": told["sheet"], "header_row": told["header_row"]}
    return flat(frame, name, source, _findings(told))


def _refuse_no_container(path: Path, where: str) -> None:
    """Refuse what begins as old Excel does and is none: its reader would look for sectors without end."""
    with path.open("rb") as file:
        head = file.read(_CONTAINER.size)
    if not head.startswith(b"\xd0\xcf\x11\xe0"):
        return
    order, shift = _CONTAINER.unpack(head) if len(head) == _CONTAINER.size else (b"", 0)
    if order != b"\xfe\xff" or shift not in {9, 12}:
        raise SourceError(
            f"{where} begins as a file of old Excel does, and is none: it is damaged or cut. Save the table as CSV and read that."
        )


def _told(path: Path, target: Path, where: str, options: Options, memory: int) -> dict[str, Any]:
    seconds = min(SECONDS, FIRST_SECONDS + path.stat().st_size // BYTES_A_SECOND)
    asked = {
        "path": str(path.absolute()), "target": str(target), "sheet": options.sheet,
        "header_row": options.header_row, "memory": memory, "seconds": seconds,
    }  # fmt: skip
    try:
        run = subprocess.run(  # noqa: S603 - our own module
            command("mindzie.ingest.excel_process"), input=json.dumps(asked), capture_output=True, text=True, encoding="utf-8",
            timeout=SECONDS, check=False, env=environment(),
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise SourceError(
            f"{where} was not read in {SECONDS} s. Save the table as CSV and read that."
        ) from None
    if run.returncode:
        raise SourceError(
            f"{where} cannot be read as a spreadsheet: its reader ran out of memory or time, or it is damaged. Save the table as "
            "CSV and read that."
        )
    told: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return told


def _error(told: dict[str, Any], where: str) -> MindzieError:
    if told["error"] == "sheet":
        return unknown("sheet", str(told["wanted"]), told["sheets"], where)
    return ERRORS[told["error"]](f"{where} {told['message']}")


def _findings(told: dict[str, Any]) -> tuple[Finding, ...]:
    others = told["others"]
    if not others:
        return ()
    return (
        Finding(
            id="other_sheets",
            title=f"{told['sheet']!r} was read of {len(others) + 1} sheets with tables",
            count=len(others),
            severity="info",
            sample=tuple(
                {"sheet": sheet, "rows": rows} for sheet, rows in list(others.items())[:5]
            ),
            done="It has the most rows.",
            change="Give sheet= to read another.",
        ),
    )
