"""Quotes of a text table that do not close where they should, and what they swallowed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from mindzie.core.readiness import Finding
from mindzie.core.words import counted

_QUOTE = b'"'
_PIECE = 1 << 20
_SHOWN = 60
_LIMIT = 5


def quote_findings(
    content: Path | bytes, frame: pl.DataFrame, delimiter: str, *, quoted: bool
) -> tuple[Finding, ...]:
    r"""Return what is to be said of the quotes of a table.

    Parameters
    ----------
    content : Path or bytes
        The file, or what it holds.
    frame : polars.DataFrame
        As read, texts as texts or categories.
    delimiter : str
        Between its cells.
    quoted : bool
        Whether quotes were taken as quotes; else they were read as letters.

    Returns
    -------
    tuple of Finding
        None where all is well.

    Examples
    --------
    >>> frame = pl.DataFrame({"case": ["1"], "note": ['"Pay']})
    >>> quote_findings(b'case,note\n1,"Pay\n', frame, ",", quoted=False)[0].title
    'The quotes of the table do not close: the first in row 1'
    """
    if not _has_quotes(content):
        return ()  # most tables: looking at each cell takes longer
    return tuple(_swallowed(frame, delimiter) if quoted else _open(frame))


def _has_quotes(content: Path | bytes) -> bool:
    if isinstance(content, bytes):
        return _QUOTE in content
    with content.open("rb") as file:  # a map of the file would count as memory
        return any(_QUOTE in piece for piece in iter(lambda: file.read(_PIECE), b""))


def _open(frame: pl.DataFrame) -> Iterator[Finding]:
    quotes = frame.select(pl.sum_horizontal(pl.all().str.count_matches('"', literal=True)))
    has = (quotes.to_series() > 0).fill_null(value=False)
    # most quotes close in their row: what does not is where to look
    odd = has & (quotes.to_series() % 2 == 1)
    places = (odd if odd.any() else has).arg_true()
    if places.is_empty():
        return
    yield Finding(
        id="open_quotes",
        title=f"The quotes of the table do not close: the first in row {places[0] + 1:,}",
        count=int(has.sum()),
        severity="warning",
        sample=tuple(
            {"row": place + 1, "value": _quoted(frame, place)} for place in places.head(_LIMIT)
        ),
        done=f"All quotes were read as letters, in {counted(int(has.sum()), 'row')}.",
        change="Close the quote in the source, or double it where it is a letter within quotes.",
    )


def _quoted(frame: pl.DataFrame, place: int) -> str:
    return next(str(cell) for cell in frame.row(place) if '"' in (cell or ""))[:_SHOWN]


def _swallowed(frame: pl.DataFrame, delimiter: str) -> Iterator[Finding]:
    """Find cells with a line in them that has as many delimiters as a row."""
    if frame.width < 3:  # noqa: PLR2004 - a line with one comma is prose
        return
    has = frame.select(
        pl.col(pl.String).str.contains("\n", literal=True).any(),
        pl.col(pl.Categorical).unique().cast(pl.String).str.contains("\n", literal=True).any(),
    )
    found = list[tuple[int, int, str]]()
    for name in (column.name for column in has if column[0]):
        column = frame[name].cast(pl.String)
        lines = column.str.count_matches("\n", literal=True)
        cuts = column.str.count_matches(delimiter, literal=True)
        whole = (lines > 0) & (cuts >= lines * (frame.width - 1))
        places = whole.fill_null(value=False).arg_true()
        found += [(place + 1, int(lines[place]), str(column[place])) for place in places]
    if not found:
        return
    rows = sum(lines for _, lines, _ in found)
    yield Finding(
        id="rows_in_quotes",
        title=f"{counted(rows, 'row')} within quotes: the first in row {min(found)[0]:,}",
        count=rows,
        severity="warning",
        sample=tuple(
            {"row": row, "lines": lines + 1, "value": value[:_SHOWN]}
            for row, lines, value in sorted(found)[:_LIMIT]
        ),
        done="They were read as one value, so their events are missing.",
        change="Look for a quote that is not closed in the source: in that row, or before it.",
    )
