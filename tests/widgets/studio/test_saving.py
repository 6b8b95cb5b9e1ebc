"""What a studio shows, saved as an investigation: a readable notebook that runs by itself and finds the same."""

from __future__ import annotations

import json

import nbformat
import pytest

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.errors import ConflictError, NotFoundError, SettingError
from tests.widgets.studio.test_messages import Browser

LATE = filters.CasesWithActivity(activities="Send reminder")


def sources(investigation):
    notebook = list(investigation.notebooks)[-1].content
    nbformat.validate(nbformat.from_dict(notebook))
    return [cell["source"] for cell in notebook["cells"]]


def test_the_notebook_reads_like_a_report_and_its_run_gives_the_same_figures(ws, log):
    monthly = calculators.CasesOverTime(period="month")
    studio = mz.Studio(log, [LATE], [monthly])
    studio.show_tab("variants")
    made = studio.save_as_investigation("Late orders")
    cells = sources(made)
    assert cells[0].startswith("# Late orders\n")
    assert f"that left {studio.log.case_count} cases" in cells[0]
    assert cells[1].splitlines()[-1] == "dataset: str | None = None"
    assert f"# {LATE.title}\nlog = log.filter({LATE!r})" in cells
    assert cells[-1] == f"board.show({monthly!r}, name={monthly.title!r})"
    run = made.run()
    assert run.state == "done", run.error
    assert run.full_results, run.log
    found = {one["name"]: one for one in run.full_results["results"]}
    assert found["Cases"]["value"] == studio.log.case_count
    same = json.loads(json.dumps(studio.log.calculate(monthly).to_json()))
    assert found[monthly.title]["rows"] == same["rows"]


def test_without_an_investigation_the_notebook_opens_the_data_set_itself(ws, log):
    ws.publish(log, "orders kept")
    made = mz.Studio(log, [LATE]).save_as_investigation("Late")
    assert made.dataset_id == ws.datasets["orders kept"].id
    opening = sources(made)[2]
    assert "datasets['orders kept'].log()" in opening
    names: dict[str, object] = {"dataset": None}
    exec(opening, names)
    assert names["log"].fingerprint == log.fingerprint


def test_what_was_done_before_the_studio_comes_along(ws, log):
    data = ws.projects.create("Desk").datasets.create("orders")
    data.publish(log)
    made = mz.Studio(data.log().filter(LATE)).save_as_investigation("Late", "Desk")
    assert f"# {LATE.title}\nlog = log.filter({LATE!r})" in sources(made)
    assert ws.projects["Desk"].investigations.names() == ["Late"]
    # the same again is no other version; another filter is
    studio = mz.Studio(data.log().filter(LATE))
    assert studio.save_as_investigation("Late", "Desk").current == 1
    studio.add(filters.Rework())
    assert studio.save_as_investigation("Late", "Desk").current == 2


def test_a_data_set_with_a_pipeline_is_found_again(ws, log):
    project = ws.projects.create("Desk")
    loud = mz.enrichments.Upper(name="REGION", attribute="Region")
    steps = project.pipelines.create("loud", enrichments=[loud])
    data = project.datasets.create("orders", pipeline_id=steps)
    data.publish(log)
    made = mz.Studio(data.log(), [LATE]).save_as_investigation("Late")
    assert made.dataset_id == data.id
    assert ws.datasets.names() == ["orders"]


def test_nothing_is_made_of_names_that_belong_to_others(ws, log):
    ws.publish(mz.demo("order-to-cash", cases=20), log.name)
    studio = mz.Studio(log)
    with pytest.raises(ConflictError, match="another data set called"):
        studio.save_as_investigation("Late")
    with pytest.raises(NotFoundError):
        studio.save_as_investigation("Late", "Nowhere")
    for name in ("", "  ", 3):
        with pytest.raises(SettingError):
            studio.save_as_investigation(name)
    assert ws.investigations.names() == []
    assert ws.datasets.names() == [log.name]


@pytest.mark.usefixtures("analyst")
def test_the_page_of_a_notebook_saves(ws, log):
    browser = Browser(mz.Studio(log, [LATE]))
    assert browser.studio.shown["can"]["save"]
    home = browser.ask(do="projects")
    assert home["result"]["value"] == {"names": [], "own": None}
    told = browser.ask(do="save", name="Late orders")
    assert told["result"] == {"name": "Late orders", "number": 1, "project": "My work"}
    assert browser.ask(do="projects")["result"]["value"]["own"] == "My work"
    assert ws.investigations.names() == ["Late orders"]


@pytest.mark.parametrize("server", ["voila/0.5", None])
def test_a_published_page_saves_nothing_and_tells_no_names(ws, log, monkeypatch, server):
    if server:
        monkeypatch.setenv("JPY_SESSION_NAME", "orders.ipynb")
        monkeypatch.setenv("SERVER_SOFTWARE", server)
    else:
        monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    ws.projects.create("Secret plans")
    browser = Browser(mz.Studio(log))
    assert "only shows" in browser.ask(do="save", name="Late orders")["error"]
    assert browser.ask(do="projects")["result"]["value"] == {"names": [], "own": None}
    assert ws.investigations.names() == []
