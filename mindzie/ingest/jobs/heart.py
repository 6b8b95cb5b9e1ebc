"""A worker's heart: says that it is alive and how far it is, and hears that it is to stop."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any, Final, Self

from mindzie.access import jobs
from mindzie.access.door import Door
from mindzie.core.errors import CancelledError, MindzieError
from mindzie.ingest.jobs.progress import Progress, Tell

SECONDS: Final = 1.0
"""Between two beats."""


class Heart:
    """Beats while a job is done.

    Parameters
    ----------
    door : Door
        Of the workspace.
    turn : Turn
        The worker's.
    tell : callable, optional
        Is told the progress as well, in the worker's own thread.
    """

    def __init__(self, door: Door, turn: jobs.Turn, tell: Tell | None = None) -> None:
        self._door, self._turn, self._tell = door, turn, tell
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beats, name="mindzie-import", daemon=True)
        self.now = Progress("read")
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

    def told(self, progress: Progress) -> None:
        """Hear how far the work is.

        Raises
        ------
        CancelledError
            Where it is not wanted any more.
        """
        self.now = progress
        if self.lost:
            raise CancelledError("The import was cancelled: nothing was changed.")
        if self._tell is not None:
            self._tell(progress)

    def _beats(self) -> None:
        while not self._over.wait(SECONDS):
            # a database that does not answer for a while is the work's own concern, at its end
            with contextlib.suppress(MindzieError):
                if not jobs.beat(self._door, self._turn, self.now.to_json()):
                    self.lost = True
                    self.stops()
                    return
