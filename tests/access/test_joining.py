"""Who joins a tenant: within its limits, which count its own people only, as themselves."""

from __future__ import annotations

import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.invitations import accept
from mindzie.core.errors import LimitError, SettingError
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]
PASSWORD = "correct horse battery"


def test_others_people_do_not_count(place: Place) -> None:
    here, ws = Installation(place), tenant(place)
    tenant(place, "globex")
    for name in ("eve", "dan", "fay"):
        here.enrol(Identity("globex", "sso", name), name=name, role="analyst")
    here.change("acme", max_users=3, max_analysts=2)
    here.enrol(Identity("acme", "sso", "ben"), name="Ben", role="analyst")
    accept(ws.invite("cid@acme.example"), name="Cid", password=PASSWORD, url=place)
    assert ws.tenant["used"]["users"] == 3
    token = ws.invite("eva@acme.example")
    for _ in range(2):  # the refused invitation was not used up
        with pytest.raises(LimitError, match="may have 3 users; with this it would have 4"):
            accept(token, name="Eva", password=PASSWORD, url=place)
    with pytest.raises(LimitError, match="may have 3 users"):
        here.enrol(Identity("acme", "sso", "eva"), name="Eva")
    here.change("acme", max_users=None)
    with pytest.raises(LimitError, match="may have 2 analysts; with this it would have 3"):
        here.enrol(Identity("acme", "sso", "eva"), name="Eva", role="analyst")
    accept(token, name="Eva", password=PASSWORD, url=place)
    assert len(ws.users) == 4


def test_above_a_lowered_limit_what_adds_nothing_is_allowed(place: Place) -> None:
    here, ws = Installation(place), tenant(place)
    project = ws.projects.create("x")
    data, other = (project.datasets.create(name) for name in ("orders", "more"))
    data.publish(orders(5))
    other.publish(orders(4))
    for name in ("ben", "cid"):
        here.enrol(Identity("acme", "sso", name), name=name, role="analyst")
    here.change("acme", max_users=1, max_analysts=1, max_cases=6)
    role = ws.roles.create("maker", permissions=["datasets.change", "datasets.read"])
    group = ws.groups.create("team")
    group.add(ws.users["ben"])
    ws.role_assignments.give("viewer", to=group)
    role.change(permissions=["datasets.read"])
    data.publish(orders(3))
    data.version(2).use()
    ws.users["cid"].stop()
    with pytest.raises(LimitError, match=r"6 cases.*would have 8"):
        data.publish(orders(4))
    with pytest.raises(LimitError, match="may have 1 user; with this it would have 3 users"):
        ws.users["cid"].admit()


def test_an_invitation_is_taken_by_somebody_with_an_identity_and_a_login_of_their_own(
    place: Place,
) -> None:
    ws = tenant(place)
    token = ws.invite("cid@acme.example")
    for subject in ("", " ", "x" * 201):
        with pytest.raises(SettingError, match="An identity needs a subject"):
            accept(token, name="Cid", identity=Identity("acme", "sso", subject), url=place)
    with pytest.raises(SettingError, match="one's own e-mail address"):
        accept(token, name="Cid", login="chief@acme.example", password=PASSWORD, url=place)
    accept(token, name="Cid", login="CID@acme.example", password=PASSWORD, url=place)


NO_ADDRESS = ("@", "ada@", "@acme.example", "a@b\x1b[2J", "a@b\n=1", "a@b, c@d", "a@b\u202e", "ada")


@pytest.mark.parametrize("email", NO_ADDRESS)
def test_what_is_no_address_is_nobodys(place: Place, email: str) -> None:
    ws, here = tenant(place), Installation(place)
    ada, before = ws.users["Ada"], len(ws.audit)
    for act in (
        lambda: ws.invite(email),
        lambda: ada.change(email=email),
        lambda: here.enrol(Identity("acme", "sso", "ben"), name="Ben", email=email),
    ):
        with pytest.raises(SettingError, match="it is no e-mail address"):
            act()
    assert len(ws.audit) == before
    assert ada.change(email="  ada@acme.example ").email == "ada@acme.example"
    assert ada.change(email=None).email is None
