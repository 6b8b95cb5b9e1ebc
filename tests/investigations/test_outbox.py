"""Messages of alerts on their way: each with one worker at its turn, tried again, and where they go, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mindzie.access import alerts_found, health_work, outbox, turns
from mindzie.access.alerting import Destination
from mindzie.access.entrance import Place
from mindzie.access.health_work import work_notes
from mindzie.access.identity import OPERATOR
from mindzie.access.investigating import Investigation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, MindzieError, SettingError
from tests.access.installing import keys, place, place_on
from tests.investigations.alerted import alert, desk, run, told
from tests.investigations.done_runs import why
from tests.servers.databases import on_sqlite

__all__ = ["desk", "keys", "place", "place_on", "why"]


@on_sqlite
def test_a_message_that_could_not_be_sent_before_waits_for_quiet_hours_to_end(
    why: Investigation, desk: Destination, monkeypatch: pytest.MonkeyPatch
) -> None:
    evening = datetime(2025, 1, 10, 21, 59, tzinfo=UTC)
    monkeypatch.setattr(alerts_found, "now", lambda: evening)
    made = alert(why, desk, quiet="22:00-07:00")
    run(why, 11)
    (one,) = made.deliveries
    assert one.next_at is None
    door = why._door
    monkeypatch.setattr(outbox, "now", lambda: evening)
    assert outbox.take(door) is not None
    monkeypatch.setattr(outbox, "now", lambda: evening + timedelta(minutes=2))
    assert outbox.take(door, silence=timedelta(0)) is None  # its worker is silent
    one = one.refresh()
    assert (one.state, one.next_at) == ("waiting", datetime(2025, 1, 11, 7, tzinfo=UTC))
    made.refresh().change(severity="critical")
    assert outbox.take(door) is not None


def test_each_message_has_one_worker(why: Investigation, desk: Destination, place: Place) -> None:
    made = [alert(why, desk) for _ in range(6)]
    run(why, 11)
    taken: list[Any] = []
    start = threading.Barrier(3)

    def work() -> None:
        door = place.door(why._door.tenant, OPERATOR)
        start.wait()
        while (letter := outbox.take(door)) is not None:
            taken.append(letter.id)
            assert outbox.delivered(door, letter)

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert Counter(taken) == Counter(one.id for each in made for one in each.deliveries)


def test_a_message_that_is_not_taken_is_tried_again_with_pauses(
    why: Investigation, desk: Destination
) -> None:
    made = alert(why, desk)
    run(why, 11)
    door = why._door
    letter = outbox.take(door)
    assert letter is not None
    assert outbox.take(door) is None
    second = outbox.take(door, silence=timedelta(0))  # its worker is silent
    assert second is not None
    assert (second.id, second.attempt) == (letter.id, 2)
    assert not outbox.delivered(door, letter)
    again = outbox.refused(door, second, "It answered 503.")
    assert again is not None
    assert timedelta(seconds=25) < again - datetime.now(UTC) <= timedelta(seconds=30)
    assert outbox.take(door) is None
    run(why, 3)
    assert told(made) == ["raised waiting", "over waiting"]  # of what was tried they may know
    (first, over) = made.deliveries
    assert first.error == "It answered 503."
    first.cancel()
    third = outbox.take(door)
    assert third is not None
    assert third.id == over.id
    outbox.refused(door, third, "It answered 404.", for_good=True)
    assert told(made) == ["raised cancelled", "over failed"]
    over.refresh().retry()
    assert told(made)[1] == "over waiting"


@on_sqlite
def test_what_gives_up(why: Investigation, desk: Destination) -> None:
    made = alert(why, desk)
    run(why, 11)
    door = why._door
    for attempt in range(1, outbox.MOST + 1):
        letter = outbox.take(door, silence=timedelta(0))
        assert letter is not None
        assert letter.attempt == attempt
    assert outbox.take(door, silence=timedelta(0)) is None
    (one,) = made.deliveries
    assert (one.state, one.error) == (turns.FAILED, "Its worker stopped, again and again.")


def test_the_operator_sees_that_messages_stay(
    why: Investigation, desk: Destination, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def notes() -> list[str]:
        return [str(one) for one in work_notes(place)]

    made = alert(why, desk)
    run(why, 11)
    assert notes() == []
    later = datetime.now(UTC) + timedelta(minutes=16)
    monkeypatch.setattr(health_work, "now", lambda: later)
    (said,) = notes()
    assert said.startswith("note: acme: 1 message of alerts waits for a worker since")
    letter = outbox.take(why._door)
    assert letter is not None
    outbox.refused(why._door, letter, "It answered 404.", for_good=True)
    assert told(made) == ["raised failed"]
    assert notes() == [
        "note: acme: 1 message of alerts could not be delivered in the last seven days. Its people see why: `mindzie alerts sent --state failed`."
    ]


@on_sqlite
def test_destinations(why: Investigation, desk: Destination) -> None:
    ws = Workspace(why._door)
    key = ws.secrets["hook"]
    mail = {"host": "mail.example.org", "to": ["a@example.org"], "sender": "m@example.org"}
    for facts, match in (
        ({"kind": "fax"}, "no kind 'fax'"),
        ({"kind": "webhook", "settings": {"url": "https://example.org"}}, "needs the key"),
        ({"kind": "webhook", "settings": {"url": "ftp://example.org"}, "secret_id": key}, "url"),
        ({"kind": "teams", "settings": {}}, "workflow's address"),
        ({"kind": "email", "settings": {**mail, "to": ["nobody"]}}, "to"),
        ({"kind": "email", "settings": {**mail, "to": ["a@b\r\nBcc: c@d"]}}, "to"),
        ({"kind": "email", "settings": {**mail, "user": "m"}}, "give both or none"),
        (
            {
                "kind": "email",
                "settings": {**mail, "user": "m", "security": "none"},
                "secret_id": key,
            },
            "not encrypted",
        ),
        ({"kind": "email", "settings": {**mail, "password": "x"}}, "secret"),
    ):
        with pytest.raises(MindzieError, match=match):
            ws.destinations.create("new", **facts)
    made = ws.destinations.create("mail", kind="email", settings=mail)
    with pytest.raises(SettingError, match="needs the key"):
        made.change(kind="webhook", settings={"url": "https://example.org"})
    alert(why, desk)
    with pytest.raises(ConflictError, match="1 alert tells 'desk'"):
        desk.delete()
    with pytest.raises(ConflictError):
        key.delete()
    made.delete()


def test_a_message_outlives_its_run(why: Investigation, desk: Destination) -> None:
    made = alert(why, desk)
    run(why, 11)
    (asked,) = why.runs
    asked.delete()
    assert told(made) == ["raised waiting"]
    letter = outbox.take(why._door)
    assert letter is not None
    assert letter.left is None
    why.delete()
    assert outbox.delivered(why._door, letter) is False
