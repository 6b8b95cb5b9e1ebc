"""The import wizard in JupyterLab, Voilà and Panel: from a file to a map, with every other host closed."""

from __future__ import annotations

import re
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.hosts.commands import mindzie
from tests.hosts.servers import (
    Server,
    Watch,
    free_port,
    jupyterlab,
    notebook,
    run_notebook,
    serve,
)

CELL = "import mindzie as mz\nwizard = mz.ImportWizard()\nwizard"
INCIDENTS = "uci_incident_event_log.zip"
PURCHASING = "PurchasingExample.csv.gz"
LOOK = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


@contextmanager
def by_voila(folder: Path, root: Path) -> Iterator[Server]:
    made = notebook(folder / "import.ipynb", CELL)
    with mindzie(folder, root, "serve", str(made)) as server:
        yield server


@contextmanager
def by_panel(folder: Path, root: Path) -> Iterator[Server]:
    port = free_port()
    url = f"http://127.0.0.1:{port}/import_wizard"
    entry = str(root / "dashboards" / "import_wizard.py")
    command = [sys.executable, "-m", "panel", "serve", entry, f"--port={port}"]
    env = {"PYTHONPATH": str(root)}
    with serve(command, url, log=folder / "panel.log", cwd=folder, env=env) as server:
        yield server


def chosen(page: Page, label: str) -> str:
    return page.locator(".mz-import-roles").get_by_label(label, exact=True).input_value()


def to_the_studio(page: Page, rows: str) -> None:
    """Go on by the button that stands out, as a reader does who has read nothing."""
    page.get_by_role("button", name=re.compile(f"^Check {rows} rows$")).click()
    page.get_by_role("button", name="Import and open the studio").click()
    expect(page.locator(".mz-import .mz-studio .mz-node").first).to_be_visible()


@pytest.mark.parametrize("served", [by_voila, by_panel])
def test_an_uploaded_file_becomes_a_map(
    served, tmp_path: Path, root: Path, logs: Path, page: Page
) -> None:
    with served(tmp_path, root) as server:
        watch = Watch(page, server.url)
        page.set_viewport_size({"width": 1400, "height": 900})
        page.goto(server.url)
        expect(page.get_by_role("heading", name="Drop a file here")).to_be_visible()
        assert page.get_by_text("Files in").count() == 0
        assert page.get_by_role("radio", name="Database").count() == 0
        page.locator("input[type=file]").set_input_files(logs / INCIDENTS)
        expect(page.locator(".mz-import-example .mz-event")).to_have_count(4)
        assert [chosen(page, label) for label in ("Case", "Activity", "Time")] == [
            "number", "incident_state", "sys_updated_at",
        ]  # fmt: skip
        expect(page.get_by_label("Dates", exact=True)).to_contain_text("day first")
        expect(page.get_by_role("checkbox", name="?")).to_be_checked()
        expect(page.locator(".mz-import-table thead th")).to_have_count(36)
        to_the_studio(page, "141.712")
        expect(page.locator(".mz-footer-figures b").first).to_have_text("24\u202f918")
        page.get_by_role("tab", name="Variants").click()
        expect(page.locator(".mz-grid tbody tr").first).to_be_visible()
        watch.check()


def look_dark(folder: Path) -> None:
    """Set JupyterLab's dark theme, in which texts are the hardest to read."""
    settings = folder / "jupyter" / "lab" / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text('{"theme": "JupyterLab Dark"}')


def from_a_table(page: Page) -> None:
    """Choose a table of a database, look at it, and check it."""
    page.get_by_role("radio", name="Database").click()
    page.get_by_label("Kind").select_option("SQLite")
    expect(page.get_by_label("Address")).to_have_value("sqlite:///PATH")
    page.get_by_label("Address").fill("sqlite:///claims.db")
    page.get_by_role("button", name="Connect").click()
    page.get_by_role("button", name="steps", exact=True).click()
    expect(page.locator(".mz-import-rows tbody tr")).to_have_count(2)
    page.get_by_role("button", name="Use steps").click()
    expect(page.locator(".mz-import-example .mz-event")).to_have_count(2)
    assert chosen(page, "Case") == "claim"
    page.get_by_role("button", name="Check 2 rows").click()
    expect(page.get_by_text("of 100. The mean of five dimensions")).to_be_visible()
    assert page.evaluate(LOOK)["poor"] == []
    page.get_by_label("Steps").get_by_role("button", name="Source").click()
    page.get_by_role("radio", name="File").click()


def test_a_file_of_the_folder_becomes_the_log_of_a_notebook(
    tmp_path: Path, root: Path, logs: Path, page: Page
) -> None:
    shutil.copy(logs / PURCHASING, tmp_path)
    look_dark(tmp_path)
    with sqlite3.connect(tmp_path / "claims.db") as connection:
        connection.execute("CREATE TABLE steps (claim TEXT, step TEXT, completed TEXT)")
        rows = [("0012", "Register", "2025-03-01 09:10"), ("0012", "Pay", "2025-03-02 10:00")]
        connection.executemany("INSERT INTO steps VALUES (?, ?, ?)", rows)
    connection.close()
    notebook(tmp_path / "import.ipynb", CELL)
    with jupyterlab(tmp_path, root) as server:
        watch = Watch(page, server.url)
        page.set_viewport_size({"width": 1500, "height": 980})
        run_notebook(page, server, "import.ipynb")
        from_a_table(page)
        page.get_by_role("button", name=re.compile(f"^{PURCHASING}")).click()
        expect(page.locator(".mz-import-example .mz-event").first).to_be_visible()
        assert chosen(page, "Start") == "start_time"
        expect(
            page.get_by_role("button", name=re.compile(r"^Check 9.119 rows$"))
        ).to_be_in_viewport()
        assert page.evaluate(LOOK)["poor"] == []
        activity = page.get_by_label("Activity", exact=True)
        activity.focus()
        page.locator(".mz-import-table").get_by_label("Role of activity").select_option("out")
        expect(page.get_by_text("Choose the column of the activity.")).to_be_visible()
        expect(page.get_by_role("button", name=re.compile(r"^Check \d"))).to_be_disabled()
        activity.select_option("activity")
        to_the_studio(page, "9.119")
        page.get_by_role("button", name="Copy as code").first.click()
        code = page.get_by_role("textbox", name="Python code")
        expect(code).to_have_value(re.compile(rf"mz\.read\(\n    '{re.escape(PURCHASING)}'"))
        page.keyboard.press("Escape")
        with page.expect_download() as saved:
            page.get_by_role("button", name="Save as YAML").click()
        assert saved.value.suggested_filename == "PurchasingExample.yaml"
        assert f"file: {PURCHASING}" in Path(saved.value.path()).read_text()
        watch.check()
