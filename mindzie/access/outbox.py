"""The outbox: a message waits in its row until one worker, at its turn, has brought it to its destination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy import Select, select

from mindzie.access import kinds, turns
from mindzie.access.accepted import Left, left_by
from mindzie.access.alerts_found import OVER, quiet_end
from mindzie.access.destination_settings import Email, Teams, Webhook, checked_destination
from mindzie.access.door import Door, Visit
from mindzie.access.secrets import reveal
from mindzie.core.errors import MindzieError
from mindzie.store.models import Alert, Delivery, Destination, Run
from mindzie.store.types import now

PAUSES: Final = (5.0, 30.0, 120.0, 600.0, 3600.0, 6 * 3600.0)
"""Seconds before the second attempt and those after it; none follows the last."""
MOST: Final = len(PAUSES) + 1
_LONGEST: Final = 500
"""Letters of what went wrong."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message, and where it is to go.

    Parameters
    ----------
    id : UUID
        Of the delivery: what is told twice has it twice.
    mark : str
        Of the worker's turn.
    attempt : int
        1 for the first.
    message : mapping
        What it says.
    settings : Email, Webhook or Teams
        Of the destination.
    secret : SecretStr, optional
        Of the destination.
    left : Left, optional
        What the run left that made it.
    """

    id: UUID
    mark: str
    attempt: int
    message: Mapping[str, Any]
    settings: Email | Webhook | Teams
    secret: SecretStr | None
    left: Left | None


def take(door: Door, silence: timedelta = turns.SILENCE) -> Letter | None:
    """Take the oldest message that waits, or whose worker is silent; no other worker gets it.

    Parameters
    ----------
    door : Door
        Of the operator for all messages of a tenant, else for those that the actor may send.
    silence : timedelta
        After which a worker counts as dead.

    Returns
    -------
    Letter or None
        None where there is nothing to send.
    """
    with door.reading() as visit:  # mostly there is nothing, and nobody needs to wait
        if visit.session.scalar(_waiting(visit, silence).limit(1)) is None:
            return None
    with door.writing() as visit:
        for row in visit.session.scalars(_waiting(visit, silence)).all():
            if not turns.may_take(visit, kinds.DELIVERY, row) or _too_early(visit, row):
                continue
            if (row.attempts or 0) >= MOST:
                turns.end(
                    visit, kinds.DELIVERY, row, turns.FAILED, "Its worker stopped, again and again."
                )
                continue
            letter = _letter(door, visit, row)
            if letter is not None:
                return letter
    return None


def _waiting(visit: Visit, silence: timedelta) -> Select[Any]:
    chosen = turns.takable(visit, kinds.DELIVERY)
    return chosen.where(turns.open_to_workers(Delivery, silence)).order_by(Delivery.id)


def _too_early(visit: Visit, row: Delivery) -> bool:
    """Return whether it is quiet now, or an earlier message of the alert is not delivered yet: nothing is over that nobody was told of."""
    alert = visit.session.get_one(Alert, row.alert_id)
    until = quiet_end(alert, row.occasion, now())
    if (
        until is not None
    ):  # it came before, and no worker was there, or its destination did not take it
        row.next_at = until
        if row.state == turns.RUNNING:
            turns.end(visit, kinds.DELIVERY, row, turns.WAITING, row.error)
        return True
    if row.occasion != OVER:
        return False
    mine = Delivery.alert_id == row.alert_id, Delivery.id < row.id
    chosen = select(Delivery.id).where(*mine, Delivery.state.in_((turns.WAITING, turns.RUNNING)))
    return visit.session.scalar(chosen.limit(1)) is not None


def _letter(door: Door, visit: Visit, row: Delivery) -> Letter | None:
    alert = visit.session.get_one(Alert, row.alert_id)
    to = visit.session.get_one(Destination, alert.destination_id)
    try:
        settings = checked_destination(to.kind, to.settings, to.secret_id)
        secret = None if to.secret_id is None else reveal(door, visit, to.secret_id)
    except MindzieError as error:  # a key that is not there hinders this one only
        row.attempts = (row.attempts or 0) + 1
        _tried_again(visit, row, str(error))
        return None
    mark = turns.begin(visit, kinds.DELIVERY, row)
    run = None if row.run_id is None else visit.session.get(Run, row.run_id)
    left = None if run is None else left_by(visit, run)
    return Letter(row.id, mark, row.attempts or 1, dict(row.message), settings, secret, left)


def beat(door: Door, letter: Letter) -> bool:
    """Say that the worker is alive, and return whether its turn still holds."""
    return turns.beat(door, kinds.DELIVERY, letter.id, letter.mark, {})


def delivered(door: Door, letter: Letter, note: str | None = None) -> bool:
    """Say that a message was taken at its destination, and return whether the turn held."""
    with door.writing() as visit:
        row = turns.held(visit.session, Delivery, letter.id, letter.mark)
        if row is not None:
            turns.end(
                visit, kinds.DELIVERY, row, turns.DONE, None if note is None else note[:_LONGEST]
            )
        return row is not None


def refused(door: Door, letter: Letter, error: str, *, for_good: bool = False) -> datetime | None:
    """Say that a message was not taken.

    Parameters
    ----------
    door : Door
        Of the worker.
    letter : Letter
        The message.
    error : str
        Why.
    for_good : bool
        Whether trying again would come to the same.

    Returns
    -------
    datetime or None
        When it is tried again.
    """
    with door.writing() as visit:
        row = turns.held(visit.session, Delivery, letter.id, letter.mark)
        if row is None:
            return None
        if for_good:
            turns.end(visit, kinds.DELIVERY, row, turns.FAILED, error[:_LONGEST])
            return None
        return _tried_again(visit, row, error)


def _tried_again(visit: Visit, row: Any, error: str) -> datetime | None:
    tried = row.attempts or 1
    if tried >= MOST:
        turns.end(visit, kinds.DELIVERY, row, turns.FAILED, error[:_LONGEST])
        return None
    row.next_at = now() + timedelta(seconds=PAUSES[tried - 1])
    turns.end(visit, kinds.DELIVERY, row, turns.WAITING, error[:_LONGEST])
    found: datetime = row.next_at
    return found
