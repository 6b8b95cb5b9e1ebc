"""The studio served by Voilà and by Panel: a filter added in the page changes its counts, nobody else is asked."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import mindzie as mz
from tests.hosts.commands import mindzie
from tests.hosts.servers import Server, Watch, free_port, notebook, serve

LOG = 'mz.demo("order-to-cash", cases=400, seed=3)'
PAGE = f"""
import panel as pn

import mindzie as mz
from mindzie.dashboards.bridge import bridge
from mindzie.dashboards.template import page

pn.extension()
page("Studio", bridge(mz.Studio({LOG}), sizing_mode="stretch_width")).servable()
"""


@contextmanager
def by_voila(folder: Path, root: Path) -> Iterator[Server]:
    made = notebook(folder / "studio.ipynb", f"import mindzie as mz\nmz.Studio({LOG})")
    with mindzie(folder, root, "serve", str(made)) as server:
        yield server


@contextmanager
def by_panel(folder: Path, root: Path) -> Iterator[Server]:
    (folder / "studio.py").write_text(PAGE)
    port = free_port()
    url = f"http://127.0.0.1:{port}/studio"
    command = [sys.executable, "-m", "panel", "serve", "studio.py", f"--port={port}"]
    env = {"PYTHONPATH": str(root)}
    with serve(command, url, log=folder / "panel.log", cwd=folder, env=env) as server:
        yield server


@pytest.mark.parametrize("served", [by_voila, by_panel])
def test_a_filter_changes_the_counts(served, tmp_path: Path, root: Path, page: Page) -> None:
    with served(tmp_path, root) as server:
        watch = Watch(page, server.url)
        page.set_viewport_size({"width": 1300, "height": 900})
        page.goto(server.url)
        expect(page.locator(".mz-studio .mz-node").first).to_be_visible(timeout=60_000)
        left = page.locator(".mz-footer-figures b").first
        expect(left).to_have_text("400")
        page.get_by_role("button", name="Add a filter").click()
        page.get_by_role("searchbox", name="Search filters").fill("cases attribute")
        page.locator("[data-op=cases_with_attribute]").click()
        form = page.locator(".mz-form")
        form.get_by_label("Attribute", exact=True).select_option("Region")
        form.get_by_role("option", name="West").click()
        form.get_by_role("button", name="Add filter").click()
        west = mz.filters.CasesWithAttribute(attribute="Region", values=("West",))
        kept = mz.demo("order-to-cash", cases=400, seed=3).filter(west).case_count
        expect(left).to_have_text(str(kept), timeout=30_000)
        page.get_by_role("button", name="Undo").click()
        expect(left).to_have_text("400")
        page.get_by_role("tab", name="Cases").click()
        expect(page.locator(".mz-grid tbody tr").first).to_be_visible()
        watch.check()


def test_a_form_follows_the_type_of_the_attribute(tmp_path: Path, root: Path, page: Page) -> None:
    with by_panel(tmp_path, root) as server:
        watch = Watch(page, server.url)
        page.set_viewport_size({"width": 1300, "height": 900})
        page.goto(server.url)
        expect(page.locator(".mz-studio .mz-node").first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Add a filter").click()
        page.get_by_role("searchbox", name="Search filters").fill("cases attribute")
        page.locator("[data-op=cases_with_attribute]").click()
        form = page.locator(".mz-form")
        attribute = form.get_by_label("Attribute", exact=True)
        comparison = form.get_by_label("Comparison")
        error, chips = form.locator(".mz-form-error"), form.locator(".mz-chip")
        expect(error).to_be_empty()
        attribute.select_option("Region")
        form.get_by_role("option", name="West").click()
        form.get_by_role("option", name="North").click()
        expect(chips).to_have_text("North")
        comparison.select_option("one_of")
        form.get_by_role("option", name="West").click()
        expect(chips).to_have_count(2)
        attribute.select_option("Automatic")
        options = comparison.locator("option")
        expect(options).to_have_text(["is true", "is false", "is null", "is not null"])
        expect(form.locator("[data-field=values]")).to_be_hidden()
        attribute.select_option("case_duration")
        expect(form.get_by_placeholder("such as 3 d 4 h")).to_be_visible()
        attribute.select_option("Invoice due date")
        expect(form.locator("[data-field=values] input[type=date]")).to_be_visible()
        attribute.select_option("Order amount")
        comparison.select_option("between")
        form.get_by_label("From", exact=True).fill("100")
        form.get_by_label("To", exact=True).fill("2000")
        expect(form.locator(".mz-sentence")).to_contain_text("between 100 and 2000", timeout=15_000)
        form.get_by_role("button", name="Add filter").click()
        some = mz.filters.CasesWithAttribute(
            attribute="Order amount", comparison="between", values=(100, 2000)
        )
        kept = mz.demo("order-to-cash", cases=400, seed=3).filter(some).case_count
        left = page.locator(".mz-footer-figures b").first
        expect(left).to_have_text(str(kept), timeout=30_000)
        page.get_by_role("button", name="Cases where Order amount").first.click()
        expect(comparison).to_have_value("between")
        expect(form.get_by_label("From", exact=True)).to_have_value("100")
        expect(form.get_by_label("To", exact=True)).to_have_value("2000")
        expect(error).to_be_empty()
        watch.check()
