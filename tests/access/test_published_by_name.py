"""Into which data set a log goes that is published by a name alone."""

from __future__ import annotations

from typing import Any

import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError, ForbiddenError, SettingError
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]


@pytest.fixture
def ada(place: Place) -> Workspace:
    """Return the workspace of a tenant as its administrator sees it."""
    return tenant(place)


def joined(place: Place, name: str, role: str = "analyst") -> Workspace:
    """Let somebody in, and return the workspace as they see it."""
    who = Identity("acme", "sso", name)
    Installation(place).enrol(who, name=name, role=role)
    return Workspace.open(place, who)


def user(ws: Workspace, name: str) -> Any:
    return next(one for one in ws.users if one.name == name)


def homes(ws: Workspace, name: str = "orders") -> list[str]:
    """Return the projects that have a data set of a name."""
    return [one.name for one in ws.projects for data in one.datasets if data.name == name]


def test_the_only_one_that_is_seen_gets_a_new_version(place: Place, ada: Workspace) -> None:
    ben = joined(place, "Ben")
    first = ben.publish(orders(3), "orders", project=ben.projects.create("Ben's"))
    cleo = joined(place, "Cleo")
    theirs = cleo.publish(orders(4), "orders")  # Ben's is out of their sight
    assert (theirs.number, homes(cleo)) == (1, ["My work"])
    assert ben.publish(orders(5), " orders ").dataset_id == first.dataset_id
    assert cleo.publish(orders(5), "orders").dataset_id == theirs.dataset_id


def test_of_several_none_is_taken_and_the_projects_are_named(place: Place, ada: Workspace) -> None:
    for name in ("Sales", "Returns"):
        ada.publish(orders(3), "orders", project=ada.projects.create(name))
    before = len(ada.audit)
    said = "Several projects have a data set 'orders': 'Returns' and 'Sales'.*with project="
    for _ in range(2):
        with pytest.raises(ConflictError, match=said):
            ada.publish(orders(4), "orders")
    with pytest.raises(ConflictError, match="'Returns' and 'Sales'"):
        ada.datasets["orders"]
    assert len(ada.audit) == before
    assert ada.publish(orders(4), "orders", project="Sales").number == 2


def test_one_that_is_not_for_the_actor_to_write_is_left_alone(place: Place, ada: Workspace) -> None:
    ben = joined(place, "Ben")
    ada.publish(orders(3), "orders", project=ada.projects.create("Sales"))
    ada.projects["Sales"].share(user=user(ada, "Ben"), level="view")
    before = len(ada.audit)
    with pytest.raises(ForbiddenError, match="already, in 'Sales', and you may not publish there"):
        ben.publish(orders(4), "orders")
    assert (len(ada.audit), homes(ben)) == (before, ["Sales"])
    own = ben.projects.create("Ben's")
    assert ben.publish(orders(4), "orders", project=own).number == 1
    assert homes(ben) == ["Ben's", "Sales"]
    with pytest.raises(ConflictError, match="Ben's\" and 'Sales'"):
        ben.publish(orders(5), "orders")


@pytest.mark.parametrize("name", ["", "a\nb", 5, None, "x" * 201])
def test_a_bad_name_or_no_log_makes_nothing(place: Place, ada: Workspace, name: Any) -> None:
    before = len(ada.audit)
    with pytest.raises(SettingError):
        ada.publish(orders(3), name)
    with pytest.raises(SettingError, match="not a str"):
        ada.publish("no log", "orders")  # type: ignore[arg-type]
    assert (len(ada.audit), ada.projects.names()) == (before, [])
