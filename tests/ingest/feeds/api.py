"""An API on this machine, told by each test how to answer."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Request:
    """What came."""

    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return its JSON."""
        return json.loads(self.body)


@dataclass
class Api:
    """A server, and what came to it."""

    answer: Callable[[Request], Any] = lambda request: []
    """Returns JSON, or status, headers and bytes (or a list of bytes, sent one by one)."""
    requests: list[Request] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: Api

    def do_GET(self) -> None:
        place = urlsplit(self.path)
        length = int(self.headers.get("Content-Length") or 0)
        request = Request(
            place.path,
            dict(parse_qsl(place.query)),
            {name.title(): value for name, value in self.headers.items()},
            self.rfile.read(length),
        )
        self.api.requests.append(request)
        said = self.api.answer(request)
        status, headers, body = said if isinstance(said, tuple) else (200, {}, said)
        if callable(body):
            body(self)
            self.close_connection = True
            return
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(content)),
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the library's name

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[Api]:
    """Run an API."""
    api = Api()
    handler = type("Handler", (_Handler,), {"api": api})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        server.handle_error = lambda *_: None  # type: ignore[method-assign] - who reads may hang up
        api.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield api
        server.shutdown()
        thread.join()


def events(first: int, last: int) -> list[dict[str, Any]]:
    """Return events by number."""
    return [
        {
            "id": n,
            "claim": f"C{n % 3}",
            "step": "Pay" if n % 2 else "Check",
            "at": f"2025-03-{1 + n // 24:02}T{n % 24:02}:00:00Z",
        }
        for n in range(first, last)
    ]
