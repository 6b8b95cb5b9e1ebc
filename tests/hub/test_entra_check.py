"""`mindzie admin entra`: directories are enrolled, and what is wrong with signing in is said with what to change."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from mindzie.hub.entra_clouds import issuer_of
from tests.cli.admin_running import Admin, admin, settings
from tests.hub.fake_entra import ACME, CLIENT, FOREIGN, GLOBEX, SECRET, Entra, Person
from tests.servers.databases import on_sqlite

__all__ = ["admin", "settings"]
pytestmark = on_sqlite
BACK = "https://hub.example/hub/oauth_callback"
OID = "00000000-0000-4000-8000-000000000000"
MINER = {"roles": ["Miner"]}
Check = Callable[..., dict[str, str]]
ANOTHER = "00000000-cccc-4000-8000-000000000000"


@pytest.fixture
def hub(
    admin: Admin, entra: Entra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Any]:
    """Return what the hub is told; a tenant has a directory."""
    admin("tenants", "create", "acme")
    admin("entra", "enrol", "acme", entra.issuer(ACME))
    entra.redirects.append(BACK)
    (tmp_path / "secret").write_text(f"{SECRET}\n")
    monkeypatch.setenv("MINDZIE_HUB_SIGN_IN", "entra")
    monkeypatch.setenv("MINDZIE_HUB_PUBLIC_URL", "https://hub.example/")
    told = {"authority": entra.address, "graph": entra.address, "client_id": CLIENT}
    return {**told, "client_secret_file": str(tmp_path / "secret")}


@pytest.fixture
def check(admin: Admin, monkeypatch: pytest.MonkeyPatch) -> Check:
    """Return what runs the check, and says what is to be done by what was found."""

    def run(told: dict[str, Any], token: str = "") -> dict[str, str]:
        monkeypatch.setenv("MINDZIE_HUB_SIGN_ON", json.dumps(told))
        more = ["--token"] if token else []
        done = admin("entra", "check", "acme", "--json", *more, given=token)
        assert done.out, done.err
        found = {each["what"]: each["todo"] for each in done.json}
        assert done.code == (1 if any(found.values()) else 0)
        assert SECRET not in done.out + done.err
        return found

    return run


def todo(found: dict[str, str]) -> str:
    return " | ".join(each for each in found.values() if each)


def test_a_set_up_that_is_right(check: Check, hub: dict[str, Any]) -> None:
    found = check(hub)
    assert todo(found) == ""
    assert f"People come back to {BACK}." in found
    assert f"Directory {ACME} is reached, and signs with 1 key." in found
    assert "The application and its redirect address are known there." in found
    assert "The client secret is right." in found
    assert any("mindzie admin entra map" in what for what in found)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param({"client_id": "x"}, "Application (client) ID", id="no client"),
        pytest.param({"client_id": ANOTHER}, f"adminconsent?client_id={ANOTHER}", id="client"),
        pytest.param({"client_secret": "old"}, "take its Value, not its Secret ID", id="secret"),
        pytest.param(
            {"oauth_callback_url": "https://other.example/hub/oauth_callback"},
            "add https://other.example/hub/oauth_callback letter by letter",
            id="redirect",
        ),
        pytest.param(
            {"oauth_callback_url": "http://hub.example/x"}, "Set it to https://", id="plain"
        ),
        pytest.param({"tenant_id": GLOBEX}, "Set tenant_id to it", id="directory"),
        pytest.param({"tenant_id": "acme"}, "Directory (tenant) ID", id="no directory"),
    ],
)
def test_what_is_wrong_is_said_with_what_to_change(
    check: Check,
    hub: dict[str, Any],
    change: dict[str, str],
    words: str,
) -> None:
    if "client_secret" in change:
        del hub["client_secret_file"]
    assert words in todo(check(hub | change))


def test_a_directory_that_is_none_or_away(
    admin: Admin, check: Check, hub: dict[str, Any], entra: Entra
) -> None:
    admin("entra", "enrol", "acme", entra.issuer(OID))
    admin("entra", "enrol", "acme", "https://accounts.example")
    found = todo(check(hub))
    assert "There is no such directory in this cloud" in found
    assert "nobody of it gets in" in found
    entra.down = True
    assert f"the hub reaches {entra.address}" in todo(check(hub))
    for directory in (ACME, OID):
        admin("entra", "withdraw", "acme", entra.issuer(directory))
    admin("entra", "withdraw", "acme", "https://accounts.example")
    assert "Enrol one" in todo(check(hub))


@pytest.mark.parametrize(
    ("says", "words"),
    [
        pytest.param({"facts": MINER}, "", id="well"),
        pytest.param({}, "App roles", id="no roles"),
        pytest.param({"facts": {"cut_off": True}}, "read_groups", id="too many groups"),
        pytest.param({"facts": MINER, "change": {"acct": ...}}, "optional claim", id="guest"),
        pytest.param({"facts": MINER, "change": {"exp": 9}}, "Take a new one", id="expired"),
        pytest.param({"facts": {"tid": FOREIGN}}, "Enrol it", id="not enrolled"),
    ],
)
def test_a_token_is_looked_at(
    check: Check, hub: dict[str, Any], entra: Entra, says: dict[str, Any], words: str
) -> None:
    facts, change = says.get("facts", {}), says.get("change", {})
    entra.change = lambda claims: claims | change
    token = entra.token(Person(OID, **{"tid": ACME, **facts}), None)
    said = todo(check(hub, token))
    assert words in said
    assert bool(said) == bool(words)
    assert "Take a new one" in todo(check(hub, "no token"))


def test_directories_are_enrolled_and_their_roles_mean_something_here(
    admin: Admin, entra: Entra
) -> None:
    admin("tenants", "create", "acme")
    done = admin("entra", "enrol", "acme", ACME.upper(), "--newcomers", "viewer", "--group", "g")
    assert done.code == 0, done.err
    (row,) = admin("entra", "list", "--json").json
    assert row["provider"] == issuer_of(ACME)
    assert (row["groups"], row["newcomers"], row["guests"]) == (["g"], "viewer", False)
    assert "viewer" in admin("entra", "list").out
    for role in ("analyst", "analyst", "developer"):
        assert admin("entra", "map", "acme", "Miner", role).code == 0
    for wrong, words in (
        (("enrol", "acme", "contoso.com"), "Directory (tenant) ID"),
        (("enrol", "acme", ACME, "--cloud", "moon"), "no cloud 'moon'"),
        (("map", "acme", "Miner", "king"), "no role 'king'"),
        (("withdraw", "acme", GLOBEX), "not enrolled"),
        (("check", "acne"), "no tenant 'acne'"),
    ):
        done = admin("entra", *wrong)
        assert (done.code, words in done.err) == (2, True), done.err
    assert admin("entra", "withdraw", "acme", ACME).code == 0
    assert admin("entra", "list", "--json").json == []
