"""The postman of workers: looks at alerts on time, and brings messages from the outbox."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar
from uuid import UUID

from mindzie.access import kinds, outbox, turns
from mindzie.access.alerts_watch import tenants_watching, watch
from mindzie.access.alone import is_alone
from mindzie.access.door import Door
from mindzie.access.heart import Heart
from mindzie.investigations.alerts.message import message_of
from mindzie.investigations.alerts.refusal import RefusedError
from mindzie.investigations.alerts.sending import send
from mindzie.investigations.rounds import Rounds
from mindzie.store.database import Database


class Postman(Rounds):
    """Delivers messages.

    Any number may go at a time: each message has one of them at its turn. Who was stopped in the middle of one leaves it to another,
    which may bring it a second time, under the same identifier.

    Examples
    --------
    >>> import mindzie as mz
    >>> with Postman(mz.workspace()) as postman:
    ...     postman.sent
    0
    """

    purpose: ClassVar[str] = "Messages could not be sent"
    sent: int = 0
    """Messages delivered so far."""

    def look(self) -> None:
        """Look at alerts on time, and deliver what waits."""
        self._in_each(_tenants, self._watch)
        self._in_each(_tenants, self._empty)

    def _watch(self, door: Door) -> None:
        for _ in watch(door):
            pass

    def _empty(self, door: Door) -> None:
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


def _tenants(database: Database) -> Iterable[UUID]:
    return dict.fromkeys(
        [*tenants_watching(database), *turns.tenants_waiting(database, kinds.DELIVERY)]
    )
