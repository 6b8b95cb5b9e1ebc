"""Rows of a source as columns, batch by batch: Python's values of one batch are all that is held beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import polars as pl

from mindzie.core.errors import SettingError
from mindzie.ingest.packed import Packer

ROWS: Final = 20_000
_GROUP: Final = 1 << 15
"""Rows from which batches are kept together."""
_UTC: Final = pl.Datetime("us", "UTC")
Progress = Callable[[int], None]
"""Is told the rows read so far; what it raises stops the reading."""


def joined(
    parts: Iterable[pl.DataFrame], names: Sequence[str], plain: Collection[str] | None = None
) -> pl.DataFrame:
    """Return batches as one frame; a column that changes its type between them gets one that holds both.

    Texts may come as categories where the columns are said that may not: ``plain``.
    """
    found = _larger(part for part in parts if part.height)
    frames = list(found) if plain is None else list(_packed(found, plain))
    if not frames:
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return pl.DataFrame([_exact(_one([frame[name] for frame in frames])) for name in names])


def _larger(parts: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Put small batches together; what a driver had set aside for more is free then."""
    group: list[pl.DataFrame] = []
    for part in parts:
        full = sum(each.height for each in group) >= _GROUP
        if group and (full or part.schema != group[0].schema):
            yield pl.concat(group, rechunk=True)
            group = []
        group.append(part)
    if group:
        yield pl.concat(group, rechunk=True)


def _packed(parts: Iterator[pl.DataFrame], plain: Collection[str]) -> Iterator[pl.DataFrame]:
    packer: Packer | None = None
    for part in parts:
        texts = part.select(pl.col(pl.String).exclude(list(plain)))
        packer = packer or Packer(texts, times=False)
        yield part.with_columns(packer.pack(texts))


def _one(parts: list[pl.Series]) -> pl.Series:
    kinds = {part.dtype for part in parts} - {pl.Null}
    if not kinds:
        return pl.concat(parts).cast(pl.String)
    common = next(iter(kinds)) if len(kinds) == 1 else _common(kinds)
    return pl.concat([part.cast(common) for part in parts])


def _common(kinds: set[Any]) -> Any:
    if all(kind.is_integer() or kind.is_float() for kind in kinds):
        return pl.Int64 if all(kind.is_integer() for kind in kinds) else pl.Float64
    if all(kind.is_integer() or kind.is_decimal() for kind in kinds):
        scales = [kind.scale for kind in kinds if kind.is_decimal()]
        return pl.Decimal(38, max(scales))
    if all(kind.is_numeric() for kind in kinds):
        return pl.Float64
    return pl.Datetime("us") if kinds == {pl.Date, pl.Datetime("us")} else pl.String


def _exact(column: pl.Series) -> pl.Series:
    """Return whole decimals as integers, where they fit, and integers beyond 64 bits as text."""
    kind: Any = column.dtype
    if kind == pl.Int128:
        return column.cast(pl.String)
    if not (kind.is_decimal() and kind.scale == 0):
        return column
    whole = column.cast(pl.Int64, strict=False)
    return whole if whole.null_count() == column.null_count() else column


def frame_of(rows: Sequence[Sequence[Any]], names: Sequence[str]) -> pl.DataFrame:
    """Return rows of a driver as a frame.

    Examples
    --------
    >>> frame_of([(1, "a"), (2, None)], ["id", "name"]).schema
    Schema({'id': Int64, 'name': String})
    """
    columns = zip(*rows, strict=True)
    return pl.DataFrame([series(name, column) for name, column in zip(names, columns, strict=True)])


def series(name: str, values: Sequence[Any]) -> pl.Series:
    """Return values of a driver as a column; what has no type of a column is text."""
    first = next((value for value in values if value is not None), None)
    try:
        if isinstance(first, datetime) and first.tzinfo is not None:
            return pl.Series(name, values, dtype=_UTC)
        if isinstance(first, memoryview | bytearray):
            return pl.Series(name, [None if v is None else bytes(v) for v in values])
        if isinstance(first, UUID | dict | list | tuple | set):
            return _texts(name, values)
        found = pl.Series(name, values, strict=True)
    except (TypeError, ValueError, OverflowError, pl.exceptions.PolarsError):
        return _texts(name, values)
    return _texts(name, values) if found.dtype == pl.Object else found


def _texts(name: str, values: Sequence[Any]) -> pl.Series:
    return pl.Series(name, [None if v is None else _text(v) for v in values], dtype=pl.String)


def _text(value: Any) -> str:
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def unlike(names: Sequence[str]) -> list[str]:
    """Return the names of a result's columns, which must be different.

    Raises
    ------
    SettingError
        Where two are the same.
    """
    twice = sorted({name for name in names if list(names).count(name) > 1})
    if twice:
        raise SettingError(
            f"The query gives more than one column named {twice[0]!r}: name them apart with AS."
        )
    return list(names)


def counting(
    parts: Iterable[pl.DataFrame], check: Callable[[], None], progress: Progress | None
) -> Iterator[pl.DataFrame]:
    """Pass batches on, asking before each whether they are still wanted and telling how many rows came."""
    count = 0
    for part in parts:
        check()
        count += part.height
        if progress is not None:
            progress(count)
        yield part
    check()
