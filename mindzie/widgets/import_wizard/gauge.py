"""How far an import is, told to whatever job of the page goes on with its rows."""

from __future__ import annotations

import threading
from typing import Self

from mindzie.core.errors import CancelledError
from mindzie.ingest.jobs.progress import Meter, Progress
from mindzie.widgets.studio.work import Job


class Gauge:
    """A meter that outlives the job which began to read: later ones check and import the same rows.

    Parameters
    ----------
    job : Job
        Of the page.
    """

    def __init__(self, job: Job) -> None:
        self._job, self._thread = job, threading.get_ident()
        self.meter = Meter(self._tell)

    def handed_to(self, job: Job) -> Self:
        """Tell another job from now on."""
        self._job, self._thread = job, threading.get_ident()
        return self

    def _tell(self, now: Progress) -> None:
        try:
            self._job.measure(now.to_json())
        except CancelledError:
            # the clock of the meter has a thread of its own, in which there is nothing to stop
            if threading.get_ident() == self._thread:
                raise
