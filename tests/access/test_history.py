"""Runs and imports outlive what they were done with."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from mindzie.access.entrance import Place
from mindzie.access.workspace import Workspace
from mindzie.core.errors import ConflictError
from mindzie.store.database import Scope
from mindzie.store.models import Run
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of the tenant admin."""
    return tenant(place)


def test_a_run_outlives_its_data_set(ws: Workspace) -> None:
    project = ws.projects.create("x")
    for name in ("old", "new"):
        project.datasets.create(name).publish(orders(3))
    asked = project.investigations.create("why", dataset_id=project.datasets["old"])
    asked.save({"cells": []})
    asked.request_run()
    asked.change(dataset_id=project.datasets["new"])
    project.datasets["old"].delete()
    (run,) = asked.runs
    assert run.version_id is None
    run.began()
    run.done({"cases": 3})


def test_a_run_outlives_its_schedule(place: Place, ws: Workspace) -> None:
    project = ws.projects.create("x")
    asked = project.investigations.create("why")
    asked.save({"cells": []})
    schedule = project.schedules.create("nightly", investigation_id=asked, cron="0 2 * * *")
    run = asked.request_run()
    with place.database.writing(Scope(None)) as session:
        session.execute(update(Run).values(schedule_id=schedule.id))
    with pytest.raises(ConflictError, match="1 run not yet ended needs 'nightly'"):
        schedule.delete()
    run.cancel()
    schedule.delete()
    (kept,) = asked.runs
    assert (kept.state, kept.schedule_id) == ("cancelled", None)


def test_a_notebook_stays_while_it_has_runs(ws: Workspace) -> None:
    project = ws.projects.create("x")
    project.datasets.create("orders").publish(orders(3))
    asked = project.investigations.create("why", dataset_id=project.datasets["orders"])
    asked.save({"cells": [1]})
    asked.request_run()
    asked.save({"cells": [2]})
    asked.save({"cells": [3]})
    first, second, _ = asked.notebooks
    with pytest.raises(ConflictError, match="1 run of notebook 1 would go"):
        first.delete()
    second.delete()
    assert [one.number for one in asked.notebooks] == [1, 3]
    asked.delete()
    assert not list(project.investigations)


@pytest.mark.parametrize("kind", ["connector", "mapping"])
def test_imports_outlive_connectors_and_mappings(ws: Workspace, kind: str) -> None:
    project = ws.projects.create("x")
    data = project.datasets.create("orders")
    connector = project.connectors.create("erp", kind="sqlite", settings={"database": "erp.db"})
    mapping = project.mappings.create("plain", definition={})
    gone = {"connector": connector, "mapping": mapping}[kind]
    job = data.request_import({"table": "events"}, connector=connector, mapping=mapping)
    with pytest.raises(ConflictError, match="1 import not yet ended needs"):
        gone.delete()
    job.cancel()
    gone.delete()
    (kept,) = data.imports
    assert (kept.state, getattr(kept, f"{kind}_id")) == ("cancelled", None)
