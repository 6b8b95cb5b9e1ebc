"""Who may not keep secrets reads none by a connector: it gets none from them, and sends its own nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.work import Connector
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ForbiddenError
from tests.access.installing import keys, place, tenant
from tests.servers.databases import on_sqlite

__all__ = ["keys", "place"]
pytestmark = on_sqlite
SETTINGS = {"host": "erp.example.org", "user": "reader", "database": "erp"}
CLERK = Identity("acme", "sso", "clerk")


@pytest.fixture
def chief(place: Place) -> Workspace:
    """Return the workspace of who may do all, with a secret and a connector that has it."""
    chief = tenant(place)
    secret = chief.secrets.keep("erp", "swordfish")
    made = chief.projects.create("claims").connectors
    made.create("erp", kind="postgresql", settings=SETTINGS, secret_id=secret)
    made.create("open", kind="postgresql", settings=SETTINGS)
    return chief


@pytest.fixture
def clerk(place: Place, chief: Workspace) -> Workspace:
    """Return the workspace of who makes connectors and imports, and keeps no secrets."""
    Installation(place).enrol(CLERK, name="clerk")
    allowed = ["projects.create", "projects.see_all", "connectors.change", "imports.start"]
    chief.roles.create("connects", permissions=allowed)
    chief.role_assignments.give("connects", chief.users["clerk"])
    return Workspace.open(place, CLERK)


def test_a_connector_gets_no_secret_from_who_may_not_keep_it(clerk: Workspace) -> None:
    made = clerk.projects.create("mine").connectors
    for give in (
        lambda: made.create("x", kind="rest", settings={}, secret_id=clerk.secrets["erp"]),
        lambda: clerk.connectors["open"].change(secret_id=clerk.secrets["erp"].id),
        lambda: clerk.connectors["open"].change(secret_id=clerk.secrets["erp"], settings={}),
    ):
        with pytest.raises(ForbiddenError, match=r"secrets\.change"):
            give()
    assert made.names() == []
    assert clerk.connectors["open"].secret_id is None
    assert made.create("x", kind="rest", settings={}).secret_id is None


@pytest.mark.parametrize(
    "change", [{"settings": {**SETTINGS, "host": "evil.example.org"}}, {"kind": "rest"}]
)
def test_its_secret_is_sent_nowhere_else(
    chief: Workspace, clerk: Workspace, change: dict[str, Any]
) -> None:
    kept = clerk.connectors["erp"]
    for more in ({}, {"secret_id": kept.secret_id}):
        with pytest.raises(ForbiddenError, match=r"secrets\.change"):
            kept.change(**change, **more)
    now = kept.refresh().to_json()
    assert (now["kind"], now["settings"]) == ("postgresql", SETTINGS)
    # what sends it nowhere else, and what has none
    assert kept.change(description="of finance", settings=dict(SETTINGS)).description
    clerk.connectors["open"].change(**change)
    assert kept.change(**change, secret_id=None).secret_id is None
    with pytest.raises(ForbiddenError, match=r"secrets\.change"):
        kept.change(secret_id=chief.secrets["erp"].id)


def test_who_may_keep_secrets_may_do_so(chief: Workspace) -> None:
    kept: Connector = chief.connectors["erp"]
    assert kept.change(settings={**SETTINGS, "port": 5433}).settings["port"] == 5433
    given = chief.connectors["open"].change(secret_id=chief.secrets["erp"])
    assert given.secret_id == kept.secret_id
