"""Two at once: each sees the other's act or waits for it, and what only one may have, one gets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.health import problems
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.access.keys import open_with_key
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, LimitError, MindzieError, SignInError
from mindzie.core.words import counted
from mindzie.store.files_place import OWNER
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]
PASSWORD = "correct horse battery"


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of the tenant admin."""
    return tenant(place)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do acts at the same moment, and return what each gave, or its refusal."""
    start, given = threading.Barrier(len(acts)), list[Any](acts)

    def do(place: int) -> None:
        start.wait()
        try:
            given[place] = acts[place]()
        except MindzieError as error:
            given[place] = error

    threads = [threading.Thread(target=do, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def test_an_invitation_is_accepted_once(place: Place, ws: Workspace) -> None:
    token = ws.invite("ben@acme.example")
    people = len(ws.users)
    given = at_once(
        *(
            lambda name=name: accept(token, name=name, login=name, password=PASSWORD, url=place)
            for name in ("ben", "eve", "dan")
        )
    )
    kinds = sorted(type(one).__name__ for one in given)
    assert kinds == ["Identity", "SignInError", "SignInError"]
    assert len(ws.users) == people + 1
    assert ws.audit.verify()["whole"]


def test_wrong_attempts_at_once_all_count(place: Place, ws: Workspace) -> None:
    accept(ws.invite("ben@acme.example"), name="Ben", password=PASSWORD, url=place)
    tries = [lambda: sign_in("acme", "ben@acme.example", "wrong password", url=place)] * 5
    assert {type(one) for one in at_once(*tries)} == {SignInError}
    with pytest.raises(SignInError):
        sign_in("acme", "ben@acme.example", PASSWORD, url=place)
    assert len(ws.audit.entries(action="users.refused")) == 5


def test_the_same_log_published_at_once_is_one_version(place: Place, ws: Workspace) -> None:
    log = orders(5)
    data = ws.publish(orders(3), "orders").dataset_id
    given = at_once(*(lambda: ws.datasets[data].publish(log) for _ in range(3)))
    assert len({version.number for version in given}) == 1
    assert len(ws.datasets[data].versions) == 2
    assert ws.datasets[data].log().fingerprint == log.fingerprint
    assert len(ws.audit.entries(action="datasets.publish")) == 2
    assert problems(place, patience=timedelta(0)) == []


def test_two_first_publishes_of_one_person_share_a_home(place: Place, ws: Workspace) -> None:
    given = at_once(*(lambda name=name: ws.publish(orders(3), name) for name in ("a", "b", "c")))
    assert [version.number for version in given] == [1, 1, 1]
    assert ws.projects.names() == ["My work"]
    assert ws.datasets.names() == ["a", "b", "c"]


def test_a_home_that_somebody_else_has_is_left_to_them(place: Place, ws: Workspace) -> None:
    token = ws.invite("ben@acme.example", "analyst")
    ben = Workspace.open(place, accept(token, name="Ben", password=PASSWORD, url=place))
    ws.publish(orders(3), "orders")
    ben.publish(orders(3), "orders")
    assert ben.projects.names() == ["Work of Ben"]
    assert ws.projects.names() == ["My work", "Work of Ben"]


def test_of_two_who_change_one_thing_the_second_is_told(place: Place, ws: Workspace) -> None:
    project = ws.projects.create("x")
    for item in (project, project.datasets.create("d"), project.dashboards.create("b")):
        mine, theirs = item.refresh(), item.refresh()
        theirs.change(description="theirs")
        before = len(ws.audit)
        with pytest.raises(ConflictError, match="meanwhile"):
            mine.change(description="mine")
        assert len(ws.audit) == before
        assert item.refresh().description == "theirs"
        assert mine.refresh().change(description="mine").description == "mine"
    held = [project.refresh() for _ in range(3)]
    given = at_once(*(lambda it=one: it.change(description="z") for one in held))
    assert sorted(type(one).__name__ for one in given) == ["ConflictError"] * 2 + ["Project"]


def test_of_two_who_take_a_name_one_has_it(place: Place, ws: Workspace) -> None:
    given = at_once(*(lambda: ws.projects.create("x") for _ in range(3)))
    assert sorted(type(one).__name__ for one in given) == ["ConflictError"] * 2 + ["Project"]
    assert ws.projects.names() == ["x"]


def test_no_more_people_than_allowed_come_in_at_once(place: Place, ws: Workspace) -> None:
    here = Installation(place)
    here.change("acme", max_users=2)
    tokens = [ws.invite(f"{name}@acme.example") for name in ("ben", "eve")]
    given = at_once(
        *(lambda t=token: accept(t, name="x", password=PASSWORD, url=place) for token in tokens)
    )
    assert sorted(type(one).__name__ for one in given) == ["Identity", "LimitError"]
    refusal = next(str(one) for one in given if isinstance(one, LimitError))
    assert refusal.startswith(
        "Your organisation may have 2 users; with this it would have 3 users."
    )
    assert ws.tenant["used"]["users"] == len(ws.users) == 2
    came = next(user for user in ws.users if user.name == "x")
    came.stop()
    left = next(one for one, got in zip(tokens, given, strict=True) if isinstance(got, LimitError))
    accept(left, name="y", password=PASSWORD, url=place)
    with pytest.raises(LimitError, match="2 users"):
        came.admit()
    here.change("acme", max_users=3, max_analysts=1)
    came.admit()
    with pytest.raises(LimitError, match="may have 1 analyst; with this it would have 2 analysts"):
        ws.role_assignments.give("analyst", came)


def test_no_more_bytes_than_allowed_are_kept(place: Place, ws: Workspace) -> None:
    data = ws.projects.create("x").datasets.create("orders")
    data.publish(orders(5))
    used = ws.tenant["used"]["bytes"]
    kept = (path for path in (place.folder / "snapshots").rglob("*.*") if path.name != OWNER)
    assert used == sum(path.stat().st_size for path in kept)
    here = Installation(place)
    here.change("acme", max_bytes=used)
    with pytest.raises(LimitError, match=f"may have {counted(used, 'byte')};"):
        data.publish(orders(6))
    assert data.refresh().current == 1
    assert ws.tenant["used"]["bytes"] == used
    assert here.problems() == []
    here.change("acme", max_bytes=None)
    assert data.publish(orders(6)).number == 2


def test_a_key_is_revoked_while_it_is_first_used(place: Place, ws: Workspace) -> None:
    robot = ws.service_accounts.create("robot")
    for number in range(12):
        text = robot.new_key(f"key {number}")
        key = robot.keys[f"key {number}"]
        used, revoked = at_once(lambda text=text: open_with_key(text, place), key.revoke)
        assert revoked is None
        assert isinstance(used, (Workspace, SignInError))
        with pytest.raises(SignInError):
            open_with_key(text, place)
    assert ws.audit.verify()["whole"]
