"""The identity of a log's content, whatever file it came from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import polars as pl

FEW = 1 << 16


def _digest(series: pl.Series) -> bytes:
    """Hash values and nulls of a column in canonical form."""
    made = hashlib.sha256()
    made.update(series.is_null().to_numpy().tobytes() if series.null_count() else b"full")
    if series.dtype == pl.String:
        filled = series.fill_null("")
        distinct = filled.unique()
        if len(distinct) < FEW:
            distinct = distinct.sort()
            # few different texts: their sorted list and a number a row are much less to hash
            codes = filled.cast(pl.Enum(distinct)).to_physical().cast(pl.UInt32)
            made.update(json.dumps(distinct.to_list()).encode())
            made.update(codes.to_numpy().tobytes())
        else:
            made.update(filled.str.len_bytes().to_numpy().tobytes())
            data = filled.to_arrow(compat_level=pl.CompatLevel.oldest()).buffers()[2]
            made.update(memoryview(data)[: int(filled.str.len_bytes().sum())] if data else b"")
    elif series.dtype == pl.Boolean:
        made.update(series.fill_null(value=False).to_numpy().tobytes())
    elif series.dtype.is_float():
        # one zero and one not-a-number, which is not zero
        plain = series.cast(pl.Float64).fill_null(0.0).to_numpy() + 0.0
        made.update(np.where(np.isnan(plain), np.nan, plain).tobytes())
    else:
        made.update(series.cast(pl.Int64).fill_null(0).to_numpy().tobytes())
    return made.digest()


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
    with ThreadPoolExecutor() as pool:  # hashing lets other threads run
        digests = list(pool.map(lambda column: _digest(column[2]), in_order))
    for (name, kind, series), digest in zip(in_order, digests, strict=True):
        made.update(json.dumps([name, kind, len(series)]).encode())
        made.update(digest)
    return made.hexdigest()
