"""What was stored with a package that is not installed any more: kept as it is, and in nobody's way."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import type_coerce, update

import mindzie as mz
from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.workspace import Workspace
from mindzie.core.errors import UnknownNameError
from mindzie.store.database import Scope
from mindzie.store.models import Base, FilterPreset, Snapshot
from mindzie.store.types import PlainJson
from tests.access.installing import keys, orders, place, tenant

__all__ = ["keys", "place"]
STRANGE = {"kind": "filter", "op": "of_another_package", "settings": {"much": [1, {"a": None}]}}


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of the tenant admin."""
    return tenant(place)


def write(place: Place, record: type[Base], column: str, stored: Any) -> None:
    """Write what our own code would refuse."""
    with place.database.writing(Scope(None)) as session:
        session.execute(update(record).values({column: type_coerce(stored, PlainJson)}))


def test_a_preset_is_shown_changed_and_removed_but_not_used(place: Place, ws: Workspace) -> None:
    project = ws.projects.create("x")
    project.filter_presets.create("strange", filters=[mz.filters.CaseSize(min=2)])
    write(place, FilterPreset, "filters", [STRANGE])
    preset = project.filter_presets["strange"]
    assert "of_another_package" in preset.filters[0].title
    preset.change(description="from elsewhere")
    (kept,) = project.filter_presets["strange"].filters
    assert kept.to_json() == STRANGE
    with pytest.raises(UnknownNameError, match=r"of_another_package.*not installed"):
        orders(3).filter(kept)
    project.filter_presets["strange"].delete()
    assert not list(project.filter_presets)


def test_a_version_is_opened_checked_and_removed(place: Place, ws: Workspace) -> None:
    data = ws.projects.create("x").datasets.create("orders")
    data.publish(orders(3))
    write(place, Snapshot, "enrichments", [{**STRANGE, "kind": "enrichment"}])
    assert data.log().case_count == 3
    assert list(Installation(place).problems()) == []
    data.publish(orders(4))
    data.version(1).delete()
    assert data.log().case_count == 4
