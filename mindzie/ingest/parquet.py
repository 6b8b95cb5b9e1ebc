"""Parquet: a file, or a folder of files whose folders may tell values (``year=2024``)."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import unquote

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.bounds import Room
from mindzie.ingest.frames import NESTED, flat
from mindzie.ingest.json_lines import unfolded
from mindzie.ingest.packed import NotPackedError, Packer, Ways
from mindzie.ingest.raw import Options, Raw

MANY = 100_000
LARGE = 200_000
"""Rows from which less memory is worth several looks at a file."""
FIRST = 40_000
SNAPSHOT = "manifest.json"


def read_parquet(path: Path, where: str, name: str, options: Options, room: Room) -> Raw:
    """Read a Parquet file."""
    scan = pl.scan_parquet(path, glob=False)
    return _collected(scan, where, name, room, {"format": "parquet"}, options=options)


def read_parquet_folder(path: Path, where: str, name: str) -> Raw:
    """Read all Parquet files in a folder and below, in the order of their names.

    Values told by folders are columns, and texts until their column is typed like any other.
    """
    if (path / SNAPSHOT).is_file():
        raise SourceError(f"{path} is a stored log. Open it with mz.open({str(path)!r}).")
    files = sorted(
        file
        for file in path.rglob("*.parquet")
        if file.is_file() and not any(p[:1] in {".", "_"} for p in file.relative_to(path).parts)
    )
    if not files:
        raise SourceError(
            f"{path} is a folder without Parquet files. Give a file; open a stored log with mz.open({str(path)!r})."
        )
    if len(files) > MANY:
        raise SourceError(f"{path} has {len(files):,} files; at most {MANY:,} are read.")
    scans = [_with_values(file, path) for file in files]
    room = Room(path, sum(file.stat().st_size for file in files))
    scan = pl.concat(scans, how="diagonal_relaxed")
    return _collected(scan, where, name, room, {"format": "parquet", "files": len(files)})


def _with_values(file: Path, root: Path) -> pl.LazyFrame:
    """Return a file with the values that its folders tell."""
    told = [part.partition("=") for part in file.relative_to(root).parts[:-1]]
    values = {
        unquote(key): None if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value)
        for key, equals, value in told
        if equals and key
    }
    columns = [pl.lit(value, pl.String).alias(key) for key, value in values.items()]
    return pl.scan_parquet(file, glob=False, hive_partitioning=False).with_columns(columns)


def _collected(
    scan: pl.LazyFrame,
    where: str,
    name: str,
    room: Room,
    source: dict[str, Any],
    *,
    options: Options | None = None,
) -> Raw:
    try:
        width = len(scan.collect_schema())
        rows = scan.select(pl.len()).collect().item()
        # a value repeated a billion times takes a few bytes in the file, and eight or more each here
        if 8 * width * rows > room.largest:
            room.check(8 * width * rows, where, "needs")
        room.check_ratio(width * rows, where, "needs")
        may_pack = options and options.may_pack and rows >= LARGE
        if options and may_pack and (packed := _packed(scan, times=options.packs_times)):
            frame, ways = packed
            return Raw(frame, name, source, ways=ways)
        frame = scan.collect()
    except (pl.exceptions.PolarsError, OSError, OverflowError, ValueError) as error:
        if isinstance(error, SourceError):
            raise
        raise _unreadable(where, error) from None
    except BaseException as error:  # a panic of Rust is no Exception
        if type(error).__name__ != "PanicException":
            raise
        raise _unreadable(where, error) from None
    return flat(unfolded(frame), name, source)


def _packed(scan: pl.LazyFrame, *, times: bool) -> tuple[pl.DataFrame, Ways] | None:
    """Read column by column, so that the texts of one alone are in memory; None where columns hold more than values."""
    schema = scan.collect_schema()
    if any(isinstance(kind, (*NESTED, pl.Categorical, pl.Enum)) for kind in schema.values()):
        return None
    packer = Packer(scan.head(FIRST).collect(), times=times)
    try:
        columns = [packer.pack(scan.select(name).collect()) for name in schema]
    except NotPackedError:
        return None
    return pl.concat(columns, how="horizontal"), packer.ways


def _unreadable(where: str, error: BaseException) -> SourceError:
    said = (str(error).splitlines() or ["it is damaged"])[0]
    return SourceError(f"{where} cannot be read as Parquet: {said}. Write the file again.")
