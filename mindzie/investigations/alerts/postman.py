"""The postman of workers: looks at alerts on time, and brings messages from the outbox, beside the run that is done."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, Self

from mindzie.access import outbox
from mindzie.access.alerts_watch import tenants_watching, watch
from mindzie.access.alone import is_alone
from mindzie.access.door import Door
from mindzie.access.entrance import Place as Installed
from mindzie.access.heart import Heart
from mindzie.access.identity import OPERATOR
from mindzie.core.errors import MindzieError
from mindzie.core.repeating import Repeating
from mindzie.investigations.alerts.message import message_of
from mindzie.investigations.alerts.refusal import RefusedError
from mindzie.investigations.alerts.sending import send

if TYPE_CHECKING:
    from mindzie.access.workspace import Workspace

EVERY: Final = 5.0
"""Seconds between two looks."""


class Postman(Repeating):
    """Delivers messages while a block runs, once when it is entered, and then every few seconds.

    Any number may go at a time: each message has one of them at its turn. Who was stopped in the middle of one leaves it to another,
    which may bring it a second time, under the same identifier.

    Parameters
    ----------
    where : Workspace or Place
        A workspace, for what its visitor may send; or an installation, for all tenants.
    every : float
        Seconds between two looks.
    told : callable
        Is told what went wrong; it is tried again.

    Examples
    --------
    >>> import mindzie as mz
    >>> with Postman(mz.workspace()) as postman:
    ...     postman.sent
    0
    """

    def __init__(
        self,
        where: Workspace | Installed,
        *,
        every: float = EVERY,
        told: Callable[[str], None] = lambda _: None,
    ) -> None:
        super().__init__(self._goes_on, every, "mindzie-postman")
        self._where, self._told = where, told
        self.sent = 0
        """Messages delivered so far."""

    def __enter__(self) -> Self:
        """Look once, and begin to go."""
        self.look()
        return super().__enter__()

    def look(self) -> None:
        """Look at alerts on time, and deliver what waits."""
        with self._telling():
            for door in self._doors():
                with self._telling():
                    for _ in watch(door):
                        pass
                with self._telling():
                    while (letter := outbox.take(door)) is not None:
                        self._deliver(door, letter)

    def _deliver(self, door: Door, letter: outbox.Letter) -> None:
        try:
            with Heart(lambda: outbox.beat(door, letter)):
                note = send(letter, message_of(letter, door.files), private=is_alone(door))
        except RefusedError as error:
            again = outbox.refused(door, letter, str(error), for_good=error.for_good)
            then = "it is not tried again" if again is None else "it is tried again"
            self._told(f"A message of {letter.message['alert']!r} was not taken, {then}: {error}")
        except Exception as error:
            outbox.refused(door, letter, f"An unforeseen error, {type(error).__name__}.")
            raise
        else:
            self.sent += outbox.delivered(door, letter, note)

    def _goes_on(self) -> bool:
        self.look()
        return True

    def _doors(self) -> Iterator[Door]:
        if not isinstance(self._where, Installed):
            yield self._where._door  # noqa: SLF001 - the way in which the layers share it
            return
        database = self._where.database
        tenants = dict.fromkeys([*tenants_watching(database), *outbox.tenants_sending(database)])
        for tenant in tenants:
            yield self._where.door(tenant, OPERATOR)

    @contextlib.contextmanager
    def _telling(self) -> Iterator[None]:
        # who stops for one fault would lose all that comes after it
        try:
            yield
        except MindzieError as error:
            self._told(str(error))
        except Exception as error:  # noqa: BLE001
            self._told(f"Messages could not be sent, {type(error).__name__}: {error}")
