"""What runs left is kept as long as their investigation says: so many, so many days, and always what was accepted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mindzie.access import run_queue
from mindzie.access.entrance import Place
from mindzie.access.health import problems
from mindzie.access.identity import OPERATOR
from mindzie.access.investigating import Investigation
from mindzie.access.kept_runs import forget, tenants_keeping
from mindzie.access.runs import Run
from mindzie.access.workspace import Workspace
from mindzie.core.errors import NotFoundError, SettingError
from mindzie.investigations.ticking import Clock
from tests.access.installing import keys, place, place_on
from tests.investigations.done_runs import done, number, why
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place", "place_on", "why"]


def several(why: Investigation, count: int) -> list[Run]:
    return [done(why.request_run(again=True), number("open", n)) for n in range(count)]


def left(runs: list[Run]) -> list[bool]:
    return [run.refresh()._row.kept is not None for run in runs]


def test_the_newest_and_the_accepted_keep_what_they_left(why: Investigation, place: Place) -> None:
    runs = several(why, 5)
    runs[1].accept("as it should be")
    assert forget(why._door) == 0
    why = why.refresh().change(keep_runs=2)
    door = place.door(why._door.tenant, OPERATOR)
    assert tenants_keeping(place.database) == [door.tenant]
    assert forget(door) == 2
    assert forget(door) == 0
    assert left(runs) == [False, True, False, True, True]
    gone = runs[0].refresh()
    assert (gone.state, gone.size, gone.error) == ("done", 0, None)
    with pytest.raises(NotFoundError, match="removed, as its investigation says"):
        assert gone.report
    assert gone.changes is None
    assert runs[4].report
    assert len(list(Path(place.folder).rglob("report.html"))) == 3
    assert problems(place) == []
    actions = [one["action"] for one in Workspace(why._door).audit.entries()]
    assert actions.count("runs.forget") == 1


def test_days_are_counted_from_the_end(why: Investigation) -> None:
    runs = several(why, 2)
    why = why.refresh().change(keep_days=30)
    moment = datetime.now(UTC)
    assert forget(why._door, moment + timedelta(days=29)) == 0
    assert forget(why._door, moment + timedelta(days=31)) == 2
    assert left(runs) == [False, False]
    assert why.known() is None  # its results are nobody's to take any more


@on_sqlite
def test_results_that_were_taken_again_stay_as_long_as_the_newest(why: Investigation) -> None:
    first = done(why.request_run(again=True), number("open", 1))
    again = (
        Workspace(why._door)
        .projects["x"]
        .schedules.create("nightly", investigation_id=why, cron="0 2 * * *")
    )
    other = done(why.request_run({"n": 1}), number("open", 1))
    assert run_queue.take(why._door, run=again.run_now().id) is None
    why = why.refresh().change(keep_runs=1)
    assert forget(why._door) == 1
    assert left([first, other]) == [True, False]
    taken = next(run for run in why.runs if run.same_as == first.id)
    assert taken.report
    taken.accept()
    several(why, 2)
    forget(why._door)
    assert taken.refresh().report


@on_sqlite
def test_a_worker_does_it_and_numbers_that_keep_nothing_are_refused(why: Investigation) -> None:
    runs = several(why, 2)
    for wrong in (0, -1, 2**40, "many"):
        with pytest.raises(SettingError):
            why.refresh().change(keep_runs=wrong)
        with pytest.raises(SettingError):
            why.refresh().change(keep_days=wrong)
    why.refresh().change(keep_runs=1)
    with Clock(Workspace(why._door), every=3600):
        assert left(runs) == [False, True]
    why.refresh().change(keep_runs=None)
    assert why.refresh().keep_runs is None
