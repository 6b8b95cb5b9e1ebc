"""A worker's heart: says each second that it is alive, and hears that it is to stop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from mindzie.core.errors import MindzieError

SECONDS: Final = 1.0
"""Between two beats."""


class Heart:
    """Beats while a task is done.

    Parameters
    ----------
    beat : callable
        Says that the worker is alive, and returns whether its turn still holds.
    """

    def __init__(self, beat: Callable[[], bool]) -> None:
        self._beat = beat
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beats, name="mindzie-heart", daemon=True)
        self.lost = False
        self.stops: Callable[[], Any] = lambda: None

    def __enter__(self) -> Self:
        """Begin to beat."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Beat no more."""
        self._over.set()
        self._thread.join()

    def _beats(self) -> None:
        while not self._over.wait(SECONDS):
            # a database that does not answer for a while is the work's own concern, at its end
            with contextlib.suppress(MindzieError):
                if not self._beat():
                    self.lost = True
                    self.stops()
                    return
