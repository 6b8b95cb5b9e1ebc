"""Workers that look after schedules, killed without notice at any moment: every slot has one run, and each run ends once."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

from mindzie.access import run_queue
from mindzie.access.schedules_due import tick
from mindzie.access.turns import DONE
from mindzie.access.workspace import Workspace
from mindzie.core.slots import Cron
from tests.faults.moments import settle
from tests.faults.office import Office
from tests.servers.killing import begun, ended, prepare, say

prepare("mindzie.access.schedules_due", "cronsim", "tests.faults.test_ticks_killed")
ROUNDS = {"sqlite": 52, "postgresql": 6}
"""In each of which two workers are killed, but for the first."""
WHOLE = 2
MINUTES = 2
"""That pass in a round."""
CRONS = ("* * * * *", "*/2 * * * *", "1-59/3 * * * *")
MINUTE = timedelta(minutes=1)


def _work(workspace: Workspace, first: datetime) -> None:
    """Look after schedules minute by minute, and end the runs that wait, or that another is at."""
    door = workspace._door
    for minute in range(MINUTES):
        list(tick(door, first + minute * MINUTE))
        while turn := run_queue.take(door, silence=timedelta(0)):
            run_queue.finish(door, turn, DONE, results={"by": turn.mark})


def working(there: Connection, office: Office, first: datetime) -> None:
    """Do so in a process of its own."""
    with office.workspace() as workspace:
        len(workspace.runs)  # it is connected
        say(there)
        _work(workspace, first)


def _made(office: Office) -> datetime:
    """Make schedules, and return a moment before all their slots."""
    office.set_up_empty()
    with office.workspace() as workspace:
        project = workspace.projects["Sales"]
        asked = project.investigations.create("why")
        asked.save({"cells": []})
        made = [
            project.schedules.create(cron[:4], investigation_id=asked, cron=cron, missed="all")
            for cron in CRONS
        ]
        first: datetime = min(schedule.next_at for schedule in made)
        return first - MINUTE


def test_killed_at_any_moment_every_slot_has_one_run(
    store_url: str, tmp_path: Path, backend: str
) -> None:
    office, chance, cut_short = Office(store_url, tmp_path), random.Random(2024), 0
    begin = _made(office)
    whole = min(_seconds(office, begin + number * MINUTES * MINUTE) for number in range(WHOLE))
    for number in range(WHOLE, ROUNDS[backend]):
        first = begin + (number * MINUTES + 1) * MINUTE
        pair = [begun(working, office, first + skew * MINUTE / 2) for skew in range(2)]
        until = [chance.uniform(0, whole) for _ in pair]
        cut = [ended(*each) for each in zip(pair, until, strict=True)].count(False)
        cut_short += cut
        # a machine that was slow at first, and is fast now, would let all of them end
        whole *= 1.05 if cut == len(pair) else 1 if cut else 0.7
        settle(office)
    with office.workspace() as workspace:
        end = begin + ROUNDS[backend] * MINUTES * MINUTE
        _work(workspace, end)
        _all_once(workspace, begin, end + (MINUTES - 1) * MINUTE)
    office.close()
    assert cut_short >= ROUNDS[backend] // 3


def _seconds(office: Office, first: datetime) -> float:
    process = begun(working, office, first)
    begin = time.perf_counter()
    assert ended(process, None)
    return time.perf_counter() - begin


def _all_once(workspace: Workspace, begin: datetime, end: datetime) -> None:
    runs = list(workspace.runs)
    assert {run.state for run in runs} == {DONE}
    for schedule in workspace.schedules:
        wanted = Cron(schedule.cron).latest(begin, end, 1000)
        slots = Counter(run.slot for run in runs if run.schedule_id == schedule.id)
        assert slots == Counter(slot.isoformat() for slot in wanted)
    ends = workspace.audit.entries(action="runs.done", limit=100_000)
    assert Counter(entry["object_id"] for entry in ends) == Counter(str(run.id) for run in runs)
