"""Signing in as people do it: in a real browser, through a hub, by clicking."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from tests.hub.fake_entra import ACME, CLIENT, FOREIGN, GLOBEX, SECRET, SHARED, Entra, Person
from tests.hub.hubs import Hub

LONG = 60_000
PEOPLE = {
    "Anne of Acme": (ACME, []),
    "Gustav of Globex": (GLOBEX, []),
    "Selma of two": (SHARED, ["north", "south"]),
    "Fred of elsewhere": (FOREIGN, []),
}


@pytest.fixture(scope="module")
def hub(place: Place, directories: Entra) -> Iterator[Hub]:
    """Return a hub with tenants in three directories, and people of four."""
    here = Installation(place)
    enrolled = {"acme": ACME, "globex": GLOBEX, "north": SHARED, "south": SHARED}
    for tenant, directory in enrolled.items():
        here.create(tenant)
        here.enrol(Identity(tenant, "sso", "chief"), name="Chief", role="tenant admin")
        groups = [tenant] if directory == SHARED else []
        issuer = directories.issuer(directory)
        here.directories.enrol(tenant, issuer, groups=groups, newcomers="viewer")
    for number, (name, (directory, groups)) in enumerate(PEOPLE.items()):
        oid = f"0000{number:04d}-0000-4000-8000-000000000000"
        directories.people[oid] = Person(oid, directory, name=name, groups=groups)
    settings = {"authority": directories.address, "client_id": CLIENT, "client_secret": SECRET}
    found = Hub(place.folder, "mindzie.hub.entra.EntraAuthenticator", **settings)
    directories.redirects.append(found.callback)
    yield found
    found.stop()


def pick(page: Page, hub: Hub, name: str) -> None:
    """Go from the hub to the directory, and choose an account."""
    page.context.clear_cookies()
    page.goto(hub.home)
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("link", name=name).click()


def kept(page: Page, name: str) -> None:
    """Keep a picture, where a folder for them is named."""
    if folder := os.environ.get("MINDZIE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_people_of_each_directory_click_their_way_in(page: Page, hub: Hub, entra: Entra) -> None:
    page.set_default_timeout(LONG)
    page.goto(hub.home)
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible(timeout=LONG)
    kept(page, "sign-in")
    for name in ("Anne of Acme", "Gustav of Globex"):
        pick(page, hub, name)
        expect(page).to_have_url(re.compile(r"/hub/home$"), timeout=LONG)
        tenant = name.rpartition(" ")[2].lower()
        expect(page.get_by_text(f"{name} · {tenant}")).to_be_visible(timeout=LONG)
    kept(page, "home")
    pick(page, hub, "Selma of two")
    expect(page.get_by_role("heading", name="opens several organisations")).to_be_visible(
        timeout=LONG
    )
    kept(page, "several")
    page.get_by_role("link", name="south").click()
    page.get_by_role("link", name="Selma of two").click()
    expect(page).to_have_url(re.compile(r"/hub/home$"), timeout=LONG)


def test_who_is_refused_is_told_why_and_led_on(page: Page, hub: Hub, entra: Entra) -> None:
    page.set_default_timeout(LONG)
    entra.change = lambda claims: claims | {"exp": 1_700_000_000}
    pick(page, hub, "Anne of Acme")
    expect(page.get_by_role("heading", name="no longer valid")).to_be_visible(timeout=LONG)
    entra.calm()
    pick(page, hub, "Fred of elsewhere")
    expect(page.get_by_role("heading", name="is not enrolled here")).to_be_visible(timeout=LONG)
    expect(page.get_by_text("Reference")).to_be_visible(timeout=LONG)
    kept(page, "refused")
    page.goto(f"{hub.home}oauth_callback?code=x&state=altered")
    expect(page.get_by_role("heading", name="not begun in this browser")).to_be_visible(
        timeout=LONG
    )
    page.get_by_role("link", name="Sign in again").click()
    page.get_by_role("button", name="Sign in with Microsoft").click()
    page.get_by_role("link", name="Gustav of Globex").click()
    expect(page).to_have_url(re.compile(r"/hub/home$"), timeout=LONG)
