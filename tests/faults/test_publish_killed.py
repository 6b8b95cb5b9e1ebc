"""A program killed while it publishes or imports leaves the old version or the new one, whole, and can do it again.

Of an import the data set is old or new, and the job says no more than what is there: while it runs nothing is claimed, and where it
is done its version is there. A job whose program died is named by ``check``; doing it again makes no second version.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import cycle
from pathlib import Path
from typing import Any

import mindzie as mz
from mindzie.access.health import problems
from tests.faults.moments import MOMENTS, kills, rounds, settle
from tests.faults.office import AT_ONCE, TEN, Office, Seen, all_seen, prune
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


def test_publish_killed_at_any_moment(ten: Office, backend: str, logs: tuple[Path, Path]) -> None:
    content = {mz.open(path).case_count: path for path in logs}
    states, outcomes, names = all_seen(ten, TEN), set(), cycle(TEN)

    def arguments() -> tuple[Any, ...]:
        name = next(names)
        return ten, content[_other(content, states[name])], name

    for done in rounds(kills(MOMENTS[backend], publishing, arguments), TEN):
        settle(ten)
        before, states = states, all_seen(ten, TEN)
        outcomes |= set(_outcomes(ten, content, before, states, done).values())
    assert outcomes == {OLD, NEW}


def _other(content: dict[int, Path], state: Seen) -> int:
    return next(cases for cases in content if cases != state.cases)


def _outcomes(
    office: Office,
    content: dict[int, Path],
    before: dict[str, Seen],
    after: dict[str, Seen],
    done: dict[str, bool],
) -> dict[str, str]:
    """Tell what each data set is that was worked on; the others are as they were."""
    assert all(after[name] == before[name] for name in TEN if name not in done)
    found = {
        name: old_or_new(before[name], after[name], _other(content, before[name]), done=done[name])
        for name in done
    }
    for name, what in found.items():
        if what == NEW and after[name].number % 4 == 0:
            prune(office, name)
    return found


def test_import_killed_at_any_moment(ten: Office, backend: str, files: tuple[Path, Path]) -> None:
    content = {mz.read(path).case_count: path for path in files}
    states, outcomes, names = all_seen(ten, TEN), set(), cycle(TEN)

    def arguments() -> tuple[Any, ...]:
        name = next(names)
        path = content[_other(content, states[name])]
        with ten.workspace() as workspace:
            workspace.datasets[name].request_import({"file": path.name})
        return ten, path, name

    for done in rounds(kills(MOMENTS[backend], importing, arguments), TEN):
        settle(ten)
        jobs = _concluded(ten, done)
        before, states = states, all_seen(ten, TEN)
        found = _outcomes(ten, content, before, states, done)
        outcomes |= {(found[name], jobs[name]) for name in done}
    assert {job for _, job in outcomes} >= {"running", "done"}
    assert {what for what, _ in outcomes} == {OLD, NEW}


def _concluded(office: Office, names: Iterable[str]) -> dict[str, str]:
    """See that jobs say what is true, and end them."""
    found = {}
    with office.place() as place, office.workspace() as workspace:
        named = " ".join(each.where for each in problems(place, deep=False, patience=AT_ONCE))
        for name in names:
            dataset = workspace.datasets[name]
            job = list(dataset.imports)[-1]
            assert (str(job.id) in named) == (job.state == "running")
            found[name] = str(job.state)
            if job.state == "done":
                assert job.version_number == dataset.current == dataset.version().number
            else:
                assert job.version_number is None
                job.cancel()
    return found
