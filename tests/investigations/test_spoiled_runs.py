"""Notebooks that spoil what is around them: their run ends, and its worker does the next one."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from nbformat.v4 import new_code_cell, new_notebook

import mindzie as mz
from mindzie.access import run_queue
from mindzie.access.runs import RESULTS, Run
from mindzie.core.errors import SettingError, SourceError, StoreError
from mindzie.investigations import apart, worker
from mindzie.investigations.apart import Told
from mindzie.investigations.gathering import gathered
from mindzie.investigations.layout import LEFT
from mindzie.investigations.warm_rooms import LauncherGoneError, WarmRooms, rooms_of_worker
from mindzie.investigations.worker import Limits, work_off

STOPS = """import os, signal, time
os.kill(os.getppid(), signal.SIGSTOP)
while True: time.sleep(1)"""
DEEP = """import os
os.chdir("../left")
open("more.txt", "w").close()
for _ in range(3000):
    os.mkdir("x")
    os.chdir("x")"""
BLOCKS = "import os\nos.mkdir('../left/results.json')"
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="Only Linux forks runs.")


def asked(*codes: str) -> Iterator[Run]:
    project = mz.workspace().projects.create("x")
    for number, code in enumerate(codes):
        made = project.investigations.create(f"why {number}")
        made.save(new_notebook(cells=[new_code_cell(code)]))
        yield made.request_run()


@pytest.fixture(autouse=True)
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in a workspace of the test's own."""
    for name in ("MINDZIE_WORKSPACE", "MINDZIE_STORAGE", "MINDZIE_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))


@LINUX
def test_a_worker_ends_what_does_not_end_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    stopped, deep, blocked = asked(STOPS, DEEP, BLOCKS)
    with WarmRooms() as rooms:
        ended = work_off(mz.workspace(), limits=Limits(seconds=600.0), rooms=rooms)
        # the process of the run would end the kernel after ten minutes, and is stopped long before
        monkeypatch.setattr(apart, "_GRACE", -598.0)
        assert next(ended).state == "failed"
        monkeypatch.setattr(apart, "_GRACE", 60.0)
        assert next(ended).state == "done"
        assert "(IsADirectoryError): see its log" in str(next(ended).error)
    assert "Traceback" in blocked.refresh().log
    assert "took longer than" in str(stopped.refresh().error)
    files = {"notebook.ipynb", "report.html", "results.json", "log.txt", "manifest.json"}
    assert set(deep.refresh()._row.files) == files


def test_no_run_ends_its_worker(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def odd(folder: Path, _: Told) -> None:
        raise RuntimeError(f"{folder.name} is odd")

    monkeypatch.setattr(worker, "gathered", odd)
    (run,) = asked("1")
    (ended,) = work_off(mz.workspace())
    run = run.refresh()
    assert ended.state == run.state == "failed"
    assert "RuntimeError: see the worker's own log" in str(run.error)
    assert "is odd" in capsys.readouterr().err


def test_what_was_written_stays_where_nobody_heard_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def unheard(*args: Any, **named: Any) -> bool:
        finish(*args, **named)
        raise StoreError("The line was cut off.")

    finish = run_queue.finish
    monkeypatch.setattr(run_queue, "finish", unheard)
    (run,) = asked("1")
    list(work_off(mz.workspace()))
    run = run.refresh()
    assert run.state == "done"
    assert "<html" in run.report


@pytest.mark.parametrize(
    "text",
    ["[]", "{", "[" * 100_000, '{"results": [1]}', '{"results": [{}]}'],
    ids=["list", "cut", "deep", "number", "nameless"],
)
def test_results_are_looked_at_before_they_are_believed(tmp_path: Path, text: str) -> None:
    (tmp_path / LEFT).mkdir()
    (tmp_path / LEFT / RESULTS).write_text(text)
    with pytest.raises(SourceError, match="no results"):
        gathered(tmp_path, Told(done=True))


@pytest.mark.skipif(os.name != "posix", reason="Links need rights on Windows.")
def test_what_is_no_file_of_the_run_is_not_read(tmp_path: Path) -> None:
    room, secret = tmp_path / "room", tmp_path / "secret"
    secret.write_text("[]")
    for number, left in enumerate((secret, tmp_path, None)):
        here = room / str(number)
        here.mkdir(parents=True)
        (here / "log.txt").symlink_to(secret)
        if left is None:
            (here / LEFT).mkdir()
            (here / LEFT / RESULTS).symlink_to(secret)
            (here / LEFT / "report.html").hardlink_to(secret)
        else:
            (here / LEFT).symlink_to(left)
        folder, figures = gathered(here, Told(done=True))
        assert figures == {}
        assert {one.name for one in folder.iterdir()} == {"log.txt", "manifest.json"}
        assert (folder / "log.txt").read_bytes() == b""
    assert secret.read_text() == "[]"


def test_a_row_holds_few_results(tmp_path: Path) -> None:
    (tmp_path / LEFT).mkdir()
    said = {"results": [{"name": f"{n}" * 200, "value": n} for n in range(1, 3000)]}
    (tmp_path / LEFT / RESULTS).write_text(json.dumps(said))
    _, found = gathered(tmp_path, Told(done=True))
    assert len(found) <= 1000
    assert max(map(len, found)) <= 500


def test_backslashes_in_results_stay(tmp_path: Path) -> None:
    value = "\0a\0\0\\u0000\\"
    (tmp_path / LEFT).mkdir()
    said = {"results": [{"name": "path", "value": value}]}
    (tmp_path / LEFT / RESULTS).write_text(json.dumps(said))
    assert gathered(tmp_path, Told(done=True))[1] == {"path": {"value": "a\\u0000\\"}}


@LINUX
def test_what_was_forked_ends_with_what_it_was_forked_from() -> None:
    rooms = WarmRooms()
    with pytest.raises(LauncherGoneError), rooms, rooms.room():  # noqa: PT012 - all of it
        forked = rooms.launcher.children(recursive=True)
        assert len(forked) == 2
        rooms.launcher.kill()
        _, left = psutil.wait_procs(forked, 60)
        assert not left
    assert not Path(rooms._orders.folder).exists()


@LINUX
def test_a_folder_with_other_things_is_not_removed(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with pytest.raises(SettingError, match="other things than runs"):
        rooms_of_worker(tmp_path)
    assert (tmp_path / "mine").is_dir()
