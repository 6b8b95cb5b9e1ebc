"""Whoever is not let in reads one sentence, whatever the reason: it tells nothing about what exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mindzie.access import invitations
from mindzie.access import keys as api_keys
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SignInError
from mindzie.store.types import now
from tests.access.installing import keys, place, tenant

__all__ = ["keys", "place"]
PASSWORD = "correct horse battery"


def refused(act: Callable[[], Any]) -> str:
    with pytest.raises(SignInError) as caught:
        act()
    return str(caught.value)


def test_invitations(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = tenant(place)
    used, revoked, old, theirs, other = (ws.invite(f"{n}@acme.example") for n in range(5))

    def come(token: Any, **more: Any) -> Callable[[], Identity]:
        return lambda: accept(token, name="x", url=place, **{"password": PASSWORD, **more})

    come(used)()
    next(one for one in ws.invitations if one.email == "1@acme.example").revoke()
    said = {refused(come(token)) for token in (used, revoked, "", "nothing", "\0", 5, None)}
    for identity in (Identity("globex", "sso", "x"), Identity("acme", "local", "x")):
        said.add(refused(come(theirs, identity=identity)))
    with monkeypatch.context() as later:
        later.setattr(invitations, "now", lambda: now() + timedelta(days=7, seconds=1))
        said.add(refused(come(old)))
    Installation(place).stop("acme")
    said.add(refused(come(other)))
    assert len(said) == 1, said


def test_keys(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    ws = tenant(place)
    robot = ws.service_accounts.create("robot")
    revoked, good = robot.new_key("revoked"), robot.new_key("good")
    old = robot.new_key("old", expires_at=now() + timedelta(days=1))
    robot.keys["revoked"].revoke()
    bad: list[Any] = [revoked, good[:-1], f"{good}x", "", "\0", "é", None, good.upper()]
    said = {refused(lambda key=key: open_with_key(key, place)) for key in bad}
    with monkeypatch.context() as later:
        later.setattr(api_keys, "now", lambda: now() + timedelta(days=2))
        said.add(refused(lambda: open_with_key(old, place)))
        assert open_with_key(good, place).me["name"] == "robot"
    robot.stop()
    said.add(refused(lambda: open_with_key(good, place)))
    robot.refresh().admit()
    Installation(place).stop("acme")
    said.add(refused(lambda: open_with_key(good, place)))
    assert len(said) == 1, said


def test_identities(place: Place) -> None:
    ws = tenant(place)
    here = Installation(place)
    here.enrol(Identity("acme", "sso", "ben"), name="Ben", role="viewer")
    ben = Workspace.open(place, Identity("acme", "sso", "ben"))

    def come(*said: str) -> Callable[[], Workspace]:
        return lambda: Workspace.open(place, Identity(*said))

    said = {
        refused(come(*them))
        for them in (
            ("acme", "sso", "nobody"),
            ("acme", "another", "ben"),
            ("acme", "sso", "Ben"),
            ("globex", "sso", "ben"),
            ("", "", ""),
        )
    }
    next(user for user in ws.users if user.name == "Ben").stop()
    said.add(refused(come("acme", "sso", "ben")))
    inside = {refused(ben.projects.names)}
    here.stop("acme")
    said.add(refused(come("acme", "local", "ada")))
    inside |= {refused(ws.projects.names), refused(lambda: ben.projects.create("x"))}
    assert len(said) == 1, said
    assert len(inside) == 1, inside
