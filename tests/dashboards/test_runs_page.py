"""The page of runs: which it lists, what it says of one, and what it does."""

from __future__ import annotations

import os
import sys

import panel as pn
import pytest
from playwright.sync_api import expect

import mindzie as mz
from mindzie.dashboards.history import about
from mindzie.store import models
from mindzie.store.database import Scope
from tests.hosts.servers import Watch, free_port, jupyter_env, serve

# what Panel's own table does with pandas
pytestmark = pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame.reset_index")


def notebook(source):
    settings = {
        "cell_type": "code", "id": "a", "metadata": {"tags": ["parameters"]},
        "source": "n: int = 1", "outputs": [], "execution_count": None,
    }  # fmt: skip
    cell = {**settings, "id": "b", "metadata": {}, "source": source}
    return {"cells": [settings, cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture
def ws(tmp_path, monkeypatch):
    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path / "mindzie_home"))
    return mz.workspace()


@pytest.fixture
def late(ws):
    made = ws.projects.create("Desk").investigations.create("Late <orders>")
    made.save(notebook("import mindzie as mz\nmz.record(7 * n, 'late')"))
    return made


@pytest.fixture
def page_of(ws):
    from mindzie.dashboards.runs import RunsPage

    pn.extension("tabulator")
    return RunsPage(ws)


def listed(page):
    return list(page.list.value["State"])


def test_filters_choose_and_the_chart_has_what_ended(ws, late, page_of):
    assert "No run fits" in page_of.said.object
    done = late.request_run({"n": 1})
    done.began()
    done.done({})
    late.request_run({"n": 2}).cancel()
    late.request_run({"n": 3})
    other = ws.projects["Desk"].investigations.create("Other")
    other.save(notebook("1"))
    other.request_run()
    page_of.look()
    assert sorted(listed(page_of)) == ["cancelled", "done", "waiting", "waiting"]
    assert page_of.said.object == ""
    assert "done" in page_of.key.object
    assert "waiting" not in page_of.key.object
    assert sum(len(dots) for dots in page_of.chart.object) == 1
    page_of.state.value = "waiting"
    assert listed(page_of) == ["waiting", "waiting"]
    page_of.investigation.value = str(late.id)
    assert listed(page_of) == ["waiting"]
    page_of.state.value = "failed"
    assert listed(page_of) == []


def test_what_a_run_may_become_is_offered_and_done(late, page_of):
    run = late.request_run()
    page_of.look()
    page_of.show(str(run.id))
    assert page_of.run.value == str(run.id)
    page_of.cancel()
    assert (run.refresh().state, page_of.picked.state) == ("cancelled", "cancelled")
    page_of.cancel()
    assert "cannot become cancelled" in page_of.said.object
    page_of.retry()
    assert run.refresh().state == "waiting"
    assert page_of.said.object == ""
    page_of.accept()
    assert "what is done can be accepted" in page_of.said.object
    assert run.refresh().accepted_at is None
    run.cancel()
    run.delete()
    page_of.look()
    assert page_of.picked is None
    assert not page_of.shown


def test_runs_are_found_by_their_time(ws, late, page_of):
    from datetime import UTC, datetime, timedelta

    today = datetime.now(UTC)
    asked = {days: late.request_run({"n": days}) for days in (40, 3, 0)}
    with ws._door.database.writing(Scope(ws._door.tenant)) as session:
        for days, run in asked.items():
            row = session.get_one(models.Run, run.id)
            row.created_at = today - timedelta(days=days)
    found = ws.runs.latest(since=today - timedelta(days=7))
    assert [run.parameters["n"] for run in found] == [0, 3]
    assert [run.parameters["n"] for run in ws.runs.latest(2)] == [0, 3]
    assert listed(page_of) == []
    page_of.look()
    assert len(listed(page_of)) == 2
    page_of.period.value = "All time"
    assert len(listed(page_of)) == 3


def test_a_reader_looks_at_a_run_and_accepts_it(late, page, tmp_path, root):
    before = late.run({"n": 1})
    before.accept("counted")
    late.save(notebook("import mindzie as mz\nmz.record(9 * n, 'late')"))
    run = late.run({"n": 1})
    port = free_port()
    command = [
        sys.executable, "-m", "panel", "serve", str(root / "dashboards" / "runs.py"),
        "--address=127.0.0.1", f"--port={port}",
    ]  # fmt: skip
    env = {**jupyter_env(tmp_path, root), "MINDZIE_HOME": os.environ["MINDZIE_HOME"]}
    url = f"http://127.0.0.1:{port}"
    with serve(command, f"{url}/runs", log=tmp_path / "panel.log", cwd=tmp_path, env=env) as server:
        watch = Watch(page, url)
        page.goto(f"{url}/runs")
        cells = page.locator(".tabulator-cell[tabulator-field=State]")
        expect(cells).to_have_count(2, timeout=60_000)
        page.get_by_label("Run shown below").select_option(index=1)  # the newest
        expect(page.get_by_role("heading", name="What changed")).to_be_visible(timeout=60_000)
        expect(page.get_by_text("late: 7 → 9")).to_be_visible()
        expect(page.get_by_role("cell", name="Late <orders>").last).to_be_visible()
        with page.expect_download() as found:
            page.get_by_role("link", name="report.html").or_(
                page.get_by_role("button", name="report.html")
            ).first.click()
        assert found.value.path().read_text() == run.report
        expect(page.get_by_text("changes.html")).to_be_visible()
        page.get_by_label("Note").fill("as it should be")
        page.get_by_role("button", name="Accept").click()
        expect(page.get_by_text("as it should be")).to_be_visible(timeout=60_000)
        watch.check()
        assert "Traceback" not in server.log.read_text()
    assert late.accepted.id == run.id


def test_how_many_results_changed_is_said_where_it_is_known(late):
    run = late.request_run().refresh()
    for compared, changed, said in (
        (None, None, None),
        (run.id, None, None),
        (run.id, 0, "0 results since the run accepted before"),
        (run.id, 1, "1 result since the run accepted before"),
    ):
        run._row.compared_with, run._row.changed = compared, changed
        assert dict(about(run, "Late")).get("Changed") == said
