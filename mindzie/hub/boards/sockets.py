"""HTTP and websockets over Unix sockets."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any, Final

from tornado.httpclient import HTTPRequest, HTTPResponse
from tornado.netutil import Resolver
from tornado.simple_httpclient import SimpleAsyncHTTPClient
from tornado.websocket import WebSocketClientConnection, websocket_connect

MOST: Final = 64 * 2**20
"""Bytes of one answer or message."""
_CONNECT_SECONDS: Final = 10.0


class At(Resolver):
    """Finds every host at one socket."""

    def initialize(self, path: str = "") -> None:
        """Take the socket's path."""
        self._path = path

    async def resolve(self, *_: Any, **__: Any) -> list[tuple[int, Any]]:
        """Return the socket."""
        return [(socket.AF_UNIX, self._path)]


async def fetched(
    path: str,
    url: str,
    *,
    body: str | None = None,
    seconds: float = 60.0,
    headers: dict[str, str] | None = None,
    on_chunk: Callable[[bytes], None] | None = None,
    on_header: Callable[[str], None] | None = None,
) -> HTTPResponse:
    """Ask over a Unix socket; redirects are not followed.

    Parameters
    ----------
    path : str
        Of the socket.
    url : str
        What is asked for.
    body : str, optional
        Posted where it is given.
    seconds : float
        Of patience.
    headers : dict, optional
        What else is said.
    on_chunk, on_header : callable, optional
        Take the answer piece by piece.

    Returns
    -------
    HTTPResponse
        Of whatever status, but for posts, which must succeed.
    """
    client = SimpleAsyncHTTPClient(
        force_instance=True, resolver=At(path=path), max_buffer_size=MOST, max_body_size=MOST
    )
    request = HTTPRequest(
        f"http://page{url}",
        method="GET" if body is None else "POST",
        body=body,
        headers=headers,
        follow_redirects=False,
        connect_timeout=_CONNECT_SECONDS,
        request_timeout=seconds,
        streaming_callback=on_chunk,
        header_callback=on_header,
        decompress_response=False,
    )
    try:
        return await client.fetch(request, raise_error=body is not None)
    finally:
        client.close()


async def connected(
    path: str, url: str, protocols: list[str], on_message: Callable[[str | bytes | None], None]
) -> WebSocketClientConnection:
    """Open a websocket over a Unix socket.

    Parameters
    ----------
    path, url : str
        Where.
    protocols : list of str
        One of which is to be spoken.
    on_message : callable
        Takes each message; None at the end.

    Returns
    -------
    WebSocketClientConnection
        The line.
    """
    return await websocket_connect(
        HTTPRequest(
            f"ws://page{url}",
            headers={"Origin": "http://page"},
            connect_timeout=_CONNECT_SECONDS,
        ),
        on_message_callback=on_message,
        max_message_size=MOST,
        subprotocols=protocols,
        resolver=At(path=path),
    )
