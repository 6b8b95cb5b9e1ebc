"""Records of JSON on their way to columns: kept in a file, one a line, read as a whole in the end."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

import polars as pl

from mindzie.core.errors import SourceError
from mindzie.ingest.json_depth import DEEPEST, refuse_depth
from mindzie.ingest.json_lines import apart, unfolded

_LONGEST = 200


class Records(NamedTuple):
    """Records as columns.

    Parameters
    ----------
    frame : polars.DataFrame
        Of the records that can be read; a field within another is a column ``outer.inner``.
    bad : polars.DataFrame
        ``place`` (the record's number from 0), ``why`` and ``text`` (how it begins) of those that cannot.
    """

    frame: pl.DataFrame
    bad: pl.DataFrame


class Spool:
    """A file of records, removed with the block that made it.

    Examples
    --------
    >>> with Spool() as spool:
    ...     spool.add([b'{"a": 1}', b"no record", b'{"a": 2}'])
    ...     spool.records().frame["a"].to_list()
    [1, 2]
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="mindzie-", ignore_cleanup_errors=True)
        self._path = Path(self._folder.name) / "records.jsonl"
        self._file = self._path.open("wb")
        self.count = self.bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._folder.cleanup()

    def add(self, texts: Iterable[bytes]) -> None:
        """Add records; a line feed in one can only be between its fields."""
        lines = [text.replace(b"\n", b" ") for text in texts]
        if lines:
            self.count += len(lines)
            self.bytes += self._file.write(b"\n".join(lines) + b"\n")

    def records(self) -> Records:
        """Return all records as columns."""
        self._file.flush()
        try:
            refuse_depth(self._path, "")
            frame = pl.read_ndjson(self._path, infer_schema_length=None) if self.count else None
            if frame is not None and frame.width and frame.height == self.count:
                frame = unfolded(frame)
                if not _holds_objects(frame):
                    return Records(frame, _bad([]))
        except (pl.exceptions.PolarsError, SourceError, ValueError, OSError):
            pass  # some are no records: looked at one by one
        return self._one_by_one()

    def _one_by_one(self) -> Records:
        bad: list[tuple[int, str, str]] = []
        good = self._path.with_name("good.jsonl")
        with good.open("w", encoding="utf-8") as file, self._path.open("rb") as lines:
            for place, line in enumerate(lines):
                try:
                    file.write(json.dumps(_flat(line), ensure_ascii=False) + "\n")
                except (ValueError, RecursionError) as error:
                    text = line[:_LONGEST].decode("utf-8", "replace").strip()
                    bad.append((place, _reason(error), text))
        if len(bad) == self.count:
            return Records(pl.DataFrame(), _bad(bad))
        return Records(pl.read_ndjson(good, infer_schema_length=None), _bad(bad))


def _holds_objects(frame: pl.DataFrame) -> bool:
    """Return whether a text may be an object, of a field that is a plain value in other records."""
    texts = pl.col(pl.String).str.starts_with("{").any()
    return any(frame.select(texts).row(0)) if pl.String in frame.dtypes else False


def _flat(line: bytes) -> dict[str, Any]:
    """Return a record whose values are plain, so that records of different shapes go together."""
    if not line.strip():
        raise ValueError("it is empty")
    record = json.loads(line, parse_constant=_refused)
    if not isinstance(record, dict):
        raise ValueError("it is no object of JSON")  # noqa: TRY004 - a value, not our type
    flat = dict(_fields(record, "", 1))
    json.dumps(flat, ensure_ascii=False).encode()  # half a letter is no text
    return flat


def _fields(record: dict[str, Any], above: str, depth: int) -> Iterator[tuple[str, Any]]:
    if depth > DEEPEST:
        raise ValueError(f"its objects lie more than {DEEPEST} levels deep in each other")
    for name, value in record.items():
        if isinstance(value, dict):
            yield from _fields(value, f"{above}{name}.", depth + 1)
        elif not isinstance(value, list):
            yield f"{above}{name}", value


def _refused(name: str) -> None:
    raise ValueError(f"{name} is no value of JSON")


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"it is no JSON ({error.msg} at letter {error.pos + 1})"
    if isinstance(error, UnicodeError):
        return "it is no text in UTF-8"
    return "it is too deep" if isinstance(error, RecursionError) else str(error)


def _bad(rows: list[tuple[int, str, str]]) -> pl.DataFrame:
    schema = {"place": pl.Int64, "why": pl.String, "text": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def beside(places: pl.DataFrame, records: Records) -> pl.DataFrame:
    """Return the columns of records with those that say where each was."""
    bad = records.bad["place"]
    kept = places
    if len(bad):
        kept = places.with_row_index("_").filter(~pl.col("_").is_in(bad.implode())).drop("_")
    return pl.DataFrame(apart([*kept.get_columns(), *records.frame.get_columns()]))
