"""What time raises, whoever looks and how often: data that is late, runs that did not come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from mindzie.access import kinds, turns
from mindzie.access.alert_judging import Finding
from mindzie.access.alert_rules import Late, Missing, Rule, length_of, rule_of
from mindzie.access.alerts_found import keep, noting, settle
from mindzie.access.door import Door, Visit
from mindzie.access.identity import OPERATOR
from mindzie.access.opening import open_current
from mindzie.core.errors import MindzieError, NotFoundError
from mindzie.core.moments import moment_of
from mindzie.core.settings import as_typed
from mindzie.core.words import date, duration
from mindzie.store.database import Database, Scope
from mindzie.store.models import Alert, Dataset, DatasetVersion, Investigation, Run, Tenant
from mindzie.store.types import now

LOOKS: Final = timedelta(minutes=1)
"""Between two looks at an alert."""


def tenants_watching(database: Database, moment: datetime | None = None) -> list[UUID]:
    """Return the tenants of which an alert on time is to be looked at."""
    chosen = select(Alert.tenant_id).join(Tenant, Tenant.id == Alert.tenant_id)
    due = Alert.next_at <= (moment or now())
    with database.reading(Scope(None)) as session:
        return list(session.scalars(chosen.where(Tenant.active, Alert.active, due).distinct()))


def watch(door: Door, moment: datetime | None = None) -> Iterator[UUID]:
    """Look at the alerts on time of a tenant: data that is late, runs that did not come.

    Parameters
    ----------
    door : Door
        Of the operator for all, else for those that the actor may change.
    moment : datetime, optional
        The present.

    Yields
    ------
    UUID
        Each that was looked at.
    """
    moment = moment or now()
    with door.reading() as visit:
        chosen = select(Alert) if _operates(visit) else visit.visible(kinds.ALERT)
        chosen = chosen.where(Alert.active, Alert.next_at <= moment).order_by(Alert.id)
        found = [row.id for row in visit.session.scalars(chosen) if _may(visit, row)]
    for key in found:
        newest = _newest_or_why(door, key)
        with door.writing() as visit:
            alert = visit.session.get(Alert, key)
            if alert is None or not alert.active or alert.next_at is None or alert.next_at > moment:
                continue  # another worker has looked meanwhile
            keep(visit, alert, next_at=moment + LOOKS)
            with noting(visit, alert):
                _look(visit, alert, rule_of(alert.rule), moment, newest)
        yield key


def _operates(visit: Visit) -> bool:
    return visit.actor.kind == OPERATOR.kind


def _may(visit: Visit, row: Alert) -> bool:
    return _operates(visit) or visit.may(
        kinds.ALERT.change, kinds.ALERT.project(visit.session, row)
    )


def _look(visit: Visit, alert: Alert, rule: Rule, moment: datetime, newest: Any) -> None:
    if isinstance(rule, Late):
        if isinstance(newest, MindzieError):
            raise newest
        if newest is None:
            raise NotFoundError("The investigation has no data yet that could be late.")
        since, seen = newest
        keep(visit, alert, seen=seen)
        what = "The newest event is of" if rule.of == "event" else "The newest data is of"
        settle(visit, alert, _aged(what, since, rule.after, moment), None)
    elif isinstance(rule, Missing) and rule.after is not None:
        above = visit.session.get_one(Investigation, alert.investigation_id)
        mine = [Run.investigation_id == above.id, Run.state == turns.DONE]
        if alert.schedule_id is not None:
            mine.append(Run.schedule_id == alert.schedule_id)
        chosen = select(Run.finished_at).where(*mine).order_by(Run.finished_at.desc()).limit(1)
        last = visit.session.scalar(chosen)
        what = f"The last run of {above.name} is of" if last else f"{above.name} was not run since"
        found = _aged(what, last or alert.created_at, rule.after, moment)
        if found.raised or alert.raised_at is None:  # what is over, a run says
            settle(visit, alert, found, None)


def _aged(what: str, since: datetime, after: str, moment: datetime) -> Finding:
    late = moment - since > length_of(after)
    age = duration((moment - since).total_seconds())
    bound = f", more than {as_typed(after)}" if late else ""
    return Finding(late, f"{what} {date(since)} UTC, {age} ago{bound}", age)


Newest = tuple[datetime, dict[str, Any]]
"""Of when an investigation's data is, and what is kept so that it is read once."""


def _newest_or_why(door: Door, key: UUID) -> Newest | MindzieError | None:
    """Return of when the data is, or why that cannot be told: the alerts after this one are looked at all the same."""
    try:
        return _newest_event(door, key)
    except MindzieError as error:
        return error


def _newest_event(door: Door, key: UUID) -> Newest | None:
    with door.reading() as visit:
        alert = visit.session.get(Alert, key)
        if alert is None:
            return None
        rule = rule_of(alert.rule)
        above = visit.session.get_one(Investigation, alert.investigation_id)
        data = above.dataset_id and visit.session.get_one(Dataset, above.dataset_id)
        if not isinstance(rule, Late) or not data or data.current is None:
            return None
        mine = DatasetVersion.dataset_id == data.id, DatasetVersion.number == data.current
        version = visit.session.scalars(select(DatasetVersion).where(*mine)).one()
        if rule.of == "version":
            return version.created_at, {}
        seen = dict(alert.seen or {})
        if seen.get("version") == str(version.id):
            return datetime.fromisoformat(seen["newest"]), seen
        place, found = open_current(door, visit, data.id)
    newest = moment_of(door.files.open(place, found.files, "polars").manifest.last_time, "UTC")
    return newest, {"version": str(version.id), "newest": newest.isoformat()}
