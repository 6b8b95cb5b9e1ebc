"""The panel and the toolbar in JupyterLab: an investigation is run, and a notebook published, by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook
from playwright.sync_api import Locator, Page, expect

import mindzie as mz
from tests.hosts.servers import Server, Watch, jupyterlab
from tests.lab.conftest import fill, report

PATIENCE = 60_000
EVIL = "<img src=x onerror=alert(1)>"
ODD = "from typing import Literal\nquery: str = 'select 1\\nfrom x'\nway: Literal['up', 'down'] = ''.join(['u', 'p'])"


@pytest.fixture(scope="module")
def lab(tmp_path_factory, root) -> Iterator[tuple[Server, Any]]:
    folder = tmp_path_factory.mktemp("panel")
    nbformat.write(report(), folder / "late.ipynb")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MINDZIE_HOME", str(folder / "mindzie_home"))
        ws = mz.workspace()
        fill(ws)
        settings = new_code_cell(ODD, id="odd", metadata={"tags": ["parameters"]})
        ws.projects["Order desk"].investigations.create(EVIL).save(new_notebook(cells=[settings]))
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

    # what is not touched stays as the notebook has it, whatever a field makes of it; names are text
    panel.get_by_role("button", name=f"Run: {EVIL}").click()
    form = page.get_by_role("dialog", name=f"Run {EVIL}")
    expect(form.get_by_label("query")).to_have_value("select 1\nfrom x")
    expect(form.get_by_label("way")).to_have_value("")
    form.get_by_role("button", name="Run").click()
    expect(panel.locator(".mz-lab-done")).to_have_count(2)
    assert ws.runs.latest(1)[0].parameters == {}

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

    _import_a_log(page, panel)
    watch.check()

    ended = {"status": 403, "json": {"message": "Forbidden"}}
    page.route("**/mindzie/do/shown*", lambda route: route.fulfill(**ended))
    panel.get_by_role("button", name="Refresh").click()
    expect(panel.get_by_role("alert")).to_contain_text("You are signed out of your server")


def _import_a_log(page: Page, panel: Locator) -> None:
    # the wizard is run once the page has looked for widgets: it hears what is clicked
    panel.get_by_role("searchbox").fill("")
    panel.get_by_role("button", name="Import a log").click()
    wizard = page.locator(".jp-NotebookPanel:visible .mz-import")
    wizard.get_by_role("button", name="Order to cash").click()
    expect(wizard.locator(".mz-import-roles, .mz-studio").first).to_be_visible()
    page.get_by_role("button", name="New Launcher").click()
    expect(page.locator(".jp-LauncherCard", has_text="Import a log")).to_be_visible()
