"""What starts processes of others: it goes on whatever one of them leaves, and ends what would not end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest

from mindzie.core.system_users import end_all

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux forks runs.")
UID = 3_950_000
DEPTH = 3000
"""Folders in one another: more than Python goes down."""
PROGRAM = f"""
import os
from mindzie.core.launcher import launch
def begin(folder, said, tell):
    for _ in range({DEPTH}):
        os.mkdir("x")
        os.chdir("x")
    os.write(tell, b"1")
    os._exit(0)
launch([], begin)
"""
FIGHTER = f"""
import os
from mindzie.core.system_users import confine
confine({UID})
print("ready", flush=True)
while True:
    try:
        os.kill(-1, 9)
    except OSError:
        pass
"""


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return the folder of processes, which their launcher removes."""
    with tempfile.TemporaryDirectory(prefix="mz-") as beside:
        yield Path(beside) / "r"


@pytest.fixture
def line(folder: Path) -> Iterator[IO[str]]:
    """Return the line to a launcher that is ready."""
    folder.mkdir()
    ours, other = socket.socketpair()
    command = [sys.executable, "-c", PROGRAM, str(other.fileno())]
    with ours, other, subprocess.Popen(command, pass_fds=[other.fileno()]) as process:
        other.close()
        with ours.makefile("rw", encoding="utf-8", buffering=1) as found:
            _say(found, folder=str(folder))
            assert _heard(found) == {"ready": True}
            yield found
            ours.shutdown(socket.SHUT_RDWR)
        ours.close()
        assert process.wait(60) == 0
    assert not folder.exists()


def _say(line: IO[str], **said: Any) -> None:
    line.write(json.dumps(said) + "\n")


def _heard(line: IO[str]) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(line.readline())
    return found


def test_a_launcher_outlives_what_cannot_begin_and_what_is_too_deep(
    line: IO[str], folder: Path
) -> None:
    (folder / "taken").mkdir()
    _say(line, start="taken")
    assert _heard(line) == {"ended": "taken"}
    for name in ("a1", "a2"):
        _say(line, start=name)
        assert _heard(line) == {"warm": name}
        assert _heard(line) == {"ended": name}


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="Only root makes system users.")
def test_a_system_user_cannot_end_who_ends_it() -> None:
    command = [sys.executable, "-c", FIGHTER]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        end_all(UID)
        assert process.poll() == -signal.SIGKILL
