"""Where rows come from: a file of the machine, a file that was sent, or a frame."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from mindzie.ingest.files import read_file
from mindzie.ingest.formats import FORMATS
from mindzie.ingest.frames import read_frame
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.remote import is_remote

Json = dict[str, Any]
ABOUT_FILES: Final = ("delimiter", "encoding", "sheet", "header_row", "member", "object_type")
"""Settings by which other rows are read; the others say what the rows mean."""
_MOST_MEMBERS: Final = 200


@dataclass(frozen=True, slots=True)
class Source:
    """What is imported.

    Parameters
    ----------
    given : object
        As for `mz.read`.
    called : str, optional
        Its name for the reader, where the file is kept under another.
    path : str, optional
        Of a file, as it is written in code and in a description of the import.
    """

    given: Any
    called: str | None
    path: str | None

    @classmethod
    def of(cls, given: Any, *, called: str | None = None, path: str | None = None) -> Source:
        """Return the source of what `mz.read` takes; `path` is that in code, where it is another."""
        is_file = isinstance(given, (str, PathLike))
        return cls(given, called, path or (fspath(given) if is_file else None))

    @property
    def is_file(self) -> bool:
        """Whether it is a file or an address."""
        return isinstance(self.given, (str, PathLike))

    @property
    def label(self) -> str:
        """What the reader calls it."""
        if not self.is_file:
            return "frame"
        return self.called or fspath(self.given).rstrip("/").rpartition("/")[2]

    @property
    def size(self) -> int | None:
        """Bytes of the file, where it is one of this machine."""
        if not self.is_file or is_remote(fspath(self.given)):
            return None
        path = Path(self.given)
        return path.stat().st_size if path.is_file() else None

    def told(self) -> Json:
        """Return what the page says of it."""
        return {"label": self.label, "size": self.size}

    def read(self, settings: Mapping[str, Any]) -> Raw:
        """Read the rows.

        Parameters
        ----------
        settings : mapping
            Those of ``ABOUT_FILES`` that the reader said.

        Returns
        -------
        Raw
            All of them.

        Raises
        ------
        MindzieError
            Where it cannot be read.
        """
        if not self.is_file:
            return read_frame(self.given, settings.get("name"))
        said = ReadSettings(**{key: settings[key] for key in ABOUT_FILES if key in settings})  # type: ignore[typeddict-item]
        return read_file(fspath(self.given), options_of(said), self.called)

    def members(self) -> list[str]:
        """Return the files in it, where it is a ZIP."""
        if not self.is_file or self.size is None or not zipfile.is_zipfile(self.given):
            return []
        try:
            with zipfile.ZipFile(self.given) as archive:
                names = [info.filename for info in archive.infolist() if not info.is_dir()]
        except (zipfile.BadZipFile, ValueError, OSError):
            return []
        inside = any(name.startswith("xl/") for name in names)
        return (
            []
            if inside
            else [name for name in names if not name.startswith("__MACOSX/")][:_MOST_MEMBERS]
        )


def fitting(raw: Raw | None, members: list[str]) -> list[str]:
    """Return the settings that mean something for a source, in the order they are asked for."""
    kind = str(raw.source.get("format", "")) if raw else ""
    family = "ocel json" if kind == "ocel" else kind
    own = (
        [name for name in FORMATS[family].settings if name in ABOUT_FILES]
        if family in FORMATS
        else []
    )
    choice = ["member"] if len(members) > 1 else []
    if raw is None:
        return [*choice, "delimiter", "encoding", "sheet", "header_row", "object_type"]
    written = [] if kind in {"xes", "parquet"} else ["day_first", "decimal"]
    return [*choice, *own, *written, "date_format", "timezone"]
