"""The same content published twice is one version, however it came to be; other content never passes for it."""

from __future__ import annotations

from typing import Any

import pytest

import mindzie as mz
from mindzie.access.entrance import Place
from mindzie.access.workspace import Workspace
from mindzie.store.files import SnapshotFiles
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]
LONG = mz.filters.CaseDuration(min="5 days")


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return a workspace."""
    return tenant(place)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
def test_a_filtered_log_twice_is_one_version(ws: Workspace, engine: str) -> None:
    log = orders(20).on(engine)
    kept = log.filter(LONG)
    assert 0 < kept.case_count < log.case_count
    first = ws.publish(kept, "orders")
    assert ws.publish(orders(20).filter(LONG), "orders", note="again") == first
    # its content is what counts: opened again, it is the same log without its history
    assert ws.publish(ws.datasets["orders"].log(), "orders") == first
    assert [version.number for version in ws.datasets["orders"].versions] == [1]
    assert [entry["after"]["fingerprint"] for entry in ws.audit.entries(action="datasets.publish")] == [
        first.log().fingerprint
    ]  # fmt: skip


def test_a_log_is_not_taken_for_what_a_filter_left_of_it(ws: Workspace) -> None:
    log = orders(20)
    kept, added = log.filter(LONG), log.enrich(mz.enrichments.Upper(name="R", attribute="Region"))
    counts = [ws.publish(each, "orders").number for each in (kept, log, added, kept, kept)]
    assert counts == [1, 2, 3, 4, 4]
    assert ws.datasets["orders"].log().case_count == kept.case_count
    assert ws.datasets["orders"].log(2).case_count == log.case_count


def test_a_filtered_log_of_a_data_set_with_a_pipeline_twice_is_one_version(ws: Workspace) -> None:
    project = ws.projects.create("Sales")
    step = mz.enrichments.Upper(name="REGION", attribute="Region")
    pipeline = project.pipelines.create("steps", enrichments=[step])
    data = project.datasets.create("orders", pipeline_id=pipeline)
    first = data.publish(orders(20).filter(LONG))
    assert data.publish(orders(20).filter(LONG)) == first
    assert "REGION" in {one.name for one in data.log().cases.columns}
    pipeline.change(enrichments=[])
    assert data.publish(orders(20).filter(LONG)).number == 2


def test_no_transaction_waits_while_bytes_are_read(
    ws: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL ends one that does nothing for a minute, which a large snapshot in a bucket may take
    first, verify = ws.publish(orders(), "orders"), SnapshotFiles.verify
    open_ones = list[int]()

    def looked(*args: Any) -> Any:
        open_ones.append(place.database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return verify(*args)

    monkeypatch.setattr(SnapshotFiles, "verify", looked)
    assert ws.publish(orders(), "orders") == first
    assert set(open_ones) == {0}
