"""Notebooks in the folder that the server shows."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from itertools import count
from typing import Any, Final

from jupyter_server.utils import ensure_async
from tornado.web import HTTPError

from mindzie.core.errors import NotFoundError, SourceError

_SPEC: Final = {"name": "python3", "display_name": "Python 3", "language": "python"}
_PATIENCE: Final = 60
_LONGEST: Final = 200
"""Bytes of a name in a path; file systems take 255, with a number and the ending."""
MARK: Final = "mindzie"
"""Of a notebook's metadata: what it is in the workspace."""


@dataclass(frozen=True, slots=True)
class Notebooks:
    """The server's notebooks, read and written as its page does: nothing outside its folder, nothing hidden.

    Parameters
    ----------
    manager : ContentsManager
        The server's.
    loop : asyncio.AbstractEventLoop
        The server's; the rest is called in another thread.
    """

    manager: Any
    loop: asyncio.AbstractEventLoop

    def read(self, path: str) -> dict[str, Any]:
        """Return a notebook.

        Parameters
        ----------
        path : str
            As the page names it.

        Returns
        -------
        dict
            As nbformat 4.

        Raises
        ------
        NotFoundError
            Where there is none.
        SourceError
            Where it is no notebook.
        """
        try:
            found = self._said(self.manager.get(path, content=True, type="notebook"))
        except HTTPError as error:
            if error.status_code == HTTPStatus.BAD_REQUEST:
                raise SourceError(f"{path} is no notebook.") from None
            raise NotFoundError(f"There is no notebook {path}: save it first.") from None
        return {**found["content"], "cells": [_written(cell) for cell in found["content"]["cells"]]}

    def write(self, path: str, content: Mapping[str, Any]) -> str:
        """Write a notebook without outputs, with the folders above it; return its path.

        The server would sign what it is given: outputs that somebody else wrote would run in the page as the reader's own.
        """
        # the server loads this module also where nothing is installed that a workspace needs
        from mindzie.access.board_content import without_outputs

        above = path.rpartition("/")[0]
        if above and not self.has_folder(above):
            self._said(
                self.manager.save({"type": "directory", "format": None, "content": None}, above)
            )
        bare = runnable(without_outputs(content))
        told = {**bare, "cells": [_written(cell) for cell in bare["cells"]]}
        self._said(self.manager.save({"type": "notebook", "format": "json", "content": told}, path))
        return path

    def has_folder(self, path: str) -> bool:
        """Return whether there is a folder."""
        return bool(self._said(self.manager.dir_exists(path)))

    def there(self, path: str) -> dict[str, Any] | None:
        """Return a notebook, or None where there is none."""
        if not self._said(self.manager.file_exists(path)):
            return None
        return self.read(path)

    def _said(self, asked: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(ensure_async(asked), self.loop).result(_PATIENCE)


def _written(cell: Mapping[str, Any]) -> dict[str, Any]:
    """Return a cell without what the server says of it: whether it trusts its outputs."""
    metadata = {name: value for name, value in cell["metadata"].items() if name != "trusted"}
    return {**cell, "metadata": metadata}


def mark_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a notebook says that it is in the workspace; anybody may have written anything there."""
    said = content.get("metadata", {}).get(MARK)
    return dict(said) if isinstance(said, Mapping) else {}


def runnable(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return a notebook that names its language, which JupyterLab asks for otherwise."""
    metadata = {"kernelspec": _SPEC, **content.get("metadata", {})}
    return {"nbformat": 4, "nbformat_minor": 5, **content, "metadata": metadata}


def places(*names: str) -> Iterator[str]:
    """Return where a notebook may be put: first below its names, then with a number.

    Examples
    --------
    >>> next(places("Order desk", "Late: why?"))
    'Order desk/Late why.ipynb'
    """
    path = "/".join(map(_as_file, names))
    yield f"{path}.ipynb"
    yield from (f"{path}-{number}.ipynb" for number in count(2))


def _as_file(name: str) -> str:
    found = re.sub(r"[^\w \-().]+", "", name).encode()[:_LONGEST].decode(errors="ignore")
    return found.strip(" .") or "unnamed"


def sources(content: Mapping[str, Any]) -> list[Any]:
    """Return what somebody wrote in a notebook: its cells without outputs."""
    return [(cell.get("cell_type"), _text(cell.get("source", ""))) for cell in content["cells"]]


def _text(source: Any) -> str:
    return "".join(source) if isinstance(source, list) else str(source)
