"""An alert of an investigation, where it tells, and runs that it judges."""

from __future__ import annotations

from typing import Any

import pytest

from mindzie.access.alerting import Alert, Destination
from mindzie.access.investigating import Investigation
from mindzie.access.workspace import Workspace
from tests.investigations.done_runs import done, number

ABOVE = {"kind": "threshold", "result": "open", "above": 10}


@pytest.fixture
def desk(why: Investigation) -> Destination:
    """Return where messages go."""
    ws = Workspace(why._door)
    key = ws.secrets.keep("hook", "k3y")
    settings = {"url": "https://example.org/hook"}
    return ws.destinations.create("desk", kind="webhook", settings=settings, secret_id=key)


def alert(why: Investigation, desk: Destination, **more: Any) -> Alert:
    facts = {"rule": ABOVE, "destination_id": desk, **more}
    return why.alerts.create(f"alert {len(why.alerts)}", **facts)


def run(why: Investigation, value: float, state: str = "done") -> None:
    done(why.request_run(again=True), number("open", value), state=state)


def told(made: Alert) -> list[str]:
    return [f"{one.occasion} {one.state}" for one in made.deliveries]
