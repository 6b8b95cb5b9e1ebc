"""One hub for all of these tests, its state and the workspace in PostgreSQL, with two organisations and published dashboards."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import httpx
import pytest

from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place, opened_anew
from mindzie.access.workspace import Workspace
from mindzie.hub.demo import set_up
from tests.hub_work.running import SERVICE_UID, Hub, Visitor
from tests.servers.postgresql import PostgreSQL

GALLERY = "/services/dashboards/"


@dataclass
class Published:
    """The hub, passwords by organisation and name, and where the workspace is."""

    hub: Hub
    passwords: dict[str, dict[str, str]]
    place: Place
    readers: dict[str, Visitor] = field(default_factory=dict)
    opened_as: dict[tuple[str, str], Workspace] = field(default_factory=dict)

    def workspace(self, tenant: str, name: str = "analyst") -> Workspace:
        if (tenant, name) not in self.opened_as:
            who = sign_in(tenant, name, self.passwords[tenant][name], url=self.place)
            self.opened_as[tenant, name] = Workspace.open(self.place, who)
        return self.opened_as[tenant, name]

    @cached_property
    def anybody(self) -> httpx.Client:
        return httpx.Client(base_url=self.hub.url, timeout=120)

    def reader(self, tenant: str) -> Visitor:
        if tenant not in self.readers:
            password = self.passwords[tenant]["reader"]
            self.readers[tenant] = Visitor(self.hub, tenant, "reader", password, lands=GALLERY)
        return self.readers[tenant]

    def opened(self, tenant: str, name: str) -> str:
        """Return the address of a page that is open for the tenant's reader."""
        board = self.workspace(tenant).dashboards[name]
        return framed(self.reader(tenant).web.get(f"{GALLERY}open/{board.id}"))


def framed(shown: httpx.Response) -> str:
    """Return the address of the frame in a dashboard's page."""
    assert shown.status_code == 200, shown.text
    found = re.search(rf'src="({GALLERY}page/[^"]+/)"', shown.text)
    assert found, shown.text
    return found[1]


@pytest.fixture(scope="module")
def published(postgresql: PostgreSQL, postgresql_template: str) -> Iterator[Published]:
    # not below a folder of pytest's, which other system users may not enter; and short, for the names of sockets
    folder = Path(tempfile.mkdtemp(prefix="mz-"))
    folder.chmod(0o755)
    hub = Hub(folder, separate=os.geteuid() == 0)
    url = postgresql.create("hub_publish", postgresql_template)
    state = postgresql.create("hub_state").replace("postgresql:", "postgresql+psycopg:", 1)
    hub.workspace = {"MINDZIE_WORKSPACE": url, "MINDZIE_STORAGE": str(hub.home / "files")}
    hub.settings |= {"DATABASE": state, "WARM_PAGES": "2", "PAGES_EACH": "3"}
    place = opened_anew(url, hub.workspace["MINDZIE_STORAGE"])
    try:
        passwords = set_up(place, cases=50)
        if hub.separate:
            for path in (hub.home, *hub.home.rglob("*")):
                os.chown(path, SERVICE_UID, SERVICE_UID)
        hub.start()
        made = Published(hub, passwords, place)
        yield made
        made.anybody.close()
        for one in made.readers.values():
            one.web.close()
    finally:
        hub.stop()
        place.database.close()
        for name in ("hub_publish", "hub_state"):
            postgresql.drop(name)
        shutil.rmtree(folder)
