"""Rows as files without nested values have them."""

from __future__ import annotations

import polars as pl


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return rows as CSV can hold them: lists joined by arrows, durations in seconds, times in ISO 8601 with their offset.

    Parameters
    ----------
    frame : polars.DataFrame
        Any rows.

    Returns
    -------
    polars.DataFrame
        The same rows and columns.

    Examples
    --------
    >>> flat(pl.DataFrame({"path": [["Order", "Ship"]]}))["path"][0]
    'Order → Ship'
    """
    made = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.List):
            made.append(pl.col(name).cast(pl.List(pl.String)).list.join(" \u2192 "))
        elif isinstance(kind, pl.Duration):
            made.append(pl.col(name).dt.total_microseconds() / 1e6)
        elif isinstance(kind, pl.Datetime):
            made.append(pl.col(name).dt.to_string("iso:strict"))
    return frame.with_columns(made)
