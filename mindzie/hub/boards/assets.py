"""Scripts, styles and fonts of Voilà and Panel: the same for all pages, so that browsers keep them."""

from __future__ import annotations

import asyncio
import re
from http import HTTPStatus
from typing import Final
from urllib.parse import quote

from mindzie.hub.boards.pages import Page, Pages
from mindzie.hub.boards.sockets import fetched

_MOST: Final = 256 * 2**20
_FOREVER: Final = float("inf")
_APP: Final = "import panel as pn\npn.extension()\npn.Column().servable()\n"
_KINDS: Final = {
    "voila": r"voila/(?:static|templates|labextensions|api/themes)/",
    "panel": r"static/",
}
_PATH: Final = re.compile(r"[\w@.+~^-]+(?:/[\w@.+~^-]+)*", re.ASCII)


def asset(kind: str, path: str) -> bool:
    """Return whether a path below a page of some kind is that of a script, a style or a font.

    Examples
    --------
    >>> asset("panel", "static/js/bokeh.min.js"), asset("panel", "static/../claim"), asset("voila", "api/contents")
    (True, False, False)
    """
    known = re.match(_KINDS[kind], path) and _PATH.fullmatch(path)
    return bool(known) and ".." not in path


class Assets:
    """Asks a page of its own for them, which shows nothing to anybody, and keeps the answers.

    Parameters
    ----------
    pages : Pages
        That run.
    base : str
        Path below which they have addresses.
    """

    def __init__(self, pages: Pages, base: str) -> None:
        self._pages, self._base = pages, base
        self._kept: dict[str, tuple[str, bytes]] = {}
        self._size = 0
        self._source: Page | None = None
        self._turn = asyncio.Lock()

    def shared(self, body: bytes, at: str) -> bytes:
        """Return a page's HTML with the addresses that all pages share.

        Parameters
        ----------
        body : bytes
            HTML.
        at : str
            Path of the page.

        Returns
        -------
        bytes
            HTML.
        """
        for start in ("voila/static/", "voila/templates/", "voila/labextensions/", "static/"):
            kind = "voila" if start.startswith("voila") else "panel"
            body = body.replace(f"{at}{start}".encode(), f"{self._base}{kind}/{start}".encode())
        body = body.replace(b'="static/', f'="{self._base}panel/static/'.encode())
        # without a slash, as the page's settings name folders
        for name in ("static", "labextensions"):
            told = f'{self._base}voila/voila/{name}"'.encode()
            body = body.replace(f'{at}voila/{name}"'.encode(), told)
        return body

    async def found(self, kind: str, path: str) -> tuple[str, bytes] | None:
        """Return type and content of one of them.

        Parameters
        ----------
        kind : {"voila", "panel"}
            Whose.
        path : str
            Below its pages.

        Returns
        -------
        tuple of str and bytes, or None
            None where there is no such thing.
        """
        if not asset(kind, path):
            return None
        key = f"{kind}/{path}"
        if key not in self._kept:
            answer = await self._asked(kind, path)
            if answer is None:
                return None
            if self._size + len(answer[1]) > _MOST:
                return answer
            self._size += len(answer[1])
            self._kept[key] = answer
        return self._kept[key]

    async def _asked(self, kind: str, path: str) -> tuple[str, bytes] | None:
        async with self._turn:
            source = self._source
            if source is None or source.name not in self._pages.running:
                told = {"kind": "panel", "content": _APP, "environment": {}}
                source = await self._pages.claim("", told, "none", _FOREVER)
                source.lines = 1  # it is never left
                self._source = source
        name = "page.sock" if kind == "voila" else "panel.sock"
        url = f"{self._pages.base}{source.name}/{quote(path)}"
        answer = await fetched(str(source.folder / name), url)
        if answer.code != HTTPStatus.OK:
            return None
        return answer.headers.get("Content-Type", "application/octet-stream"), answer.body
