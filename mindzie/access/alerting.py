"""Alerts of investigations, the destinations of a tenant, and the messages between them."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import select

from mindzie.access import kinds
from mindzie.access.alert_judging import Finding
from mindzie.access.alert_rules import Late, Missing, checked_quiet, kept, rule_of
from mindzie.access.alerts_found import CRITICAL, TEST, write
from mindzie.access.collection import Collection
from mindzie.access.destination_settings import checked_destination
from mindzie.access.door import Visit
from mindzie.access.items import Item
from mindzie.access.tasks import Later
from mindzie.core.errors import ConflictError, SettingError, unknown
from mindzie.core.words import counted
from mindzie.store import models
from mindzie.store.types import now

SEVERITIES: Final = ("info", "warning", CRITICAL)
_NAMES: Final = ("severity", "quiet", "time_zone", "rule", "active")
_DEFAULTS: Final = {"severity": "warning", "quiet": "", "time_zone": "UTC", "active": True}


class Delivery(Later):
    """A message of an alert, on its way or delivered."""

    kind = kinds.DELIVERY
    made_by = "an alert"


class Destination(Item):
    """Where a tenant's messages are sent."""

    kind = kinds.DESTINATION

    @classmethod
    def before_create(cls, visit: Visit, values: dict[str, Any]) -> None:  # noqa: ARG003
        """Refuse settings that the kind has not, or that lack what it needs."""
        checked_destination(values["kind"], values.get("settings", {}), values.get("secret_id"))

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:  # noqa: ARG002
        told = [values.get(name, getattr(row, name)) for name in ("kind", "settings", "secret_id")]
        checked_destination(*told)

    def _before_delete(self, visit: Visit, row: Any) -> None:
        chosen = select(models.Alert.name).where(models.Alert.destination_id == row.id)
        used = list(visit.session.scalars(chosen))
        if used:
            raise ConflictError(
                f"{counted(len(used), 'alert')} {'tells' if len(used) == 1 else 'tell'} {row.name!r}: give them another destination, or remove them first."
            )


class Alert(Item):
    """A rule on what runs of an investigation find, or on their data, and whom it tells."""

    kind = kinds.ALERT

    @property
    def deliveries(self) -> Collection[Delivery]:
        """Its messages."""
        return Collection(self._door, Delivery, self)

    def test(self) -> Delivery:
        """Send a message that says it is a test.

        Returns
        -------
        Delivery
            Waiting; ``mindzie runs work`` sends it.
        """
        with self._door.writing() as visit:
            above = visit.changeable(self.kind, self.id)
            said = Finding(False, "This is a test: what it finds would be said here")
            row = write(visit, above, TEST, said, None)
            visit.note("alerts.test", self.kind.title, above)
        return Delivery(self._door, row)

    @classmethod
    def before_create(cls, visit: Visit, values: dict[str, Any]) -> None:  # noqa: ARG003
        """Refuse rules and hours that are none."""
        values |= _checked({**_DEFAULTS, **values})

    def _before_change(self, visit: Visit, row: Any, values: dict[str, Any]) -> None:  # noqa: ARG002
        told = {name: values.get(name, getattr(row, name)) for name in _NAMES}
        values |= _checked(told)
        if values["rule"] != row.rule or not told["active"]:
            # what held under another rule is nothing that could be over
            values |= {"raised_at": None, "said": None, "seen": None}
        values["error"] = None


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    if told["severity"] not in SEVERITIES:
        raise SettingError(str(unknown("severity", told["severity"], SEVERITIES, "alerts")))
    checked_quiet(told["quiet"], told["time_zone"])
    rule = rule_of(told["rule"])
    watched = isinstance(rule, Late) or (isinstance(rule, Missing) and rule.after is not None)
    return {"rule": kept(rule), "next_at": now() if watched and told["active"] else None}
