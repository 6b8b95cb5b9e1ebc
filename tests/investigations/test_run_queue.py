"""The queue of runs on both databases: one worker gets one, its word ends with its turn, tenants take turns, nothing is left over."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from mindzie.access import kinds, run_queue, turns
from mindzie.access.backup import backup
from mindzie.access.door import Door
from mindzie.access.entrance import Place
from mindzie.access.health import problems, repaired
from mindzie.access.identity import OPERATOR, Identity
from mindzie.access.installation import Installation
from mindzie.access.investigating import Investigation
from mindzie.access.restoring import restore
from mindzie.access.run_door import open_for_run
from mindzie.access.runs import Run
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    ConflictError,
    DataSetError,
    ForbiddenError,
    LimitError,
    NotFoundError,
    SignInError,
)
from mindzie.investigations.worker import work_off
from mindzie.store.files import Stored
from tests.access.installing import keys, orders, place, place_on, tenant
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place", "place_on"]
AT_ONCE = timedelta(0)
FILES = {"manifest.json": "{}", "report.html": "<h1>Why</h1>", "log.txt": "done"}
FILES |= {"notebook.ipynb": '{"cells": []}', "results.json": '{"results": []}'}


@pytest.fixture
def why(place: Place) -> Investigation:
    """Return an investigation of a data set with a version."""
    return _asked(tenant(place))


def _asked(ws: Workspace) -> Investigation:
    project = ws.projects.create("x")
    data = project.datasets.create("orders")
    data.publish(orders(3))
    made = project.investigations.create("why", dataset_id=data)
    made.save({"cells": []})
    return made


def _door(of: Investigation) -> Door:
    return of._door


def _left(door: Door, turn: run_queue.RunTurn, folder: Path) -> Stored:
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return door.files.put_left(turn.place, folder)


def _done(run: Run, folder: Path) -> Run:
    """Let a worker do a run."""
    turn = run_queue.take(run._door, run=run.id)
    assert turn is not None
    left = _left(run._door, turn, folder)
    assert run_queue.finish(run._door, turn, "done", left=left, results={"cases": {"value": 3}})
    return run.refresh()


def test_each_run_is_taken_by_one_of_many_workers_at_once(place: Place, why: Investigation) -> None:
    asked = {why.request_run({"n": n}).id for n in range(12)}
    taken: list[Any] = []
    start = threading.Barrier(3)

    def work() -> None:
        door = place.door(_door(why).tenant, OPERATOR)
        start.wait()
        while turn := run_queue.take(door):
            taken.append(turn.run)
            assert run_queue.finish(door, turn, "done")

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert Counter(taken) == Counter(asked)
    assert {run.state for run in why.runs} == {"done"}


def test_the_word_of_a_worker_ends_with_its_turn(why: Investigation, tmp_path: Path) -> None:
    door, run = _door(why), why.request_run()
    first = run_queue.take(door)
    assert first is not None
    assert run_queue.beat(door, first, {"cell": 1, "cells": 4})
    assert run.refresh().progress == {"cell": 1, "cells": 4}
    assert run_queue.take(door) is None
    second = run_queue.take(door, silence=AT_ONCE)  # the first is silent
    assert second is not None
    assert (second.attempt, second.half) == (2, (first.place,))
    assert not run_queue.beat(door, first, {})
    assert not run_queue.finish(door, first, "done", left=_left(door, first, tmp_path / "first"))
    assert run.refresh().state == "running"
    left = _left(door, second, tmp_path / "second")
    assert run_queue.finish(door, second, "done", left=left)
    assert not run_queue.finish(door, second, "failed", error="late")
    done = run.refresh()
    assert (done.state, done.attempts, done.error) == ("done", 2, None)
    assert done.report == FILES["report.html"]
    ended = [one["action"] for one in tenant_log(why) if one["action"] == "runs.done"]
    assert len(ended) == 1


def tenant_log(why: Investigation) -> list[dict[str, Any]]:
    """Return what was written down of runs."""
    ws = Workspace(_door(why))
    return list(ws.audit.entries(action="runs.", limit=1000))


def test_a_run_whose_workers_always_stop_has_failed(why: Investigation) -> None:
    door, run = _door(why), why.request_run()
    for attempt in range(1, turns.MOST + 1):
        turn = run_queue.take(door, silence=AT_ONCE)
        assert turn is not None
        assert turn.attempt == attempt
    assert run_queue.take(door, silence=AT_ONCE) is None
    assert run.refresh().error == "Its worker stopped without a word 5 times."
    run.retry()
    again = run_queue.take(door)
    assert again is not None
    assert (again.attempt, again.number) == (1, 6)


def test_what_is_cancelled_is_not_taken_nor_ended(why: Investigation) -> None:
    door, run = _door(why), why.request_run()
    turn = run_queue.take(door)
    assert turn is not None
    run.cancel()
    assert not run_queue.beat(door, turn, {})
    assert not run_queue.finish(door, turn, "done")
    assert run_queue.take(door, silence=AT_ONCE) is None
    assert run.refresh().state == "cancelled"


def test_a_pause_before_the_next_attempt_is_kept(why: Investigation) -> None:
    door, run = _door(why), why.request_run()
    turn = run_queue.take(door)
    assert turn is not None
    later = run.refresh().started_at + timedelta(hours=1)
    assert run_queue.finish(door, turn, "failed", error="away", again_at=later)
    assert (run.refresh().state, run.refresh().error) == ("waiting", "away")
    assert run_queue.take(door) is None
    assert run_queue.take(door, run=run.id) is not None


def test_the_same_is_known_before_it_is_run(why: Investigation, tmp_path: Path) -> None:
    door = _door(why)
    assert why.known() is None
    first, second, other = why.request_run(), why.request_run(), why.request_run({"n": 1})
    assert first != second
    _done(first, tmp_path / "first")
    assert why.known() == why.request_run() == first
    assert why.run().id == first.id  # nothing is begun
    turn = run_queue.take(door)  # the second is done with that
    assert turn is not None
    assert turn.run == other.id
    second = second.refresh()
    assert (second.state, second.same_as, second.results) == (
        "done",
        first.id,
        first.refresh().results,
    )
    assert second.report == FILES["report.html"]
    with pytest.raises(ConflictError, match="Another run has its results"):
        first.delete()
    again = why.request_run(again=True)
    assert again not in (first, second)
    assert why.known() is None
    why.save({"cells": [{}]})
    assert why.known() is None
    assert why.known({"n": 2}) is None


def test_new_data_makes_it_another_run_and_a_run_keeps_its_version(
    why: Investigation, tmp_path: Path
) -> None:
    _done(why.request_run(), tmp_path / "first")
    waits = why.request_run({"n": 1})
    data = Workspace(_door(why)).datasets["orders"]
    data.publish(orders(5))
    assert why.known() is None
    turn = run_queue.take(_door(why))
    assert turn is not None
    assert turn.run == waits.id
    work = run_queue.work_of(_door(why), turn)
    assert work.data is not None
    assert (work.data.name, work.data.number, work.parameters) == ("orders", 1, {"n": 1})
    data.version(1).delete()
    with pytest.raises(NotFoundError, match=r"Version 1 of 'orders'.*was removed"):
        run_queue.work_of(_door(why), turn)


def test_who_may_not_ask_any_more_gets_nothing_done(place: Place, why: Investigation) -> None:
    here, ws = Installation(place), Workspace(_door(why))
    here.enrol(Identity("acme", "sso", "ann"), name="Ann", role="analyst")
    ann = Workspace.open(place, Identity("acme", "sso", "ann"))
    user = next(one for one in ws.users if one.name == "Ann")
    ws.projects["x"].share(user=user, level="edit")
    ann.investigations["why"].request_run()
    turn = run_queue.take(_door(why))
    assert turn is not None
    assert run_queue.work_of(_door(why), turn).asker.name == "Ann"
    mine = open_for_run(turn.token, place)
    assert mine.me["name"] == "Ann"
    ws.projects["x"].unshare(user=user)
    with pytest.raises(ForbiddenError, match="may not do so any more: the investigation"):
        run_queue.work_of(_door(why), turn)
    assert not list(mine.projects)
    user.stop()
    with pytest.raises(ForbiddenError, match="their account has no access"):
        run_queue.work_of(_door(why), turn)
    with pytest.raises(ForbiddenError, match="their account has no access"):
        open_for_run(turn.token, place)


def test_a_runs_notebook_gets_in_as_long_as_its_turn_holds(
    place: Place, why: Investigation, tmp_path: Path
) -> None:
    run = why.request_run()
    turn = run_queue.take(_door(why))
    assert turn is not None
    assert open_for_run(turn.token, place).datasets.names() == ["orders"]
    for wrong in (f"{run.id}.", f"{run.id}.x", "x", f"{turn.run}{turn.mark}"):
        with pytest.raises(SignInError, match="is over"):
            open_for_run(wrong, place)
    left = _left(_door(why), turn, tmp_path / "left")
    assert run_queue.finish(_door(why), turn, "done", left=left)
    with pytest.raises(SignInError, match="is over"):
        open_for_run(turn.token, place)
    assert why.known() is None  # it may have seen other data


def test_tenants_take_turns_and_none_has_more_at_once_than_it_may(place: Place) -> None:
    many, few = _asked(tenant(place, "many")), _asked(tenant(place, "few"))
    for n in range(4):
        many.request_run({"n": n})
    few.request_run()

    def take(most: int | None = None) -> Any:
        for key in turns.tenants_waiting(place.database, kinds.RUN):
            turn = run_queue.take(place.door(key, OPERATOR), most=most)
            if turn is not None:
                return turn.tenant
        return None

    first, second = _door(many).tenant, _door(few).tenant
    assert [take(), take()] == [first, second]
    assert [take(2), take(2), take()] == [first, None, first]
    Installation(place).stop("many")
    assert turns.tenants_waiting(place.database, kinds.RUN) == []


def test_a_tenant_that_is_stopped_meanwhile_is_no_matter_of_the_others(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    ws = tenant(place)
    key = _door(_asked(ws)).tenant
    Installation(place).stop("acme")
    monkeypatch.setattr(turns, "tenants_waiting", lambda *_: [key])
    assert list(work_off(place)) == []
    with pytest.raises(SignInError):
        list(work_off(ws))


def test_what_a_run_left_goes_with_it(place: Place, why: Investigation, tmp_path: Path) -> None:
    def there() -> list[str]:
        return [spot.path.rpartition("/")[2] for spot in place.files.places()]

    first = _done(why.request_run({"n": 1}), tmp_path / "one")
    _done(why.request_run({"n": 2}), tmp_path / "two")
    assert sorted(there()) == ["1-original", "1-run", "1-run"]
    first.delete()
    assert sorted(there()) == ["1-original", "1-run"]
    why.delete()
    assert there() == ["1-original"]
    again = _asked_again(why)
    _done(again.request_run(), tmp_path / "three")
    Workspace(_door(why)).projects["x"].delete()
    assert there() == []


def _asked_again(why: Investigation) -> Investigation:
    ws = Workspace(_door(why))
    made = ws.projects["x"].investigations.create("again", dataset_id=ws.datasets["orders"])
    made.save({"cells": []})
    return made


def test_check_names_what_is_damaged_or_left_over(
    place: Place, why: Investigation, tmp_path: Path
) -> None:
    done = _done(why.request_run(), tmp_path / "one")
    why.request_run({"n": 1})
    turn = run_queue.take(_door(why))
    assert turn is not None
    _left(_door(why), turn, tmp_path / "two")
    assert problems(place) == []  # its worker is about to say that it is done
    Workspace(_door(why)).runs[turn.run].cancel()
    (orphan,) = problems(place)
    assert (orphan.kind, "no run speaks of it" in orphan.fact) == ("orphan", True)
    assert repaired(place, [orphan]) == [orphan]
    assert problems(place) == []
    folder = tmp_path / "snapshots" / str(_door(why).tenant) / str(done.id) / "1-run"
    (folder / "report.html").write_text("forged")
    assert [one.kind for one in problems(place)] == ["damaged"]
    with pytest.raises(DataSetError, match="damaged"):
        assert done.report


def test_a_backup_has_what_runs_left(
    place: Place, why: Investigation, tmp_path: Path, place_on: Any, backend: str
) -> None:
    done = _done(why.request_run(), tmp_path / "one")
    done.accept("as last year")
    about = backup(place, tmp_path / "backup")
    assert (about["snapshots"], about["tables"]["runs"]) == (1, 1)
    other = place_on({"sqlite": "postgresql", "postgresql": "sqlite"}[backend])
    restore(other, tmp_path / "backup")
    kept = Workspace(other.door(_door(why).tenant, _door(why).actor)).investigations["why"]
    assert kept.accepted is not None
    assert kept.accepted.report == done.report
    assert kept.accepted.accepted_note == "as last year"
    assert problems(other) == []


@on_sqlite
def test_what_runs_leave_counts_for_the_limit_of_bytes(
    place: Place, why: Investigation, tmp_path: Path
) -> None:
    used = Workspace(_door(why)).tenant["used"]["bytes"]
    Installation(place).change("acme", max_bytes=used + 10)
    why.request_run()
    turn = run_queue.take(_door(why))
    assert turn is not None
    left = _left(_door(why), turn, tmp_path / "one")
    with pytest.raises(LimitError, match="bytes"):
        run_queue.finish(_door(why), turn, "done", left=left)
    assert run_queue.finish(_door(why), turn, "failed", error="no room")


@on_sqlite
def test_odd_words_of_a_notebook_are_kept_as_far_as_a_database_can(why: Investigation) -> None:
    run = why.request_run()
    turn = run_queue.take(_door(why))
    assert turn is not None
    assert run_queue.finish(_door(why), turn, "failed", error="a\0b\ud800" + "x" * 5000)
    assert run.refresh().error == "ab?" + "x" * 1997 + " ..."


@on_sqlite
def test_what_left_nothing_says_so(why: Investigation, tmp_path: Path) -> None:
    run = why.request_run()
    for look in (lambda: run.report, lambda: run.log, lambda: run.save(tmp_path / "x")):
        with pytest.raises(NotFoundError, match="is waiting and has left nothing yet"):
            look()
    with pytest.raises(ConflictError, match="is waiting: what is done can be accepted"):
        run.accept()
    assert run.wait(0).state == "waiting"


@pytest.fixture(autouse=True)
def closed(place: Place) -> Iterator[None]:
    """Give the connections back."""
    yield
    place.database.close()
