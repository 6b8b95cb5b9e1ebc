"""The overview by Voilà and by Panel: a filter updates every figure, a row opens its cases, nobody else is asked."""

from __future__ import annotations

import os
import re

import pytest
from playwright.sync_api import expect

import mindzie as mz
from tests.hosts.commands import CASES, mindzie, small_log
from tests.hosts.servers import Watch

HOSTS = {"voila": ((), "/"), "panel": (("--panel",), "/overview")}


@pytest.fixture(params=HOSTS)
def served(request, tmp_path, root):
    options, path = HOSTS[request.param]
    folder = small_log(tmp_path)
    with mindzie(tmp_path, root, "serve", str(folder), *options, until=path) as server:
        yield mz.open(folder), server.url + path


def number(text):
    return int(re.sub(r"\D", "", text))


def test_a_filter_updates_every_figure(served, page):
    log, url = served
    watch = Watch(page, url)
    page.goto(url)
    expect(page.locator(".mz-node").first).to_be_visible(timeout=60_000)
    expect(page.locator(".mz-size")).to_contain_text(f"{CASES} of {CASES} cases")
    before = page.locator(".mz-finding").all_inner_texts()
    assert page.get_by_text("import mindzie").count() == 0
    assert "cdnjs" not in page.content()

    page.get_by_label("Region").select_option("West")
    west = log.filter(mz.filters.CasesWithAttribute(attribute="Region", values=("West",)))
    assert 0 < west.case_count < CASES
    expect(page.locator(".mz-chip")).to_contain_text("Region is West")
    expect(page.locator(".mz-size b")).to_have_text(str(west.case_count))
    expect(page.locator(".mz-about").last).to_contain_text(f"{west.case_count} cases")
    after = [text.replace("\u00a0", " ") for text in page.locator(".mz-finding").all_inner_texts()]
    assert mz.finding(west.calculate(mz.calculators.CaseDuration(unit="d"))) in after
    assert mz.finding(west.calculate(mz.calculators.Bottlenecks())) in after
    assert len(after) == len(before)
    watch.check()


def test_a_variant_opens_its_cases_and_becomes_a_filter(served, page):
    log, url = served
    watch = Watch(page, url)
    page.goto(url)
    second = page.locator("tr[data-do=open]").nth(1)
    expect(second).to_be_visible(timeout=60_000)
    cases = log.variants["cases"][1]
    second.click()
    behind = page.get_by_role("region", name="Cases")
    expect(behind.locator("b").first).to_have_text(f"{cases} cases")
    behind.get_by_role("button", name="Next").click()
    expect(behind.locator(".mz-pager")).to_contain_text(f"of {cases}")
    expect(behind.locator(".mz-pager")).to_contain_text("9 to")
    behind.locator("tr[data-do=case]").first.click()
    events = page.get_by_role("region", name="Events")
    expect(events.locator("tbody tr").first).to_be_visible()
    with page.expect_download() as saved:
        behind.get_by_role("button", name="CSV").click()
    rows = saved.value.path().read_text("utf-8").splitlines()
    assert len(rows) == cases + 1
    expect(page.locator("[aria-busy]")).to_have_count(0)
    assert saved.value.suggested_filename.startswith("Cases of ")
    if picture := os.environ.get("MINDZIE_TEST_PICTURE"):
        page.screenshot(path=picture, full_page=True)
    page.get_by_role("button", name="Keep only these").click()
    expect(page.locator(".mz-size b")).to_have_text(str(cases))
    page.get_by_role("button", name=re.compile("^Remove: ")).click()
    expect(page.locator(".mz-size b")).to_have_text(str(CASES))
    watch.check()


def test_the_map_filters_too(served, page):
    log, url = served
    watch = Watch(page, url)
    page.goto(url)
    node = page.locator(".mz-node").filter(has_text="Send reminder").first
    expect(node).to_be_attached(timeout=60_000)
    node.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Keep cases with this activity").click()
    left = log.filter(mz.filters.CasesWithActivity(activities=("Send reminder",))).case_count
    expect(page.locator(".mz-size b")).to_have_text(str(left))
    watch.check()


def test_a_page_that_is_left_ends_its_kernel(tmp_path, root, page):
    with mindzie(tmp_path, root, "serve", str(small_log(tmp_path))) as server:
        with page.expect_websocket(timeout=60_000) as opened:
            page.goto(server.url)
        kernel = re.search(r"kernels/([0-9a-f-]+)", opened.value.url)[1]
        expect(page.locator(".mz-node").first).to_be_visible(timeout=60_000)
        page.goto("about:blank")
        for _ in range(100):
            said = server.log.read_text()
            if f"Kernel shutdown: {kernel}" in said:
                break
            page.wait_for_timeout(100)
        assert f"Kernel shutdown: {kernel}" in said
        assert "_xsrf" not in said
