"""The studio opens by one command, live, and the overview notebook runs in JupyterLab."""

from __future__ import annotations

import re
import shutil
import time

import nbformat
import pytest
from playwright.sync_api import expect

from tests.hosts.commands import CASES, mindzie, small_log
from tests.hosts.servers import Watch


@pytest.fixture
def lab(tmp_path, root):
    folder = small_log(tmp_path)
    with mindzie(tmp_path, root, "studio", str(folder), until="/api") as server:
        until = time.monotonic() + 60
        while (
            "Mindzie studio:" not in (said := server.log.read_text()) and time.monotonic() < until
        ):
            time.sleep(0.2)
        found = re.search(r"Mindzie studio: http://[^:]+:\d+(\S+)", said)
        assert found, said
        yield server, server.url + found.group(1)


def test_the_studio_is_there_without_a_click_and_alive(lab, page, tmp_path):
    server, url = lab
    watch = Watch(page, server.url)
    page.goto(url)
    studio = page.locator(".jp-OutputArea-output .mz-studio, .jp-OutputArea-output .mz-root").first
    expect(studio).to_contain_text(f"{CASES} cases", timeout=60_000)
    node = page.locator(".mz-node").filter(has_text="Send reminder").first
    expect(node).to_be_attached(timeout=60_000)
    node.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Keep cases with this activity").click()
    expect(studio).to_contain_text(f"of {CASES} cases")
    watch.check()
    assert "websocket" not in server.log.read_text(), "a complaint nobody can act on"


def test_the_notebook_that_the_user_edited_is_left_alone(tmp_path, monkeypatch):
    from mindzie.cli.lab import write_notebook
    from mindzie.cli.lab_start import _is_ours

    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    file = write_notebook(tmp_path / "orders")
    made = nbformat.read(file, as_version=4)
    assert _is_ours(
        [cell.source for cell in made.cells if cell.cell_type == "code" and cell.source]
    )
    made.cells[1].source = "print('mine')"
    nbformat.write(made, file)
    assert write_notebook(tmp_path / "orders") == file
    assert nbformat.read(file, as_version=4).cells[1].source == "print('mine')"
    assert not _is_ours(["print('mine')"])


def test_studios_that_run_at_a_time_have_notebooks_of_their_own(tmp_path, monkeypatch):
    import os
    import subprocess
    import sys

    from mindzie.cli.lab import write_notebook

    monkeypatch.setenv("MINDZIE_HOME", str(tmp_path))
    taking = (
        "import sys; from pathlib import Path; from mindzie.cli.lab import write_notebook;"
        "print(write_notebook(Path(sys.argv[1]), claim=True).name, flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", taking, str(tmp_path / "orders")]
    # what another data set has under the next name is not taken for this one's
    write_notebook(tmp_path / "orders-2")
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env={**os.environ}
    ) as other:
        assert other.stdout.readline() == "orders.ipynb\n"
        mine = write_notebook(tmp_path / "orders", claim=True)
        assert mine.name == "orders-3.ipynb"
        assert write_notebook(tmp_path / "orders", claim=True) == mine
        other.communicate()
    assert write_notebook(tmp_path / "orders", claim=True).name == "orders.ipynb"


def test_the_overview_notebook_runs_in_jupyterlab(lab, page, root):
    server, url = lab
    workspace = server.log.parent / "mindzie_home" / "workspace"
    shutil.copy(root / "notebook_templates" / "process_overview.ipynb", workspace)
    watch = Watch(page, server.url)
    page.goto(url)  # brings the token
    page.goto(f"{server.url}/lab/tree/process_overview.ipynb?reset")
    expect(page.get_by_role("button", name="| Idle")).to_be_visible(timeout=60_000)
    page.locator(".jp-CodeCell .cm-content").first.click()
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.locator("li[data-command='runmenu:run-all']").click()
    # The notebook draws cells as they are scrolled to.
    controls = page.locator(".mz-bar-filters").first
    expect(controls).to_contain_text("5\u202f000 of 5\u202f000 cases", timeout=60_000)
    controls.hover()
    for _ in range(60):
        if page.locator(".mz-node").count():
            break
        page.mouse.wheel(0, 400)
        page.wait_for_timeout(250)
    expect(page.locator(".mz-node").first).to_be_visible(timeout=60_000)
    watch.check()
