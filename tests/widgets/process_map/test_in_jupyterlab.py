"""The live map in JupyterLab: sliders, clicks that become filters, and errors where they are seen."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.hosts.servers import Watch, jupyterlab, notebook, run_notebook

CODE = """
import polars as pl
from mindzie.core.results import Column, Graph, Table
from mindzie.widgets import ProcessMapWidget

def table(columns):
    frame = pl.DataFrame(columns)
    return Table(frame, tuple(Column(name=name, type="text") for name in frame.columns))

nodes = table({"activity": ["Order", "Check", "Ship"], "events": [9, 5, 9], "mean_position": [0, 1, 2]})
edges = table({
    "from_activity": [None, "Order", "Check", "Order", "Ship"],
    "to_activity": ["Order", "Check", "Ship", "Ship", None],
    "events": [9, 5, 5, 4, 9],
})
shown = ProcessMapWidget(Graph(nodes, edges))

def refuse(operation):
    raise ValueError(f"refused {operation['op']}")

shown.on_filter(refuse)
shown
"""


@pytest.fixture
def server(tmp_path, root):
    notebook(tmp_path / "map.ipynb", CODE)
    with jupyterlab(tmp_path, root) as made:
        yield made


def test_the_map_is_live(server, page):
    watch = Watch(page, server.url)
    run_notebook(page, server, "map.ipynb")
    nodes = page.locator(".mz-node")
    # Says what went wrong in the kernel, if it did.
    expect(page.locator(".jp-OutputArea-output").first).not_to_contain_text("Error", timeout=60_000)
    expect(nodes).to_have_count(3, timeout=60_000)
    expect(page.locator(".jp-OutputArea-output svg[role=img]")).to_have_count(0)

    slider = page.get_by_role("slider", name="Paths")
    expect(page.locator(".mz-edge")).to_have_count(5)
    # What stays on the map is moved, never drawn anew.
    nodes.filter(has_text="Order").evaluate("node => node.setAttribute('data-old', '')")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.locator(".mz-edge")).to_have_count(4)
    expect(page.locator(".mz-kept").nth(1)).to_contain_text("4 of 5")
    expect(page.locator(".mz-node[data-old]")).to_contain_text("Order")
    # The answer is there: nothing waits any more.
    expect(page.locator(".mz-late")).to_be_hidden()

    nodes.filter(has_text="Ship").click()
    page.get_by_role("menuitem", name="Keep cases with this activity").click()
    expect(page.get_by_role("alert").filter(has_text="refused")).to_have_text(
        "ValueError: refused cases_with_activity"
    )
    watch.check()
