"""Workers killed without notice at any moment: each job is taken up again, and makes exactly one version with all rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mindzie.access.workspace import Workspace
from tests.faults.moments import kills, settle
from tests.faults.office import TEN, Office, all_seen
from tests.faults.work import working_off
from tests.servers.killing import prepare

prepare("mindzie.ingest.jobs.worker")
MOMENTS = {"sqlite": 24, "postgresql": 8}


def ask(workspace: Workspace, name: str, files: tuple[Path, Path]) -> int:
    """Ask for the file that is not there yet, and return how many cases it has."""
    dataset = workspace.datasets[name]
    cases = 30 if dataset.log().case_count != 30 else 20
    dataset.request_import(files[0] if cases == 20 else files[1])
    return cases


def test_killed_at_any_moment_and_taken_up_again(
    ten: Office, backend: str, files: tuple[Path, Path]
) -> None:
    wanted: list[tuple[str, int, int]] = []

    def arguments() -> tuple[Any, ...]:
        name = TEN[len(wanted) % len(TEN)]
        with ten.workspace() as workspace:
            before = len(workspace.datasets[name].versions)
            wanted.append((name, before, ask(workspace, name, files)))
        return (ten,)

    cut_short = 0
    for done in kills(MOMENTS[backend], working_off, arguments):
        settle(ten)
        name, before, cases = wanted[-1]
        with ten.workspace() as workspace, working_off(ten) as work:
            job = list(workspace.datasets[name].imports)[-1]
            cut_short += not done
            assert job.state == "done" or not done
            work()
            job, dataset = job.refresh(), workspace.datasets[name]
            assert (job.state, len(dataset.versions)) == ("done", before + 1)
            assert job.version_number == dataset.current
            assert job.attempts <= 2
            assert dataset.log().case_count == cases
            assert dataset.log().event_count == 3 * cases
    assert cut_short >= MOMENTS[backend] // 3
    all_seen(ten, TEN)
