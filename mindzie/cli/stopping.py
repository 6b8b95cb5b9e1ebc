"""How workers are stopped: they end at once, and what they were doing waits again."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mindzie.core.errors import MindzieError


@contextmanager
def stoppable() -> Iterator[threading.Event]:
    """End what is done within by SIGTERM or an interrupt.

    A driver that is interrupted while it talks to its server may fail while it cleans up, and that error takes the place of the
    interruption. So loops look at the event, too.

    Yields
    ------
    threading.Event
        Set once the process was told to end.
    """
    told = threading.Event()

    def stop(*_: Any) -> None:
        told.set()
        raise KeyboardInterrupt

    numbers = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, stop) for number in numbers}
    try:
        yield told
    except (KeyboardInterrupt, MindzieError):
        if not told.is_set():
            raise
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
