"""What a studio says in forms, tabs and tables is in people's words."""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Page, expect

import mindzie as mz
from mindzie import calculators
from mindzie.core.words import NOTHING
from tests.hosts.servers import free_port, serve

PAGE = """
import panel as pn

import mindzie as mz
from mindzie import calculators
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page

pn.extension()
log = mz.demo("order-to-cash", cases=400, seed=3)
results = [calculators.Breakdown(attributes="Region")] * 8 + [calculators.CaseDuration(bins=5)]
page("Studio", bridge(mz.Studio(log, results=results), sizing_mode="stretch_width")).servable()
"""


def test_a_studio_speaks_as_people_do(tmp_path: Path, root: Path, page: Page) -> None:
    log = mz.demo("order-to-cash", cases=400, seed=3)
    made = log.calculate(calculators.CaseDuration(bins=5))
    rest = made.for_people().to_polars().row(-1, named=True)
    assert rest["high"] is None
    (tmp_path / "studio.py").write_text(PAGE)
    port = free_port()
    url = f"http://127.0.0.1:{port}/studio"
    command = [sys.executable, "-m", "panel", "serve", "studio.py", f"--port={port}"]
    log_file, env = tmp_path / "panel.log", {"PYTHONPATH": str(root)}
    with serve(command, url, log=log_file, cwd=tmp_path, env=env):
        page.set_viewport_size({"width": 1200, "height": 900})
        page.goto(url)
        expect(page.locator(".mz-studio .mz-node").first).to_be_visible(timeout=60_000)
        last = page.get_by_role("tab").last
        expect(last).not_to_be_in_viewport(ratio=0.9)
        page.locator(".mz-side").get_by_text("Case durations").first.click()
        expect(last).to_be_in_viewport(ratio=0.9)
        row = page.locator(".mz-result tr").filter(has_text=NOTHING).last
        expect(row).to_contain_text(str(rest["count"]))
        row.click()
        page.get_by_role("button", name="Keep these cases").click()
        expect(page.locator(".mz-footer-figures b").first).to_have_text(str(rest["count"]))

        page.get_by_role("button", name="Add a result").click()
        page.get_by_role("searchbox", name="Search calculators").fill("case duration")
        page.locator("[data-op=case_duration]").click()
        form = page.locator(".mz-form")
        form.locator("[data-field=bins] input").fill("0")
        complaint = form.locator(".mz-form-error")
        expect(complaint).to_have_text("Bins must be at least 1 (got 0)", timeout=15_000)
        form.locator("[data-field=bins] input").fill("5")
        form.get_by_label("Count working time only").check()
        form.get_by_text("Days and time zone").click()
        form.get_by_label("More free days").fill("24.12.2024")
        expect(complaint).to_have_text("", timeout=15_000)
        form.get_by_label("More free days").fill("christmas")
        expect(complaint).to_contain_text("More free days: 'christmas' is no date", timeout=15_000)
