"""In a dark page every text of a figure can be read: asked for, or as the reader's system is; light stays light."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.hosts.commands import mindzie, small_log
from tests.hosts.servers import jupyterlab, notebook, run_notebook

LOOK = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
HOSTS = {"voila": ((), "/", "light"), "panel": (("--panel",), "/overview", "default")}
DARK = 60
"""Brightest channel of a dark page's background."""


@pytest.fixture(scope="module", params=HOSTS)
def served(request, tmp_path_factory, root):
    options, path, light = HOSTS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    with mindzie(folder, root, "serve", str(small_log(folder)), *options, until=path) as server:
        yield server.url + path, light


def background(page: Page) -> int:
    color = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return max(int(part) for part in color.removeprefix("rgb(").rstrip(")").split(","))


def legible(page: Page) -> None:
    page.locator(".mz-node").first.wait_for(timeout=60_000)
    found = page.evaluate(LOOK)
    assert found["seen"] > 100
    assert found["poor"] == []


@pytest.mark.parametrize(
    ("system", "asked"), [("dark", None), ("light", None), ("light", "dark"), ("dark", "light")]
)
def test_a_dashboard_is_as_asked_or_as_the_system_is(
    served: tuple[str, str], browser: Browser, system: str, asked: str | None
) -> None:
    url, light = served
    query = "" if asked is None else f"?theme={light if asked == 'light' else asked}"
    page = browser.new_page(color_scheme=system)
    page.goto(url + query)
    legible(page)
    assert (background(page) < DARK) == ((asked or system) == "dark")
    if page.locator(".bk-Figure").count():
        ink = page.locator(".bk-Figure").first.evaluate(
            "at => getComputedStyle(at).getPropertyValue('--bk-major-label-text-color').trim()"
        )
        assert ink == ("#e6ebf1" if (asked or system) == "dark" else "#1b2430")
    page.close()


def test_jupyterlab_in_its_dark_theme(tmp_path: Path, root: Path, page: Page) -> None:
    settings = tmp_path / "jupyter" / "lab" / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    theme = {"theme": "JupyterLab Dark"}
    (settings / "themes.jupyterlab-settings").write_text(json.dumps(theme))
    setup = 'import mindzie as mz\nlog = mz.demo("order-to-cash", cases=100)'
    calls = ("ProcessMap()", "CaseDuration()", "WeekdayHour()", "Variants()", "DataInformation()")
    figures = [f"log.calculate(mz.calculators.{call})" for call in calls]
    board = "mz.Dashboard(log).show(mz.calculators.WeekdayHour())"
    notebook(tmp_path / "dark.ipynb", setup, *figures, board)
    with jupyterlab(tmp_path, root) as server:
        run_notebook(page, server, "dark.ipynb")
        page.locator(".mz-heat").last.wait_for(timeout=60_000)
        legible(page)
