"""The line from a notebook's server to the hub, and from a run's notebook to its worker."""

from __future__ import annotations

import io
import tempfile
import urllib.error
import urllib.request
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final

from mindzie.access.remote.frames import frame, unframed
from mindzie.access.remote.near import NEAR, Near
from mindzie.core import errors
from mindzie.core.errors import MindzieError, SignInError, StoreError

_PATIENCE: Final = 900.0
"""Seconds, in which a large log is published."""
_UNKNOWN: Final = (
    "The hub does not know this server any more: log in again, and start your server anew."
)


def _opener(*more: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    # no proxy of the environment gets to see the token
    return urllib.request.build_opener(urllib.request.ProxyHandler({}), *more)


_OPENER: Final = _opener()


@cache
def _shelf() -> tempfile.TemporaryDirectory[str]:
    # logs are read from their files as long as the process lives
    return tempfile.TemporaryDirectory(prefix="mindzie-")


def shelf() -> Path:
    """Return a new folder for files of this process, gone when it ends."""
    return Path(tempfile.mkdtemp(dir=_shelf().name))


class Link:
    """Where a workspace is asked, and by whom.

    Parameters
    ----------
    url : str
        Of the hub's service; or of a socket in a folder, as ``unix:/run/x/ask.sock``.
    token : str
        That says who asks, and nothing else does.
    there : str
        What the other side is called in messages.
    unknown : str
        What is said where the token is not known any more.
    """

    def __init__(
        self, url: str, token: str, there: str = "The hub", unknown: str = _UNKNOWN
    ) -> None:
        self.url, self._token = url.rstrip("/"), token
        near, path = url.startswith(NEAR), url.removeprefix(NEAR)
        self._opener = _opener(Near(path)) if near else _OPENER
        self._base = "http://localhost" if near else self.url
        self._there, self._unknown = there, unknown

    def __repr__(self) -> str:
        return f"<Link to {self.url}>"

    def ask(
        self, question: Mapping[str, Any], logs: list[Path]
    ) -> tuple[dict[str, Any], list[Path]]:
        """Ask, and return the answer with the folders of its event logs and tables.

        Parameters
        ----------
        question : mapping
            As ``answering.Question``.
        logs : list of Path
            Folders of event logs that go along.

        Returns
        -------
        tuple of dict and list of Path
            The answer.

        Raises
        ------
        MindzieError
            What was raised there, or why there is no answer.
        """
        size, pieces = frame(question, logs)
        head = {
            "Authorization": f"token {self._token}",
            "Content-Type": "application/octet-stream",
            "Content-Length": str(size),
        }
        request = urllib.request.Request(f"{self._base}/ask", pieces, head, method="POST")  # noqa: S310 - the hub's address
        try:
            with self._opener.open(request, timeout=_PATIENCE) as response:
                answer, folders = unframed(io.BufferedReader(response), shelf())
        except urllib.error.HTTPError as error:
            error.close()
            raise self._refused(error.code) from None
        except (OSError, ValueError) as error:
            if isinstance(error, MindzieError):
                raise
            raise StoreError(
                f"{self._there} does not answer: try again in a minute, else ask its operator."
            ) from error
        if "error" in answer:
            raise _again(answer["error"])
        return answer, folders

    def _refused(self, code: int) -> MindzieError:
        there = self._there
        if code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            return SignInError(self._unknown)
        if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return StoreError(
                f"The event log is larger than is taken by {there[0].lower()}{there[1:]}: ask its operator."
            )
        return StoreError(f"{there} could not answer ({code}): its operator finds why in its log.")


def _again(said: Mapping[str, str]) -> MindzieError:
    kind = getattr(errors, said["kind"], MindzieError)
    if not (isinstance(kind, type) and issubclass(kind, MindzieError)):
        kind = MindzieError
    try:
        return kind(said["text"])
    except TypeError:  # it is made of more than a text
        return errors.SettingError(said["text"])
