"""CSV for people's spreadsheets: nothing in it is run when it is opened."""

from __future__ import annotations

import re
from typing import Final

import polars as pl

from mindzie.core.results import flat

_FORMULA: Final = r"^[=+\-@\t\r\n]"


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
        With a header; a cell or a name that begins like a formula has an apostrophe before it.

    Examples
    --------
    >>> csv_text(pl.DataFrame({"note": ["=1+2"]})).splitlines()
    ['note', "'=1+2"]
    """
    rows = flat(frame)
    texts = [name for name, kind in rows.schema.items() if kind == pl.String]
    harmless = [
        pl.when(pl.col(name).str.contains(_FORMULA))
        .then("'" + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name in texts
    ]
    names = {name: f"'{name}" for name in rows.columns if re.match(_FORMULA, name)}
    return rows.with_columns(harmless).rename(names).write_csv()
