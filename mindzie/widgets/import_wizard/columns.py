"""A source's columns as a reader chooses among them: a few values, how many there are, what is missing."""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from mindzie.core.results import Column, Table
from mindzie.core.settings import AttributeType
from mindzie.ingest.texts import MARKS, PLAIN_MARKS, written
from mindzie.ingest.times import looks_like_times

Json = dict[str, Any]
HEAD: Final = 20_000
"""Rows that are looked at where the whole source would take too long."""
SHOWN: Final = 1_000
_SAMPLES: Final = 3
_LONGEST: Final = 80


def described(frame: pl.DataFrame) -> list[Json]:
    """Return what is to be known of each column, by the first rows.

    Parameters
    ----------
    frame : polars.DataFrame
        As read.

    Returns
    -------
    list of dict
        ``name``, ``samples`` (the first different values, as texts), ``distinct``, ``missing`` (a share), and ``looks``:
        ``date``, ``number``, ``boolean`` or ``text``.
    """
    head = frame.head(HEAD)
    made = []
    for column in head.get_columns():
        present = column.drop_nulls()
        some = present.head(SHOWN).unique(maintain_order=True).head(_SAMPLES)
        made.append(
            {
                "name": column.name,
                "samples": [_short(str(value)) for value in some.to_list()],
                "distinct": present.n_unique(),
                "missing": column.null_count() / max(len(column), 1),
                "looks": _looks(column),
            }
        )
    return made


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _looks(column: pl.Series) -> AttributeType:
    kind = column.dtype
    if kind == pl.Boolean:
        return "boolean"
    if kind.is_numeric():
        return "number"
    if isinstance(kind, (pl.Date, pl.Datetime)) or looks_like_times(column):
        return "date"
    present = column.drop_nulls().head(SHOWN)
    if kind == pl.String and len(present):
        numbers = present.str.replace(",", ".", literal=True).cast(pl.Float64, strict=False)
        if not numbers.null_count():
            return "number"
    return "text"


def marks(frame: pl.DataFrame) -> list[Json]:
    """Return the texts of the first rows that seem to mean missing, the commonest first.

    Parameters
    ----------
    frame : polars.DataFrame
        As read.

    Returns
    -------
    list of dict
        ``text``, ``cells`` that have it, and whether it is ``plain`` that nothing else can be meant.
    """
    texts = frame.head(HEAD).select(pl.col(pl.String))
    if not texts.width:
        return []
    counted = {mark: int(sum(texts.select((pl.all() == mark).sum()).row(0))) for mark in MARKS}
    found = [
        {"text": mark, "cells": cells, "plain": mark in PLAIN_MARKS}
        for mark, cells in counted.items()
        if cells
    ]
    return sorted(found, key=lambda mark: -int(mark["cells"]))


def first_rows(frame: pl.DataFrame) -> Table:
    """Return the first rows as they stand in the source, to be looked at."""
    texts = written(frame.head(SHOWN))
    return Table(texts, tuple(Column(name=name, type="text") for name in texts.columns))


def plain_marks(found: list[Json]) -> tuple[str, ...]:
    """Return those of `marks` that cannot but mean missing."""
    return tuple(mark["text"] for mark in found if mark["plain"])
