"""Starting people's servers on one machine: each as a system user of its own, or, to try it out, all as the hub's user."""

from __future__ import annotations

import ctypes
import json
import os
import resource
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

from jupyterhub.spawner import SimpleLocalProcessSpawner
from traitlets import Integer, Unicode, default

from mindzie.core.errors import ForbiddenError, StoreError
from mindzie.core.system_users import end_all
from mindzie.core.system_users import unreachable as unreachable  # noqa: PLC0414 - as it was called before
from mindzie.hub.settings import HubSettings, most, size_of

_FOR_DASHBOARDS: Final = "Your roles are for dashboards: JupyterLab is for who may make analyses. Ask an administrator of your organisation where you need it."
_NO_NEW_PRIVILEGES: Final = 38


class ForReadersError(ForbiddenError):
    """JupyterLab was asked for by who comes to look at dashboards."""

    jupyterhub_message = _FOR_DASHBOARDS
    """What the hub's page shows."""


def limit(spawner: Any, settings: HubSettings, auth_state: Mapping[str, Any] | None) -> None:
    """Set what a person's server may use, by their roles in the workspace.

    Parameters
    ----------
    spawner : Spawner
        Of any kind; which of them keeps to it, the operators' guide says.
    settings : HubSettings
        Memory and cores by role.
    auth_state : mapping
        What the hub keeps of who logged in.

    Raises
    ------
    StoreError
        Where it keeps nothing: no server without somebody.
    ForReadersError
        To who may make no analyses: they have dashboards, and no server.
    """
    if not auth_state:
        raise StoreError("The hub does not know who this is any more: log out, and log in again.")
    if not auth_state.get("analyst", True):
        raise ForReadersError(_FOR_DASHBOARDS)
    roles = frozenset(auth_state.get("roles", ()))
    memory, cores = most(settings.memory, roles), most(settings.cpu, roles)
    spawner.mem_limit = int(size_of(memory)) if memory else None
    spawner.cpu_limit = float(cores) if cores else None


class SharedUserSpawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Servers as the hub's own system user: whoever runs code reads the files of all others, the hub's too. To try it out."""

    isolates: Final = False

    def get_args(self) -> list[str]:
        """Return the server's options."""
        root = ["--allow-root"] if os.geteuid() == 0 else []
        return [*super().get_args(), *root]

    async def start(self) -> tuple[str, int]:
        """Start it, and say what it is not."""
        self.log.warning(
            "%s starts as the hub's own user: nothing keeps people's code apart. Run the hub as root, with the spawner 'separate', before others use it.",
            self.user.name,
        )
        started: tuple[str, int] = await super().start()
        return started


class SeparateUserSpawner(SimpleLocalProcessSpawner):  # type: ignore[misc]
    """Servers as system users of their own, without an entry among the machine's users: one number a person, given for ever.

    The operating system keeps their files, processes, sockets and environments apart. What people share is the machine: its
    processor, its memory beyond the limits, its network, and the names of running programs.
    """

    isolates: Final = True
    first_uid = Integer(50_000, config=True, help="The first number.")
    numbers = Unicode(config=True, help="File that keeps who has which number.")
    homes = Unicode(config=True, help="Folder of the homes.")
    runtime_folder = Unicode(config=True, help="Folder of the kernels' sockets; a short path.")
    most_processes = Integer(2_048, config=True, help="Most processes and threads of one person.")

    @property
    def uid(self) -> int:
        """The person's number, a new one where they have none."""
        path = Path(self.numbers)
        known: dict[str, int] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
        if self.user.name not in known:
            known[self.user.name] = max(known.values(), default=self.first_uid - 1) + 1
            beside = path.with_suffix(".new")
            beside.write_text(json.dumps(known), "utf-8")
            beside.replace(path)
        return known[self.user.name]

    @default("home_dir")
    def _default_home_dir(self) -> str:
        return str(Path(self.homes) / str(self.uid))

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        """Add where the person's files, sockets and temporary files are."""
        home = Path(self.homes, str(self.uid))
        return {
            **env,
            "HOME": str(home),
            "USER": self.user.name,
            "LOGNAME": self.user.name,
            "SHELL": "/bin/bash",
            "TMPDIR": str(home / ".tmp"),
            "JUPYTER_RUNTIME_DIR": str(Path(self.runtime_folder, str(self.uid))),
        }

    def get_args(self) -> list[str]:
        """Return the server's options: kernels speak over sockets in a folder of the person's, not over ports that all hear."""
        return [*super().get_args(), "--KernelManager.transport=ipc"]

    async def start(self) -> tuple[str, int]:
        """Make the person's folders, and start the server as their system user."""
        uid, env = self.uid, self.user_env({})
        for folder in (env["HOME"], env["JUPYTER_RUNTIME_DIR"]):
            _own(Path(folder), uid)
        self.popen_kwargs = {
            "user": uid,
            "group": uid,
            "extra_groups": [],
            "umask": 0o077,
            "cwd": env["HOME"],
        }
        started: tuple[str, int] = await super().start()
        return started

    def make_preexec_fn(self, name: str) -> Callable[[], None]:  # noqa: ARG002 - as the hub calls it
        """Return what the new process does first: take limits on itself, and the way back to more rights away."""
        libc, memory, processes = ctypes.CDLL(None), self.mem_limit, self.most_processes
        temporary = Path(self.user_env({})["TMPDIR"])

        def confine() -> None:
            temporary.mkdir(exist_ok=True)  # in their home, so as themselves
            resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
            resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
            if memory:
                resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
            libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)

        return confine

    async def stop(self, now: bool = False) -> None:
        """Stop the server, then whatever else the person's system user has left running."""
        await super().stop(now=now)
        end_all(self.uid)


def _own(folder: Path, uid: int) -> None:
    # below folders that are root's: nobody can put a link in its place
    if folder.is_symlink() or (folder.exists() and folder.stat().st_uid != uid):
        raise StoreError(f"{folder} is not of the system user {uid}: remove it.")
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.parent.chmod(0o711)
        folder.mkdir(mode=0o700)
        os.chown(folder, uid, uid)
