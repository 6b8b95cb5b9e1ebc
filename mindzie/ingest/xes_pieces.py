"""Large XES files read piece by piece and packed: r4pm holds a few traces at a time, and never the log."""

from __future__ import annotations

import contextlib
import ctypes
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import numpy as np
import polars as pl

from mindzie.ingest.bounds import Room
from mindzie.ingest.packed import NotPackedError, Packer, Ways, in_turn
from mindzie.ingest.xes_fast import LISTS, by_r4pm, lossy

PIECE: Final = 1 << 20
"""Bytes that are parsed at once: r4pm takes some ten times as many."""
LONGEST: Final = 64 << 20
"""Bytes of a trace."""
HEAD: Final = 1 << 20
"""Bytes that may stand before the first trace: they are repeated before every piece."""
TRACE, TRACE_END, LOG_END = b"<trace", b"</trace>", b"</log>"
USUAL: Final = np.isin(np.arange(256), np.frombuffer(b"/sdifbet", np.uint8))
"""The first letters of what stands in traces: string, date, int, id, float, boolean, event, trace, and ends. Whatever else there
is (comments, lists, a second log) is left to those who read the file as a whole."""


def read_pieces(path: Path, room: Room, *, times: bool = True) -> tuple[pl.DataFrame, Ways] | None:
    """Read a file in UTF-8; None where it is small, or is better read as a whole."""
    if path.stat().st_size < 2 * PIECE:
        return None
    try:
        with path.open("rb") as file:
            start = file.read(HEAD)
            head = start[: start.find(TRACE)] if TRACE in start else b""
            defaults = _defaults(head)
            file.seek(len(head))
            bodies = _bodies(iter(lambda: file.read(PIECE), b""))

            def read(body: bytes) -> pl.DataFrame:
                return _read(head, body, room.new("piece.xes"))

            packer, frames = None, []
            for frame in in_turn(read, bodies):
                packer = packer or Packer(frame, times=times)
                frames.append(packer.pack(frame))
        together = pl.concat(frames, how="diagonal")
    except (NotPackedError, pl.exceptions.PolarsError):
        return None
    _give_back()
    if any(name in defaults and name not in frame for frame in frames for name in together.columns):
        return None  # r4pm knows a default only where it knows the column
    return together, packer.ways if packer else {}


def _defaults(head: bytes) -> set[str]:
    """Return the columns for which there are values where an event or a trace has none.

    Raises
    ------
    NotPackedError
        Where what stands before the traces is odd.
    """
    if not head or any(b"<" + name in head or b":" + name in head for name in LISTS):
        raise NotPackedError
    try:
        root = ET.fromstring(head + LOG_END)  # noqa: S314 - no document type, so no entities
    except (ET.ParseError, ValueError, LookupError):
        raise NotPackedError from None
    found = [node for node in root.iter() if node.tag.endswith("global")]
    return {prefix + key for node in found for each in node.iter() if (key := each.get("key")) for prefix in ("", "case:")}  # fmt: skip


def _bodies(parts: Iterator[bytes]) -> Iterator[bytes]:
    """Cut what follows the head after traces, each body with the end of the log.

    Raises
    ------
    NotPackedError
        Where there is anything but whole traces.
    """
    rest = b""
    for part in parts:
        rest += part
        end = rest.rfind(TRACE_END) + len(TRACE_END)
        if end >= len(TRACE_END):
            yield _checked(rest[:end]) + LOG_END
            rest = rest[end:]
        elif len(rest) > LONGEST:
            raise NotPackedError
    if rest.strip() != LOG_END:
        raise NotPackedError


def _checked(body: bytes) -> bytes:
    """Refuse anything but whole traces: as many must begin as end."""
    letters = np.frombuffer(body, np.uint8)
    tags = np.flatnonzero(letters == ord("<"))
    first, second = letters[tags + 1], letters[tags + 2]
    begun = np.count_nonzero(first == ord("t"))
    ended = np.count_nonzero((first == ord("/")) & (second == ord("t")))
    if not USUAL[first].all() or begun != ended:
        raise NotPackedError
    return body


def _give_back() -> None:
    """Give back what r4pm set free: some C libraries keep a part of it for each thread there ever was."""
    with contextlib.suppress(AttributeError, OSError, TypeError):  # elsewhere there is no such call
        ctypes.CDLL(None).malloc_trim(0)


def _read(head: bytes, body: bytes, place: Path) -> pl.DataFrame:
    with place.open("wb") as file:
        file.writelines((head, body))
    frame = by_r4pm(place)
    place.unlink()
    if frame is None or frame.is_empty() or lossy(frame):
        raise NotPackedError
    return frame
