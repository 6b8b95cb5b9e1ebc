"""CSV for people's spreadsheets: nothing in it is run when it is opened."""

from __future__ import annotations

from typing import Final

import polars as pl

from mindzie.core.results import flat

_FORMULA: Final = r"^[=+\-@\t\r\n\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}]"
_CELL_WITHIN: Final = r"([;\t][ \"]*)([=+\-@\x{FF1D}\x{FF0B}\x{FF0D}\x{FF20}])"
"""Where many languages' spreadsheets end a cell, and what would begin the next."""


def csv_text(frame: pl.DataFrame) -> str:
    """Return rows as CSV for people's spreadsheets: ``flat``, and nothing that a spreadsheet would run.

    The command line prints ``flat`` alone: programs want the values as they are.

    Parameters
    ----------
    frame : polars.DataFrame
        Any rows.

    Returns
    -------
    str
        With a header; a cell or a name that begins like a formula has an apostrophe before it, and so has what would
        begin like one in a spreadsheet that separates by ``;`` or tabs.

    Examples
    --------
    >>> csv_text(pl.DataFrame({"note": ["=1+2"]})).splitlines()
    ['note', "'=1+2"]
    """
    rows = flat(frame)
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    harmless = [_harmless(pl.col(name)).alias(name) for name in texts]
    names = pl.select(_harmless(pl.lit(pl.Series(rows.columns, dtype=pl.String)))).to_series()
    return (
        rows.with_columns(harmless).rename(dict(zip(rows.columns, names, strict=True))).write_csv()
    )


def _harmless(text: pl.Expr) -> pl.Expr:
    inside = text.str.replace_all(_CELL_WITHIN, "$1'$2")
    return pl.when(text.str.contains(_FORMULA)).then("'" + inside).otherwise(inside)
