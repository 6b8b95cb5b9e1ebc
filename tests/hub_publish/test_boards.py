"""Readers see what is published for them, live, and reach nothing else by it; its authors reach nothing of readers."""

from __future__ import annotations

import asyncio
import html
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Page, expect
from tornado.httpclient import HTTPRequest
from tornado.websocket import websocket_connect

from mindzie.core.system_users import owner
from mindzie.hub.boards.screening import KERNEL, PROTOCOL
from mindzie.operations.calculators import CaseCount
from tests.hub_publish.conftest import GALLERY, Published, framed
from tests.hub_publish.test_screening import message
from tests.hub_work.conftest import NEEDS_ROOT
from tests.hub_work.running import FIRST_PAGE_UID, waited

# two hubs at once would have the same system users, and end each other's processes
pytestmark = pytest.mark.xdist_group("browser")

PATIENCE = 60_000
HOSTILE = """
import json, os, socket, subprocess
from pathlib import Path
import mindzie as mz

def tried(act):
    try:
        return [str(act())[:80]]
    except Exception as error:
        return type(error).__name__

ws, here = mz.workspace(), Path.cwd()
others = [one for one in here.parent.parent.glob("pages/*") if one != here]
seen = [int(one.name) for one in Path("/proc").glob("[0-9]*")]
strange = [n for n in seen if Path(f"/proc/{n}").stat().st_uid != os.getuid()]
def environ_of_others():
    found = 0
    for n in strange:
        try:
            found += bool(Path(f"/proc/{n}/environ").read_bytes())
        except OSError:
            pass
    return found
found = {
    "uid": os.getuid(),
    "names": sorted(name for name in os.environ if "TOKEN" in name or "MINDZIE" in name or "PG" in name),
    "listed": tried(lambda: os.listdir(here.parent)),
    "environ": environ_of_others(),
    "root": tried(lambda: os.setuid(0)),
    "datasets": ws.datasets.names(),
    "write": tried(lambda: ws.projects.create("mine")),
    "people": tried(lambda: ws.users.names()),
    "secrets": tried(lambda: ws.secrets.names()),
}
print("FOUND" + json.dumps(found) + "END")
"""


def cell(source: str) -> dict[str, Any]:
    made = {"cell_type": "code", "id": "c", "metadata": {}, "source": source}
    notebook = {"cells": [made | {"outputs": [], "execution_count": None}]}
    return notebook | {"metadata": {}, "nbformat": 4, "nbformat_minor": 5}


def sign_in(page: Page, published: Published, tenant: str) -> None:
    page.goto(f"{published.hub.url}/hub/login")
    say_who(page, published, tenant, "reader")
    page.wait_for_url(f"**{GALLERY}", timeout=PATIENCE)


def say_who(page: Page, published: Published, tenant: str, name: str) -> None:
    page.fill("[name=tenant]", tenant)
    page.fill("[name=username]", name)
    page.fill("[name=password]", published.passwords[tenant][name])
    page.click("[type=submit]")


@contextmanager
def another(page: Page) -> Iterator[Page]:
    """Return a page of somebody else's browser."""
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context()
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize("name", ["Purchase to pay", "Purchase to pay, by Panel"])
def test_a_reader_finds_a_dashboard_and_filters_it(
    page: Page, published: Published, name: str
) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    sign_in(page, published, "south")
    expect(page.locator(".card")).to_have_count(2)
    expect(page.get_by_text("Order to cash")).to_have_count(0)
    page.keyboard.press("/")
    page.keyboard.type("nothing like it")
    expect(page.locator("#none")).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name=name).last.click()
    inside = page.frame_locator("#page")
    chosen = inside.locator(".mz-bar-filters select").first
    expect(chosen).to_be_visible(timeout=PATIENCE)
    expect(inside.locator(".mz-size").first).to_contain_text("50 of 50 cases", timeout=PATIENCE)
    chosen.select_option(index=1)
    expect(inside.locator(".mz-chip")).to_have_count(1, timeout=PATIENCE)
    page.wait_for_url("**filters=**", timeout=PATIENCE)
    inside.locator("tr[data-do=open]").first.click()
    cases = inside.get_by_role("region", name="Cases")
    expect(cases.locator("tbody tr").first).to_be_visible(timeout=PATIENCE)
    with page.expect_download(timeout=PATIENCE) as saved:
        cases.get_by_role("button", name="CSV").click()
    assert saved.value.path().read_text("utf-8").startswith("case_id,")
    cases.get_by_role("button", name="Keep only these").click()
    expect(inside.locator(".mz-chip")).to_have_count(2, timeout=PATIENCE)
    size = inside.locator(".mz-size").first
    left = size.inner_text()
    assert not left.startswith("50 of")
    with page.expect_download(timeout=PATIENCE) as saved:
        inside.get_by_role("button", name="SVG").click()
    assert saved.value.path().read_text("utf-8").lstrip().startswith("<svg")
    # who is sent the address sees the same, once they have said who they are
    page.wait_for_url(lambda url: url.count("op%22") == 2, timeout=PATIENCE)
    with another(page) as other:
        other.goto(page.url)
        say_who(other, published, "south", "admin")
        there = other.frame_locator("#page")
        expect(there.locator(".mz-chip")).to_have_count(2, timeout=PATIENCE)
        expect(there.locator(".mz-size").first).to_have_text(left, timeout=PATIENCE)
    if picture := os.environ.get("MINDZIE_TEST_PICTURE"):
        page.screenshot(path=picture)
    assert wrong == []


def test_a_dashboard_has_neither_cookies_nor_the_hub(page: Page, published: Published) -> None:
    tries = """async () => {
        let cookie;
        try { cookie = document.cookie; } catch (error) { cookie = error.name; }
        const asked = await fetch("/hub/api/user", { credentials: "include" }).then((said) => said.status, () => "refused");
        return [cookie, window.origin, asked];
    }"""
    sign_in(page, published, "north")
    page.get_by_role("link", name="by Panel").click()
    expect(page.frame_locator("#page").locator("h1")).to_be_visible(timeout=PATIENCE)
    frame = page.frames[1]
    cookie, origin, asked = frame.evaluate(tries)
    assert (cookie, origin, asked) == ("SecurityError", "null", "refused")


def test_a_reader_has_no_jupyterlab_and_an_analyst_has(published: Published) -> None:
    reader = published.reader("north")
    refused = reader.web.get("/hub/spawn")
    assert "Your roles are for dashboards" in refused.text
    assert "JupyterLab" not in reader.web.get(GALLERY).text


def test_nobody_sees_dashboards_of_others(published: Published) -> None:
    board = published.workspace("north").dashboards["Order to cash"]
    stranger = published.reader("south").web
    for address in (f"open/{board.id}", f"picture/{board.id}"):
        assert stranger.get(f"{GALLERY}{address}").status_code == 404
        assert published.anybody.get(f"{GALLERY}{address}").status_code == 302
    shown = published.reader("north").web.get(f"{GALLERY}picture/{board.id}")
    assert shown.headers["Content-Type"] == "image/svg+xml"
    assert "sandbox" in shown.headers["Content-Security-Policy"]


def test_a_browser_reaches_widgets_and_no_code(published: Published) -> None:
    page = published.opened("north", "Order to cash")
    anybody = published.anybody
    shown = anybody.get(page)
    assert shown.status_code == 200
    assert "sandbox allow-scripts" in shown.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in shown.headers
    assert "mz.workspace()" not in shown.text
    for path in ("api/kernels", "api/contents", "api/sessions", "voila/files/dashboard.ipynb"):
        assert anybody.get(f"{page}{path}").status_code == 404, path
    assert anybody.get(f"{GALLERY}page/{'x' * 32}/").status_code == 410
    kinds = asyncio.run(_said(f"{published.hub.url}{page}".replace("http:", "ws:")))
    assert "kernel_info_reply" in kinds
    assert not {"execute_reply", "execute_result", "stream", "error"} & kinds


async def _said(page: str) -> set[str]:
    request = HTTPRequest(f"{page}api/kernels/{KERNEL}/channels", request_timeout=120)
    line = await websocket_connect(request, subprotocols=[PROTOCOL])
    await line.write_message(message("execute_request", code="print(1)", silent=False), binary=True)
    await line.write_message(message("kernel_info_request"), binary=True)
    kinds = set[str]()
    while "kernel_info_reply" not in kinds:
        told = await asyncio.wait_for(line.read_message(), 120)
        assert isinstance(told, bytes)
        start, end = (int.from_bytes(told[8 * n : 8 * n + 8], "little") for n in (2, 3))
        kinds.add(json.loads(told[start:end])["msg_type"])
    line.close()
    while await asyncio.wait_for(line.read_message(), 120) is not None:
        pass
    return kinds


def test_an_author_reaches_nothing_of_readers_or_other_pages(published: Published) -> None:
    if not published.hub.separate:
        pytest.skip(NEEDS_ROOT)
    ws = published.workspace("north")
    board = ws.projects["Order to cash"].publish(
        cell(HOSTILE), "Hostile", datasets=["order-to-cash"]
    )
    board.share(user=published.workspace("north", "reader").me["id"])
    published.opened("north", "Order to cash")
    uids = set[int]()
    for _ in range(2):
        text = published.anybody.get(published.opened("north", "Hostile")).text
        found = json.loads(html.unescape(text.partition("FOUND")[2].partition("END")[0]))
        uids.add(found["uid"])
        assert found["names"] == [
            "MINDZIE_FILTERS",
            "MINDZIE_GRANT",
            "MINDZIE_HOME",
            "MINDZIE_HUB_WORKSPACE",
        ]
        assert found["listed"] == "PermissionError"
        assert found["environ"] == 0
        assert found["root"] == "PermissionError"
        assert found["datasets"] == ["order-to-cash"]
        assert isinstance(found["write"], str)
        assert isinstance(found["people"], str)
        assert isinstance(found["secrets"], str)
    assert len(uids) == 2
    assert min(uids) >= FIRST_PAGE_UID
    board.delete()


def test_a_public_link_opens_without_a_sign_in_until_it_is_revoked(published: Published) -> None:
    published.workspace("north", "admin").change_publishing(
        public_links=True, origins=["https://intranet.example"]
    )
    board = published.workspace("north").dashboards["Order to cash"]
    token = board.new_link("for partners")
    shown = published.anybody.get(f"{GALLERY}link/{token}")
    page = framed(shown)
    assert "frame-ancestors https://intranet.example" in shown.headers["Content-Security-Policy"]
    assert published.anybody.get(page).status_code == 200
    next(iter(board.links)).revoke()
    assert published.anybody.get(f"{GALLERY}link/{token}").status_code == 404
    waited(lambda: published.anybody.get(f"{page}alive").status_code == 410, "the page's end")


def test_only_pages_of_allowed_origins_frame_a_public_link(
    page: Page, published: Published
) -> None:
    ws = published.workspace("north")
    shown = {"dataset_id": ws.datasets["order-to-cash"]}
    board = ws.projects["Order to cash"].dashboards.create("Of panels", **shown)
    board.panels.create("How many there are", calculators=[CaseCount()])
    board.publish()
    intranet, elsewhere = "https://intranet.example", "https://elsewhere.example"
    chief = published.workspace("north", "admin")
    chief.change_publishing(public_links=True, origins=[intranet])
    address = f"{published.hub.url}{GALLERY}link/{board.new_link('intranet')}"
    body = f'<!doctype html><iframe src="{address}" width="900" height="700"></iframe>'
    page.route(
        "https://*.example/", lambda asked: asked.fulfill(body=body, content_type="text/html")
    )
    with suppress(Error):  # browsers that do not know it do not ask for it either
        page.context.grant_permissions(["local-network-access"])
    page.goto(f"{intranet}/")
    link = page.frame_locator("iframe")
    expect(link.locator(".bar h1")).to_have_text("Of panels", timeout=PATIENCE)
    size = link.frame_locator("#page").locator(".mz-size").first
    expect(size).to_contain_text("50 of 50 cases", timeout=PATIENCE)
    figure = link.frame_locator("#page").get_by_text("How many there are")
    expect(figure).to_be_visible(timeout=PATIENCE)
    refused = page.expect_console_message(lambda said: "frame-ancestors" in said.text)
    with refused:
        page.goto(f"{elsewhere}/")
    expect(link.locator(".bar")).to_have_count(0)
    chief.change_publishing(public_links=False, origins=[])
    board.delete()


def test_pages_end_with_their_dashboard_and_none_is_left_over(published: Published) -> None:
    board = published.workspace("north").dashboards["Order to cash"]
    pages = [published.opened("north", "Order to cash") for _ in range(8)]
    alive = [published.anybody.get(f"{page}alive").status_code for page in pages]
    assert alive[-3:] == [204, 204, 204]
    waited(lambda: published.anybody.get(f"{pages[0]}alive").status_code == 410, "the first's end")
    board.unpublish()
    for page in pages:
        waited(
            lambda page=page: published.anybody.get(f"{page}alive").status_code == 410, "the end"
        )  # type: ignore[misc]
    board.publish()
    # those that wait, and the one that scripts come from
    waited(lambda: _pages(published) <= 3, "the end of their processes")


def _pages(published: Published) -> int:
    if published.hub.separate:
        uids = {owner(path) for path in Path("/proc").glob("[0-9]*")}
        return len({uid for uid in uids if uid >= FIRST_PAGE_UID})
    port = published.hub.settings["DASHBOARDS_PORT"]
    shown = published.anybody.get(f"http://127.0.0.1:{port}{GALLERY}health").json()["pages"]
    return int(shown)
