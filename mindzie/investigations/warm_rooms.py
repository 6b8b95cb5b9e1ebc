"""Rooms of runs whose processes are forked from one that has imported everything, each a system user of its own where that is said."""

from __future__ import annotations

import contextlib
import json
import os
import re
import secrets
import select
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from mindzie.core.errors import SettingError, StoreError
from mindzie.core.launcher import Orders
from mindzie.core.own_process import Said, command
from mindzie.core.removing import remove
from mindzie.core.system_users import unreachable
from mindzie.investigations.layout import ASK, TALK
from mindzie.investigations.rooms import Room, Rooms, environment

if TYPE_CHECKING:
    import psutil

_LAUNCHER: Final = "mindzie.investigations.launcher"
_ROOM: Final = re.compile("[0-9a-f]{12}")
"""How the folders of runs are named."""
_PATIENCE: Final = 60.0
_ENDS: Final = 3.0
"""Seconds that a process has to end what it started."""
_LONGEST: Final = 1 << 20
"""Letters of a line that a process says."""


class LauncherGoneError(StoreError):
    """There is nothing to fork processes from: this worker can do no more."""


@dataclass(frozen=True, slots=True)
class Users:
    """The system users of runs, for a worker that begins as root.

    Parameters
    ----------
    first : int
        Each run gets a number from this one on, a new one.
    state : Path
        root's own folder, where the next number is kept.
    group : int
        Of the worker, which reads what runs leave.
    """

    first: int
    state: Path
    group: int = 0


class WarmRooms(Rooms):
    """Gives each run a process that is forked from a warm one, which is there as long as this; on Linux.

    Parameters
    ----------
    folder : Path, optional
        Of the rooms; a short path, made anew. A temporary one where not given.
    users : Users, optional
        Where each run is to be a system user of its own.
    """

    def __init__(self, folder: Path | None = None, users: Users | None = None) -> None:
        orders = Orders(folder=str(_made(folder, users)), keeps=True, environment=environment())
        self._orders = orders if users is None else _with_users(orders, users)
        self._apart = users is not None
        self._gone = set[str]()
        line, other = socket.socketpair()
        # with an environment of its own: what is forked shows the launcher's to whoever may read it
        with other:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                [*command(_LAUNCHER), str(other.fileno())], pass_fds=[other.fileno()], stdin=subprocess.DEVNULL,
                env={**orders.environment, "OPENBLAS_NUM_THREADS": "1"}, start_new_session=True,
            )  # fmt: skip
        self._line, self._heard = line, b""
        line.sendall(json.dumps(asdict(self._orders)).encode() + b"\n")

    def __exit__(self, *_: object) -> None:
        """End all processes, and the one that they were forked from."""
        with contextlib.suppress(OSError):
            self._line.shutdown(socket.SHUT_RDWR)
        self._line.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        remove(Path(self._orders.folder))

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Give a room, which is gone at the end."""
        name = secrets.token_hex(6)
        folder = Path(self._orders.folder) / name
        self.tell(start=name)
        if not self._until(name, "warm"):
            self.tell(forget=name)
            raise StoreError(
                "The process of a run did not begin: see what the worker printed, and start it again."
            )
        room = _Warm(folder, self, name, apart=self._apart)
        try:
            yield room
        finally:
            room.close()
            self.tell(forget=name)

    @property
    def launcher(self) -> psutil.Process:
        """The process that runs are forked from."""
        import psutil

        return psutil.Process(self._process.pid)

    def tell(self, **said: str) -> None:
        """Say something to the launcher."""
        try:
            self._line.sendall(json.dumps(said).encode() + b"\n")
        except OSError:
            raise _launcher_gone() from None

    def wait_for_end(self, name: str) -> None:
        """Wait until a process is gone, which is ended where it does not end by itself."""
        if name not in self._gone and self._until(name, "ended", _ENDS) is None:
            self.tell(end=name)
            self._until(name, "ended")
        self._gone.discard(name)

    def _until(self, name: str, what: str, seconds: float | None = None) -> bool | None:
        """Listen until a process is said to be so, and return whether it is; None where nothing is said for so long."""
        while (said := self._next(seconds)) is not None:
            if "ended" in said:
                self._gone.add(said["ended"])
            if said.get(what) == name:
                return True
            if said.get("ended") == name:
                return False
        return None

    def _next(self, seconds: float | None) -> Said | None:
        while b"\n" not in self._heard:
            if not select.select([self._line], [], [], seconds)[0]:
                return None
            piece = b""
            with contextlib.suppress(OSError):  # cut off, with something unread
                piece = self._line.recv(65_536)
            if not piece:
                raise _launcher_gone()
            self._heard += piece
        line, _, self._heard = self._heard.partition(b"\n")
        found: Said = json.loads(line)
        return found


class _Warm(Room):
    def __init__(self, folder: Path, rooms: WarmRooms, name: str, *, apart: bool) -> None:
        super().__init__(folder, apart=apart)
        self._rooms, self._name = rooms, name
        self.window = folder / ASK
        self._talk = socket.socket(socket.AF_UNIX)
        self._talk.connect(str(folder / TALK))
        self._closed = False

    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        with contextlib.suppress(OSError), self._talk.makefile("r", encoding="utf-8") as heard:
            self._talk.sendall(json.dumps({**asked, "folder": str(self.folder)}).encode() + b"\n")
            for line in iter(lambda: heard.readline(_LONGEST), ""):
                yield json.loads(line)

    def end(self) -> None:
        # where the line is cut, the process ends what it started, and itself
        with contextlib.suppress(OSError):
            self._talk.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.end()
            self._talk.close()
            self._rooms.wait_for_end(self._name)


def rooms_of_worker(folder: Path | None = None, users: Users | None = None) -> Rooms:
    """Return the rooms of a worker that does one run after another: warm ones where the system can fork them.

    Parameters
    ----------
    folder : Path, optional
        Of the rooms.
    users : Users, optional
        Where each run is to be a system user of its own.

    Returns
    -------
    Rooms
        To be entered before anything else is begun or opened.

    Raises
    ------
    SettingError
        Where there can be no system users.
    """
    if sys.platform == "linux":
        return WarmRooms(folder, users)
    if users is not None:
        raise SettingError("Runs are system users of their own on Linux alone.")
    return Rooms()


def _launcher_gone() -> LauncherGoneError:
    return LauncherGoneError("What starts the processes of runs has ended: start the worker again.")


def _made(folder: Path | None, users: Users | None) -> Path:
    if users is not None and os.geteuid() != 0:
        raise SettingError(
            "Only root can give each run a system user of its own: start the worker as root, or without --first-uid."
        )
    closed = [] if users is None else unreachable(sys.executable, __file__)
    if closed:
        raise SettingError(
            f"The system users of runs may not enter {', '.join(closed)}, which they need: install Mindzie elsewhere, such as below /opt."
        )
    if folder is None:
        found = Path(tempfile.mkdtemp(prefix="mz-"))
    else:
        found = folder
        if found.is_dir() and not all(_ROOM.fullmatch(one.name) for one in found.iterdir()):
            raise SettingError(
                f"There are other things than runs in {found}, which is removed when a worker starts: name a folder of its own with --runtime."
            )
        remove(found)
        found.mkdir(parents=True)
    if users is not None:
        found.chmod(0o711)
    return found


def _with_users(orders: Orders, users: Users) -> Orders:
    users.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    numbers = str(users.state / "run_number")
    return replace(
        orders, numbers=numbers, first_uid=users.first, group=users.group, processes=1024
    )
