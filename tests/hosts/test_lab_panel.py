"""The panel and the toolbar in JupyterLab: an investigation is run, and a notebook published, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

import mindzie as mz
from tests.hosts.servers import Server, Watch, jupyterlab
from tests.lab.conftest import fill, report

PATIENCE = 60_000


@pytest.fixture(scope="module")
def lab(tmp_path_factory, root) -> Iterator[tuple[Server, Any]]:
    folder = tmp_path_factory.mktemp("panel")
    nbformat.write(report(), folder / "late.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDZIE_HOME", str(folder / "mindzie_home"))
        ws = mz.workspace()
        fill(ws)
        with jupyterlab(folder, root) as server:
            yield server, ws


def test_an_investigation_is_run_from_the_panel_and_a_notebook_published(page: Page, lab) -> None:
    server, ws = lab
    expect.set_options(timeout=PATIENCE)
    page.set_default_timeout(PATIENCE)
    watch = Watch(page, server.url)
    page.goto(f"{server.url}/lab/tree/late.ipynb?reset")
    page.locator(".jp-NotebookPanel .jp-Cell").first.wait_for()
    page.locator(".jp-SideBar [data-id=mindzie-panel]").click()
    panel = page.get_by_role("region", name="Mindzie workspace")
    name = panel.get_by_role("button", name="How many", exact=True)
    expect(name).to_be_visible()
    expect(panel.get_by_text("None yet. Run an investigation")).to_be_visible()

    name.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    form = page.get_by_role("dialog", name="Run How many")
    form.get_by_label("region").select_option("South")
    form.get_by_role("button", name="Run").click()
    expect(panel.locator(".mz-lab-done")).to_have_text("done")
    (run,) = ws.runs
    assert run.parameters == {"region": "South"}

    bar = page.locator(".jp-NotebookPanel-toolbar")
    bar.get_by_text("Publish", exact=True).click()
    form = page.get_by_role("dialog", name="Publish")
    form.get_by_label("Name").fill("What is late")
    form.get_by_label("orders", exact=True).check()
    form.get_by_role("button", name="Publish").click()
    expect(form.get_by_role("status")).to_have_text('Published: version 1 of "What is late".')
    form.get_by_role("button", name="Close").click()
    assert ws.dashboards["What is late"].current == 1

    panel.get_by_role("searchbox").fill("what late")
    expect(panel.get_by_role("button", name="What is late", exact=True)).to_be_visible()
    expect(name).to_have_count(0)
    watch.check()
