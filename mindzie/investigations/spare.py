"""A kernel's process that was forked beforehand, as long as there was one thread, and waits to be told which kernel it is."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from subprocess import TimeoutExpired
from typing import Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from mindzie.core.system_users import end_with_parent
from mindzie.investigations.kernel import RecordingKernel

_LOOK_SECONDS = 0.02


class Spare:
    """A process that becomes a kernel; to Jupyter it looks like one that was started by a command.

    Parameters
    ----------
    pid : int
        Of the process.
    line : int
        File on which it is told.
    folder : Path
        Of the kernel's sockets.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, line: int, folder: Path) -> None:
        self.pid, self._line, self.folder = pid, line, folder
        self.returncode: int | None = None

    @classmethod
    def forked(cls, folder: Path, others: Iterable[int]) -> Spare:
        """Fork it, without some files of this process; before any thread was begun.

        Parameters
        ----------
        folder : Path
            Of the run.
        others : iterable of int
            Files that a notebook must not have.

        Returns
        -------
        Spare
            Waiting.
        """
        heard, line = os.pipe()
        parent, pid = os.getpid(), os.fork()
        if pid == 0:
            for each in (line, *others):
                os.close(each)
            _wait(heard, parent)
        os.close(heard)
        return cls(pid, line, folder)

    def begin(self, command: list[str], **said: Any) -> None:
        """Become a kernel.

        Parameters
        ----------
        command : list of str
            The arguments of a kernel, after the module.
        **said
            ``cwd`` and ``env``, as for a process.
        """
        told = {"command": command, "cwd": said["cwd"] or str(Path.cwd()), "env": said["env"]}
        with os.fdopen(self._line, "wb") as line:
            line.write(json.dumps(told).encode())

    def poll(self) -> int | None:
        """Return how it ended; None as long as it runs."""
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait until it has ended, and return how."""
        until = None if timeout is None else time.monotonic() + timeout
        while (code := self.poll()) is None:
            if until is not None and time.monotonic() > until:
                raise TimeoutExpired("kernel", timeout or 0.0)
            time.sleep(_LOOK_SECONDS)
        return code

    def send_signal(self, number: int) -> None:
        """Send it a signal."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


class _Provisioner(LocalProvisioner):  # type: ignore[misc, unused-ignore]
    spare: Spare

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> Any:
        """Let the spare process be the kernel."""
        self.spare.begin(cmd[cmd.index("-f") :], cwd=kwargs.get("cwd"), env=kwargs["env"])
        self.process = self.spare  # type: ignore[assignment]
        self.pid = self.pgid = self.spare.pid
        return self.connection_info


def kernel_of(spare: Spare) -> type[RecordingKernel]:
    """Return the class of kernels that are this one."""

    class SpareKernel(RecordingKernel):
        """Starts the kernel that was forked beforehand, once."""

        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            # what is said on a port is heard by whoever is on the machine
            sockets = spare.folder / "run"
            sockets.mkdir(exist_ok=True)
            self.transport, self.ip = "ipc", str(sockets / "k")
            self.provisioner = _Provisioner(
                kernel_id="run", kernel_spec=self.kernel_spec, parent=self
            )
            self.provisioner.spare = spare

    return SpareKernel


def _wait(heard: int, parent: int) -> None:
    """Be the spare process."""
    from mindzie.investigations import kernel_process
    from mindzie.investigations.lean import let_in

    try:
        os.setsid()
        end_with_parent()
        if os.getppid() != parent:
            os._exit(1)
        with os.fdopen(heard, "rb") as file:
            text = file.read()
        if not text:
            os._exit(0)  # there was no kernel to begin
        said = json.loads(text)
        os.environ.clear()
        os.environ.update(said["env"])
        os.chdir(said["cwd"])
        let_in()
        kernel_process.begin(said["command"])
        atexit._run_exitfuncs()  # noqa: SLF001 - what the interpreter does at its end, which this process does not come to
        os._exit(0)
    except BaseException:  # noqa: BLE001 - nothing of the run's process may go on in this one
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(1)
