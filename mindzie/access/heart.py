"""A worker's heart: says each second that it is alive, and hears that it is to stop."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any, Final

from mindzie.core.errors import MindzieError
from mindzie.core.repeating import Repeating

SECONDS: Final = 1.0
"""Between two beats."""


class Heart(Repeating):
    """Beats while a task is done.

    Parameters
    ----------
    beat : callable
        Says that the worker is alive, and returns whether its turn still holds.
    """

    def __init__(self, beat: Callable[[], bool]) -> None:
        super().__init__(self._goes_on, SECONDS, "mindzie-heart")
        self._beat = beat
        self.lost = False
        self.stops: Callable[[], Any] = lambda: None

    def _goes_on(self) -> bool:
        # a database that does not answer for a while is the work's own concern, at its end
        with contextlib.suppress(MindzieError):
            if not self._beat():
                self.lost = True
                self.stops()
        return not self.lost
