"""The installation's own log: what is done with whole tenants, out of the tenants' sight, and chained like theirs."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from mindzie.access.backup import backup
from mindzie.access.entrance import Place
from mindzie.access.installation import Installation
from mindzie.access.own_log import OWN
from mindzie.access.restoring import restore
from mindzie.core.errors import ConflictError, NotFoundError, StoreError
from mindzie.store.database import Scope
from mindzie.store.models import Tenant
from tests.access.installing import keys, orders, place, place_on, tenant
from tests.servers.databases import on_sqlite
from tests.store.filling import rows

__all__ = ["keys", "place", "place_on"]


def acts(place: Place) -> list[tuple[str, str]]:
    """Return what was done, on what."""
    entries = Installation(place).audit.entries()
    assert {(each["actor_kind"], each["actor_name"]) for each in entries} <= {
        ("operator", "operator")
    }
    return [(each["action"], each["object_name"]) for each in entries]


def test_a_tenant_that_was_removed_is_told_of_to_nobody_else(place: Place) -> None:
    here, gone, kept = Installation(place), tenant(place, "acme"), tenant(place, "globex")
    gone.publish(orders(3), "orders")
    head, count = gone.audit.verify()["head"], len(kept.audit)
    with pytest.raises(ConflictError):
        here.delete("acme")
    assert acts(place) == []
    here.stop("acme")
    here.delete("acme")
    (entry,) = here.audit.entries()
    assert (entry["action"], entry["object_kind"], entry["object_name"]) == (
        *("tenant.delete", "tenant"),
        "acme",
    )
    assert entry["before"]["name"] == "acme"
    assert entry["before"]["audit"]["entries"] > 3
    assert entry["before"]["audit"]["head"] != head  # of its last entry, that it was stopped
    assert len(kept.audit) == count
    assert here.audit.verify()["whole"]


def test_backup_and_restore_are_written_down_where_they_are_done(
    place: Place, place_on: Callable[[str], Place], backend: str, tmp_path: Path
) -> None:
    tenant(place).publish(orders(3), "orders")
    first, second = (str(tmp_path / name) for name in ("first", "second"))
    for folder in (first, second):
        made = backup(place, Path(folder))
    log = Installation(place).audit
    assert acts(place) == [("installation.backup", first), ("installation.backup", second)]
    assert log.entries()[1]["after"] == made
    other = place_on(backend)
    assert acts(other) == []  # looking is no reason to refuse what is restored
    restore(other, Path(second))
    assert acts(other) == [("installation.backup", first), ("installation.restore", second)]
    copied = Installation(other).audit
    assert copied.verify(log.entries()[0]["hash"])["whole"]
    assert copied.entries()[1]["after"] == made
    with pytest.raises(ConflictError, match="There are tenants, or were"):
        restore(other, Path(first))


def test_its_row_is_no_tenant(place: Place, place_on: Callable[[str], Place], backend: str) -> None:
    here = Installation(place)
    tenant(place, "installation")
    assert len(here.audit) == 0
    assert [each["name"] for each in here.tenants()] == ["installation"]
    with place.database.reading(Scope(None)) as session:
        name = session.get_one(Tenant, OWN).name
    for act in (here.office, here.stop, here.admit, here.delete, here.change):
        with pytest.raises(NotFoundError) as caught:
            act(name)
        assert "\x1f" not in str(caught.value).replace(repr(name), "")
    assert [each for each in here.problems() if each.kind != "key"] == []


def test_who_touches_it_is_found_out(place: Place) -> None:
    here = Installation(place)
    tenant(place)
    here.stop("acme")
    here.delete("acme")
    said = text("UPDATE audit_entries SET actor_name = 'Eve'")

    def touch(session: Any) -> None:
        session.execute(said)

    with (
        pytest.raises(ConflictError, match="only added to"),
        place.database.writing(Scope(None)) as s,
    ):
        touch(s)
    with place.database.engine.begin() as connection:
        if place.database.is_sqlite:
            connection.execute(text("DROP TRIGGER audit_entries_update"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    with place.database.writing(Scope(None)) as session:
        touch(session)
    assert here.audit.verify()["faults"] == ["entry 1 was altered"]
    found = [each for each in here.problems() if each.kind == "audit"]
    assert [each.fact for each in found] == ["audit: installation: entry 1 was altered."]


@on_sqlite
def test_a_backup_that_cannot_be_written_down_is_not_made(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tenant(place)
    before = rows(place.database)

    def full(*_: Any, **__: Any) -> None:
        raise StoreError("The disk is full.")

    monkeypatch.setattr("mindzie.access.own_log.write", full)
    with pytest.raises(StoreError, match="full"):
        backup(place, tmp_path / "backups" / "monday")
    assert list((tmp_path / "backups").iterdir()) == []
    assert rows(place.database) == before
