"""Signing in with accounts of the workspace through a real hub."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pyotp
import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.workspace import Workspace
from tests.hub.hubs import GRACE, Hub, Page, Visitor

pytestmark = pytest.mark.xdist_group("hub local")  # one hub for all of them
PASSWORD, WRONG = "correct horse battery", "wrong horse battery!"
REFUSED = "The name, the password or the code is wrong"


@pytest.fixture(scope="module")
def hub(place: Place) -> Iterator[Hub]:
    """Return a hub with two tenants, a Ben in each."""
    here = Installation(place)
    for tenant in ("acme", "Globex & Söhne"):
        here.create(tenant)
        here.enrol(Identity(tenant, "sso", "chief"), name="Chief", role="tenant admin")
        token = chief(place, tenant).invite("ben@example.org", "analyst")
        accept(token, name="Ben", login="ben", password=PASSWORD, url=place)
    found = Hub(place.folder, "mindzie.hub.local.LocalAuthenticator", watch_seconds=1)
    yield found
    found.stop()


def chief(place: Place, tenant: str = "acme") -> Workspace:
    return Workspace.open(place, Identity(tenant, "sso", "chief"))


def sign_in(
    visitor: Visitor, tenant: str = "acme", password: str = PASSWORD, code: str = ""
) -> Page:
    page = visitor.get("login")
    found = re.search(r'name="_xsrf" value="([^"]*)"', page.text)
    assert found is not None
    typed = {"_xsrf": found[1], "tenant": tenant, "username": " Ben "}
    return visitor.get("login", {**typed, "password": password, "code": code})


def test_people_come_into_the_tenant_they_name(hub: Hub, place: Place) -> None:
    names = set()
    for tenant in ("acme", "Globex & Söhne"):
        visitor = hub.visitor()
        assert sign_in(visitor, tenant).status == 200
        names.add(visitor.name)
    assert len(names) == 2
    assert all(re.fullmatch(r"t[0-9a-f]{4}-[a-z2-7]{26}", name) for name in names)


@pytest.mark.parametrize(
    ("tenant", "password"), [("acme", WRONG), ("globex", PASSWORD), ("", PASSWORD), ("acme", "")]
)
def test_a_wrong_word_is_said_on_the_page_and_written_down(
    hub: Hub, place: Place, tenant: str, password: str
) -> None:
    visitor = hub.visitor()
    page = sign_in(visitor, tenant, password)
    assert page.status == 403
    assert REFUSED in page.words
    assert f'value="{tenant}"' in page.text
    assert PASSWORD not in page.text
    assert not visitor.is_in
    last = Installation(place).audit.entries(action="users.refused")[-1]["after"]
    assert (last["why"], last["organisation"]) == ("kept out", tenant)


def test_the_log_says_that_people_came_through_the_hub(hub: Hub, place: Place) -> None:
    sign_in(hub.visitor())
    sign_in(hub.visitor(), password=WRONG)
    came = chief(place).audit.entries(action="users.sign_in")[-1]
    kept_out = Installation(place).audit.entries(action="users.refused")[-1]
    for entry in (came, kept_out):
        assert entry["origin"]["surface"] == "hub"
        assert entry["origin"]["said"] == {"forwarded_for": "127.0.0.1"}


def test_a_form_of_another_page_is_refused(hub: Hub, place: Place) -> None:
    visitor = hub.visitor()
    typed = {"tenant": "acme", "username": "ben", "password": PASSWORD}
    assert visitor.get("login", typed).status == 403
    assert not visitor.is_in


def test_a_second_factor_is_asked_for(hub: Hub, place: Place) -> None:
    tenant = "Globex & Söhne"
    (user,) = [one for one in chief(place, tenant).users if one.name == "Ben"]
    account = Workspace.open(place, Identity(tenant, "local", user.subject)).account
    totp = pyotp.parse_uri(account.new_second_factor(PASSWORD))
    codes = account.confirm_second_factor(totp.now())
    assert REFUSED in sign_in(hub.visitor(), tenant).words
    visitor = hub.visitor()
    assert sign_in(visitor, tenant, code=codes[0]).status == 200
    assert visitor.is_in


def test_an_invitation_is_accepted_on_its_page_once(hub: Hub, place: Place) -> None:
    token = chief(place).invite("cleo@example.org", "analyst")
    visitor = hub.visitor()
    page = visitor.get(f"invitation?token={token}")
    assert "You are invited to acme" in page.words
    assert "cleo@example.org" in page.words
    found = re.search(r'name="_xsrf" value="([^"]*)"', page.text)
    assert found is not None
    typed = {"_xsrf": found[1], "token": token, "name": "Cleo", "login": "", "password": PASSWORD}
    for change, says in (
        ({"again": WRONG}, "not the same"),
        ({"password": "short", "again": "short"}, "12 to"),
        ({"login": "BEN", "again": PASSWORD}, "is taken"),
    ):
        refused = visitor.get("invitation", typed | change)
        assert refused.status == 400
        assert says in refused.words
        assert PASSWORD not in refused.text
    assert visitor.get("invitation", typed | {"again": PASSWORD}).status == 200
    assert visitor.is_in
    assert "Cleo" in chief(place).users.names()
    for again in (token, "made-up"):
        refused = hub.visitor().get(f"invitation?token={again}")
        assert refused.status == 403
        assert "This invitation does not hold" in refused.words
    assert token not in hub.log.read_text()
    stranger = hub.visitor()
    assert stranger.get("invitation", typed | {"again": PASSWORD}).status == 403


def test_an_invitation_that_is_sent_twice_at_once_is_accepted_once(hub: Hub, place: Place) -> None:
    token = chief(place).invite("dora@example.org", "analyst")

    def accepted(visitor: Visitor) -> int:
        page = visitor.get(f"invitation?token={token}")
        found = re.search(r'name="_xsrf" value="([^"]*)"', page.text)
        assert found is not None
        typed = {"_xsrf": found[1], "token": token, "name": "Dora", "login": ""}
        begin.wait(GRACE)
        return visitor.get("invitation", {**typed, "password": PASSWORD, "again": PASSWORD}).status

    begin = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(accepted, [hub.visitor(), hub.visitor()])) == [200, 403]


def test_who_is_stopped_is_out_at_once(hub: Hub, place: Place) -> None:
    visitor = hub.visitor()
    sign_in(visitor)
    assert visitor.is_in
    (user,) = [one for one in chief(place).users if one.name == "Ben"]
    user.stop()
    until = time.monotonic() + GRACE
    while visitor.is_in:
        assert time.monotonic() < until, "still in"
        time.sleep(0.1)
    assert REFUSED in sign_in(visitor).words
    assert PASSWORD not in hub.log.read_text()
