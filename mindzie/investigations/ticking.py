"""The clock of workers: it looks after schedules, and removes what runs left that need not be kept."""

from __future__ import annotations

import time
from typing import ClassVar, Final

from mindzie.access.door import Door
from mindzie.access.kept_runs import forget, tenants_keeping
from mindzie.access.schedules_due import tenants_due, tick
from mindzie.investigations.rounds import Rounds

FORGETS: Final = 600.0
"""Seconds between two looks at what runs left that need not be kept any more."""


class Clock(Rounds):
    """Makes the runs that schedules ask for.

    Any number may go at a time: each slot gets one run.

    Examples
    --------
    >>> import mindzie as mz
    >>> with Clock(mz.workspace()) as clock:
    ...     clock.made
    0
    """

    purpose: ClassVar[str] = "Schedules could not be looked after"
    made: int = 0
    """Runs made so far."""
    _forgets: float = 0.0

    def look(self) -> None:
        """Make the runs that are asked for by now."""
        self._in_each(tenants_due, self._tick)
        if time.monotonic() >= self._forgets:
            self._forgets = time.monotonic() + FORGETS
            self._in_each(tenants_keeping, forget)

    def _tick(self, door: Door) -> None:
        for _ in tick(door):
            self.made += 1
