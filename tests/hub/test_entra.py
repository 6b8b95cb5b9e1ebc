"""Signing in with Entra ID through a real hub: who comes in, who does not, what they read, and what is written down."""

from __future__ import annotations

import hmac
import json
import re
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.hub.names import hub_name
from mindzie.hub.pages import PAGES
from tests.hub.fake_entra import (
    ACME,
    CLIENT,
    FOREIGN,
    GLOBEX,
    SECRET,
    SHARED,
    Claims,
    Entra,
    Key,
    Person,
)
from tests.hub.hubs import GRACE, Hub, Page, Visitor

pytestmark = pytest.mark.xdist_group("hub entra")  # one hub for all of them
CLASS = "mindzie.hub.entra.EntraAuthenticator"
AUDIENCE = "00000000-bbbb-4000-8000-000000000000"


@pytest.fixture(scope="module")
def hub(place: Place, directories: Entra) -> Iterator[Hub]:
    """Return a hub with four tenants in three directories."""
    here = Installation(place)
    for tenant in ("acme", "globex", "north", "south"):
        here.create(tenant)
        here.enrol(Identity(tenant, "sso", "chief"), name="Chief", role="tenant admin")
    at = directories.issuer
    here.directories.enrol("acme", at(ACME))
    here.directories.enrol("globex", at(GLOBEX), newcomers="viewer", guests=True)
    for tenant in ("north", "south"):
        here.directories.enrol(tenant, at(SHARED), groups=[tenant], newcomers="viewer")
    ws = chief(place, "acme")
    ws.role_assignments.give("analyst", ws.groups.create("miners", external_id="Miner"))
    settings = {"authority": directories.address, "graph": directories.address}
    settings |= {"client_id": CLIENT, "client_secret": SECRET, "watch_seconds": 1}
    found = Hub(place.folder, CLASS, **settings)
    directories.redirects.append(found.callback)
    yield found
    found.stop()


def chief(place: Place, tenant: str) -> Workspace:
    return Workspace.open(place, Identity(tenant, "sso", "chief"))


def person(entra: Entra, tid: str = ACME, **facts: Any) -> Person:
    oid = f"0000{len(entra.people):04d}-0000-4000-8000-000000000000"
    facts = {"roles": ["Miner"], **facts} if tid == ACME else facts
    entra.people[oid] = Person(oid, tid, **facts)
    return entra.people[oid]


def sign_in(visitor: Visitor, who: Person, start: str = "oauth_login") -> Page:
    return visitor.get(f"{visitor.get(start).address}&as={who.oid}")


def refusals(place: Place, tenant: str = "") -> list[dict[str, Any]]:
    log = chief(place, tenant).audit if tenant else Installation(place).audit
    return [entry["after"] for entry in log.entries(action="users.refused")]


def kept_out(page: Page, place: Place, code: str, tenant: str = "") -> None:
    """See that a page says what happened, and that the log has its reference."""
    words = PAGES[code]
    assert page.status == words.status, page.words
    assert words.what in page.words
    reference = re.search(r"Reference (\w+)", page.words)
    assert reference is not None
    entry = refusals(place, tenant)[-1]
    assert (entry["why"], entry["reference"]) == (code, reference[1])
    assert SECRET not in page.text
    assert "graph-" not in page.text


def test_people_of_two_directories_come_into_their_tenants(
    hub: Hub, entra: Entra, place: Place
) -> None:
    names = {}
    for tid, tenant in ((ACME, "acme"), (GLOBEX, "globex")):
        who, visitor = person(entra, tid), hub.visitor()
        assert sign_in(visitor, who).status == 200
        ws = chief(place, tenant)
        (user,) = [each for each in ws.users if each.subject == who.oid]
        assert user.last_seen_at is not None
        names[tenant] = visitor.name
        assert names[tenant] == hub_name(ws._door.tenant, user.id)
        again = hub.visitor()
        sign_in(again, who)
        assert again.name == visitor.name
    assert names["acme"] != names["globex"]


def forged(entra: Entra) -> Callable[[Claims], str]:
    return lambda claims: entra.signed(claims, Key(), kid=entra.keys[0].id)


def unknown(entra: Entra) -> Callable[[Claims], str]:
    return lambda claims: entra.signed(claims, Key())


def unsigned(entra: Entra) -> Callable[[Claims], str]:
    return lambda claims: handmade({"alg": "none", "kid": entra.keys[0].id}, claims, lambda _: b"")


def confused(entra: Entra) -> Callable[[Claims], str]:
    """Sign with the public key as if it were a secret."""
    key = entra.keys[0]
    public = key.private.public_key()
    known = public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = {"alg": "HS256", "typ": "JWT", "kid": key.id}
    return lambda claims: handmade(header, claims, lambda said: hmac.digest(known, said, "sha256"))


def handmade(header: Claims, claims: Claims, sign: Callable[[bytes], bytes]) -> str:
    said = b".".join(packed(json.dumps(part).encode()) for part in (header, claims))
    return b".".join([said, packed(sign(said))]).decode()


def packed(part: bytes) -> bytes:
    return urlsafe_b64encode(part).rstrip(b"=")


@pytest.mark.parametrize("signing", [forged, unknown, unsigned, confused])
def test_what_the_directory_did_not_sign_is_refused(
    hub: Hub, entra: Entra, place: Place, signing: Callable[[Entra], Callable[[Claims], str]]
) -> None:
    entra.sign = signing(entra)
    visitor = hub.visitor()
    kept_out(sign_in(visitor, person(entra)), place, "signature")
    assert not visitor.is_in


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param({"aud": AUDIENCE}, "audience", id="audience"),
        pytest.param({"aud": [CLIENT, AUDIENCE]}, "audience", id="audiences"),
        pytest.param({"exp": 1_700_000_000}, "expired", id="expired"),
        pytest.param({"exp": ...}, "claims", id="for ever"),
        pytest.param({"nbf": 9_000_000_000}, "expired", id="not yet"),
        pytest.param({"iat": 9_000_000_000}, "expired", id="of tomorrow"),
        pytest.param({"iss": "https://evil.example/v2.0"}, "issuer", id="issuer"),
        pytest.param({"tid": GLOBEX}, "issuer", id="directory"),
        pytest.param({"tid": ...}, "claims", id="no directory"),
        pytest.param({"oid": ...}, "claims", id="no person"),
        pytest.param({"oid": "anne"}, "claims", id="a name as person"),
        pytest.param({"nonce": "altered"}, "nonce", id="nonce"),
        pytest.param({"nonce": ...}, "nonce", id="no nonce"),
    ],
)
def test_a_token_that_says_something_else_is_refused(
    hub: Hub, entra: Entra, place: Place, change: Claims, code: str
) -> None:
    entra.change = lambda claims: claims | change
    visitor = hub.visitor()
    kept_out(sign_in(visitor, person(entra)), place, code)
    assert not visitor.is_in


def test_a_directory_that_is_not_enrolled_is_refused(hub: Hub, entra: Entra, place: Place) -> None:
    visitor, who = hub.visitor(), person(entra, FOREIGN)
    page = sign_in(visitor, who)
    kept_out(page, place, "directory")
    assert refusals(place)[-1]["provider"] == entra.issuer(FOREIGN)
    assert "other=1" in page.text
    there = visitor.step("oauth_login?other=1")
    assert parse_qs(urlsplit(there).query)["prompt"] == ["select_account"]
    assert not visitor.is_in


def test_who_is_in_no_group_is_written_into_the_tenants_log(
    hub: Hub, entra: Entra, place: Place
) -> None:
    page = sign_in(hub.visitor(), person(entra, roles=["Cook"], name="Bob <b>Cook</b>"))
    assert (page.status, "Nobody has let this account in yet." in page.words) == (403, True)
    assert refusals(place, "acme")[-1]["name"] == "Bob <b>Cook</b>"
    assert "<b>" not in page.text


def test_an_invitation_is_accepted_on_the_way_in(hub: Hub, entra: Entra, place: Place) -> None:
    token = chief(place, "acme").invite("cook@example.org", "viewer")
    cook, visitor = person(entra, roles=["Cook"]), hub.visitor()
    page = sign_in(hub.visitor(), cook, "oauth_login?invitation=wrong")
    assert "This invitation does not hold for this account." in page.words
    sign_in(visitor, cook, f"oauth_login?invitation={token}")
    assert visitor.is_in
    again = sign_in(hub.visitor(), person(entra, roles=[]), f"oauth_login?invitation={token}")
    assert "This invitation does not hold for this account." in again.words


def test_guests_come_in_where_the_tenant_says_so(hub: Hub, entra: Entra, place: Place) -> None:
    page = sign_in(hub.visitor(), person(entra, guest=True))
    assert "Guests of your directory may not use it." in page.words
    visitor = hub.visitor()
    sign_in(visitor, person(entra, GLOBEX, guest=True))
    assert visitor.is_in
    entra.change = lambda claims: claims | {"acct": ...}
    assert (
        "does not say whether this account is a guest"
        in sign_in(hub.visitor(), person(entra)).words
    )


def test_guests_sign_in_by_the_directory_that_they_visit(
    hub: Hub, entra: Entra, place: Place
) -> None:
    guest, visitor = person(entra, GLOBEX, guest=True, home=FOREIGN), hub.visitor()
    kept_out(sign_in(visitor, guest), place, "directory")
    sign_in(visitor, guest, f"oauth_login?directory={GLOBEX}")
    name = visitor.name
    assert name
    # looked at again, they are still the guest
    wait(lambda: visitor.name == name and guest.oid in entra.renewed, "nobody looked again")
    assert visitor.name == name
    assert visitor.step("oauth_login?directory=/evil").startswith(f"{entra.address}/organizations/")


def test_a_code_is_good_once_and_for_who_asked(hub: Hub, entra: Entra, place: Place) -> None:
    who, first, second = person(entra), hub.visitor(), hub.visitor()
    back = first.step(f"{first.step('oauth_login')}&as={who.oid}")
    kept_out(second.get(back), place, "state")
    there = parse_qs(urlsplit(second.step("oauth_login")).query)
    stolen = parse_qs(urlsplit(back).query)["code"][0]
    own = f"oauth_callback?code={stolen}&state={quote(there['state'][0])}"
    kept_out(second.get(own), place, "code")
    assert not second.is_in
    # the thief spent it: who asked has to begin anew, and so it is after a good sign-in
    kept_out(first.get(back), place, "code")
    back = first.step(f"{first.step('oauth_login')}&as={who.oid}")
    assert first.get(back).status == 200
    kept_out(first.get(back), place, "state")


@pytest.mark.parametrize("state", ["altered", "W10=", "eyJzdGF0ZV9pZCI6ICJ4In0=", "", "é"])
def test_an_altered_state_is_refused(hub: Hub, entra: Entra, place: Place, state: str) -> None:
    visitor = hub.visitor()
    visitor.step("oauth_login")
    page = visitor.get(f"oauth_callback?code=x&state={quote(state)}")
    kept_out(page, place, "state" if state else "incomplete")


@pytest.mark.parametrize(
    ("error", "description", "code"),
    [
        ("access_denied", "AADSTS50105: Your administrator", "unassigned"),
        ("access_denied", "AADSTS65004: declined", "declined"),
        ("access_denied", "", "declined"),
        ("invalid_request", "AADSTS50011: redirect", "settings"),
        ("interaction_required", "AADSTS53003: blocked", "policy"),
        ("<script>", "call 0900-CANARY", "settings"),
    ],
)
def test_what_the_provider_refuses_is_said_in_our_own_words(
    hub: Hub, place: Place, error: str, description: str, code: str
) -> None:
    visitor = hub.visitor()
    state = parse_qs(urlsplit(visitor.step("oauth_login")).query)["state"][0]
    said = f"error={quote(error)}&error_description={quote(description)}"
    page = visitor.get(f"oauth_callback?{said}&state={quote(state)}")
    kept_out(page, place, code)
    assert "CANARY" not in page.text
    assert "<script>call" not in page.text


def test_a_new_key_is_found_and_an_old_one_forgotten(hub: Hub, entra: Entra, place: Place) -> None:
    old = entra.keys[0]
    assert sign_in(hub.visitor(), person(entra)).status == 200
    entra.rotate()
    visitor = hub.visitor()
    assert sign_in(visitor, person(entra)).status == 200
    assert visitor.is_in
    entra.sign = lambda claims: entra.signed(claims, old)
    kept_out(sign_in(hub.visitor(), person(entra)), place, "signature")


def test_a_directory_that_does_not_answer_is_said(hub: Hub, entra: Entra, place: Place) -> None:
    visitor = hub.visitor()
    there = visitor.get("oauth_login").address
    back = visitor.step(f"{there}&as={person(entra).oid}")
    entra.down = True
    kept_out(visitor.get(back), place, "provider")


def test_who_is_in_too_many_groups_is_told_what_to_do(hub: Hub, entra: Entra, place: Place) -> None:
    kept_out(sign_in(hub.visitor(), person(entra, roles=[], cut_off=True)), place, "overage")
    visitor = hub.visitor()
    sign_in(visitor, person(entra, cut_off=True))
    assert visitor.is_in


def test_a_directory_of_two_tenants_lets_people_choose(
    hub: Hub, entra: Entra, place: Place
) -> None:
    both, visitor = person(entra, SHARED, groups=["north", "south"]), hub.visitor()
    page = sign_in(visitor, both)
    assert page.status == 300
    assert "north south" in page.words
    names = set()
    for tenant in ("north", "south"):
        sign_in(visitor, both, f"oauth_login?tenant={tenant}")
        names.add(visitor.name)
    assert len(names) == 2
    one = person(entra, SHARED, groups=["north"])
    sign_in(visitor, one)
    assert visitor.name not in names
    page = sign_in(hub.visitor(), one, "oauth_login?tenant=south")
    assert "in none of the groups" in page.words
    kept_out(sign_in(hub.visitor(), one, "oauth_login?tenant=acme"), place, "tenant")


def running(hub: Hub, who: str) -> bool:
    starts = len(re.findall(rf"Adding user {who} to proxy", hub.log.read_text()))
    ends = len(re.findall(rf"Removing user {who} from proxy", hub.log.read_text()))
    return starts > ends


def wait(condition: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + GRACE
    while not condition():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_who_may_be_in_no_more_is_out_and_the_server_stops(
    hub: Hub, entra: Entra, place: Place
) -> None:
    people = {how: person(entra) for how in ("disabled", "no group", "stopped here", "stays")}
    people["withdrawn"] = person(entra, GLOBEX)
    visitors = {how: hub.visitor() for how in people}
    for how, who in people.items():
        sign_in(visitors[how], who, "oauth_login?next=/hub/spawn")
    names = {how: visitor.name for how, visitor in visitors.items()}
    wait(lambda: all(running(hub, name) for name in names.values()), "the servers did not start")
    people["disabled"].disabled = True
    people["no group"].roles = []
    {each.subject: each for each in chief(place, "acme").users}[people["stopped here"].oid].stop()
    Installation(place).directories.withdraw("globex", entra.issuer(GLOBEX))
    stays = names.pop("stays")
    wait(lambda: not any(running(hub, name) for name in names.values()), "a server did not stop")
    assert [how for how, visitor in visitors.items() if visitor.is_in] == ["stays"]
    assert running(hub, stays)
    whys = {each["why"] for each in refusals(place, "acme") if each["name"] == "Anne Miner"}
    assert {"stranger", "kept out"} <= whys
    assert refusals(place, "globex")[-1]["why"] == "kept out"
    Installation(place).directories.enrol("globex", entra.issuer(GLOBEX), newcomers="viewer")


def test_no_secret_is_in_the_hubs_log(hub: Hub, entra: Entra, place: Place) -> None:
    said = hub.log.read_text()
    assert SECRET not in said
    assert not [renewal for renewal in entra.renewals if renewal in said]
    assert chief(place, "acme").audit.verify()["whole"]
    assert Installation(place).audit.verify()["whole"]
