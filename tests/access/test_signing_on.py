"""Who a directory vouches for gets into the tenants it is enrolled for, with what its groups may do, and out again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.signing_on import (
    Vouched,
    accept_invitation,
    enter,
    found,
    note_refusal,
    still_in,
    ways,
)
from mindzie.access.workspace import Workspace
from mindzie.core.errors import (
    LimitError,
    NotFoundError,
    SettingError,
    SignInError,
    UnknownNameError,
)
from tests.access.installing import keys, place

__all__ = ["keys", "place"]
ISSUER, OTHER = "https://login.example/a/v2.0", "https://login.example/b/v2.0"
ANNE = Vouched(ISSUER, "oid-anne", "Anne", "anne@acme.example")
MINERS = frozenset({"Miners"})


@pytest.fixture
def here(place: Place) -> Installation:
    """Return an installation with two tenants; the directory is enrolled for the first."""
    here = Installation(place)
    for name in ("acme", "globex"):
        here.create(name)
        here.enrol(Identity(name, ISSUER, "chief"), name="Chief", role="tenant admin")
    here.directories.enrol("acme", ISSUER)
    return here


def chief(place: Place, tenant: str = "acme") -> Workspace:
    return Workspace.open(place, Identity(tenant, ISSUER, "chief"))


def mirrored(place: Place, role: str = "analyst", tenant: str = "acme") -> Any:
    ws = chief(place, tenant)
    group = ws.groups.create("miners", external_id="Miners")
    ws.role_assignments.give(role, group)
    return group


def tenant(place: Place, who: Vouched = ANNE) -> UUID:
    return ways(place, who)[0].tenant


def log(place: Place, action: str) -> list[dict[str, Any]]:
    return chief(place).audit.entries(action=action)


def kept_out(place: Place, who: Vouched) -> str:
    with pytest.raises(SignInError) as error:
        enter(place, who, tenant(place))
    assert ways(place, who)[0].objection in {str(error.value), None}
    return str(error.value)


def test_nobody_gets_in_by_a_directory_that_is_not_enrolled(
    here: Installation, place: Place
) -> None:
    assert ways(place, replace(ANNE, provider=OTHER)) == []
    here.directories.withdraw("acme", ISSUER)
    assert ways(place, ANNE) == []
    with pytest.raises(NotFoundError, match="not enrolled"):
        here.directories.withdraw("acme", ISSUER)


def test_who_was_not_let_in_stays_out(here: Installation, place: Place) -> None:
    assert "Nobody has let this account in" in kept_out(place, ANNE)
    assert [user.name for user in chief(place).users] == ["Chief"]


def test_newcomers_get_the_role_that_is_said(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    entered = enter(place, ANNE, tenant(place))
    assert entered.roles == ("viewer",)
    assert Workspace.open(place, entered.identity).me["name"] == "Anne"
    assert [entry["object_name"] for entry in log(place, "users.join")] == ["Anne"]
    assert enter(place, ANNE, tenant(place)) == entered
    assert len(log(place, "users.join")) == 1
    assert len(log(place, "users.sign_in")) == 2
    assert enter(place, ANNE, tenant(place), again=True) == entered
    assert len(log(place, "users.sign_in")) == 2
    assert (
        found(place, entered.identity) == still_in(place, entered.tenant, entered.user) == entered
    )


def test_groups_are_followed_both_ways(here: Installation, place: Place) -> None:
    group = mirrored(place)
    who = replace(ANNE, groups=MINERS)
    entered = enter(place, who, tenant(place))
    assert entered.roles == ("analyst",)
    assert [user.name for user in group.members] == ["Anne"]
    with pytest.raises(SignInError, match="may see nothing"):
        enter(place, ANNE, tenant(place))
    assert group.members == []
    assert still_in(place, entered.tenant, entered.user) is None
    for act in ("groups.add", "groups.remove"):
        assert [entry["object_name"] for entry in log(place, act)] == ["miners"]
    assert chief(place).audit.verify()["whole"]


def test_a_membership_that_was_given_here_is_not_the_directorys(
    here: Installation, place: Place
) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    entered = enter(place, ANNE, tenant(place))
    ws = chief(place)
    own = ws.groups.create("own")
    own.add(ws.users[entered.user])
    enter(place, ANNE, tenant(place))
    assert [user.name for user in own.members] == ["Anne"]


def test_people_need_one_of_the_groups_that_are_said(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, groups=["Miners", "Others"], newcomers="viewer")
    assert "in none of the groups" in kept_out(place, ANNE)
    entered = enter(place, replace(ANNE, groups=MINERS), tenant(place))
    assert entered.name == "Anne"
    assert "in none of the groups" in kept_out(place, ANNE)


def test_one_directory_serves_two_tenants_by_group(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, groups=["Miners"], newcomers="viewer")
    here.directories.enrol("globex", ISSUER, groups=["Smelters"], newcomers="analyst")
    open_to = {
        group: [
            way.name
            for way in ways(place, replace(ANNE, groups=frozenset(group.split())))
            if way.objection is None
        ]
        for group in ("Miners", "Smelters", "Miners Smelters", "")
    }
    assert open_to == {
        "Miners": ["acme"],
        "Smelters": ["globex"],
        "Miners Smelters": ["acme", "globex"],
        "": [],
    }


@pytest.mark.parametrize(("guest", "words"), [(True, "Guests"), (None, "'acct'")])
def test_guests_come_in_where_that_is_said(
    here: Installation, place: Place, guest: bool | None, words: str
) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    who = replace(ANNE, guest=guest)
    assert words in kept_out(place, who)
    here.directories.enrol("acme", ISSUER, newcomers="viewer", guests=True)
    assert enter(place, who, tenant(place)).name == "Anne"


def test_who_is_stopped_stays_out(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    entered = enter(place, ANNE, tenant(place))
    chief(place).users[entered.user].stop()
    assert "was stopped" in kept_out(place, ANNE)
    assert still_in(place, entered.tenant, entered.user) is None
    here.stop("acme")
    assert ways(place, ANNE) == []


def test_an_invitation_is_accepted_by_who_the_directory_vouches_for(
    here: Installation, place: Place
) -> None:
    other = chief(place, "globex").invite("anne@acme.example", "analyst")
    with pytest.raises(SignInError, match="does not hold for this account"):
        accept_invitation(place, ANNE, other)
    token = chief(place).invite("anne@acme.example", "analyst")
    with pytest.raises(SignInError, match="does not hold for this account"):
        accept_invitation(place, replace(ANNE, guest=True), token)
    accept_invitation(place, ANNE, token)
    assert enter(place, ANNE, tenant(place)).roles == ("analyst",)
    accept_invitation(place, ANNE, token)
    with pytest.raises(SignInError, match="does not hold for this account"):
        accept_invitation(place, replace(ANNE, subject="another"), token)


def test_newcomers_count(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    here.change("acme", max_users=1)
    with pytest.raises(LimitError, match="may have 1 user"):
        enter(place, ANNE, tenant(place))
    assert [user.name for user in chief(place).users] == ["Chief"]


@pytest.mark.parametrize(
    ("name", "kept"), [("", "oid-anne"), ("A\x00n\nne\ud800", "A n ne"), ("x" * 300, "x" * 200)]
)
def test_any_name_that_a_directory_says_can_be_kept(
    here: Installation, place: Place, name: str, kept: str
) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    for subject, email in (("oid-anne", "a@" * 999), ("2", "a@b\x1b[2J"), ("3", "@"), ("4", "")):
        who = replace(ANNE, subject=subject, name=name or "oid-anne", email=email)
        assert enter(place, who, tenant(place)).name == kept
    assert {user.email for user in chief(place).users} == {None}


def test_two_people_of_one_name_are_two(here: Installation, place: Place) -> None:
    here.directories.enrol("acme", ISSUER, newcomers="viewer")
    both = [enter(place, replace(ANNE, subject=one), tenant(place)).user for one in "12"]
    assert both[0] != both[1]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda d: d.enrol("acme", "local"), SettingError, "issuer's address"),
        (lambda d: d.enrol("acme", ISSUER, newcomers="king"), UnknownNameError, "no role 'king'"),
        (lambda d: d.enrol("acne", ISSUER), NotFoundError, "Did you mean 'acme'"),
        (
            lambda d: d.enrol("acme", "https://" + "x" * 200),
            SettingError,
            "provider of a directory",
        ),
        (lambda d: d.listed("acne"), NotFoundError, "no tenant .acne."),
    ],
)
def test_a_bad_enrolment_changes_nothing(
    here: Installation,
    place: Place,
    call: Callable[[Any], None],
    error: type[Exception],
    words: str,
) -> None:
    before = here.directories.listed()
    with pytest.raises(error, match=words):
        call(here.directories)
    assert here.directories.listed() == before == here.directories.listed("acme")
    assert [entry["action"] for entry in log(place, "directories.")] == ["directories.enrol"]


def test_refusals_are_written_where_they_belong(here: Installation, place: Place) -> None:
    note_refusal(place, "kept out", tenant=tenant(place), name="Anne", subject="oid-anne")
    note_refusal(place, "signature", reference="r")
    note_refusal(place, "state", tenant=UUID(int=7), name="a\x00b\ud800", more="x" * 9_999)
    (mine,) = log(place, "users.refused")
    assert mine["actor_name"] == mine["object_name"] == "Anne"
    assert mine["after"] == {"why": "kept out", "name": "Anne", "subject": "oid-anne"}
    said = [entry["after"]["why"] for entry in here.audit.entries(action="users.refused")]
    assert said == ["signature", "state"]
