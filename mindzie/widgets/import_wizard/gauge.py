"""How far an import is, told to whatever job of the page goes on with its rows."""

from __future__ import annotations

from typing import Self

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
        self._job = job
        self.meter = Meter(self._tell)

    def handed_to(self, job: Job) -> Self:
        """Tell another job from now on."""
        self._job = job
        return self

    def _tell(self, now: Progress) -> None:
        self._job.measure(now.to_json())
