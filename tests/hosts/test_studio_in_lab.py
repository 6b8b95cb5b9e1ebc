"""The studio in JupyterLab, used by mouse and keyboard, with every other host closed."""

from __future__ import annotations

import contextlib
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.hosts.servers import Server, Watch, jupyterlab, notebook, run_notebook

CELL = """
import mindzie as mz
log = mz.demo("order-to-cash", cases=500, seed=3)
studio = mz.Studio(log)
studio
"""
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)


LONG = """
import narwhals as nw
from mindzie.core.families import Calculator
from mindzie.core.results import Number

class Endless(Calculator):
    "Count what is never counted to the end."
    sentence = "endless"
    example = {}

    def compute(self, log):
        if log.engine == "duckdb":
            frame = log.rel.events.select("case")
            for turn in range(5):
                more = log.rel.events.select(nw.col("position").alias(f"position_{turn}"))
                frame = frame.join(more, how="cross")
            return Number(log.collect(frame.group_by("case").agg(count=nw.len())).height)
        while True:
            log.collect(log.rel.events.sort("activity").select("case"))
"""


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("lab")
    notebook(folder / "studio.ipynb", CELL)
    notebook(
        folder / "results.ipynb",
        CELL.replace("\nstudio\n", "\nlog.cases\n"),
        "log.filter(mz.filters.Rework())",
        "log.calculate(mz.calculators.WeekdayHour())",
        "log.calculate(mz.calculators.CasesOverTime())",
    )
    for engine in ("polars", "duckdb"):
        cell = CELL.replace("seed=3)", f"seed=3).on({engine!r})")
        notebook(folder / f"long-{engine}.ipynb", LONG + cell)
    with jupyterlab(folder, root) as server:
        yield server


def choose(studio: Locator, activity: str, action: str) -> None:
    """Click an activity and choose from its menu."""
    studio.get_by_role("button", name=re.compile(f"^{activity}, ")).click()
    studio.get_by_role("menuitem", name=action).click()


@pytest.fixture
def watch(page: Page, lab: Server) -> Iterator[Watch]:
    page.set_viewport_size({"width": 1500, "height": 980})
    page.set_default_timeout(PATIENCE)
    made = Watch(page, lab.url)
    yield made
    made.check()


@pytest.fixture
def studio(page: Page, lab: Server, watch: Watch) -> Locator:
    run_notebook(page, lab, "studio.ipynb")
    made = page.locator(".mz-studio")
    made.locator(".mz-node").first.wait_for()
    made.scroll_into_view_if_needed()
    return made


def cases(studio: Locator) -> int:
    return int(re.sub(r"\D", "", studio.locator(".mz-footer-figures b").first.inner_text()))


def add_region(studio: Locator) -> None:
    studio.get_by_role("button", name="Add a filter").click()
    studio.get_by_role("searchbox", name="Search filters").fill("cases attribute")
    studio.locator("[data-op=cases_with_attribute]").click()
    form = studio.locator(".mz-form")
    form.get_by_label("Attribute", exact=True).select_option("Region")
    form.locator("[data-field=values] li[role=option]").first.click()
    expect(form.locator(".mz-sentence")).to_contain_text("of 500 cases")
    form.get_by_role("button", name="Add filter").click()
    expect(studio.locator(".mz-card")).to_have_count(1)
    expect(studio.locator(".mz-card .mz-left")).to_contain_text("cases")
    expect(studio.locator(".mz-footer-figures b").first).not_to_have_text("500")


def test_a_filter_is_added_undone_and_copied_as_code(studio: Locator, page: Page) -> None:
    assert cases(studio) == 500
    add_region(studio)
    left = cases(studio)
    assert 0 < left < 500
    studio.get_by_role("button", name="Copy as code").click()
    code = page.get_by_role("textbox", name="Python code").input_value()
    scope: dict[str, object] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        exec(code, scope)
    assert scope["log"].case_count == left  # type: ignore[attr-defined]
    page.keyboard.press("Escape")
    studio.get_by_role("button", name="Undo").click()
    expect(studio.locator(".mz-footer-figures b").first).to_have_text("500")
    studio.get_by_role("button", name="Redo").click()
    expect(studio.locator(".mz-card")).to_have_count(1)


def test_what_is_shown_is_saved_as_an_investigation(studio: Locator, page: Page) -> None:
    add_region(studio)
    studio.get_by_role("button", name="Save as investigation").click()
    form = page.get_by_role("dialog", name="Save as investigation")
    project = form.get_by_label("Project")
    expect(project).to_be_enabled()
    expect(project.locator("option").first).to_have_text("My work")
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("Give it a name")
    page.keyboard.type("Orders of a region")
    page.keyboard.press("Enter")
    expect(form.get_by_role("status")).to_contain_text(
        'Saved: notebook 1 of "Orders of a region" in My work.'
    )
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("status")).to_contain_text("Saved: notebook")
    expect(form.get_by_role("button", name="Save")).to_be_focused()
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)


def test_a_table_sorts_and_a_case_opens(studio: Locator, page: Page) -> None:
    studio.get_by_role("tab", name="Cases").click()
    first = studio.locator(".mz-grid tbody tr th").first
    before = first.inner_text()
    studio.get_by_role("button", name="Duration", exact=True).click()
    expect(studio.locator("th[aria-sort=descending]")).to_have_text(re.compile("Duration"))
    expect(first).not_to_have_text(before)
    first.click()
    case = studio.get_by_role("region", name=re.compile("Case "))
    expect(case.locator(".mz-event").first).to_be_visible()
    expect(case.locator(".mz-facts").first).to_contain_text("Region")
    rows = studio.get_by_role("table", name="cases")
    assert rows.get_attribute("aria-rowcount") == "501"


def test_clicks_on_map_variants_and_bars_become_filters(studio: Locator, page: Page) -> None:
    choose(studio, "Check credit", "Remove cases with this activity")
    expect(studio.locator(".mz-card")).to_have_count(1)
    studio.get_by_role("button", name="Undo").click()
    expect(studio.locator(".mz-card")).to_have_count(0)
    studio.get_by_role("tab", name="Variants").click()
    studio.locator(".mz-grid tbody tr").first.click()
    studio.get_by_role("button", name="Keep only it").click()
    expect(studio.locator(".mz-card")).to_have_count(1)
    studio.get_by_role("tab", name="Durations").click()
    studio.locator("button.mz-column").first.click()
    expect(studio.locator(".mz-card")).to_have_count(2)


def test_an_error_stands_at_the_form(studio: Locator, page: Page) -> None:
    studio.get_by_role("button", name="Add a filter").click()
    studio.locator("[data-op=case_duration]").first.click()
    form = studio.locator(".mz-form")
    form.get_by_label("Min", exact=True).fill("three days")
    expect(form.get_by_role("alert")).to_contain_text("three days")
    page.keyboard.press("Escape")
    expect(form).to_have_count(0)
    expect(studio.locator(".mz-card")).to_have_count(0)


def test_a_result_opens_in_its_tab(studio: Locator) -> None:
    studio.get_by_role("button", name="Add a result").click()
    studio.locator("[data-op=cases_over_time]").click()
    studio.get_by_role("button", name="Calculate").click()
    expect(studio.locator(".mz-result-chart svg")).to_be_visible()
    expect(studio.get_by_role("tab", selected=True)).to_contain_text("Cases")


def test_a_row_of_a_result_keeps_its_cases(studio: Locator) -> None:
    studio.get_by_role("button", name="Add a result").click()
    studio.locator("[data-op=activity_statistics]").click()
    studio.get_by_role("button", name="Calculate").click()
    row = studio.locator(".mz-result tbody tr", has_text="Send reminder")
    row.click()
    studio.get_by_role("button", name="Keep these cases").click()
    expect(studio.locator(".mz-card-title").first).to_have_text("Cases with Send reminder")
    expect(studio.locator(".mz-footer-figures b").first).not_to_have_text("500")


def test_cells_of_the_week_and_what_is_not_shown_keep_their_cases(studio: Locator) -> None:
    studio.get_by_role("button", name="Add a result").click()
    studio.locator("[data-op=weekday_hour]").click()
    studio.get_by_role("button", name="Calculate").click()
    studio.locator(".mz-heat .mz-pickable").first.click()
    titles = studio.locator(".mz-cards[aria-label=Filters] .mz-card-title")
    expect(titles).to_have_text([re.compile("^Cases with events on Monday from .*:00 to .*:00$")])
    expect(studio.locator(".mz-footer-figures b").first).not_to_have_text("500")
    studio.get_by_role("button", name="Undo").click()
    studio.get_by_role("button", name="Add a result").click()
    studio.locator("[data-op=case_duration]").last.click()
    studio.get_by_role("button", name="Calculate").click()
    rest = studio.get_by_role("button", name=re.compile("cases? above the range: keep"))
    count = re.sub(r"\D", "", rest.inner_text().split(" case")[0])
    rest.click()
    expect(titles).to_have_count(1)
    expect(studio.locator(".mz-footer-figures b").first).to_have_text(count)


def test_filters_are_moved_switched_and_changed_in_place(studio: Locator, page: Page) -> None:
    add_region(studio)
    choose(studio, "Check credit", "Keep cases with this activity")
    titles = studio.locator(".mz-cards[aria-label=Filters] .mz-card-title")
    expect(titles).to_have_count(2)
    first, second = titles.all_inner_texts()
    titles.nth(1).focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(titles).to_have_text([second, first])
    expect(titles.nth(0)).to_be_focused()
    cards = studio.locator(".mz-cards[aria-label=Filters] .mz-card")
    cards.nth(0).drag_to(cards.nth(1))
    expect(titles).to_have_text([first, second])

    left = studio.locator(".mz-footer-figures b").first
    cards.nth(1).get_by_role("button", name="Switch off").click()
    expect(cards.nth(1).locator(".mz-left")).to_have_text("switched off")
    both, one = cases(studio), cards.nth(0).locator(".mz-left span").first.inner_text()
    expect(left).to_have_text(one.removesuffix(" cases"))
    cards.nth(1).get_by_role("button", name="Switch on").click()
    expect(cards.nth(1).locator(".mz-left")).to_contain_text("cases")
    assert cases(studio) <= both

    titles.nth(0).click()
    form = cards.nth(0).locator(".mz-form")
    form.locator("[data-field=values] li[role=option]").nth(1).click()
    form.get_by_role("button", name="Change").click()
    expect(titles.nth(0)).not_to_have_text(first)
    expect(cards).to_have_count(2)


def test_tables_and_logs_show_themselves(page: Page, lab: Server, watch: Watch) -> None:
    run_notebook(page, lab, "results.ipynb")
    table = page.locator(".mz-table")
    expect(table.locator("tbody tr").first).to_be_visible()
    table.get_by_role("searchbox").fill("west")
    expect(table.locator(".mz-grid-note")).to_contain_text("of 500 rows")
    expect(page.locator(".mz-still svg").first).to_be_visible()
    assert page.locator(".mz-heat [role=cell]").count() == 7 * 24
    expect(page.locator(".mz-chart-card .mz-lines svg")).to_be_visible()
    page.locator(".mz-heat [role=cell]").nth(10).hover()
    expect(page.locator(".mz-chart-card .mz-chart-tip").first).to_contain_text("Mon 10:00 to 11:00")


@pytest.mark.parametrize("engine", ["duckdb", "polars"])  # the step left behind comes last
def test_a_long_calculation_is_cancelled_and_the_next_one_answered(
    page: Page, lab: Server, watch: Watch, engine: str
) -> None:
    run_notebook(page, lab, f"long-{engine}.ipynb")
    studio = page.locator(".mz-studio")
    studio.locator(".mz-node").first.wait_for()
    studio.get_by_role("button", name="Add a result").click()
    studio.locator("[data-op=endless]").click()
    studio.get_by_role("button", name="Calculate").click()
    waiting = studio.locator(".mz-waiting-words")
    expect(waiting).to_contain_text("Calculating…")
    expect(studio.get_by_role("progressbar", name="Calculating")).to_be_visible()
    waiting.get_by_role("button", name="Cancel").click()
    expect(studio.locator(".mz-result")).to_contain_text("Cancelled: nothing was calculated.")
    expect(waiting).to_be_hidden()
    assert cases(studio) == 500
    studio.get_by_role("tab", name="Variants").click()
    expect(studio.locator(".mz-grid tbody tr").first).to_be_visible()
    studio.get_by_role("tab", name="Map").click()
    choose(studio, "Check credit", "Remove cases with this activity")
    expect(studio.locator(".mz-cards[aria-label=Filters] .mz-left")).to_contain_text("cases")
    assert 0 < cases(studio) < 500


def test_a_click_outlives_what_is_drawn_meanwhile(studio: Locator, page: Page) -> None:
    add_region(studio)
    tab = studio.get_by_role("tab", name="Map")
    tab.hover()
    page.mouse.down()
    page.keyboard.press("Control+z")
    page.wait_for_timeout(1_500)
    page.mouse.up()
    expect(tab).to_have_attribute("aria-selected", "true")
    expect(studio.locator(".mz-footer-figures b").first).to_have_text("500")
    expect(studio.get_by_role("slider").first).to_be_visible()


@pytest.mark.usefixtures("studio")
def test_the_studio_is_as_tall_as_its_host(page: Page) -> None:
    for height in (980, 760):
        page.set_viewport_size({"width": 1500, "height": height})
        page.wait_for_function(
            """() => {
              const tall = (name) => document.querySelector(name).getBoundingClientRect().height;
              return Math.abs(tall('.jp-WindowedPanel-outer') - tall('.mz-studio')) < 40;
            }"""
        )
    page.set_viewport_size({"width": 1500, "height": 420})
    page.wait_for_function("document.querySelector('.mz-studio').clientHeight === 480")


def test_the_paths_shown_stay_when_filters_change(studio: Locator) -> None:
    studio.get_by_role("tab", name="Map").click()
    sliders = studio.get_by_role("slider")
    before = [sliders.nth(n).input_value() for n in range(2)]
    expect(studio.locator(".mz-kept").first).to_contain_text("of 26 shown")
    choose(studio, "Score credit automatically", "Remove cases with this activity")
    expect(studio.locator(".mz-kept").first).not_to_contain_text("of 26 shown")
    assert [sliders.nth(n).input_value() for n in range(2)] == before
    expect(studio.get_by_role("button", name="Add a result")).to_have_count(1)
