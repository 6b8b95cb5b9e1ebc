"""Trying the hub out: a directory that asks for no passwords, on this machine alone, and for organisations made with it alone."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.signing_on import ways
from mindzie.core.errors import SettingError
from mindzie.hub import demo
from mindzie.hub.demo_directory import Person, guid
from mindzie.hub.demo_people import (
    PEOPLE,
    by_directory,
    by_passwords,
    may_stand_in,
    stand_in,
    trusted_directory,
)
from mindzie.hub.settings import HubSettings
from tests.hub.hubs import GRACE

ADDRESS = "http://127.0.0.1:18999"
BEGIN = """
import json, sys
from mindzie.hub.demo_people import stand_in
from mindzie.hub.settings import HubSettings
print(json.dumps(stand_in(sys.argv[1], HubSettings(), ["north"])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_people_of_a_directory_have_the_roles_of_their_app_roles(place: Place) -> None:
    here = Installation(place)
    here.create("demo-one")
    people = by_directory(place, "demo-one", ADDRESS)
    assert people.keys() == PEOPLE.keys()
    assert people["admin"].users.names() == sorted(
        f"{title} of Demo-one" for title in ("Administrator", "Analyst", "Reader")
    )
    assert "dashboards.change" in people["analyst"].me["permissions"]
    assert "dashboards.change" not in people["reader"].me["permissions"]
    assert trusted_directory(place, ["demo-one"]) == ADDRESS


def test_organisations_with_passwords_trust_no_stand_in(place: Place) -> None:
    here = Installation(place)
    here.create("demo-two")
    _, words = by_passwords(place, "demo-two")
    assert words.keys() == PEOPLE.keys()
    here.directories.enrol("demo-two", "https://login.example/v2.0")
    assert trusted_directory(place, ["demo-two"]) == ""
    stranger = Person(guid("x"), guid("demo-two"), "Somebody").vouched(ADDRESS)
    assert ways(place, stranger) == []


def test_an_organisation_that_was_not_finished_is_made_anew(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "_publish", interrupted)
    with pytest.raises(KeyboardInterrupt):
        demo.set_up(place, cases=20, directory=ADDRESS)
    assert not {one["name"] for one in Installation(place).tenants()} & {*demo.TENANTS}


@pytest.mark.parametrize(
    ("settings", "given", "may"),
    [
        ({}, [], True),
        ({"address": "http://localhost:9000"}, ["MINDZIE_HUB_ADDRESS"], True),
        ({"address": "https://:443"}, [], False),
        ({"address": "http://0.0.0.0:8000"}, [], False),
        ({"public_url": "https://hub.example"}, [], False),
        ({"subdomains": "https://hub.example"}, [], False),
        ({}, ["MINDZIE_HUB_SIGN_IN"], False),
        ({}, ["MINDZIE_HUB_SETTINGS"], False),
    ],
)
def test_it_is_never_where_others_come(
    settings: dict[str, str], given: list[str], may: bool
) -> None:
    assert may_stand_in(HubSettings(**settings), given) is may


def test_it_listens_here_alone_and_ends_with_the_hub(free: int, tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free}"
    hub = subprocess.Popen(
        [sys.executable, "-c", BEGIN, address],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert hub.stdin is not None
    assert hub.stdout is not None
    told = json.loads(hub.stdout.readline())
    assert told["MINDZIE_HUB_SIGN_IN"] == "entra"
    document = f"{address}/{guid('north')}/v2.0/.well-known/openid-configuration"
    with urllib.request.urlopen(document, timeout=GRACE) as answer:
        assert json.load(answer)["issuer"] == f"{address}/{guid('north')}/v2.0"
    with pytest.raises(SettingError, match="cannot listen"):
        stand_in(address, HubSettings(), ["north"])
    hub.stdin.close()
    hub.wait(GRACE)
    hub.stdout.close()
    until = time.monotonic() + GRACE
    while _listens(free):
        assert time.monotonic() < until, "It goes on without the hub."
        time.sleep(0.1)


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex(("127.0.0.1", port)) == 0
