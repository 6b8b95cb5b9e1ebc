"""XES as r4pm reads it, and whether anything was lost."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Final

import polars as pl
import r4pm.df

CASE, ACTIVITY, TIME = "case:concept:name", "concept:name", "time:timestamp"
NO_ID = "00000000-0000-0000-0000-000000000000"
LISTS: Final = (b"list", b"container")
PAGE: Final = 1 << 16
PIECE: Final = 1 << 22
STACK: Final = 16 << 20
STACK_PER_BYTE: Final = 8
"""An attribute within another is 20 bytes of file and takes 84 bytes of stack."""
STACK_MOST: Final = 32 << 30
"""Of addresses, not of memory."""
_STARTING: Final = threading.Lock()


def read_whole(path: Path) -> pl.DataFrame | None:
    """Read a file whose name ends in ``.xes``; None where r4pm gives up, as on an event without attributes, or loses something."""
    if has_lists(path):
        return None
    frame = by_r4pm(path)
    return None if frame is None or frame.is_empty() or lossy(frame) else frame


def by_r4pm(path: Path) -> pl.DataFrame | None:
    """Read a file without lists; None where r4pm gives up.

    It descends once for every attribute within another, so that a stack of the usual size overflows, and the
    process dies, in a file made for it. A thread of its own gets what the deepest possible file needs.
    """
    found: list[pl.DataFrame | None] = []
    needed = STACK_PER_BYTE * path.stat().st_size + STACK
    if needed > STACK_MOST:
        return None
    reader = threading.Thread(target=lambda: found.append(_imported(path)))
    with _STARTING:
        usual = threading.stack_size(needed // PAGE * PAGE)
        try:
            reader.start()
        except RuntimeError:  # no room for such a stack
            return None
        finally:
            threading.stack_size(usual)
    reader.join()
    return found[0]


def has_lists(path: Path) -> bool:
    """Return whether there are attributes of several values, which r4pm writes as a text of its own, by kilobytes of stack."""
    with path.open("rb") as file:
        begin = file.read(4)
        if b"\0" in begin:  # UTF-16, which r4pm does not know
            return True
        # bytes are searched several times faster than a map of the file
        while piece := file.read(PIECE):
            text = begin + piece
            # one search for each name, and a second where it is met at all, as in a value
            met = (name for name in LISTS if name in text)
            if any(b"<" + name in text or b":" + name in text for name in met):
                return True
            begin = text[-max(map(len, LISTS)) :]
    return False


def _imported(path: Path) -> pl.DataFrame | None:
    """Return what r4pm reads, its times marked as what they are."""
    try:
        frame: pl.DataFrame = r4pm.df.import_xes(str(path))[0]
    except BaseException:  # noqa: BLE001 - a panic of Rust is no Exception
        return None
    return frame.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC"))


def lossy(frame: pl.DataFrame) -> bool:
    """Return whether r4pm met what it cannot keep: traces without a name, bad dates, mixed types, lists."""
    if not {CASE, ACTIVITY, TIME} <= set(frame.columns) or pl.Null in frame.dtypes:
        return True
    if frame[CASE].null_count() or frame[TIME].null_count():
        return True
    texts = frame.select(pl.col(pl.String))
    odd = texts.select(
        (
            pl.all().str.starts_with('"')
            | pl.all().str.starts_with("[Attribute {")
            | (pl.all() == NO_ID)
        ).any()
    )
    return any(odd.row(0)) if odd.width else False
