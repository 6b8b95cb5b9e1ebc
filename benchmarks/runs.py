"""Measure how workers drain scheduled runs, and see that none is lost or doubled.

``python -m benchmarks.runs --runs 1_000 --workers 2``: a workspace of its own in a temporary folder, schedules whose slots are due, and as many
workers as processes. Ends with 1 where a slot has no run, or a run was ended other than once.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from nbformat.v4 import new_code_cell, new_notebook
from sqlalchemy import func, select, update

import mindzie as mz
from mindzie.access.door import Door
from mindzie.access.schedules_due import tick
from mindzie.access.workspace import Workspace
from mindzie.store.database import Scope
from mindzie.store.models import Run, Schedule
from mindzie.store.types import now

A_SCHEDULE = 100
"""Slots that a schedule catches up with at most."""
CODE = "import mindzie as mz\nlog = mz.demo('order-to-cash', cases=50)\nmz.record(log.case_count, 'orders')"
LOOKS = 1.0
"""Seconds between two looks at how far the workers are."""


def main() -> None:
    """Make the runs, let workers do them, and say what came of it."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--runs", type=int, default=1_000)
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--empty", action="store_true", help="A notebook that does nothing.")
    said = words.parse_args()
    with tempfile.TemporaryDirectory() as home:
        for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
            os.environ.pop(name, None)
        os.environ["MINDZIE_HOME"] = home
        ws = mz.workspace()
        slots = asked(ws, said.runs, "1" if said.empty else CODE)
        began = time.perf_counter()
        drained(ws, said.workers)
        code = told(ws, slots, said.workers, time.perf_counter() - began)
    sys.exit(code)


def asked(ws: Workspace, runs: int, code: str) -> set[tuple[str, str]]:
    """Make schedules whose slots are due, and their runs, and return the slots."""
    project = ws.projects.create("load")
    made = project.investigations.create("small")
    made.save(new_notebook(cells=[new_code_cell(code)]))
    slots = set[tuple[str, str]]()
    for first in range(0, runs, A_SCHEDULE):
        count = min(A_SCHEDULE, runs - first)
        one = project.schedules.create(
            f"each minute {first}", investigation_id=made, cron="* * * * *", missed="all"
        )
        # from the last whole minute back, as if nobody had looked for so long
        last = now().replace(second=0, microsecond=0)
        moments = [last - timedelta(minutes=back) for back in range(count)]
        slots |= {(str(one.id), moment.isoformat()) for moment in moments}
        _due_since(ws._door, one.id, moments[-1])  # noqa: SLF001
        list(tick(ws._door, last))  # noqa: SLF001
        one.refresh().pause()
    return slots


def _due_since(door: Door, schedule: Any, moment: Any) -> None:
    with door.database.writing(Scope(door.tenant)) as session:
        values = {"next_at": moment, "updated_at": Schedule.updated_at}
        chosen = update(Schedule).where(Schedule.id == schedule).values(values)
        session.execute(chosen.execution_options(synchronize_session=False))


def drained(ws: Workspace, workers: int) -> None:
    """Let workers go until no run waits."""
    command = [sys.executable, "-m", "mindzie", "runs", "work", "--watch"]
    started = [subprocess.Popen(command, stdout=subprocess.DEVNULL) for _ in range(workers)]
    try:
        while left := _left(ws):
            print(f"\r{left} left  ", end="", file=sys.stderr, flush=True)
            if any(worker.poll() is not None for worker in started):
                raise RuntimeError("A worker ended before its work did.")
            time.sleep(LOOKS)
    finally:
        for worker in started:
            worker.terminate()
            worker.wait()
    print("\r", end="", file=sys.stderr)


def _left(ws: Workspace) -> int:
    # counted where they are: who reads a thousand runs each second measures that
    chosen = select(func.count()).where(Run.state.in_(("waiting", "running")))
    with ws._door.reading() as visit:  # noqa: SLF001
        return visit.session.scalar(chosen) or 0


def told(ws: Workspace, slots: set[tuple[str, str]], workers: int, seconds: float) -> int:
    """Say how long it took, and return 1 where a slot was lost or doubled."""
    runs = list(ws.runs)
    states = Counter(run.state for run in runs)
    ended = Counter(one["object_id"] for one in ws.audit.entries(action="runs.done", limit=100_000))
    found = Counter((str(run.schedule_id), run.slot) for run in runs)
    lost, doubled = slots - found.keys(), [slot for slot, count in found.items() if count > 1]
    wrong = [run for run in runs if ended[str(run.id)] != 1]
    each = [(run.finished_at - run.started_at).total_seconds() for run in runs if run.finished_at]
    print(
        f"{len(runs):,} runs by {workers} workers in {seconds:,.0f} s: {seconds / len(runs):.2f} s a run, "
        f"{statistics.median(each):.2f} s at the median from its beginning to its end."
    )
    spent = os.times()
    print(
        f"{(spent.children_user + spent.children_system) / len(runs):.2f} s of processor time a run, with its worker's."
    )
    print(
        f"{', '.join(f'{count:,} {state}' for state, count in states.items())}; {len(lost)} slots lost, "
        f"{len(doubled)} doubled, {len(wrong)} runs ended other than once."
    )
    return int(bool(lost or doubled or wrong or found.keys() - slots))


if __name__ == "__main__":
    main()
