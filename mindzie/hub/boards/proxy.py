"""From a reader's browser to the one page that is theirs."""

from __future__ import annotations

import logging
import time
from collections.abc import Awaitable
from http import HTTPStatus
from typing import Any, Final

from tornado.httpclient import HTTPClientError
from tornado.iostream import StreamClosedError
from tornado.web import HTTPError, RequestHandler
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, WebSocketHandler

from mindzie.hub.boards import policy, screening
from mindzie.hub.boards.assets import Assets, asset
from mindzie.hub.boards.pages import Page, Pages
from mindzie.hub.boards.sockets import connected, fetched

_log = logging.getLogger("mindzie.hub")
_RENDER_SECONDS: Final = 600.0
_PING_SECONDS: Final = 30.0
_QUEUED: Final = 16 * 2**20
"""Bytes that wait for a slow browser before its line is cut."""


def still(pages: Pages, name: str) -> Page:
    """Return a page that is shown, by the secret of its address; one that has ended is refused."""
    page = pages.running.get(name)
    if page is None or not page.grant or page.until <= time.monotonic():
        raise HTTPError(HTTPStatus.GONE)
    return page


def found(pages: Pages, name: str) -> Page:
    """Return it, and note that somebody looks at it."""
    page = still(pages, name)
    page.seen = time.monotonic()
    return page


class Shown(RequestHandler):
    """What a page answers, with our own headers and none of its."""

    def initialize(self, pages: Pages, assets: Assets) -> None:
        """Take what all share."""
        self._pages, self._assets = pages, assets

    def set_default_headers(self) -> None:
        """Set the frame's policy, for refusals too."""
        for name, value in policy.sandboxed(self.request.host).items():
            self.set_header(name, value)

    def check_xsrf_cookie(self) -> None:
        """Do nothing: there is no cookie here, the address is the secret."""

    async def get(self, name: str, path: str) -> None:
        """Answer."""
        if path == "alive":
            still(self._pages, name)
            self.set_status(HTTPStatus.NO_CONTENT)
            return
        page = found(self._pages, name)
        for header, value in policy.sandboxed(self.request.host, page.embed).items():
            self.set_header(header, value)
        if asset(page.kind, path):
            await self._shared(page.kind, path)
            return
        if not screening.asked(path):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        page.opened = True
        url = self.request.path + (f"?{self.request.query}" if self.request.query else "")
        try:
            answer = await fetched(page.socket, url, seconds=_RENDER_SECONDS)
        except (OSError, HTTPClientError, StreamClosedError):
            raise HTTPError(HTTPStatus.BAD_GATEWAY) from None
        self.set_status(answer.code if answer.code < HTTPStatus.MULTIPLE_CHOICES else 502)
        body = answer.body or b""
        if path == "":
            self.set_header("Content-Type", "text/html; charset=utf-8")
            body = self._assets.shared(body, self.request.path)
        else:
            self.set_header("Content-Type", "application/json")
        self.write(body)

    async def _shared(self, kind: str, path: str) -> None:
        # addresses that scripts make of the page's own
        kept = await self._assets.found(kind, path)
        if kept is None:
            raise HTTPError(HTTPStatus.NOT_FOUND)
        for header, value in policy.ASSET.items():
            self.set_header(header, value)
        self.set_header("Content-Type", kept[0])
        self.write(kept[1])

    def post(self, name: str, _path: str) -> None:
        """Hear that a page is left; it goes on for a moment, for a reader who comes back."""
        found(self._pages, name)
        self.set_status(HTTPStatus.NO_CONTENT)


class Line(WebSocketHandler):
    """The websocket of a page: everything to the browser, of the browser's what its widgets say."""

    def initialize(self, pages: Pages) -> None:
        """Take what all share."""
        self._pages = pages
        self._page: Page | None = None
        self._there: WebSocketClientConnection | None = None
        self._writing: set[Awaitable[Any]] = set()

    def check_origin(self, origin: str) -> bool:  # noqa: ARG002 - what tornado passes
        """Let the frame in, which has no origin; its address is the secret."""
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Speak as the page does."""
        self._offered = subprotocols
        if screening.PROTOCOL in subprotocols:
            return screening.PROTOCOL
        return subprotocols[0] if subprotocols else None

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Look whether there is such a line before it is opened."""
        page = found(self._pages, args[0])
        if not screening.line(page.kind, args[1]):
            raise HTTPError(HTTPStatus.NOT_FOUND)
        await super().get(*args, **kwargs)

    async def open(self, *args: str, **_: str) -> None:
        """Connect with the page."""
        page = found(self._pages, args[0])
        url = self.request.path + (f"?{self.request.query}" if self.request.query else "")
        if page.kind == "voila" and self.selected_subprotocol != screening.PROTOCOL:
            self.close(1002)
            return
        page.lines += 1
        page.opened, self._page = True, page
        try:
            self._there = await connected(page.socket, url, self._offered, self._heard)
        except (OSError, HTTPClientError, StreamClosedError):
            self.close(1011)

    async def on_message(self, message: str | bytes) -> None:
        """Pass on what widgets say."""
        page = self._page
        if page is None or self._there is None:
            return
        page.seen = time.monotonic()
        if page.kind == "voila" and not screening.passes(message):
            return
        try:
            await self._there.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.close()

    def _heard(self, message: str | bytes | None) -> None:
        if message is None or self._queued() > _QUEUED:
            self.close()
            return
        try:
            self.write_message(message, binary=isinstance(message, bytes))
        except WebSocketClosedError:
            self.on_close()

    def _queued(self) -> int:
        stream = getattr(self.ws_connection, "stream", None)
        return 0 if stream is None else len(stream._write_buffer)  # noqa: SLF001 - tornado tells it nowhere else

    def on_close(self) -> None:
        """Leave the page; who does not come back ends it."""
        page, self._page = self._page, None
        if page is not None:
            page.lines -= 1
            page.seen = time.monotonic()
        there, self._there = self._there, None
        if there is not None:
            there.close()
