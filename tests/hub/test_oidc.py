"""Any provider of OpenID Connect, by configuration; and what Entra ID's claims and Graph say of a person."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from traitlets.config import Config

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError
from mindzie.hub.config import configure
from mindzie.hub.entra import EntraAuthenticator
from mindzie.hub.entra_clouds import CLOUDS, issuer_of
from mindzie.hub.entra_graph import TRIES, groups_of
from mindzie.hub.oidc import OpenIDAuthenticator
from mindzie.hub.oidc_settings import sign_on
from mindzie.hub.pages import Refused
from mindzie.hub.settings import HubSettings
from tests.hub.fake_entra import ACME, CLIENT, GLOBEX, SECRET, Entra, Person
from tests.hub.hubs import Hub

pytestmark = pytest.mark.xdist_group("hub oidc")  # one hub for all of them
OID = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def hub(place: Place, directories: Entra) -> Iterator[Hub]:
    """Return a hub of one tenant with any provider, as which a directory of Entra ID stands here."""
    here = Installation(place)
    here.create("acme")
    here.enrol(Identity("acme", "sso", "chief"), name="Chief", role="tenant admin")
    here.directories.enrol("acme", directories.issuer(ACME), newcomers="viewer")
    directories.people[OID] = Person(OID, ACME)
    settings = {"issuer": directories.issuer(ACME), "client_id": CLIENT, "client_secret": SECRET}
    found = Hub(place.folder, "mindzie.hub.oidc.OpenIDAuthenticator", **settings)
    directories.redirects.append(found.callback)
    yield found
    found.stop()


def test_any_provider_signs_people_in(hub: Hub, entra: Entra, place: Place) -> None:
    visitor = hub.visitor()
    there = visitor.get("login")
    assert "Sign in with your organisation" in there.words
    there = visitor.get("oauth_login")
    assert visitor.get(f"{there.address}&as={OID}").status == 200
    assert visitor.is_in
    users = Workspace.open(place, Identity("acme", "sso", "chief")).users
    assert f"pairwise-{OID}" in {user.subject for user in users}
    entra.change = lambda claims: claims | {"iss": entra.issuer(GLOBEX), "tid": GLOBEX}
    thief = hub.visitor()
    page = thief.get(f"{thief.get('oauth_login').address}&as={OID}")
    assert "issued by another directory" in page.words
    assert not thief.is_in


def authenticator(entra: Entra, **more: Any) -> EntraAuthenticator:
    settings = {"authority": entra.address, "graph": entra.address, "client_id": CLIENT}
    return EntraAuthenticator(**{**settings, **more})


def code(made: Any) -> str:
    with pytest.raises(Refused) as refusal:
        asyncio.run(made)
    return refusal.value.code


@pytest.mark.parametrize(
    ("issuer", "expected"),
    [
        ("http://login.example/v2.0", "settings"),
        ("https://login.invalid/v2.0", "provider"),
        ("", "settings"),
    ],
)
def test_a_provider_that_is_not_safe_or_not_there_is_refused(issuer: str, expected: str) -> None:
    assert code(OpenIDAuthenticator(issuer=issuer).discover()) == expected


def test_a_provider_that_says_it_is_another_is_refused(entra: Entra) -> None:
    found = OpenIDAuthenticator(issuer=f"{entra.address}/organizations/v2.0")
    assert code(found.discover()) == "settings"
    assert code(authenticator(entra, issuer=entra.issuer(ACME), tenant_id=GLOBEX).discover()) == (
        "settings"
    )


def test_one_directory_alone(entra: Entra) -> None:
    found = authenticator(entra, tenant_id=ACME)
    asyncio.run(found.discover())
    assert found.expected().issuer == entra.issuer(ACME)
    assert found.authorize_url == f"{entra.address}/{ACME}/oauth2/v2.0/authorize"
    many = authenticator(entra)
    asyncio.run(many.discover())
    assert many.expected().issuer == entra.issuer("{tenantid}")


@pytest.mark.parametrize("cloud", list(CLOUDS))
def test_each_cloud_has_its_own_addresses(cloud: str) -> None:
    found = EntraAuthenticator(cloud=cloud, read_groups=True)
    assert found.issuer == issuer_of("organizations", CLOUDS[cloud].login)
    assert f"{CLOUDS[cloud].graph}/GroupMember.Read.All" in found.scope
    assert "offline_access" in found.scope


@pytest.mark.parametrize(
    ("said", "guest"),
    [
        ({"acct": 0}, False),
        ({"acct": 1}, True),
        ({"idp": "https://sts.example/other"}, True),
        ({"idp": "https://here.example"}, False),
        ({"acct": 0, "idp": "https://sts.example/other"}, False),
        ({}, None),
    ],
)
def test_who_is_a_guest(entra: Entra, said: dict[str, Any], guest: bool | None) -> None:
    claims = {"iss": "https://here.example", "tid": ACME, "oid": OID, **said}
    who = asyncio.run(authenticator(entra).vouched(claims, {}))
    assert (who.guest, who.subject, who.groups) == (guest, OID, frozenset())


@pytest.mark.parametrize("answers", [[], [429], [503, 429, 500, 504]])
def test_groups_beyond_the_tokens_are_asked_for(entra: Entra, answers: list[int]) -> None:
    entra.people[OID] = Person(OID, ACME, groups=["one", "two"])
    entra.of_graph, entra.asked = list(answers), []
    claims = {"iss": "x", "tid": ACME, "oid": OID, "acct": 0, "roles": ["Miner"]}
    claims |= {"_claim_names": {"groups": "src1"}}
    found = authenticator(entra, read_groups=True)
    who = asyncio.run(found.vouched(claims, {"access_token": f"graph-{OID}"}))
    assert who.groups == {"one", "two", "Miner"}
    assert len(entra.asked) == len(answers) + 1


@pytest.mark.parametrize(
    ("answers", "expected"), [([503] * TRIES, "groups"), ([403], "overage"), ([400], "overage")]
)
def test_groups_that_cannot_be_asked_for_let_nobody_in(
    entra: Entra, answers: list[int], expected: str
) -> None:
    entra.of_graph = list(answers)
    assert code(groups_of(authenticator(entra), f"graph-{OID}")) == expected
    assert entra.of_graph == []


def test_the_hubs_settings_reach_the_authenticator(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secret").write_text("canary\n")
    told = {"client_id": CLIENT, "client_secret_file": str(tmp_path / "secret"), "cloud": "china"}
    said = {"sign_in": "entra", "public_url": "https://hub.example/", "sign_on": told}
    settings = HubSettings(spawner="shared", folder=tmp_path, **said)
    ours = {"JUPYTERHUB_CRYPT_KEY": "00" * 32, "MINDZIE_HOME": str(tmp_path)}
    for name, value in {**ours, "PATH": os.environ["PATH"]}.items():
        monkeypatch.setenv(name, value)
    configure(config := Config(), settings)
    made = EntraAuthenticator(config=config)
    assert (made.client_id, made.client_secret, made.cloud) == (CLIENT, "canary", "china")
    assert made.oauth_callback_url == "https://hub.example/hub/oauth_callback"
    (tmp_path / "secret").unlink()
    with pytest.raises(SettingError, match="cannot be read"):
        sign_on(settings)
    assert sign_on(HubSettings()) == {}
