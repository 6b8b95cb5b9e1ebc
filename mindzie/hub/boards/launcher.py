"""Starts pages: it has imported everything once, and forks, so that a page is there at once and shares that memory.

It is the one part of the service that keeps the hub's own system user. It takes lines from the service, reads nothing of people, and runs
nothing of theirs: what it forks gives up all rights before it takes anything.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mindzie.hub.spawner import end_all

WARM: Final = (
    "ipykernel.kernelapp",
    "ipywidgets",
    "mindzie.access.remote.objects",
    "mindzie.hub.boards.notebook_page",
    "mindzie.hub.boards.page",
    "mindzie.widgets.dashboard",
    "mindzie.dashboards.overview",
    "mindzie.operations",
    "holoviews.plotting.bokeh",
    "mindzie.pictures.plots",
    "panel.io.application",
    "bokeh.server.server",
)
"""What pages have imported when they begin."""
_NO_NEW_PRIVILEGES: Final = 38
_END_WITH_PARENT: Final = 1
_LOOK_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Orders:
    """What the launcher is told when it begins.

    Parameters
    ----------
    folder : str
        Of the folders of pages; a short path, for the names of sockets.
    numbers : str
        File that keeps the next number of a system user; empty where all are the hub's own.
    first_uid : int
        The first number.
    group : int
        System group of the service, which reaches the pages' sockets.
    memory, processes : int
        Bytes of a process, and processes of one page.
    environment : dict of str
        Of pages; nothing else of this process gets there.
    """

    folder: str
    numbers: str = ""
    first_uid: int = 0
    group: int = 0
    memory: int = 0
    processes: int = 256
    environment: dict[str, str] = field(default_factory=dict)


class Launcher:
    """Starts and ends pages, as lines say.

    Parameters
    ----------
    line : socket.socket
        To the service; pages end when it closes.
    orders : Orders
        What holds for all pages.
    """

    def __init__(self, line: socket.socket, orders: Orders) -> None:
        self._line, self._orders = line, orders
        self._running: dict[int, tuple[str, int]] = {}
        self._starting: dict[int, str] = {}
        self._folder = Path(orders.folder)

    def serve(self) -> None:
        """Do what is said until nobody is there to say more."""
        self._clear()
        read = self._line.makefile("r", encoding="utf-8")
        self._say(ready=True)
        while True:
            line = self._line.fileno()
            heard, _, _ = select.select([line, *self._starting], [], [], _LOOK_SECONDS)
            for pipe in set(heard) & set(self._starting):
                self._started(pipe)
            if line in heard:
                said = read.readline()
                if not said:
                    break
                self._do(json.loads(said))
            self._collect()
        for pid in list(self._running):
            self._end(pid)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _clear(self) -> None:
        # of one that was killed; a page of its may have seen to it that it goes on
        first, number = self._orders.first_uid, Path(self._orders.numbers)
        if not self._orders.numbers or not number.is_file():
            return
        for uid in {owner(path) for path in Path("/proc").glob("[0-9]*")}:
            if first <= uid < int(number.read_text("ascii")):
                end_all(uid)

    def _do(self, said: dict[str, str]) -> None:
        if "start" in said:
            self._start(said["start"], said["base"])
        else:
            for pid, (name, _) in list(self._running.items()):
                if name == said["end"]:
                    self._end(pid)

    def _start(self, name: str, base: str) -> None:
        uid = self._number()
        folder = self._folder / name
        folder.mkdir(mode=0o700)
        if uid:
            os.chown(folder, uid, self._orders.group)
            folder.chmod(0o2770)  # sockets in it are of the service's group
        warm, tell = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(warm)
            self._become(folder, base, uid, tell)
        os.close(tell)
        self._starting[warm] = name
        self._running[pid] = name, uid

    def _started(self, pipe: int) -> None:
        name = self._starting.pop(pipe)
        if os.read(pipe, 1):  # else it has ended, which is seen elsewhere
            self._say(warm=name)
        os.close(pipe)

    def _number(self) -> int:
        if not self._orders.numbers:
            return 0
        path = Path(self._orders.numbers)
        number = int(path.read_text("ascii")) if path.is_file() else self._orders.first_uid
        beside = path.with_suffix(".new")
        beside.write_text(str(number + 1), "ascii")
        beside.replace(path)
        return number

    def _become(self, folder: Path, base: str, uid: int, tell: int) -> None:
        try:
            for pipe in (self._line.detach(), *self._starting):
                os.close(pipe)
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            confine(uid, self._orders)
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(self._orders.environment)
            os.environ.update(HOME=str(folder), TMPDIR=str(folder), IPYTHONDIR=str(folder))
            os.environ.update(JUPYTER_RUNTIME_DIR=str(folder / "run"), MINDZIE_HOME=str(folder))
            from mindzie.hub.boards.page import run

            run(folder, base, tell)
        except BaseException:  # noqa: BLE001 - nothing of the launcher may go on in this process
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _collect(self) -> None:
        while self._running:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            self._end(pid, gone=True)

    def _end(self, pid: int, *, gone: bool = False) -> None:
        name, uid = self._running.pop(pid, ("", 0))
        if not name:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)
        if uid:
            end_all(uid)
        if not gone:
            os.waitpid(pid, 0)
        shutil.rmtree(self._folder / name, ignore_errors=True)
        self._say(ended=name)

    def _say(self, **said: Any) -> None:
        with contextlib.suppress(
            OSError
        ):  # the service is gone, which is seen when the next line is read
            self._line.sendall(json.dumps(said).encode() + b"\n")


def owner(path: Path) -> int:
    """Return the number of who has a file; -1 where it is gone."""
    try:
        return path.stat().st_uid
    except OSError:
        return -1


def confine(uid: int, orders: Orders) -> None:
    """Become a system user without a way back, and take limits.

    Parameters
    ----------
    uid : int
        Its number; 0 stays who it is.
    orders : Orders
        With the limits.
    """
    libc = ctypes.CDLL(None)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if orders.memory:
        resource.setrlimit(resource.RLIMIT_DATA, (orders.memory, orders.memory))
    os.umask(0o077)
    if uid:
        resource.setrlimit(resource.RLIMIT_NPROC, (orders.processes, orders.processes))
        os.umask(0o007)
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
    libc.prctl(_END_WITH_PARENT, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)


def main() -> None:
    """Import, and serve the line that was handed over."""
    line = socket.socket(fileno=int(sys.argv[1]))
    said = b""
    while not said.endswith(b"\n"):
        said += line.recv(65_536)
    for name in WARM:
        importlib.import_module(name)
    gc.freeze()  # what is there stays shared with what is forked
    Launcher(line, Orders(**json.loads(said))).serve()


if __name__ == "__main__":
    main()
