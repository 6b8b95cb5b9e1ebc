"""One hub for all of these tests, with two organisations and an analyst of each."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mindzie.access.entrance import opened_anew
from mindzie.hub.demo import set_up
from tests.hub_work.running import FIRST_UID, SERVICE_UID, Hub, Visitor

NEEDS_ROOT = (
    "Only root can start servers as other system users: run the tests as root to see these."
)


@dataclass
class Running:
    """The hub, and passwords by organisation and name."""

    hub: Hub
    passwords: dict[str, dict[str, str]]

    def visitor(self, tenant: str) -> Visitor:
        return Visitor(self.hub, tenant, "analyst", self.passwords[tenant]["analyst"])

    def entries(self, tenant: str, action: str) -> list[dict[str, Any]]:
        """Return entries of a tenant's audit log, as the operator sees them."""
        command = [self.hub.python, "-m", "mindzie", "admin", "audit", "list", "--json"]
        rights: Any = (
            {"user": SERVICE_UID, "group": SERVICE_UID, "extra_groups": []}
            if self.hub.separate
            else {}
        )
        done = subprocess.run(
            [*command, "--tenant", tenant, "--action", action],
            env={**os.environ, **self.hub.loading, "MINDZIE_HOME": str(self.hub.home)},
            check=True,
            capture_output=True,
            **rights,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
        return found


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Let the browser open what has a certificate of our own making."""
    return {**browser_context_args, "ignore_https_errors": True}


@pytest.fixture(scope="package")
def running() -> Iterator[Running]:
    # not below a folder of pytest's, which other system users may not enter; and short, for the names of sockets
    folder = Path(tempfile.mkdtemp(prefix="mz-hub-"))
    folder.chmod(0o755)
    place = opened_anew(f"sqlite:///{folder / 'home' / 'workspace.db'}", "")
    hub = Hub(folder, separate=os.geteuid() == 0, tls=True)
    try:
        passwords = set_up(place, cases=50)
        place.database.close()
        if hub.separate:
            for path in (hub.home, *hub.home.rglob("*")):
                os.chown(path, SERVICE_UID, SERVICE_UID)
        hub.settings |= {"RUN_WORKERS": "1", "IMPORT_WORKERS": "1"}
        hub.start()
        yield Running(hub, passwords)
    finally:
        left = hub.stop()
        shutil.rmtree(folder)
        assert left == []


@pytest.fixture(scope="package")
def analysts(running: Running) -> Iterator[dict[str, Visitor]]:
    """Return an analyst of each organisation, with a running server."""
    if not running.hub.separate:
        pytest.skip(NEEDS_ROOT)
    found = {tenant: running.visitor(tenant) for tenant in running.passwords}
    for one in found.values():
        one.start()
    assert {one.uid for one in found.values()} == {FIRST_UID, FIRST_UID + 1}
    yield found
    for one in found.values():
        one.web.close()
