"""Runs: what they leave, what they keep of a failure, what they do not touch, and that no kernel outlives them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import mindzie as mz

SETTINGS = "cases: int = 40"
LOG = "import mindzie as mz\nlog = mz.demo('order-to-cash', cases=cases)\nlog.calculate(mz.calculators.ProcessMap())"


@pytest.fixture
def write(tmp_path):
    def made(*cells):
        tagged = new_code_cell(SETTINGS, metadata={"tags": ["parameters"]})
        made = (new_code_cell(cell) if isinstance(cell, str) else cell for cell in cells)
        nbformat.write(
            new_notebook(cells=[new_markdown_cell("# Orders"), tagged, *made]),
            tmp_path / "orders.ipynb",
        )
        return tmp_path / "orders.ipynb"

    return made


def command(notebook, out, *options):
    return [sys.executable, "-m", "mindzie", "run", str(notebook), "--out", str(out), *options]


def ended(running, sign):
    """Tell a run to end; return what it said."""
    running.send_signal(sign)
    try:
        return running.communicate(timeout=60)[1]
    finally:
        running.kill()


def run(*arguments):
    return subprocess.run(command(*arguments), capture_output=True, text=True, timeout=120)


def test_a_run_leaves_notebook_report_and_results_with_provenance(write, tmp_path):
    out = tmp_path / "out"
    done = run(
        write(
            LOG,
            "mz.record(log.case_count, 'open cases')",
            "mz.record(log.calculate(mz.calculators.CaseDuration()), 'durations');",
        ),
        out,
        "-p",
        "cases=55",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(file.name for file in out.iterdir()) == [
        "orders.ipynb",
        "report.html",
        "results.json",
    ]
    left = json.loads((out / "results.json").read_text())
    assert left["status"] == "completed"
    assert left["parameters"] == {"cases": 55}
    log = mz.demo("order-to-cash", cases=55)
    graph, count, durations = left["results"]
    assert graph["provenance"]["fingerprint"] == log.fingerprint
    assert graph["provenance"]["operation"]["op"] == "process_map"
    assert sum(row["starts"] for row in graph["nodes"]["rows"]) == 55
    assert (count["name"], count["value"]) == ("open cases", 55)
    assert durations["name"] == "durations"
    assert sum(row["count"] for row in durations["rows"]) + durations["facts"]["above"] == 55
    kept = nbformat.read(out / "orders.ipynb", as_version=4)
    assert "vnd.mindzie" not in json.dumps(kept)
    assert kept.cells[2].source.strip().endswith("cases = 55")


def test_a_failed_cell_is_named_and_what_ran_is_kept(write, tmp_path):
    out = tmp_path / "out"
    done = run(
        write(
            LOG,
            "log.filter(mz.filters.CasesWithActivity(activities=('Shp goods',)))",
            "print('never')",
            new_markdown_cell("## What is never calculated"),
        ),
        out,
    )
    assert done.returncode == 1
    assert "cell 3 of orders.ipynb failed" in done.stderr
    assert "Did you mean 'Ship goods'" in done.stderr
    assert "Traceback" not in done.stderr
    left = json.loads((out / "results.json").read_text())
    assert (left["status"], left["error"]["cell"], len(left["results"])) == ("failed", 3, 1)
    report = (out / "report.html").read_text()
    assert "This run stopped at an error" in report
    assert report.count("Did you mean 'Ship goods'") == 1
    assert "never calculated" not in report
    assert "<svg" in report
    assert nbformat.read(out / "orders.ipynb", as_version=4).cells[4].outputs == []


def test_what_is_there_is_not_overwritten_unasked(write, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "mine.txt").write_text("mine")
    refused = run(write("1"), out, "--overwrite")
    assert refused.returncode == 2
    assert "not the folder of an earlier run" in refused.stderr
    assert [file.name for file in out.iterdir()] == ["mine.txt"]
    assert run(write("1"), tmp_path / "two").returncode == 0
    again = run(write("1"), tmp_path / "two")
    assert again.returncode == 2
    assert "--overwrite" in again.stderr
    assert run(write("1"), tmp_path / "two", "--overwrite").returncode == 0
    assert sorted(file.name for file in tmp_path.iterdir()) == ["orders.ipynb", "out", "two"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("-p", "case=1"), "Did you mean 'cases'"),
        (("-p", "cases=many"), "'cases' is 'many'"),
        (("-p", "cases"), "NAME=VALUE"),
    ],
)
def test_wrong_parameters_are_refused_before_anything_runs(write, tmp_path, options, said):
    done = run(write("1"), tmp_path / "out", *options)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_a_cell_may_not_take_longer_than_allowed(write, tmp_path):
    done = run(write("import time; time.sleep(600)"), tmp_path / "out", "--timeout", "3")
    assert done.returncode == 1
    assert "longer than 3 seconds" in done.stderr
    assert json.loads((tmp_path / "out" / "results.json").read_text())["status"] == "failed"


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_kernel_outlives_its_run(write, tmp_path, sign):
    mark = tmp_path / "kernel.pid"
    notebook = write(
        f"import os, time, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(600)"
    )
    running = subprocess.Popen(
        command(notebook, tmp_path / "out"),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    wait(lambda: mark.exists() and mark.read_text())
    kernel = int(mark.read_text())
    said = ended(running, sign)
    assert running.returncode != 0
    assert "Traceback" not in said
    wait(lambda: not Path(f"/proc/{kernel}").exists())
    assert not (tmp_path / "out").exists()
    if sign != signal.SIGKILL:
        assert sorted(file.name for file in tmp_path.iterdir()) == ["kernel.pid", "orders.ipynb"]


def test_the_folder_one_is_in_is_refused_before_anything_runs(write, tmp_path):
    notebook, here = write("cases"), tmp_path / "here"
    here.mkdir()
    done = subprocess.run(command(notebook, "."), capture_output=True, text=True, cwd=here)
    assert done.returncode == 2
    assert "the folder you are in" in done.stderr
    assert not list(here.iterdir())


def wait(done, seconds=60):
    until = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < until
        time.sleep(0.1)


def test_every_template_runs_with_filters_and_opens_offline(tmp_path, page):
    out = tmp_path / "out"
    folder = mz.demo("order-to-cash", cases=200).save(tmp_path / "orders")
    filters = '[{"op": "cases_with_activity", "settings": {"activities": ["Ship goods"]}}]'
    done = run(
        "process_overview",
        out,
        "-p",
        f"dataset={folder}",
        "-p",
        f"filters={filters}",
        "-p",
        "start=2024-03-01",
    )
    assert done.returncode == 0, done.stderr
    asked, errors = [], []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: message.type == "error" and errors.append(message.text))
    page.goto(f"file://{out}/report.html")
    chips = page.locator(".mz-chip").all_inner_texts()
    assert len(chips) == 2
    assert "Ship goods" in chips[0]
    assert page.locator(".mz-picture svg").count() == 1
    assert page.locator(".mz-chart").count() == 2
    assert "import mindzie" not in page.content()
    assert asked == [f"file://{out}/report.html"]
    assert errors == []
    names = {
        result["provenance"]["operation"]["op"]
        for result in json.loads((out / "results.json").read_text())["results"]
    }
    assert names >= {
        "data_information",
        "process_map",
        "variants",
        "case_duration",
        "bottlenecks",
        "activity_statistics",
        "cases_over_time",
        "case_explorer",
    }


def test_nothing_left_tells_where_it_ran(write, tmp_path):
    done = run(write("cases"), tmp_path / "out")
    assert done.returncode == 0, done.stderr
    assert not [file for file in (tmp_path / "out").iterdir() if str(tmp_path) in file.read_text()]


def test_braces_in_names_of_files_and_folders_are_only_braces(write, tmp_path):
    notebook = write("cases").rename(tmp_path / "orders {cases}.ipynb")
    done = run(notebook, tmp_path / "{nobody}", "-p", "cases=7")
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "{nobody}" / "orders {cases}.ipynb").is_file()


def test_results_are_json_whatever_the_parameters(tmp_path):
    tagged = new_code_cell("most: float = 1.0", metadata={"tags": ["parameters"]})
    nbformat.write(new_notebook(cells=[tagged]), tmp_path / "most.ipynb")
    done = run(tmp_path / "most.ipynb", tmp_path / "out", "-p", "most=inf")
    assert done.returncode == 0, done.stderr

    def refuse(name):
        pytest.fail(f"{name} is no JSON")

    text = (tmp_path / "out" / "results.json").read_text()
    assert json.loads(text, parse_constant=refuse)["parameters"] == {"most": "Infinity"}


@pytest.mark.parametrize(
    "text",
    [
        '{"cells": 3, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        '{"cells": [{"cell_type": "soup"}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    ],
)
def test_a_broken_notebook_is_refused_in_words(text, tmp_path):
    (tmp_path / "broken.ipynb").write_text(text)
    done = run(tmp_path / "broken.ipynb", tmp_path / "out")
    assert done.returncode == 2
    assert done.stderr.startswith("mindzie: ")
    assert "is not a notebook" in done.stderr
    assert not (tmp_path / "out").exists()


def test_an_earlier_run_stays_where_the_new_one_cannot_take_its_place(tmp_path, monkeypatch):
    from mindzie.investigations import running

    out, made = tmp_path / "out", tmp_path / ".out-x1" / "run"
    out.mkdir()
    (out / running.RESULTS).write_text("earlier")
    made.mkdir(parents=True)
    rename = Path.rename

    def refused(self, target):
        if self == made:
            message = "in use"
            raise PermissionError(message)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refused)
    with pytest.raises(PermissionError, match="in use"):
        running._put(made, out)
    assert (out / running.RESULTS).read_text() == "earlier"
    monkeypatch.undo()
    (made / running.RESULTS).write_text("new")
    running._put(made, out)
    assert (out / running.RESULTS).read_text() == "new"
    assert sorted(file.name for file in tmp_path.iterdir()) == [".out-x1", "out"]
