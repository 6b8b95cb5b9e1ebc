"""The heart of an import's worker, which knows how far the import is."""

from __future__ import annotations

from mindzie.access import heart, jobs
from mindzie.access.door import Door
from mindzie.core.errors import CancelledError
from mindzie.ingest.jobs.progress import Progress, Tell


class Heart(heart.Heart):
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
        super().__init__(lambda: jobs.beat(door, turn, self.now.to_json()))
        self._tell = tell
        self.now = Progress("read")

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
