"""The identity of a log's content, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import polars as pl

FEW = 1 << 16
_PART = 1 << 16


def _digest(series: pl.Series) -> bytes:
    """Hash values and nulls of a column in canonical form."""
    made = hashlib.sha256()

    def add(canonical: Callable[[pl.Series], np.ndarray]) -> None:
        # part by part, so that no column is copied whole
        for begin in range(0, len(series), _PART):
            made.update(np.ascontiguousarray(canonical(series.slice(begin, _PART))).data)

    if series.null_count():
        add(lambda part: part.is_null().to_numpy())
    else:
        made.update(b"full")
    if isinstance(series.dtype, (pl.String, pl.Categorical)):
        distinct = series.unique().cast(pl.String).fill_null("").unique()
        if len(distinct) < FEW:
            # few different texts: their sorted list and a number a row are much less to hash
            codes = pl.Enum(distinct.sort())
            made.update(json.dumps(codes.categories.to_list()).encode())
            add(lambda part: _codes(part, codes))
        else:
            series = series.cast(pl.String)
            add(lambda part: part.fill_null("").str.len_bytes().to_numpy())
            add(_bytes)
    elif series.dtype == pl.Boolean:
        add(lambda part: part.fill_null(value=False).to_numpy())
    elif series.dtype.is_float():
        add(_floats)
    else:
        add(lambda part: part.cast(pl.Int64).fill_null(0).to_numpy())
    return made.digest()


def _codes(texts: pl.Series, names: pl.Enum) -> np.ndarray:
    # the empty text is the first of sorted ones
    return texts.cast(names).to_physical().cast(pl.UInt32).fill_null(0).to_numpy()


def _bytes(texts: pl.Series) -> np.ndarray:
    filled = texts.fill_null("")
    data = filled.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
    return np.frombuffer(data or b"", dtype=np.uint8)[: int(filled.str.len_bytes().sum())]


def _floats(numbers: pl.Series) -> np.ndarray:
    # one zero and one not-a-number, which is not zero
    plain = numbers.cast(pl.Float64).fill_null(0.0).to_numpy() + 0.0
    return np.where(np.isnan(plain), np.nan, plain)


def fingerprint(header: dict[str, Any], columns: Iterable[tuple[str, str, pl.Series]]) -> str:
    """Return the fingerprint of a log.

    Parameters
    ----------
    header : dict
        What else decides figures: time zone and activity names.
    columns : iterable of (str, str, polars.Series)
        Relation and logical name, type, and values in canonical order.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> a = fingerprint({}, [("x", "number", pl.Series([1, None]))])
    >>> a == fingerprint({}, [("x", "number", pl.Series([1, None], dtype=pl.Int32))])
    True
    """
    made = hashlib.sha256(json.dumps(header, sort_keys=True, ensure_ascii=False).encode())
    in_order = sorted(columns, key=lambda column: column[0])
    with ThreadPoolExecutor(os.cpu_count()) as pool:  # hashing lets other threads run
        digests = list(pool.map(lambda column: _digest(column[2]), in_order))
    for (name, kind, series), digest in zip(in_order, digests, strict=True):
        made.update(json.dumps([name, kind, len(series)]).encode())
        made.update(digest)
    return made.hexdigest()
