"""The map's page without kernel, in a real browser that finds no host."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

import mindzie as mz
from mindzie.widgets import ProcessMapWidget
from mindzie.widgets.bundle import bundle
from mindzie.widgets.page import page as page_of

from .conftest import chain


@pytest.fixture
def opened(graph, page, tmp_path):
    """Open the exported page; whatever the browser complains of fails the test."""
    said = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: (
            said.append(request.url)
            if "://" in request.url and not request.url.startswith(("file:", "blob:"))
            else None
        ),
    )
    path = ProcessMapWidget(graph).export_html(tmp_path / "map.html")
    page.goto(path.as_uri())
    expect(page.locator(".mz-node")).to_have_count(4)
    yield page
    assert said == []


def node(page, name):
    return page.locator(".mz-node", has_text=name)


def test_measures_change_figures_and_legend(opened):
    expect(node(opened, "Order")).to_contain_text("100")
    expect(opened.locator(".mz-plates")).to_contain_text("90")
    opened.get_by_role("radio", name="Mean").click()
    expect(opened.locator(".mz-plates")).to_contain_text("3 d 4 h")
    expect(opened.locator(".mz-legend")).to_have_attribute(
        "aria-label", re.compile("Mean duration, from 4 min 34 s to 3 d 4 h")
    )


def test_hover_brings_a_path_forward(opened):
    opened.locator(".mz-edge[aria-label^='Order → Check'] path").last.hover()
    expect(opened.locator(".mz-tip")).to_contain_text("Mean duration1 h")
    expect(opened.locator(".mz-edge.mz-near")).to_have_count(1)
    expect(opened.locator(".mz-node.mz-near")).to_have_count(2)


def test_a_click_selects_with_a_ring(opened):
    node(opened, "Ship").click()
    expect(opened.locator(".mz-selected")).to_have_count(1)
    expect(node(opened, "Ship")).to_have_attribute("aria-pressed", "true")
    opened.keyboard.press("Escape")
    expect(opened.locator(".mz-selected")).to_have_count(0)


def test_keys_pan_zoom_and_reach_everything(opened):
    world = opened.locator(".mz-canvas > g")
    node(opened, "Order").focus()
    before = world.get_attribute("transform")
    opened.keyboard.press("+")
    zoomed = world.get_attribute("transform")
    opened.keyboard.press("ArrowDown")
    assert len({before, zoomed, world.get_attribute("transform")}) == 3
    seen = set()
    for _ in range(30):
        opened.keyboard.press("Tab")
        seen.add(opened.evaluate("document.activeElement.getAttribute('aria-label')"))
    assert any(label and label.startswith("Check, Events") for label in seen)


def test_a_name_is_text_and_never_markup(opened):
    assert opened.locator("#widget img").count() == 0
    expect(opened.locator(".mz-tables tbody").first).to_contain_text("<img src=x onerror=alert(1)>")


def test_the_table_twin_shows_on_demand(opened):
    opened.get_by_role("button", name="Show as table").click()
    table = opened.get_by_role("table", name="Paths")
    expect(table).to_be_visible()
    expect(
        table.get_by_role("row").filter(has_text="Check").filter(has_text="Ship").first
    ).to_contain_text("3 d 4 h")


@pytest.mark.parametrize("kind", ["SVG", "PNG"])
def test_the_picture_can_be_saved(opened, kind):
    with opened.expect_download() as started:
        opened.get_by_role("button", name=f"Save as {kind}").click()
    content = started.value.path().read_bytes()
    if kind == "SVG":
        picture = ET.fromstring(content)
        assert "Order" in "".join(picture.itertext())
        assert float(picture.get("width")) > 100
    else:
        assert content.startswith(b"\x89PNG")


def test_dark_pages_get_dark_maps(opened):
    opened.emulate_media(color_scheme="dark")
    expect(opened.locator(".mz-map")).to_have_attribute("data-theme", "dark")


def centres(page, *names):
    boxes = [node(page, name).bounding_box() for name in names]
    return [box["x"] + box["width"] / 2 for box in boxes]


def test_a_small_map_opens_whole_with_its_main_path_in_the_middle(opened):
    stage = opened.locator(".mz-stage").bounding_box()
    middle = stage["x"] + stage["width"] / 2
    assert all(abs(x - middle) < 3 for x in centres(opened, "Order", "Check", "Ship"))
    for end in ("START", "END"):
        circle = opened.locator(f".mz-end[aria-label={end}]").bounding_box()
        assert stage["y"] < circle["y"] < stage["y"] + stage["height"] - circle["height"]


def test_full_screen_fills_the_screen(opened):
    opened.get_by_role("button", name="Full screen").click()
    opened.wait_for_function("document.fullscreenElement !== null")
    size = opened.viewport_size
    opened.wait_for_function(
        "height => document.querySelector('.mz-map').getBoundingClientRect().height >= height",
        arg=size["height"],
    )
    assert opened.locator(".mz-stage").bounding_box()["height"] > 0.8 * size["height"]


def test_a_narrow_pane_gives_the_map_its_whole_width(opened):
    opened.set_viewport_size({"width": 420, "height": 800})
    opened.wait_for_function(
        "document.querySelector('.mz-stage').clientWidth > 350"
        " && document.documentElement.scrollWidth <= 420"
    )


def test_high_contrast_keeps_the_colours_that_mean_something(opened):
    rect = node(opened, "Order").locator("rect").last
    before = rect.evaluate("element => getComputedStyle(element).fill")
    opened.emulate_media(forced_colors="active")
    assert rect.evaluate("element => getComputedStyle(element).fill") == before
    bar = opened.locator(".mz-bar")
    assert "gradient" in bar.evaluate("element => getComputedStyle(element).backgroundImage")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_dragging_moves_the_map_and_opens_nothing(opened, motion):
    opened.emulate_media(reduced_motion=motion)
    world = opened.locator(".mz-canvas > g")
    before = world.get_attribute("transform")
    box = opened.locator(".mz-canvas").bounding_box()
    opened.mouse.move(box["x"] + 20, box["y"] + 200)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 90, box["y"] + 260, steps=5)
    opened.mouse.up()
    assert world.get_attribute("transform") != before
    expect(opened.locator(".mz-selected")).to_have_count(0)


def show(page, tmp_path, graph, **options):
    path = ProcessMapWidget(graph, **options).export_html(tmp_path / "other.html")
    page.goto(path.as_uri())


def test_an_empty_map_says_so(page, tmp_path):
    show(page, tmp_path, chain([]))
    expect(page.locator(".mz-empty")).to_contain_text("There are no cases")


def test_activities_may_be_called_start_and_end(page, tmp_path):
    show(page, tmp_path, chain(["START", "END"]))
    expect(page.locator(".mz-node")).to_have_count(2)
    expect(page.locator(".mz-edge")).to_have_count(3)
    expect(page.locator(".mz-edge[aria-label^='START → START']")).to_have_count(1)


def test_names_of_any_length_and_script_stay_in_their_boxes(page, tmp_path):
    names = [
        "Überprüfung der Rechnungsunterlagen " * 6,
        "請求書の確認" * 9,
        "مراجعة الطلب",
        "x" * 900,
    ]
    show(page, tmp_path, chain(names))
    expect(page.locator(".mz-node")).to_have_count(4)
    over = page.evaluate(
        """() => [...document.querySelectorAll('.mz-node')].filter(node => {
          const box = node.querySelector('rect:not(.mz-ring)').getBoundingClientRect();
          return [...node.querySelectorAll('text')].some(text => {
            const said = text.getBoundingClientRect();
            return said.left < box.left - 1 || said.right > box.right + 1;
          });
        }).length"""
    )
    assert over == 0


def test_above_sixty_activities_a_small_map_shows_where_one_is(page, tmp_path):
    show(page, tmp_path, chain([f"Step {i}" for i in range(80)]), activity_share=1, path_share=1)
    mini = page.locator(".mz-mini")
    expect(mini).to_be_visible()
    expect(mini.locator(".mz-mini-box")).to_have_count(80)
    frame = mini.locator(".mz-mini-frame")
    before = frame.get_attribute("y")
    box = mini.bounding_box()
    mini.click(position={"x": box["width"] / 2, "y": box["height"] - 4})
    assert float(frame.get_attribute("y")) > float(before)


def live(page, tmp_path, graph):
    """Open a map that takes new figures as one with a kernel does; returns what brings it others."""
    widget = ProcessMapWidget(graph)
    state = {name: getattr(widget, name) for name in widget.trait_names(sync=True)}
    state = {name: value for name, value in state.items() if not name.startswith("_")}
    text = page_of({**state, "layout": None}, bundle("process_map"), "")
    path = tmp_path / "live.html"
    path.write_text(text.replace("widget.render", "window.model = model; widget.render"), "utf-8")
    page.goto(path.as_uri())
    expect(page.locator(".mz-node").first).to_be_visible()

    def bring(graph):
        widget.update(graph)
        page.evaluate("view => model.set('view', view)", widget.view)

    return bring


@pytest.fixture
def lively(graph, page, tmp_path):
    return live(page, tmp_path, graph)


def test_an_open_menu_stays_when_late_figures_come(lively, graph, page):
    node(page, "Ship").click()
    items = page.get_by_role("menuitem")
    expect(items.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    lively(chain(["Receive", "Order", "Ship", "Pay"]))
    expect(node(page, "Pay")).to_be_visible()
    expect(items.nth(1)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(items.nth(2)).to_be_focused()
    page.keyboard.press("Enter")
    choice = page.evaluate("model.get('choice')")
    assert choice["selection"] == {"activity": "Ship"}
    assert choice["action"] == "starting"
    expect(node(page, "Ship")).to_be_focused()


def test_a_menu_closes_when_what_it_is_about_goes(lively, page):
    node(page, "Ship").click()
    expect(page.get_by_role("menu")).to_be_visible()
    lively(chain(["Order", "Pay"]))
    expect(page.get_by_role("menu")).to_be_hidden()


def test_the_menu_of_a_path_stays_while_the_path_is_shown(lively, page):
    page.locator(".mz-edge[aria-label^='Order → Check']").focus()
    page.keyboard.press("Enter")
    lively(chain(["Order", "Check", "Pay"]))
    expect(page.get_by_role("menuitem").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".mz-edge[aria-label^='Order → Check']")).to_be_focused()
    page.keyboard.press("Enter")
    lively(chain(["Check", "Order"]))
    expect(page.get_by_role("menu")).to_be_hidden()


COVERED = """() => {
  const boxes = [...document.querySelectorAll('.mz-node rect:not(.mz-ring)')].map((e) => e.getBoundingClientRect());
  const said = [...document.querySelectorAll('.mz-plates text')].map((e) => [e.textContent, e.getBoundingClientRect()]);
  const meet = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1;
  const covered = said.filter(([, a], at) => boxes.some((b) => meet(a, b)) || said.some(([, b], n) => n !== at && meet(a, b)));
  return [said.length, covered.map(([text]) => text)];
}"""


@pytest.mark.parametrize("shares", [(None, None), (1.0, 0.05)])
@pytest.mark.parametrize("name", ["running-example.csv", "helpdesk_mendeley.csv"])
def test_figures_cover_neither_boxes_nor_each_other(page, tmp_path, logs, name, shares):
    graph = mz.read(logs / name).calculate(mz.calculators.ProcessMap())
    page.emulate_media(reduced_motion="reduce")
    show(page, tmp_path, graph, activity_share=shares[0], path_share=shares[1])
    page.get_by_role("radio", name="Mean").click()
    expect(page.locator(".mz-plates")).to_contain_text("d")
    said, covered = page.evaluate(COVERED)
    assert covered == []
    assert said > 5
