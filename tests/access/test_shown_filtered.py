"""A dashboard with filters hands out no row that they leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

import mindzie as mz
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.log import EventLog
from tests.access.installing import keys, place, tenant

__all__ = ["keys", "place"]
ROWS = """case,activity,time,customer
Shown,Pay,2025-01-01 00:00,x
Shown,Ship,2025-01-02 00:00,x
Hidden 1,Pay,2025-01-01 00:00,x
Hidden 1,Pay,2025-01-01 00:00,x
Hidden 2,Pay,soon,x
Hidden 3,Pay,2025-01-03 00:00,x
"""


@pytest.fixture
def ada(place: Place, tmp_path: Path) -> Workspace:
    """Return a workspace with a log of which some rows were rejected, and others are examples of findings."""
    file = tmp_path / "orders.csv"
    file.write_text(ROWS)
    ws = tenant(place)
    ws.publish(mz.read(file), "orders", project=ws.projects.create("x"))
    return ws


def shown(place: Place, ada: Workspace, *filters: mz.Filter) -> EventLog:
    """Return what somebody reads who may see a dashboard with these filters, and nothing else."""
    board = ada.projects["x"].dashboards.create(
        "board", dataset_id=ada.datasets["orders"], filters=list(filters)
    )
    board.publish()
    ben = Identity("acme", "sso", "ben")
    Installation(place).enrol(ben, name="Ben", role="viewer")
    board.share(user=next(one for one in ada.users if one.name == "Ben"))
    return Workspace.open(place, ben).dashboards["board"].log()


def said(log: EventLog) -> str:
    """Return all that a log says of its rows and of its source's."""
    told = [log.readiness.model_dump_json(), log.manifest.model_dump_json()]
    return "\n".join([*told, str(log.rejected.rows()), str(log.cases.to_polars().rows())])


def test_rows_that_the_filters_leave_out_are_nowhere(
    place: Place, ada: Workspace, tmp_path: Path
) -> None:
    whole = ada.datasets["orders"].log()
    assert whole.rejected.height == 1
    assert "Hidden 1" in whole.readiness.model_dump_json()
    log = shown(place, ada, mz.filters.CasesWithActivity(activities=["Ship"]))
    assert (log.case_count, log.event_count, log.rejected.height) == (1, 2, 0)
    log.save(tmp_path / "kept")
    for each in (log, log.on("duckdb"), log.filter(), mz.open(tmp_path / "kept")):
        assert "Hidden" not in said(each)
        assert not any(one.sample for one in each.readiness.findings)
    # what was found stays: figures are to be trusted as much as those of the whole
    assert log.readiness.score == whole.readiness.score
    assert [one.title for one in log.readiness.findings] == [
        one.title for one in whole.readiness.findings
    ]


def test_a_dashboard_without_filters_shows_all(place: Place, ada: Workspace) -> None:
    log = shown(place, ada)
    assert (log.rejected.height, log.case_count) == (1, 3)
    assert log.readiness == ada.datasets["orders"].log().readiness
