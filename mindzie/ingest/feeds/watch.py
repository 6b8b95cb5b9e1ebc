"""What keeps an eye on a reading: its time, the wish to stop, and how many records came."""

from __future__ import annotations

import threading
import time

from mindzie.core.errors import CancelledError, SourceError
from mindzie.ingest.connectors.batches import Progress


class Watch:
    """Looks after one reading; `stop` may be called from another thread.

    Parameters
    ----------
    label : str
        What messages call the source.
    seconds : float
        How long it may take.
    progress : callable, optional
        Is told the records read so far.
    """

    def __init__(self, label: str, seconds: float, progress: Progress | None = None) -> None:
        self.label, self.seconds, self._progress = label, seconds, progress
        self._until = time.monotonic() + seconds
        self._stopped = threading.Event()

    @property
    def left(self) -> float:
        """Seconds left, at least 0."""
        return max(0.0, self._until - time.monotonic())

    def stop(self) -> None:
        """Stop it; its own thread says so."""
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait, unless it is stopped."""
        self._stopped.wait(min(seconds, self.left))
        self.check()

    def wanted(self) -> None:
        """See that nobody wished it to stop.

        Raises
        ------
        CancelledError
            Where somebody did.
        """
        if self._stopped.is_set():
            raise CancelledError(f"Reading from {self.label} was stopped.") from None

    def check(self) -> None:
        """See that it is wanted and has time left.

        Raises
        ------
        CancelledError
            Where it was stopped.
        SourceError
            Where its time is over.
        """
        self.wanted()
        if not self.left:
            raise SourceError(
                f"{self.label} took longer than {self.seconds:g} seconds and was stopped: ask for less, or give more seconds=."
            ) from None

    def tell(self, count: int) -> None:
        """Tell how many records came so far."""
        if self._progress is not None:
            self._progress(count)
