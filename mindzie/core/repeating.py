"""Something looked at again and again, on a thread of its own, while a block runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self


class Repeating:
    """Looks until the block ends, or there is nothing more to look at.

    Parameters
    ----------
    look : callable
        Returns whether to go on.
    seconds : float
        Before the first look, and between two.
    name : str
        Of the thread.

    Examples
    --------
    >>> looked = threading.Event()
    >>> with Repeating(lambda: looked.set() or True, 0.001, "looks"):
    ...     looked.wait(60)
    True
    """

    def __init__(self, look: Callable[[], bool], seconds: float, name: str) -> None:
        self._look, self._seconds = look, seconds
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._looks, name=name, daemon=True)

    def __enter__(self) -> Self:
        """Begin to look."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Look no more; a look that has begun is ended."""
        self._over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _looks(self) -> None:
        while not self._over.wait(self._seconds):
            if not self._look():
                return
