"""A working calendar is switched on in the form of an operation, and counts as it does in Python."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

import mindzie as mz
from mindzie import calculators, filters
from mindzie.core.words import duration
from tests.hosts.servers import Watch
from tests.hosts.test_studio_served import by_panel

OFFICE = mz.WorkingCalendar(
    hours={"mon-thu": "8-12, 13-17", "fri": "8-14"},
    country="DE",
    region="BY",
    closures="2025-12-24",
)


def switch_on(form: Locator) -> None:
    form.get_by_label("Count working time only").check()
    days = form.get_by_role("group", name="Working days")
    expect(days.get_by_role("checkbox")).to_have_count(7)
    expect(days.get_by_label("Saturday")).not_to_be_checked()
    form.get_by_label("Hours of work", exact=True).fill("8-12, 13-17")
    form.get_by_label("Hours differ by day").check()
    form.get_by_label("Hours of work on Friday").fill("8-14")
    form.get_by_label("Holidays").select_option("Germany")
    form.get_by_label("Region").select_option("Bayern")
    form.get_by_text("Days and time zone").click()
    form.get_by_label("More free days").fill("2025-12-24")


def test_working_time_is_chosen_in_forms(tmp_path: Path, root: Path, page: Page) -> None:
    log = mz.demo("order-to-cash", cases=400, seed=3)
    long = filters.CaseDuration(min="60 h", calendar=OFFICE)
    kept = log.filter(long).case_count
    assert 0 < kept < 400
    with by_panel(tmp_path, root) as server:
        watch = Watch(page, server.url)
        page.set_viewport_size({"width": 1300, "height": 1000})
        page.goto(server.url)
        expect(page.locator(".mz-studio .mz-node").first).to_be_visible(timeout=60_000)
        page.get_by_role("button", name="Add a filter").click()
        page.get_by_role("searchbox", name="Search filters").fill("case duration")
        page.locator("[data-op=case_duration]").click()
        form = page.locator(".mz-form")
        form.locator("[data-field=min] input").fill("60 h")
        expect(form.get_by_role("group", name="Working calendar")).to_be_hidden()
        switch_on(form)
        sentence = form.locator(".mz-sentence")
        expect(sentence).to_contain_text("at least 60 h of working time", timeout=15_000)
        expect(sentence).to_contain_text(f"leaves {kept} of 400 cases", timeout=15_000)
        form.get_by_label("Hours of work on Friday").fill("14-8")
        expect(form.locator(".mz-form-error")).to_contain_text("'14-8' ends before it begins")
        form.get_by_label("Hours of work on Friday").fill("8-14")
        form.get_by_role("button", name="Add filter").click()
        expect(page.locator(".mz-footer-figures b").first).to_have_text(str(kept), timeout=30_000)
        page.get_by_role("button", name="of working time").first.click()
        expect(form.get_by_label("Count working time only")).to_be_checked()
        expect(form.get_by_label("Hours of work on Friday")).to_have_value("8-14")
        expect(form.get_by_label("Hours of work on Monday")).to_have_value("8-12, 13-17")
        expect(form.get_by_label("Holidays").locator("option:checked")).to_have_text("Germany")
        expect(form.get_by_label("Region").locator("option:checked")).to_have_text("Bayern")
        expect(form.get_by_label("More free days")).to_have_value("2025-12-24")
        form.get_by_role("button", name="Cancel").click()
        page.get_by_role("button", name="Add a result").click()
        page.get_by_role("searchbox", name="Search calculators").fill("case duration")
        page.locator("[data-op=case_duration]").click()
        switch_on(form)
        form.get_by_role("button", name="Calculate").click()
        expect(page.locator(".mz-result")).to_be_visible(timeout=30_000)
        made = log.filter(long).calculate(calculators.CaseDuration(calendar=OFFICE))
        expect(page.locator(".mz-result")).to_contain_text(
            duration(made.facts["median"].total_seconds(), "ws")
        )
        watch.check()
