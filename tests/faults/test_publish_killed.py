"""A program killed while it publishes or imports leaves the old version or the new one, whole, and can do it again.

Of an import the data set is old or new, and the job says no more than what is there: while it runs nothing is claimed, and where it
is done its version is there. A job whose program died is named by ``check``; doing it again makes no second version.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import mindzie as mz
from mindzie.access.health import problems
from tests.faults.moments import MOMENTS, kills, settle
from tests.faults.office import AT_ONCE, DATASET, Office, Seen, prune, seen
from tests.faults.work import importing, publishing

OLD, NEW = "old", "new"


def old_or_new(before: Seen, after: Seen, wanted: int, *, done: bool) -> str:
    """Tell what a data set is, and see that it is nothing else."""
    if after.number == before.number:
        assert after == before
        assert not done
        return OLD
    assert after.number > before.number
    assert after.cases == wanted
    return NEW


def test_publish_killed_at_any_moment(
    office: Office, backend: str, logs: tuple[Path, Path]
) -> None:
    content = {mz.open(path).case_count: path for path in logs}
    state, outcomes = seen(office), set()

    def arguments() -> tuple[Any, ...]:
        return office, content[_other(content, state)]

    for done in kills(MOMENTS[backend], publishing, arguments):
        settle(office)
        before, wanted, state = state, _other(content, state), seen(office)
        outcomes.add(old_or_new(before, state, wanted, done=done))
        if state != before and state.number % 10 == 0:
            prune(office)
    assert outcomes == {OLD, NEW}


def _other(content: dict[int, Path], state: Seen) -> int:
    return next(cases for cases in content if cases != state.cases)


def test_import_killed_at_any_moment(
    office: Office, backend: str, files: tuple[Path, Path]
) -> None:
    content = {mz.read(path).case_count: path for path in files}
    state, outcomes = seen(office), set()

    def arguments() -> tuple[Any, ...]:
        path = content[_other(content, state)]
        with office.workspace() as workspace:
            workspace.datasets[DATASET].request_import({"file": path.name})
        return office, path

    for done in kills(MOMENTS[backend], importing, arguments):
        settle(office)
        before, wanted = state, _other(content, state)
        job = _concluded(office)
        state = seen(office)
        outcomes.add((old_or_new(before, state, wanted, done=done), job))
        if state != before and state.number % 10 == 0:
            prune(office)
    assert {job for _, job in outcomes} >= {"running", "done"}
    assert {what for what, _ in outcomes} == {OLD, NEW}


def _concluded(office: Office) -> str:
    """See that a job says what is true, and end it."""
    with office.place() as place, office.workspace() as workspace:
        dataset = workspace.datasets[DATASET]
        job = list(dataset.imports)[-1]
        named = [each for each in problems(place, patience=AT_ONCE) if str(job.id) in each.where]
        assert bool(named) == (job.state == "running")
        state = str(job.state)
        if state == "done":
            assert job.version_number == dataset.current == dataset.version().number
        else:
            assert job.version_number is None
            job.cancel()
        return state
