"""XML with a document type is refused: what may stand in one (entities, other files) no log needs."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from mindzie.core.errors import SourceError

PROLOGUE = 1 << 20
CHUNK = 1 << 14


class _Begun(Exception):  # noqa: N818 - no error
    pass


def refuse_doctype(path: Path, where: str) -> str:
    """Read an XML file as far as its first element, and refuse a document type before it.

    Returns
    -------
    str
        Name of the first element, without its namespace.

    Raises
    ------
    SourceError
        There is one, or no element comes.
    """
    parser = expat.ParserCreate()

    def doctype(*_: object) -> NoReturn:
        raise SourceError(
            f"{where} has a document type (<!DOCTYPE ...>), which may hide entities that fill the memory or read "
            "other files. Logs need none: take the line out."
        )

    def begun(name: str, _: object) -> NoReturn:
        raise _Begun(name.rpartition(":")[2])

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = begun
    try:
        with path.open("rb") as file:
            for _ in range(PROLOGUE // CHUNK):
                piece = file.read(CHUNK)
                parser.Parse(piece, not piece)
                if not piece:
                    break
    except _Begun as root:
        return str(root)
    except SourceError:
        raise
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise unreadable_xml(where, error) from None
    raise unreadable_xml(where, f"no element in its first {PROLOGUE >> 20} MiB")


def unreadable_xml(where: str, error: object) -> SourceError:
    """Return the error for XML that is damaged."""
    return SourceError(f"{where} cannot be read as XES: {error}. Check that the file is complete.")
