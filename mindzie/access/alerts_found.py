"""What runs raise: in the transaction in which one ends, its alerts change and their messages are in the outbox, or neither."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select, update

from mindzie.access import kinds, turns
from mindzie.access.accepted import accepted_before
from mindzie.access.alert_judging import Finding, Past, judge
from mindzie.access.alert_rules import Late, Missing, Rule, quiet_until, rule_of
from mindzie.access.door import Visit
from mindzie.core.errors import MindzieError
from mindzie.store.models import (
    Alert,
    Delivery,
    Investigation,
    Project,
    Run,
)
from mindzie.store.types import now

RAISED, OVER, TEST = "raised", "over", "test"
"""Occasions of a message."""
_TAKEN_BACK: Final = {
    RAISED: "It was over before it was sent.",
    OVER: "It was raised again before it was sent.",
}
_HELD: Final = "held"
WHOLE: Final = ""
"""In place of parameters: for the investigation as a whole."""
CRITICAL: Final = "critical"
_MOST: Final = 400
"""Earlier runs that are looked through for those with the same parameters."""
_SHOWN: Final = 40
"""Runs of which the picture shows the figure."""


def run_ended(visit: Visit, row: Run) -> None:
    """Judge a run that has ended, as all active alerts of its investigation say.

    Parameters
    ----------
    visit : Visit
        The transaction that ends it.
    row : Run
        Done or failed.
    """
    chosen = select(Alert).where(Alert.investigation_id == row.investigation_id, Alert.active)
    own = Alert.schedule_id.is_(None) | (Alert.schedule_id == row.schedule_id)
    for alert in visit.session.scalars(chosen.where(own).order_by(Alert.id)).all():
        with noting(visit, alert):
            rule = rule_of(alert.rule)
            found = _of_run(visit, alert, rule, row)
            if found is not None:
                settle(visit, alert, found, row)
                if isinstance(rule, Missing) and not found.raised:
                    settle(visit, alert, found, None)  # that none came is over with any


def _of_run(visit: Visit, alert: Alert, rule: Rule, row: Run) -> Finding | None:
    if isinstance(rule, Late):
        return None
    if isinstance(rule, Missing):
        name = visit.session.get_one(Investigation, row.investigation_id).name
        failed = row.state == turns.FAILED
        said = f"The run failed: {row.error}" if failed else f"{name} was run"
        return Finding(failed, said)
    if row.state != turns.DONE or _overtaken(visit, alert, row):
        return None  # what it would have found is not known, or how it was before
    accepted = accepted_before(visit, row)
    earlier = _earlier(visit, alert, row, max(_SHOWN, getattr(rule, "runs", 0)))
    past = Past(earlier, None if accepted is None else accepted.figures or {})
    return judge(rule, row.figures or {}, past)


def _done(alert: Alert, row: Run) -> list[Any]:
    """Return which runs an alert judges together with one."""
    mine = [Run.investigation_id == row.investigation_id, Run.state == turns.DONE]
    own = [] if alert.schedule_id is None else [Run.schedule_id == alert.schedule_id]
    return [*mine, *own]


def _overtaken(visit: Visit, alert: Alert, row: Run) -> bool:
    """Return whether a run asked for later, with the same parameters, was done before."""
    chosen = select(Run.parameters).where(*_done(alert, row), Run.id > row.id).limit(_MOST)
    return any(given == row.parameters for given in visit.session.scalars(chosen))


def _earlier(visit: Visit, alert: Alert, row: Run, most: int) -> list[dict[str, Any]]:
    """Return the figures of so many runs before, with the same parameters, the oldest first."""
    mine = *_done(alert, row), Run.id < row.id, Run.figures.is_not(None)
    chosen = select(Run.id, Run.parameters).where(*mine).order_by(Run.id.desc()).limit(_MOST)
    found = [key for key, given in visit.session.execute(chosen) if given == row.parameters][:most]
    # the figures of a run may be many: only those are read that are looked at
    figures = select(Run.figures).where(Run.id.in_(found)).order_by(Run.id)
    return list(visit.session.scalars(figures))


@contextlib.contextmanager
def noting(visit: Visit, alert: Alert) -> Iterator[None]:
    """Keep with an alert why it could not be judged, and let all else go on."""
    try:
        yield
    except MindzieError as error:
        keep(visit, alert, error=str(error))


def keep(visit: Visit, alert: Alert, **values: Any) -> None:
    """Keep how an alert stands."""
    # no change of somebody's: its revision stays, so that who looked at it before may still change it
    kept = update(Alert).where(Alert.id == alert.id)
    kept = kept.values({**values, "updated_at": Alert.updated_at})
    visit.session.execute(kept.execution_options(synchronize_session=False))


def settle(visit: Visit, alert: Alert, found: Finding, run: Run | None) -> None:
    """Keep what was found, and write the message where that is new.

    Of an alert on runs it is kept by their parameters: what holds for one region is not over because it does not for another.
    """
    visit.session.refresh(alert)
    if isinstance(rule_of(alert.rule), Late):
        held = {} if alert.raised_at is None else {WHOLE: alert.raised_at.isoformat()}
        kept = {}
    else:
        held = dict((alert.seen or {}).get(_HELD, {}))
        kept = {"seen": {_HELD: held}}
    given = None if run is None else run.parameters
    key = WHOLE if given is None else json.dumps(given, sort_keys=True)
    was = key in held
    if found.raised:
        held.setdefault(key, now().isoformat())
    else:
        held.pop(key, None)
    since = min(map(datetime.fromisoformat, held.values()), default=None)
    said = found.text if found.raised or not held else alert.said  # why it is raised
    keep(visit, alert, raised_at=since, said=said, error=None, **kept)
    if found.raised == was:
        return
    occasion = RAISED if found.raised else OVER
    visit.note(f"alerts.{occasion}", kinds.ALERT.title, alert, after={"said": found.text})
    if not _taken_back(visit, alert, OVER if found.raised else RAISED, given):
        write(visit, alert, occasion, found, run)


def _taken_back(visit: Visit, alert: Alert, occasion: str, given: Mapping[str, Any] | None) -> bool:
    """Take back the message before, which says the opposite, where that still waits for quiet hours to end."""
    mine = Delivery.alert_id == alert.id, Delivery.occasion == occasion
    chosen = select(Delivery).where(*mine, Delivery.state == turns.WAITING)
    found = visit.session.scalars(chosen.where(Delivery.attempts.is_(None))).all()
    waiting = [row for row in found if _given(row.message) == given]
    for row in waiting:
        turns.end(visit, kinds.DELIVERY, row, turns.CANCELLED, _TAKEN_BACK[occasion])
    return bool(waiting)


def _given(message: Mapping[str, Any]) -> Any:
    """Return with which parameters the run was that made a message; None where none did."""
    return None if message["run"] is None else message["parameters"]


def quiet_end(alert: Alert, occasion: str, moment: datetime) -> datetime | None:
    """Return when the hours end in which a message waits; None where it does not."""
    waits = occasion != TEST and alert.severity != CRITICAL
    return quiet_until(moment, alert.quiet, alert.time_zone) if waits else None


def write(visit: Visit, alert: Alert, occasion: str, found: Finding, run: Run | None) -> Delivery:
    """Put a message into the outbox.

    Parameters
    ----------
    visit : Visit
        The transaction that makes the finding.
    alert : Alert
        Whose.
    occasion : {"raised", "over", "test"}
        What it says.
    found : Finding
        What was found.
    run : Run, optional
        Where a run made it.

    Returns
    -------
    Delivery
        Waiting, in quiet hours until these end.
    """
    above = visit.session.get_one(Investigation, alert.investigation_id)
    moment = now()
    row = Delivery(
        tenant_id=visit.tenant,
        alert_id=alert.id,
        run_id=None if run is None else run.id,
        occasion=occasion,
        next_at=quiet_end(alert, occasion, moment),
        message={
            "occasion": occasion,
            "severity": alert.severity,
            "alert": alert.name,
            "about": alert.description,
            "investigation": above.name,
            "project": visit.session.get_one(Project, above.project_id).name,
            "text": found.text,
            "figure": found.figure,
            "accepted": found.before,
            "values": list(found.values[-_SHOWN:]),
            "unit": found.unit,
            "result": str(alert.rule.get("result", "")),
            "at": moment.isoformat(timespec="seconds"),
            "thread": str(alert.id),
            "run": None if run is None else str(run.id),
            "parameters": {} if run is None else run.parameters,
            "changed": None if run is None else run.changed,
        },
    )
    visit.session.add(row)
    visit.session.flush()
    return row
