"""Where rows come from: a file of the machine, a file that was sent, a frame, or a database."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, Protocol

from mindzie.core.errors import SettingError
from mindzie.ingest.files import read_file
from mindzie.ingest.formats import FORMATS
from mindzie.ingest.frames import read_frame
from mindzie.ingest.jobs.expecting import Looking
from mindzie.ingest.jobs.progress import Meter
from mindzie.ingest.raw import Raw
from mindzie.ingest.reading import ReadSettings, options_of
from mindzie.ingest.remote import is_remote
from mindzie.ingest.watching import watched

Json = dict[str, Any]
ABOUT_FILES: Final = ("delimiter", "encoding", "sheet", "header_row", "member", "object_type")
"""Settings by which other rows are read; the others say what the rows mean."""
_MOST_MEMBERS: Final = 200


@dataclass(frozen=True, slots=True)
class Script:
    """How code reads a source.

    Parameters
    ----------
    reader : str
        The function.
    given : tuple of str
        Its first arguments, as they are written.
    before : tuple of str
        Lines before it.
    """

    reader: str
    given: tuple[str, ...]
    before: tuple[str, ...] = ()


class Source(Protocol):
    """What is imported."""

    @property
    def label(self) -> str:
        """What the reader calls it."""

    @property
    def where(self) -> str:
        """What messages call it."""

    def told(self) -> Json:
        """Return what the page says of it: ``label``, and ``size`` in bytes where that is known."""

    def read(self, settings: Mapping[str, Any], meter: Meter) -> Raw:
        """Read all rows, by those settings of ``ABOUT_FILES`` that the reader said."""

    def members(self) -> list[str]:
        """Return the files in it, where it is a ZIP."""

    def settings(self, raw: Raw | None, members: list[str]) -> list[str]:
        """Return the settings that mean something for it, in the order they are asked for."""

    def script(self) -> Script:
        """Return how code reads it."""

    def planned(self) -> Json:
        """Return it as the source of an ``ImportPlan``."""


@dataclass(frozen=True, slots=True)
class Given:
    """A file, an address or a frame.

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
    def of(cls, given: Any, *, called: str | None = None, path: str | None = None) -> Given:
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
    def where(self) -> str:
        """What messages call it."""
        return self.label

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

    def read(self, settings: Mapping[str, Any], meter: Meter) -> Raw:
        """Read all rows, and tell how far that is."""
        if not self.is_file:
            return read_frame(self.given, settings.get("name"))
        said = ReadSettings(**{key: settings[key] for key in ABOUT_FILES if key in settings})  # type: ignore[typeddict-item]
        with watched(Looking(meter)), meter.ticking():
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

    def settings(self, raw: Raw | None, members: list[str]) -> list[str]:
        """Return the settings that mean something for it."""
        return fitting(raw, members) if self.is_file or raw is not None else []

    def script(self) -> Script:
        """Return how code reads it."""
        return Script("mz.read", ("frame" if self.path is None else repr(self.path),))

    def planned(self) -> Json:
        """Return it as the source of a plan.

        Raises
        ------
        SettingError
            Where it is a frame.
        """
        if self.path is None:
            message = "A frame has no place that another run could read it from: save it as a file, and import that."
            raise SettingError(message)
        return {"file": self.path}


def fitting(raw: Raw | None, members: list[str]) -> list[str]:
    """Return the settings that mean something for the rows of a file or a frame."""
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
