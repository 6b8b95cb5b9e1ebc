"""The hub's own workers do what analysts ask for, as system users of their own, and are there again when they die."""

from __future__ import annotations

import psutil
import pytest

from tests.hub_work.conftest import Running
from tests.hub_work.running import FIRST_RUN_UID, SERVICE_UID, Visitor, waited

# two hubs at once would have the same system users, and end each other's processes
pytestmark = pytest.mark.xdist_group("browser")

NOTEBOOK = f"""
import os
assert {FIRST_RUN_UID} <= os.getuid() < {FIRST_RUN_UID} + 100, os.getuid()
known = [name for name in os.environ if "KEY" in name or "TOKEN" in name or name == "MINDZIE_WORKSPACE"]
assert not known, known
import mindzie as mz
there = mz.workspace().datasets.names()
assert {{"order-to-cash", "watched"}} <= set(there), there
"""
SET_UP = f"""
import mindzie as mz
project = mz.workspace().projects.create("watched")
data = project.datasets.create("watched")
why = project.investigations.create("why", dataset_id=data)
cell = {{"cell_type": "code", "id": "c", "metadata": {{}}, "outputs": [], "execution_count": None, "source": {NOTEBOOK!r}}}
why.save({{"cells": [cell], "metadata": {{}}, "nbformat": 4, "nbformat_minor": 5}})
project.schedules.create("fresh", investigation_id=why, on_new_data=True)
found = "made"
"""
NEW_DATA = """
import time
import mindzie as mz
ws, until = mz.workspace(), time.monotonic() + 180
ws.datasets["watched"].publish(mz.demo("order-to-cash", cases=%d))
found = []
while time.monotonic() < until:
    found = [[one.state, str(one.error)] for one in ws.investigations["why"].runs]
    if len(found) == %d and not {state for state, _ in found} & {"waiting", "running"}:
        break
    time.sleep(0.3)
"""


def test_a_schedule_is_kept_by_the_hub_s_worker_and_by_the_next_one_when_it_dies(
    analysts: dict[str, Visitor], running: Running
) -> None:
    here = analysts["north"]
    assert here.run(SET_UP) == "made"
    assert here.run(NEW_DATA % (20, 1)) == [["done", "None"]]

    def started(*words: str) -> list[psutil.Process]:
        found = running.hub.all_started(*words)
        return [one for one in found if one.is_running() and one.uids().real == SERVICE_UID]

    (worker,) = started("runs", "work")
    worker.kill()
    (new,) = waited(lambda: [one for one in started("runs", "work") if one != worker], "another")
    assert here.run(NEW_DATA % (21, 2)) == [["done", "None"]] * 2
    (imports,) = started("jobs", "run")
    # who works for all has the keys; who administers the hub's own database is another one
    for one in (new, imports):
        assert set(one.uids()) == {SERVICE_UID}
        assert "MINDZIE_WORKSPACE" in one.environ()
        assert not any(name.startswith("MINDZIE_HUB_") for name in one.environ())
