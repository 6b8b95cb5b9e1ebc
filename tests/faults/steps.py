"""Steps of a program that leave something behind: each file it opens, moves or removes, each statement and each commit."""

from __future__ import annotations

import itertools
import os
import signal
import sys
from typing import Any

from sqlalchemy import Engine, event

OF_FILES = {"open", "os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.link", "os.chmod"}
OF_DATABASES = ("before_cursor_execute", "after_cursor_execute", "commit", "rollback")


def die_at(step: int) -> None:
    """Kill this process at a step from now on, counted from 1; never where it is 0."""
    if not step:
        return
    numbers = itertools.count(1)

    def tick(*_: Any) -> None:
        if next(numbers) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(lambda name, _: tick() if name in OF_FILES else None)
    for name in OF_DATABASES:
        event.listen(Engine, name, tick)
