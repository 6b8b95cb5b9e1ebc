"""About how many rows a file has, and how long reading them takes, before they are read: readers give a table whole."""

from __future__ import annotations

from pathlib import Path
from typing import Final, NamedTuple

import polars as pl

from mindzie.ingest.jobs.progress import Meter

_HEAD: Final = 1 << 20
_ROW: Final = {"csv": b"\n", "json": b"\n", "xes": b"<event"}
"""What there is once for each row, in the text of a kind of file."""
_SECONDS: Final = {"csv": 0.004, "json": 0.03, "xes": 0.022}
"""For a mebibyte, as measured."""
_PARQUET_SECONDS: Final = 0.1
"""For a million rows, as measured."""


class Expected(NamedTuple):
    """What is expected of a file."""

    rows: int | None = None
    seconds: float = 0.0


def expected(path: Path, kind: str) -> Expected:
    r"""Return about how many rows an unpacked file has, and how long reading them takes.

    Parameters
    ----------
    path : Path
        The file.
    kind : str
        As ``mindzie.ingest.formats`` names it.

    Returns
    -------
    Expected
        Without rows where neither the file says so nor its first lines tell.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp(), "orders.csv")
    >>> _ = path.write_text("order,step\n1,Pay\n1,Ship\n")
    >>> expected(path, "csv").rows
    3
    """
    try:
        if kind == "parquet":
            rows = int(pl.scan_parquet(path, glob=False).select(pl.len()).collect().item())
            return Expected(rows, _PARQUET_SECONDS * rows / 1_000_000)
        if kind not in _ROW:
            return Expected()
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, pl.exceptions.PolarsError):
        return Expected()  # its reader says what is wrong
    found = head.count(_ROW[kind])
    return Expected(
        round(found * size / len(head)) if found else None, _SECONDS[kind] * size / (1 << 20)
    )


class Looking:
    """Tells a meter what readers say on their way.

    Parameters
    ----------
    meter : Meter
        Of the import.
    """

    def __init__(self, meter: Meter) -> None:
        self._meter = meter

    def bytes(self, came: int, size: int) -> None:
        """Tell how much of a file came."""
        self._meter.bytes(came, size)

    def begins(self, path: Path, kind: str) -> None:
        """Tell how many rows are expected of a file."""
        self._meter.expect(*expected(path, kind))

    def expects(self, rows: int) -> None:
        """Tell how many records come of a stream."""
        self._meter.expect(rows)
