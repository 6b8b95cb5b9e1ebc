"""The clock of workers: it looks after schedules beside what a worker does, which may take hours."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Self
from uuid import UUID

from mindzie.access.door import Door
from mindzie.access.entrance import Place as Installed
from mindzie.access.identity import OPERATOR
from mindzie.access.kept_runs import forget, tenants_keeping
from mindzie.access.schedules_due import tenants_due, tick
from mindzie.core.errors import MindzieError
from mindzie.core.repeating import Repeating
from mindzie.store.database import Database

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

EVERY: Final = 5.0
"""Seconds between two looks."""
FORGETS: Final = 600.0
"""Seconds between two looks at what runs left that need not be kept any more."""


class Clock(Repeating):
    """Makes the runs that schedules ask for, once when it is entered, and then every few seconds.

    Any number may go at a time: each slot gets one run.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for the schedules that its visitor may start; or an installation, for those of all tenants.
    every : float
        Seconds between two looks.
    told : callable
        Is told what went wrong; it is tried again.

    Examples
    --------
    >>> import mindzie as mz
    >>> with Clock(mz.workspace()) as clock:
    ...     clock.made
    0
    """

    def __init__(
        self,
        where: Workspace | Installed,
        *,
        every: float = EVERY,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(self._goes_on, every, "mindzie-clock")
        self._where, self._told = where, told
        self._forgets = 0.0
        self.made = 0
        """Runs made so far."""

    def __enter__(self) -> Self:
        """Look once, and begin to go."""
        self.look()
        return super().__enter__()

    def look(self) -> None:
        """Make the runs that are asked for by now."""
        with self._telling():
            for door in self._doors(tenants_due):
                with self._telling():
                    for _ in tick(door):
                        self.made += 1
        if time.monotonic() >= self._forgets:
            self._forgets = time.monotonic() + FORGETS
            with self._telling():
                for door in self._doors(tenants_keeping):
                    with self._telling():
                        forget(door)

    def _goes_on(self) -> bool:
        self.look()
        return True

    def _doors(self, tenants: Callable[[Database], list[UUID]]) -> Iterator[Door]:
        if not isinstance(self._where, Installed):
            yield self._where._door  # noqa: SLF001 - the way in which the layers share it
            return
        for tenant in tenants(self._where.database):
            yield self._where.door(tenant, OPERATOR)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        # a clock that stops for one fault would lose all that comes after it
        try:
            yield
        except MindzieError as error:
            self._told(str(error))
        except Exception as error:  # noqa: BLE001
            self._told(f"Schedules could not be looked after, {type(error).__name__}: {error}")
