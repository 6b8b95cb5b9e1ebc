"""Sample rows of findings: record numbers and values an analyst can look up."""

from __future__ import annotations

from typing import Any

import polars as pl

LIMIT = 5


def sample_rows(table: pl.DataFrame, mask: pl.Series, *columns: str) -> tuple[dict[str, Any], ...]:
    """Return at most five of the rows, times written as ISO text."""
    clocks = [c for c in ("start_time", "time") if c in columns or (c == "time" and not columns)]
    chosen = ["row", "case_id", "activity", *(columns or ("time",))]
    rows = table.select(chosen).filter(mask).head(LIMIT)
    shown = rows.with_columns(
        pl.col(clock).cast(pl.Datetime("us")).dt.to_string("%Y-%m-%dT%H:%M:%S%.fZ")
        for clock in clocks
    )
    return tuple(shown.to_dicts())
