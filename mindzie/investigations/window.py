"""The window at which a worker answers what the notebook of its run asks of the workspace: the notebook gets no address and no key.

It is a socket in the run's folder, or else a port of this machine alone, and knows a notebook by a secret that is made for one turn at a run
and forgotten after it. Whose rights hold is looked up in each act.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import BoundedSemaphore, Thread
from typing import Any, ClassVar, Final

from mindzie.access.entrance import Place
from mindzie.access.remote.answering import exchange
from mindzie.access.remote.frames import emptied, frame
from mindzie.access.remote.near import NEAR
from mindzie.access.run_door import ADDRESS, SECRET, open_for_run
from mindzie.access.run_queue import RunTurn

_AT_ONCE: Final = 2
"""Questions that are answered at the same time."""
_OPEN: Final = 100
"""Lines that are open at the same time: whoever knocks wears out nothing of the worker's."""
_ALL_ASK: Final = 0o666
"""Who gets to the folder is asked for the secret."""
_MOST: Final = 8 * 2**30
"""Bytes of a question."""
_PIECE: Final = 2**20
_SILENT_SECONDS: Final = 60.0


class _Window(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = _OPEN

    def __init__(self, place: Place, turn: RunTurn, at: Any = ("127.0.0.1", 0)) -> None:
        super().__init__(at, _Asked)
        self.place, self.turn = place, turn
        self.secret = secrets.token_urlsafe(40)
        self.free = BoundedSemaphore(_AT_ONCE)
        self._lines = BoundedSemaphore(_OPEN)

    @property
    def address(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_port}"

    def process_request(self, request: Any, client_address: Any) -> None:
        """Listen to who comes, where there is room."""
        if self._lines.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer, and make room."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._lines.release()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a notebook that hangs up is no news."""


class _Near(_Window):
    address_family = getattr(socket, "AF_UNIX", socket.AF_INET)

    @property
    def address(self) -> str:
        return f"{NEAR}{self.server_address}"

    def server_bind(self) -> None:
        path = str(self.server_address)
        self.socket.bind(path)
        Path(path).chmod(_ALL_ASK)


class _Asked(BaseHTTPRequestHandler):
    timeout: ClassVar[float] = _SILENT_SECONDS
    server: _Window

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as the class has it
        """Say nothing: what a notebook asks is in the audit log where it changes something."""

    def do_POST(self) -> None:
        """Answer a question of the notebook."""
        given = self.headers.get("Authorization", "").removeprefix("token ")
        if self.path != "/ask" or not hmac.compare_digest(
            given.encode(), self.server.secret.encode()
        ):
            return self.send_error(HTTPStatus.FORBIDDEN)
        size = self.headers.get("Content-Length", "")
        if not size.isdigit() or int(size) > _MOST:
            return self.send_error(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        folder = Path(tempfile.mkdtemp(prefix="mindzie-ask-"))
        try:
            with self.server.free:
                self._answer(folder, int(size))
        finally:
            emptied(folder)
        return None

    def _answer(self, folder: Path, size: int) -> None:
        place, turn = self.server.place, self.server.turn
        with (folder / "question").open("w+b") as body:
            while size and (piece := self.rfile.read(min(size, _PIECE))):
                size -= body.write(piece)
            body.seek(0)
            told, folders = exchange(
                lambda: open_for_run(turn.token, place), body, folder, {"run": str(turn.run)}, surface="run"
            )  # fmt: skip
        length, pieces = frame(told, folders)
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        for each in pieces:
            self.wfile.write(each)


@contextmanager
def window(place: Place, turn: RunTurn, near: Path | None = None) -> Iterator[dict[str, str]]:
    """Answer a run's notebook, as long as this holds.

    Parameters
    ----------
    place : Place
        The workspace's.
    turn : RunTurn
        The worker's at the run.
    near : Path, optional
        The socket to be made; a port of this machine where not given.

    Yields
    ------
    dict of str
        Environment variables by which the notebook finds it.
    """
    with _Window(place, turn) if near is None else _Near(place, turn, str(near)) as here:
        thread = Thread(target=here.serve_forever, args=(0.05,), name="mindzie-window", daemon=True)
        thread.start()
        try:
            yield {ADDRESS: here.address, SECRET: here.secret}
        finally:
            here.shutdown()
            thread.join()
