"""Asking over a socket in a folder, which only those get to who get to the folder: a port is heard by whoever is on the machine."""

from __future__ import annotations

import socket
import urllib.request
from http.client import HTTPConnection, HTTPResponse
from typing import Any, Final

NEAR: Final = "unix:"
"""How the address of a socket in a folder begins."""


class _Connection(HTTPConnection):
    def __init__(self, path: str, **named: Any) -> None:
        super().__init__("localhost", **named)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Near(urllib.request.HTTPHandler):
    """Opens all addresses by one socket.

    Parameters
    ----------
    path : str
        The socket.
    """

    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        """Ask."""
        return self.do_open(self._connection, req)

    def _connection(self, _: str, **named: Any) -> HTTPConnection:
        return _Connection(self._path, **named)
