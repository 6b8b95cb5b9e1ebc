"""Where runs are done: a folder and a process for each, begun anew, or forked from one that has imported everything."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import select
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from mindzie.core.errors import SettingError, StoreError
from mindzie.core.launcher import Orders
from mindzie.core.own_process import Said, answers, command, end
from mindzie.core.system_users import unreachable
from mindzie.investigations.layout import LOG, TALK, WORK

if TYPE_CHECKING:
    import psutil

_MODULE: Final = "mindzie.investigations.apart_process"
_LAUNCHER: Final = "mindzie.investigations.launcher"
_PATIENCE: Final = 60.0
_ENDS: Final = 3.0
"""Seconds that a process has to end what it started."""
PASSES: Final = "MINDZIE_RUN_VARIABLES"
"""Names of the variables of the worker that notebooks get as well, with commas between."""
_ALWAYS: Final = (
    *("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "LD_LIBRARY_PATH", "SSL_CERT_FILE"),
    *("SSL_CERT_DIR", "POLARS_MAX_THREADS", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "HOME"),
    *("USERPROFILE", "VIRTUAL_ENV", "DYLD_LIBRARY_PATH"),
)


def environment() -> dict[str, str]:
    """Return what a run gets of the worker's environment: where programs are, and what is named, but no address and no key.

    Examples
    --------
    >>> "MINDZIE_WORKSPACE" in environment()
    False
    """
    named = (name.strip() for name in os.environ.get(PASSES, "").split(","))
    found = {name: os.environ[name] for name in (*_ALWAYS, *named) if name in os.environ}
    return {**found, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}


class LauncherGoneError(StoreError):
    """There is nothing to fork processes from: this worker can do no more."""


class Room(ABC):
    """A folder, and the process of a run in it.

    Parameters
    ----------
    folder : Path
        Of this run alone.
    apart : bool
        Whether what is in it runs as another system user, which reads nothing else.
    """

    def __init__(self, folder: Path, *, apart: bool = False) -> None:
        self.folder, self.apart = folder, apart

    def lay(self, there: Path, name: str) -> None:
        """Lay a folder, to be read only, where the notebook works."""
        here = self.folder / WORK / name
        if not self.apart:
            here.symlink_to(there, target_is_directory=True)
            return
        # the other system user does not get to where it lies
        shutil.copytree(there, here, copy_function=shutil.copyfile)
        for path in (here, *here.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)

    @abstractmethod
    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        """Ask the process, and yield what it says until it ends."""

    @abstractmethod
    def end(self) -> None:
        """End the process and what it started; from any thread, and as often as one likes."""

    def close(self) -> None:
        """End all that is left, and wait until it is gone."""
        self.end()


class Rooms:
    """Gives each run a process that is begun for it, as this process's user."""

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, *_: object) -> None:
        """End."""

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Give a room, which is gone at the end."""
        with tempfile.TemporaryDirectory(prefix="mindzie-", ignore_cleanup_errors=True) as beside:
            (Path(beside) / WORK).mkdir()
            yield _New(Path(beside))


class _New(Room):
    _process: subprocess.Popen[str] | None = None
    _over = False

    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        if self._over:
            return
        own = {**environment(), "MINDZIE_HOME": str(self.folder / WORK)}
        with (self.folder / LOG).open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command(_MODULE), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, encoding="utf-8",
                env=own, cwd=self.folder / WORK, start_new_session=True,
            )  # fmt: skip
        if self._over:  # meanwhile
            end(self._process)
        with self._process:
            try:
                yield from answers(self._process, {**asked, "folder": str(self.folder)})
            finally:
                end(self._process)

    def end(self) -> None:
        self._over = True
        if self._process is not None:
            end(self._process)


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
        shutil.rmtree(self._orders.folder, ignore_errors=True)

    @contextmanager
    def room(self) -> Iterator[Room]:
        """Give a room, which is gone at the end."""
        name = secrets.token_hex(6)
        folder = Path(self._orders.folder) / name
        self.tell(start=name)
        if not self._until(name, "warm"):
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
        self._talk = socket.socket(socket.AF_UNIX)
        self._talk.connect(str(folder / TALK))
        self._closed = False

    def ask(self, asked: Mapping[str, Any]) -> Iterator[Said]:
        with contextlib.suppress(OSError), self._talk.makefile("r", encoding="utf-8") as heard:
            self._talk.sendall(json.dumps({**asked, "folder": str(self.folder)}).encode() + b"\n")
            for line in heard:
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


def is_plain(path: Path) -> bool:
    """Return whether a path is a file of its own: no link to another's, and nothing that never ends."""
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_nlink == 1


def plain(folder: Path) -> None:
    """Leave nothing in a folder but files of its own, and make it where it is none, after its process has ended."""
    if folder.is_symlink() or not folder.is_dir():
        folder.unlink(missing_ok=True)
        folder.mkdir()
    for path in list(folder.iterdir()):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif not is_plain(path):
            path.unlink()


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
        shutil.rmtree(found, ignore_errors=True)
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
