"""Files that a browser sends piece by piece, into a folder of their own."""

from __future__ import annotations

import base64
import binascii
import tempfile
import weakref
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from mindzie.core.errors import LimitError, SettingError, SourceError
from mindzie.ingest.bounds import size_in_words

_LONGEST_NAME: Final = 120


@dataclass(slots=True)
class Upload:
    """A file on its way: what the reader calls it, where it lies, and how much is there."""

    name: str
    path: Path
    size: int
    received: int = 0

    @property
    def complete(self) -> bool:
        """Return whether all of it is there."""
        return self.received == self.size


class Uploads:
    """Takes one file at a time; the one before is forgotten.

    Parameters
    ----------
    most : int
        Bytes that a file may have.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.now: Upload | None = None
        self._folder: Path | None = None
        self._number = 0

    def begin(self, name: str, size: int) -> Upload:
        """Make room for a file.

        Parameters
        ----------
        name : str
            What the reader's machine calls it; never part of a path here.
        size : int
            Its bytes.

        Returns
        -------
        Upload
            Empty.

        Raises
        ------
        LimitError
            Where it is larger than may be.
        SourceError
            Where it is empty.
        """
        if size > self.most:
            message = f"{called(name)} has {size_in_words(size)}; at most {size_in_words(self.most)} may be uploaded. Pack it by gzip or ZIP, or read it from a folder."
            raise LimitError(message)
        if not size:
            message = f"{called(name)} is empty."
            raise SourceError(message)
        self.forget()
        self._number += 1
        path = self._place() / str(self._number)
        path.touch(mode=0o600)
        self.now = Upload(called(name), path, size)
        return self.now

    def take(self, offset: int, data: str) -> Upload:
        """Write a piece.

        Parameters
        ----------
        offset : int
            Bytes before it.
        data : str
            In base64.

        Returns
        -------
        Upload
            With the piece.

        Raises
        ------
        SettingError
            Where it is not the next piece of the file announced.
        SourceError
            Where there is no room on the disk.
        """
        upload = self.now
        if upload is None or offset != upload.received:
            message = "This is not the next piece of the file. Upload it again."
            raise SettingError(message)
        try:
            piece = base64.b64decode(data, validate=True)
        except binascii.Error:
            message = "A piece of the file came damaged. Upload it again."
            raise SettingError(message) from None
        if not piece or len(piece) > upload.size - upload.received:
            message = "The file is longer or shorter than was said. Upload it again."
            raise SettingError(message)
        try:
            with upload.path.open("ab") as file:
                file.write(piece)
        except OSError as error:
            self.forget()
            message = f"{upload.name} could not be kept: {error.strerror}."
            raise SourceError(message) from None
        upload.received += len(piece)
        return upload

    def forget(self) -> None:
        """Remove the file, if there is one."""
        if self.now is not None:
            self.now.path.unlink(missing_ok=True)
            self.now = None

    def _place(self) -> Path:
        if self._folder is None:
            made = tempfile.TemporaryDirectory(prefix="mindzie-upload-", ignore_cleanup_errors=True)
            # gone with the wizard, at the latest with the process
            weakref.finalize(self, made.cleanup)
            self._folder = Path(made.name)
        return self._folder


def called(name: str) -> str:
    r"""Return the last part of a file's name, without what is not seen.

    Examples
    --------
    >>> called("C:\\Users\\me\\orders\x07.csv")
    'orders.csv'
    """
    last = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(letter for letter in last if letter.isprintable()).strip()
    return seen[-_LONGEST_NAME:] or "upload"
