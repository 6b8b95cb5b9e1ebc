"""What a worker looks after every few seconds, beside what it does, which may take hours."""

from __future__ import annotations

import contextlib
from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, ClassVar, Final, Self
from uuid import UUID

from mindzie.access.door import Door
from mindzie.access.entrance import Place as Installed
from mindzie.access.identity import OPERATOR
from mindzie.core.errors import MindzieError
from mindzie.core.repeating import Repeating
from mindzie.store.database import Database

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

EVERY: Final = 5.0
"""Seconds between two looks."""


class Rounds(Repeating):
    """Looks once when it is entered, and then every few seconds; what goes wrong is told, and tried again.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for what its visitor may do; or an installation, for all tenants.
    every : float
        Seconds between two looks.
    told : callable
        Is told what went wrong.
    """

    purpose: ClassVar[str]
    """What could not be done after an unforeseen error."""

    def __init__(
        self,
        where: Workspace | Installed,
        *,
        every: float = EVERY,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(self._goes_on, every, f"mindzie-{type(self).__name__.lower()}")
        self._where, self._told = where, told

    def __enter__(self) -> Self:
        """Look once, and begin to go."""
        self.look()
        return super().__enter__()

    @abstractmethod
    def look(self) -> None:
        """Do what is to be done by now."""

    def _goes_on(self) -> bool:
        self.look()
        return True

    def _in_each(
        self, tenants: Callable[[Database], Iterable[UUID]], act: Callable[[Door], object]
    ) -> None:
        """Do something in the workspace, or in those tenants of the installation that have to do with it."""
        with self._telling():
            for door in self._doors(tenants):
                with self._telling():
                    act(door)

    def _doors(self, tenants: Callable[[Database], Iterable[UUID]]) -> Iterator[Door]:
        if not isinstance(self._where, Installed):
            yield self._where._door  # noqa: SLF001 - the way in which the layers share it
            return
        for tenant in tenants(self._where.database):
            yield self._where.door(tenant, OPERATOR)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        # who stops for one fault would lose all that comes after it
        try:
            yield
        except MindzieError as error:
            self._told(str(error))
        except Exception as error:  # noqa: BLE001
            self._told(f"{self.purpose}, {type(error).__name__}: {error}")
