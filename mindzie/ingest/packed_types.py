"""The type of an attribute that is held as categories or times: found on its different texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl

from mindzie.ingest.column_types import Typed, typed, typed_texts
from mindzie.ingest.packed import Ways, text_of, times_of
from mindzie.ingest.raw import Hints
from mindzie.ingest.texts import MARKS, empty_is_missing, is_date, sample_of


def typed_packed(series: pl.Series, hints: Hints, ways: Ways) -> tuple[pl.Series, Typed]:
    """Return a packed column with empty texts as missing, and the type that its texts have; what is text stays packed."""
    if series.name in ways:
        times = times_of(series, hints, ways, numbers=False)
        if series.count() and times.values.count() == series.count():
            return series, Typed(times.values, "date", times)
        return series, typed(text_of(series, ways), hints)
    each = series.unique().drop_nulls()
    texts = each.cast(pl.String)
    if (texts == "").any():
        series, each = empty_is_missing(series), each.filter(texts != "")
        texts = each.cast(pl.String)
    sample = sample_of(series)
    if all(text in MARKS or is_date(text) for text in sample):
        # how often each is met may decide whether day or month comes first, and what is a mark
        return series, typed(text_of(series, ways), hints)
    found = typed_texts(texts, sample, hints)
    values = series if found.type == "text" else _spread(found.values, each, series)
    return series, replace(found, values=values)


def _spread(values: pl.Series, each: pl.Series, series: pl.Series) -> pl.Series:
    """Return the value of every row from that of each text."""
    codes = each.to_physical().to_numpy()
    places = np.zeros(int(codes.max()) + 1, dtype=np.uint32)
    places[codes] = np.arange(len(codes), dtype=np.uint32)
    rows = pl.Series(places).gather(series.to_physical())
    return values.gather(rows).alias(series.name)
