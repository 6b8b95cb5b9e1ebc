"""Sample rows of findings: record numbers and values an analyst can look up."""

from __future__ import annotations

from typing import Any

import polars as pl

LIMIT = 5


def sample_rows(table: pl.DataFrame, mask: pl.Series, *columns: str) -> tuple[dict[str, Any], ...]:
    """Return at most five of the rows, times written as ISO text."""
    places = mask.arg_true().head(LIMIT)
    chosen = ["row", "case_id", "activity", *(columns or ("time",))]
    # By column: a selection of the whole table would copy it into one piece.
    rows = pl.DataFrame([table[name].gather(places) for name in chosen])
    shown = rows.with_columns(
        pl.col(clock).cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
        for clock in ("start_time", "time")
        if clock in chosen
    )
    return tuple(shown.to_dicts())
