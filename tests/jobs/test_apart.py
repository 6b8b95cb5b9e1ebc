"""Files that are read in a process of their own: the same log, the same refusals, ended at once, and never left behind."""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access.datasets import Dataset
from mindzie.core.errors import CancelledError, ChoiceError, MindzieError, SourceError
from mindzie.core.own_process import command, environment
from mindzie.ingest.jobs import Progress, apart
from tests.faults.office import Office
from tests.jobs.conftest import elsewhere
from tests.servers.databases import on_sqlite

pytestmark = on_sqlite


@pytest.fixture(autouse=True)
def every_file_apart(office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Read small files as large ones, with a folder for what lies there meanwhile: once the servers are there, which have theirs."""
    monkeypatch.setattr(apart, "small", 0)
    folder = tmp_path / "meanwhile"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_log_is_the_same_and_nothing_is_left(
    orders: Dataset, file: Path, every_file_apart: Path
) -> None:
    told: list[Progress] = []
    steps = [{"step": "computed_field", "name": "loud", "expression": "upper(note)"}]
    said = {"file": str(file), "mapping": {"steps": steps}, "reading": {"timezone": "Asia/Tokyo"}}
    job = orders.request_import(said).run(told.append)
    here = mz.read(file, mapping={"steps": steps}, timezone="Asia/Tokyo")
    assert orders.log().fingerprint == here.fingerprint
    assert job.rejected.equals(here.rejected)
    assert list(dict.fromkeys(each.step for each in told)) == ["read", "map", "check", "write"]
    assert (job.progress["rows_read"], job.progress["rows_loaded"]) == (4, 2)
    assert (job.progress["rows_rejected"], job.progress["step"]) == (2, "publish")
    assert list(every_file_apart.iterdir()) == []


def test_what_is_wrong_is_said_as_it_is_here(orders: Dataset, tmp_path: Path) -> None:
    packed = tmp_path / "two.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", "order,step,time\n1,Pay,2025-01-01\n")
        archive.writestr("b.csv", "order,step,time\n2,Pay,2025-01-01\n")
    with pytest.raises(ChoiceError, match="has 2 files") as found:
        orders.request_import(packed).run()
    assert (found.value.setting, found.value.choices) == ("member", ("a.csv", "b.csv"))
    page = tmp_path / "log.xes.gz"
    page.write_text("<!DOCTYPE html><html></html>")
    with pytest.raises(SourceError, match="is a web page"):
        orders.request_import(page).run()
    said = {"file": str(packed), "reading": {"member": "b.csv", "case": "nope"}}
    with pytest.raises(MindzieError, match="no column 'nope'"):
        orders.request_import(said).run()
    assert list(orders.versions) == []


def test_it_is_ended_while_it_reads(
    office: Office, orders: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "MODULE", "tests.jobs.reader_gone")
    file = tmp_path / "endless.csv"
    file.write_text("order,step,time\n")
    job = orders.request_import(file)

    def other(progress: Progress) -> None:
        if progress.rows_expected == 7:
            with elsewhere(office) as workspace:
                workspace.import_jobs[job.id].cancel()

    with pytest.raises(CancelledError):
        job.run(other)
    assert job.state == "cancelled"
    assert list(orders.versions) == []
    assert gone(int(Path(f"{file}.pid").read_text()))


def test_a_reader_that_dies_takes_the_import_with_it_and_no_more(
    orders: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "dies.csv"
    file.write_text("order,step,time\n1,Pay,2025-01-01\n")
    with monkeypatch.context() as patched:
        patched.setattr(apart, "MODULE", "tests.jobs.reader_gone")
        job = orders.request_import(file)
        with pytest.raises(SourceError, match="its reader was killed"):
            job.run()
    assert (job.state, job.attempts) == ("failed", 1)
    job.retry()
    assert job.run().version_number == 1


def test_it_ends_with_who_asked_for_it(tmp_path: Path) -> None:
    fifo, folder = tmp_path / "never.csv", tmp_path / "folder"
    os.mkfifo(fifo)
    folder.mkdir()
    asked = {"plan": {"source": {"file": str(fifo)}}, "folder": str(folder)}
    process = subprocess.Popen(
        command(apart.MODULE), env=environment(), text=True, start_new_session=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["step"] == "read"
        process.stdin.close()
        process.wait(60)
    assert not folder.exists()
