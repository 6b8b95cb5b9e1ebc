"""Runs that are forked from a warm process: why that is safe, and that each is its own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import mindzie as mz
from mindzie.core.errors import SettingError
from mindzie.investigations.warm_rooms import (
    LauncherGoneError,
    Users,
    WarmRooms,
    rooms_of_worker,
)
from mindzie.investigations.worker import work_off

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux forks runs.")
IDLE = {"jemalloc_bg_thd", "polars-ooc-clea"}
"""Threads that Polars and jemalloc begin at import, which wait for work and hold nothing meanwhile."""
CODE = """import atexit, numpy, os, sys
import mindzie as mz
mz.record(float(numpy.random.random()), 'chance')
mz.record(mz.demo('order-to-cash', cases=20).case_count, 'cases')
mz.record(hasattr(sys, 'marked'), 'marked')
sys.marked = True
atexit.register(lambda: os.write(2, b'at the end'))"""


def threads(process: psutil.Process) -> list[str]:
    return [
        Path(f"/proc/{process.pid}/task/{one.id}/comm").read_text().strip()
        for one in process.threads()
        if one.id != process.pid
    ]


def test_each_run_is_new_and_what_they_are_forked_from_has_no_thread_at_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    ws = mz.workspace()
    made = ws.projects.create("x").investigations.create("why")
    made.save(new_notebook(cells=[new_code_cell(CODE)]))
    first, second = (made.request_run(again=True) for _ in range(2))
    with WarmRooms() as rooms:
        assert [one.state for one in work_off(ws, rooms=rooms)] == ["done", "done"]
        launcher = rooms.launcher
        assert set(threads(launcher)) <= IDLE
        found: list[dict[str, Any]] = [one.refresh().results for one in (first, second)]
        assert found[0]["chance"]["value"] != found[1]["chance"]["value"]
        assert [one["cases"]["value"] for one in found] == [20, 20]
        assert [one["marked"]["value"] for one in found] == [False, False]
        assert "at the end" in first.log
        launcher.kill()
        third = made.request_run(again=True)
        with pytest.raises(LauncherGoneError, match="start the worker again"):
            list(work_off(ws, rooms=rooms))
    assert third.refresh().state == "waiting"


def test_system_users_need_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(SettingError, match="Only root"):
        rooms_of_worker(None, Users(3_000_000, tmp_path))
