"""A page's process: it waits until it is given a published notebook or app with a grant, and shows that alone, to one reader.

It is forked from a process that has imported everything, and holds nothing of any reader before it is claimed.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from pathlib import Path
from typing import Any, Final

from jupyter_client.connect import write_connection_file
from jupyter_client.session import new_id_bytes
from tornado.httpserver import HTTPServer
from tornado.netutil import bind_unix_socket
from tornado.web import Application, RequestHandler

CLAIM_SOCKET: Final = "claim.sock"
"""Where the process is told what it shows, in its folder."""
SOCKET: Final = "page.sock"
"""Where the page is served."""
PANEL_SOCKET: Final = "panel.sock"
"""The same once it is a Panel app."""
MOST: Final = 64 * 2**20
"""Bytes that are taken at once."""
_OPEN: Final = 0o660


def run(folder: Path, base: str, tell: int) -> None:
    """Be a page, until the process is ended.

    Parameters
    ----------
    folder : Path
        Of this page alone.
    base : str
        Path of its address, with a slash at the end.
    tell : int
        File to write to when it may be claimed.
    """
    # Jupyter changes the rights of the folder that these are in
    own = folder / "run"
    own.mkdir()
    connection = own / "kernel.json"
    write_connection_file(str(connection), ip=str(own / "k"), key=new_id_bytes(), transport="ipc")
    parent, child = os.getpid(), os.fork()
    if child == 0:
        os.close(tell)
        _kernel(connection, parent)
    asyncio.run(_serve(folder, base, child, tell))


def _kernel(connection: Path, parent: int) -> None:
    from ipykernel.kernelapp import IPKernelApp

    os.environ["JPY_PARENT_PID"] = str(parent)
    IPKernelApp.launch_instance(argv=["-f", str(connection)])
    os._exit(0)


async def _serve(folder: Path, base: str, kernel: int, tell: int) -> None:
    from mindzie.hub.boards.notebook_page import NotebookPage

    page = NotebookPage(folder, base)
    claim = {"folder": folder, "base": base, "page": page, "kernel": kernel}
    control = Application([("/claim", Claim, claim)])
    for application, name in ((page.application, SOCKET), (control, CLAIM_SOCKET)):
        server = HTTPServer(application, max_buffer_size=MOST)
        server.add_socket(bind_unix_socket(str(folder / name), mode=_OPEN))
    await page.warm(folder / SOCKET)
    os.write(tell, b"1")
    os.close(tell)
    await asyncio.Event().wait()


class Claim(RequestHandler):
    """Takes what is shown, once, before any code of it ran."""

    claimed = False

    def initialize(self, folder: Path, base: str, page: Any, kernel: int) -> None:
        """Take what the process knows."""
        self._folder, self._base, self._page, self._kernel = folder, base, page, kernel

    def check_xsrf_cookie(self) -> None:
        """Do nothing: only the service reaches this socket."""

    async def post(self) -> None:
        """Become the page of a dashboard."""
        if Claim.claimed:
            self.set_status(410)
            return
        Claim.claimed = True
        told = json.loads(self.request.body)
        if told["kind"] == "panel":
            os.kill(self._kernel, signal.SIGKILL)
            os.environ.update(told["environment"])
            _panel(self._folder, self._base, told["content"])
        else:
            await self._page.take(told["content"], told["environment"])


def _panel(folder: Path, base: str, content: str) -> None:
    # one process a page: code of several readers in one would see each other's grants
    from bokeh.server.server import Server
    from panel.io.application import build_single_handler_application

    app = folder / "dashboard.py"
    app.write_text(content, "utf-8")
    server = Server(
        {"/": build_single_handler_application(str(app))},
        unix_socket=str(folder / PANEL_SOCKET),
        prefix=base.rstrip("/"),
        allow_websocket_origin=["*"],
        check_unused_sessions_milliseconds=5_000,
        num_procs=1,
    )
    (folder / PANEL_SOCKET).chmod(_OPEN)
    server.start()
    _kept.append(server)


_kept: Final[list[Any]] = []
