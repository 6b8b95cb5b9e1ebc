"""Alerts of the workspace: raised and over with the runs, each told once, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from mindzie.access import alerts_found, outbox, run_queue
from mindzie.access.alerting import Destination
from mindzie.access.alerts_watch import watch
from mindzie.access.entrance import Place
from mindzie.access.identity import OPERATOR
from mindzie.access.investigating import Investigation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError
from tests.access.installing import keys, orders, place, place_on
from tests.investigations.alerted import ABOVE, alert, desk, run, told
from tests.investigations.done_runs import done, number, why
from tests.servers.databases import on_sqlite

__all__ = ["desk", "keys", "place", "place_on", "why"]


def test_it_is_told_once_while_it_stays_and_when_it_is_over(
    why: Investigation, desk: Destination
) -> None:
    made = alert(why, desk, severity="critical", description="Look at the desk.")
    run(why, 9)
    assert (told(made), made.refresh().raised_at) == ([], None)
    run(why, 11)
    raised = made.refresh()
    assert raised.raised_at is not None
    assert raised.said == "open is 11, above 10"
    (first,) = made.deliveries
    said = first.message
    assert (said["severity"], said["figure"], said["about"]) == (
        "critical",
        "11",
        "Look at the desk.",
    )
    assert (said["investigation"], said["project"], said["values"]) == ("why", "x", [9, 11])
    assert first.run_id == max(one.id for one in why.runs)
    run(why, 12)
    assert made.refresh().raised_at == raised.raised_at
    assert len(made.deliveries) == 1
    letter = outbox.take(why._door)
    assert letter is not None
    outbox.delivered(why._door, letter)
    run(why, 3)
    assert told(made) == ["raised done", "over waiting"]
    assert made.refresh().raised_at is None
    actions = [one["action"] for one in Workspace(why._door).audit.entries()]
    assert Counter(actions)["alerts.raised"] == Counter(actions)["alerts.over"] == 1
    raised.refresh().change(description="whoever looked at it may change it")


@on_sqlite
def test_what_cannot_be_judged_is_said_and_hinders_nothing(
    why: Investigation, desk: Destination
) -> None:
    wrong = alert(why, desk, rule={**ABOVE, "result": "opne"})
    other = alert(why, desk)
    run(why, 11)
    assert "Did" not in str(wrong.refresh().error)
    assert "'open'" in str(wrong.refresh().error)
    assert told(other) == ["raised waiting"]
    run(why, 11, "failed")
    assert other.refresh().raised_at is not None  # a run that failed has found nothing
    other = other.refresh().change(rule={**ABOVE, "above": 20})
    assert (other.raised_at, other.said) == (None, None)
    with pytest.raises(SettingError, match="needs a bound"):
        other.change(rule={"kind": "threshold", "result": "open"})
    with pytest.raises(SettingError, match="Did you mean 'critical'"):
        other.change(severity="critcal")
    other.change(active=False)
    run(why, 30)
    assert other.refresh().raised_at is None


def test_the_same_results_taken_again_are_judged_too(why: Investigation, desk: Destination) -> None:
    one, two = why.request_run(again=True), why.request_run()
    done(one, number("open", 11))
    made = alert(why, desk)
    assert run_queue.take(why._door, run=two.id) is None
    assert two.refresh().same_as == one.id
    assert told(made) == ["raised waiting"]


@on_sqlite
def test_an_alert_of_a_schedule_looks_at_its_runs(why: Investigation, desk: Destination) -> None:
    schedules = Workspace(why._door).projects["x"].schedules
    nightly = schedules.create("nightly", investigation_id=why, cron="0 2 * * *")
    made = alert(why, desk, schedule_id=nightly)
    run(why, 11)
    assert told(made) == []
    known = nightly.run_now()
    assert run_queue.take(why._door, run=known.id) is None  # has the results of the other
    assert told(made) == ["raised waiting"]
    nightly.delete()
    assert list(why.alerts) == []


def test_runs_that_fail_or_do_not_come(why: Investigation, desk: Destination) -> None:
    made = alert(why, desk, rule={"kind": "missing", "after": "1 d"})
    door, moment = why._door, datetime.now(UTC)
    assert list(watch(door, moment)) == [made.id]
    assert str(made.refresh().said).startswith("why was not run since ")
    assert list(watch(door, moment)) == []  # looked at a moment ago
    run(why, 1)
    assert made.refresh().raised_at is None
    list(watch(door, moment + timedelta(hours=25)))
    late = str(made.refresh().said)
    assert late.startswith("The last run of why is of ")
    assert "more than 1 d" in late
    run(why, 1)
    assert made.refresh().raised_at is None
    assert told(made) == ["raised cancelled"]  # over before anybody was told
    run(why, 1, "failed")
    assert made.refresh().said == "The run failed: Cell 3 failed."
    list(watch(door, moment + timedelta(hours=2)))
    assert made.refresh().raised_at is not None
    assert told(made)[1:] == ["raised waiting"]


@on_sqlite
def test_data_that_is_late(why: Investigation, desk: Destination, place: Place) -> None:
    version = alert(why, desk, rule={"kind": "late", "after": "2 d"})
    event = alert(why, desk, rule={"kind": "late", "after": "2 d", "of": "event"})
    door = place.door(why._door.tenant, OPERATOR)
    moment = datetime.now(UTC)
    assert set(watch(door, moment)) == {version.id, event.id}
    assert told(version) == []
    newest = Workspace(why._door).datasets["orders"].log().manifest.last_time / 1e6
    late = moment.timestamp() - newest > timedelta(days=2).total_seconds()
    assert (event.refresh().raised_at is not None) is late
    list(watch(door, moment + timedelta(days=3)))
    assert told(version) == ["raised waiting"]
    Workspace(why._door).datasets["orders"].publish(orders(4))
    list(watch(door, moment + timedelta(days=1, hours=1)))
    assert version.refresh().raised_at is not None  # its next look is later
    list(watch(door, moment + timedelta(days=3, minutes=2)))
    assert version.refresh().raised_at is not None


@on_sqlite
def test_data_that_cannot_be_read_hinders_no_other_alert(
    why: Investigation, desk: Destination, place: Place
) -> None:
    damaged = alert(why, desk, rule={"kind": "late", "after": "2 d", "of": "event"})
    after = alert(why, desk, rule={"kind": "late", "after": "2 d"})
    door = place.door(why._door.tenant, OPERATOR)
    for manifest in (place.folder / "snapshots").rglob("manifest.json"):
        manifest.write_text("{")
    assert set(watch(door, datetime.now(UTC))) == {damaged.id, after.id}
    assert damaged.refresh().error
    assert (after.refresh().error, after.raised_at) == (None, None)


@on_sqlite
def test_quiet_hours_hold_messages_back(
    why: Investigation, desk: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    night = datetime(2025, 1, 10, 23, tzinfo=UTC)
    monkeypatch.setattr(alerts_found, "now", lambda: night)
    calm = alert(why, desk, quiet="22:00-07:00")
    loud = alert(why, desk, quiet="22:00-07:00", severity="critical")
    run(why, 11)
    (waiting,) = calm.deliveries
    assert waiting.next_at == datetime(2025, 1, 11, 7, tzinfo=UTC)
    (at_once,) = loud.deliveries
    assert at_once.next_at is None
    with pytest.raises(SettingError, match="20:00-07:00"):
        calm.change(quiet="at night")


@on_sqlite
def test_what_holds_for_some_parameters_is_told_and_over_for_these(
    why: Investigation, desk: Destination
) -> None:
    made = alert(why, desk, severity="critical")

    def ran(region: str, value: float) -> None:
        done(why.request_run({"region": region}, again=True), number("open", value))

    ran("North", 11)
    ran("South", 3)
    assert made.refresh().raised_at is not None  # South never held
    ran("North", 12)
    (first,) = made.deliveries
    assert first.message["parameters"] == {"region": "North"}
    letter = outbox.take(why._door)
    assert letter is not None
    outbox.delivered(why._door, letter)
    ran("South", 13)
    assert told(made) == ["raised done", "raised waiting"]
    assert [one.message["values"] for one in made.deliveries] == [[11], [3, 13]]
    ran("North", 1)
    assert told(made) == ["raised done", "raised waiting", "over waiting"]
    assert made.refresh().raised_at is not None
    ran("North", 20)  # nobody heard that it was over
    assert told(made) == ["raised done", "raised waiting", "over cancelled"]
    ran("South", 1)
    assert made.refresh().raised_at is not None
    ran("North", 1)
    assert made.refresh().raised_at is None


@on_sqlite
def test_runs_that_fail_for_some_parameters_are_over_for_these(
    why: Investigation, desk: Destination
) -> None:
    made = alert(why, desk, rule={"kind": "missing", "after": "1 d"})

    def ran(region: str, state: str) -> None:
        done(why.request_run({"region": region}, again=True), number("open", 1), state=state)

    later = datetime.now(UTC) + timedelta(hours=25)
    list(watch(why._door, later))
    for _ in range(2):
        ran("North", "failed")
        ran("South", "done")
    # none came: taken back with the first; North failed: told once
    assert told(made) == ["raised cancelled", "raised waiting"]
    made = made.refresh()
    assert (made.raised_at is None, made.said) == (False, "The run failed: Cell 3 failed.")
    ran("North", "done")
    assert told(made) == ["raised cancelled", "raised cancelled"]
    made = made.refresh()
    assert (made.raised_at, made.said) == (None, "why was run")


@on_sqlite
def test_a_run_that_was_overtaken_changes_nothing(why: Investigation, desk: Destination) -> None:
    made = alert(why, desk)
    late, newest = (why.request_run(again=True) for _ in range(2))
    done(newest, number("open", 3))
    done(late, number("open", 11))
    assert (told(made), made.refresh().raised_at) == ([], None)
