"""Starts processes for code of others: it has imported everything once, and forks, so that one is there at once and shares that memory.

Where it is root, each is a system user of its own, and it is the one part that stays root. It takes lines from who started it, reads nothing of
people, and runs nothing of theirs: what it forks gives up all rights before it takes anything.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import select
import signal
import socket
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from mindzie.core.removing import begin_to_remove, remove
from mindzie.core.system_users import confine, end_all, left_by, owner

Begin = Callable[[Path, Mapping[str, str], int], object]
"""What a process does: it is given its folder, what was said, and a file to write to when it is ready."""
_LOOK_SECONDS: Final = 0.2
_PIECE: Final = 65_536


@dataclass(frozen=True)
class Orders:
    """What a launcher is told when it begins.

    Parameters
    ----------
    folder : str
        Of the folders of processes; a short path, for the names of sockets.
    numbers : str
        File that keeps the next number of a system user; empty where all are the launcher's own.
    first_uid : int
        The first number.
    group : int
        System group of who started the launcher, which reaches the processes' sockets and files.
    memory, processes : int
        Bytes of a process, and processes and threads of one system user.
    keeps : bool
        Whether a folder stays when its process ends, until it is said to be forgotten.
    environment : dict of str
        Of processes; nothing else of the launcher gets there.
    """

    folder: str
    numbers: str = ""
    first_uid: int = 0
    group: int = 0
    memory: int = 0
    processes: int = 256
    keeps: bool = False
    environment: dict[str, str] = field(default_factory=dict)


class Launcher:
    """Starts and ends processes, as lines say.

    Parameters
    ----------
    line : socket.socket
        To who started it; processes end when it closes.
    orders : Orders
        What holds for all processes.
    begin : callable
        What each of them does.
    heard : bytes
        What came over the line already.
    """

    def __init__(
        self, line: socket.socket, orders: Orders, begin: Begin, heard: bytes = b""
    ) -> None:
        self._line, self._orders, self._begin, self._heard = line, orders, begin, heard
        self._running: dict[int, tuple[str, int]] = {}
        self._starting: dict[int, str] = {}
        self._folder = Path(orders.folder)
        self._pid = os.getpid()

    def serve(self) -> None:
        """Do what is said until nobody is there to say more."""
        self._clear()
        self._say(ready=True)
        there = True
        while there:
            while b"\n" in self._heard:
                said, _, self._heard = self._heard.partition(b"\n")
                self._do(json.loads(said))
            line = self._line.fileno()
            heard, _, _ = select.select([line, *self._starting], [], [], _LOOK_SECONDS)
            for pipe in set(heard) & set(self._starting):
                self._started(pipe)
            if line in heard:
                piece = self._hear()
                self._heard, there = self._heard + piece, bool(piece)
            self._collect()
        for pid in list(self._running):
            self._end(pid)
        remove(self._folder)

    def _hear(self) -> bytes:
        try:
            return self._line.recv(_PIECE)
        except ConnectionResetError:  # it was killed, and had not read all
            return b""

    def _clear(self) -> None:
        # of one that was killed; a process of its may have seen to it that it goes on
        first, number = self._orders.first_uid, Path(self._orders.numbers)
        if not self._orders.numbers or not number.is_file():
            return
        for uid in {owner(path) for path in Path("/proc").glob("[0-9]*")}:
            if first <= uid < int(number.read_text("ascii")):
                end_all(uid)

    def _do(self, said: dict[str, str]) -> None:
        if "start" in said:
            self._start(said)
        elif "forget" in said:
            self._remove(said["forget"])
        else:
            for pid, (name, _) in list(self._running.items()):
                if name == said["end"]:
                    self._end(pid)

    def _start(self, said: dict[str, str]) -> None:
        name = said["start"]
        try:
            self._fork(name, said)
        except OSError as fault:  # of this one; the others go on
            sys.stderr.write(f"mindzie: A process could not be started: {fault}\n")
            self._remove(name)
            self._say(ended=name)

    def _fork(self, name: str, said: Mapping[str, str]) -> None:
        uid, folder = self._number(), self._at(name)
        folder.mkdir(mode=0o700)
        if uid:
            # sockets and files in it are of the group; in this order it needs no further right
            folder.chmod(0o2770)
            os.chown(folder, uid, self._orders.group)
        ready, tell = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            os.close(ready)
            os.close(tell)
            raise
        if pid == 0:
            os.close(ready)
            self._become(folder, said, uid, tell)
        os.close(tell)
        self._starting[ready] = name
        self._running[pid] = name, uid

    def _started(self, pipe: int) -> None:
        name = self._starting.pop(pipe)
        if os.read(pipe, 1):  # else it has ended, which is seen elsewhere
            self._say(warm=name)
        os.close(pipe)

    def _at(self, name: str) -> Path:
        # who says it gave up root: it names nothing elsewhere
        if not name.isalnum():
            raise ValueError(f"{name!r} is no name of a process.")
        return self._folder / name

    def _remove(self, name: str) -> None:
        begin_to_remove(self._at(name))  # others wait for this process

    def _number(self) -> int:
        if not self._orders.numbers:
            return 0
        path = Path(self._orders.numbers)
        number = int(path.read_text("ascii")) if path.is_file() else self._orders.first_uid
        beside = path.with_suffix(".new")
        beside.write_text(str(number + 1), "ascii")
        beside.replace(path)
        return number

    def _become(self, folder: Path, said: Mapping[str, str], uid: int, tell: int) -> None:
        try:
            for pipe in (self._line.detach(), *self._starting):
                os.close(pipe)
            os.setsid()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            confine(uid, memory=self._orders.memory, processes=self._orders.processes)
            if os.getppid() != self._pid:
                os._exit(1)  # it was gone already
            os.chdir(folder)
            os.environ.clear()
            os.environ.update(self._orders.environment)
            os.environ.update(HOME=str(folder), TMPDIR=str(folder), IPYTHONDIR=str(folder))
            os.environ.update(JUPYTER_RUNTIME_DIR=str(folder / "run"), MINDZIE_HOME=str(folder))
            self._begin(folder, said, tell)
        except BaseException:  # noqa: BLE001 - nothing of the launcher may go on in this process
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(1)

    def _collect(self) -> None:
        with contextlib.suppress(ChildProcessError):
            while pid := os.waitpid(-1, os.WNOHANG)[0]:
                self._end(pid, gone=True)

    def _end(self, pid: int, *, gone: bool = False) -> None:
        name, uid = self._running.pop(pid, ("", 0))
        if not name:
            return
        # what was forked just now has no group yet
        for kill in (os.killpg,) if gone else (os.killpg, os.kill):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                kill(pid, signal.SIGKILL)
        if uid:
            end_all(uid)
            for path in left_by(uid):
                begin_to_remove(path)
        if not gone:
            os.waitpid(pid, 0)
        if not self._orders.keeps:
            self._remove(name)
        self._say(ended=name)

    def _say(self, **said: Any) -> None:
        # where nobody is there any more, that is seen when the next line is read
        with contextlib.suppress(OSError):
            self._line.sendall(json.dumps(said).encode() + b"\n")


def launch(modules: Iterable[str], begin: Begin) -> None:
    """Import, and serve the line whose file this program was given the number of.

    Parameters
    ----------
    modules : iterable of str
        What processes have imported when they begin.
    begin : callable
        What each of them does.
    """
    line = socket.socket(fileno=int(sys.argv[1]))
    said = b""
    while b"\n" not in said:
        piece = line.recv(_PIECE)
        if not piece:
            return
        said += piece
    first, _, rest = said.partition(b"\n")
    for name in modules:
        importlib.import_module(name)
    gc.freeze()  # what is there stays shared with what is forked
    Launcher(line, Orders(**json.loads(first)), begin, rest).serve()
