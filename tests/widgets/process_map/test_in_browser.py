"""The map's page without kernel, in a real browser that finds no host."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import expect

from mindzie.widgets import ProcessMapWidget


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
