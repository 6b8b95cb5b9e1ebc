"""The live map in JupyterLab: sliders, clicks that become filters, and errors where they are seen."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from playwright.sync_api import expect

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


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def jupyterlab(tmp_path, root):
    """A server of its own on a notebook with the map; nothing of it is left behind."""
    cell = nbformat.v4.new_code_cell(CODE)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, tmp_path / "map.ipynb")
    port = free_port()
    home = {
        name: str(tmp_path / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--ServerApp.root_dir={tmp_path}",
    ]  # fmt: skip
    with (tmp_path / "server.log").open("w") as said:
        server = subprocess.Popen(
            command,
            env={**os.environ, **home, "PYTHONPATH": str(root)},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{address}/api/status").close()
                break
            except urllib.error.URLError:
                assert server.poll() is None, (tmp_path / "server.log").read_text()
                time.sleep(0.25)
        yield f"{address}/lab/tree/map.ipynb"
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        try:
            server.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()


def test_the_map_is_live(jupyterlab, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(jupyterlab)
    idle = page.locator(".jp-Notebook-ExecutionIndicator[data-status='idle']")
    expect(idle).to_be_attached(timeout=60_000)
    page.get_by_text("shown.on_filter(refuse)").click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("li[data-command='runmenu:run-all']").click()
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
    outside = [
        url for url in asked if "127.0.0.1" not in url and not url.startswith(("data:", "blob:"))
    ]
    assert outside == []
