"""Keys changed by a program that is killed: every secret opens, by the old key or the new one, and the change can go on."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from mindzie.access.keyring import as_text, new_key
from mindzie.access.secrets import keys_in_use, ring_of, seal, unsealed
from mindzie.store.database import Scope
from mindzie.store.models import Secret, Tenant
from mindzie.store.types import new_id
from tests.faults.moments import MOMENTS, kills, settle
from tests.faults.office import Office, left_over
from tests.faults.work import rotating
from tests.servers.databases import on_sqlite

SECRETS = 250
"""More than are encrypted in one transaction."""


def keep_many(office: Office) -> None:
    """Keep many secrets, each of which is its own name."""
    with office.place() as place:
        with place.database.reading(Scope(None)) as session:
            tenant = session.scalars(select(Tenant.id)).one()
        ring = ring_of(place)
        with place.database.writing(Scope(tenant)) as session:
            for number in range(SECRETS):
                row = Secret(id=new_id(), tenant_id=tenant, name=f"secret {number}")
                seal(row, row.name.encode(), ring)
                session.add(row)


def looked_over(office: Office) -> dict[str, int]:
    """See that every secret opens and nothing is left over; return how many each key has encrypted."""
    with office.place() as place:
        left_over(place)
        assert [path.name for path in office.folder.glob(".*")] == []
        ring = ring_of(place)
        with place.database.reading(Scope(None)) as session:
            opened = {
                row.name: unsealed(row, ring).decode() for row in session.scalars(select(Secret))
            }
        assert len(opened) == SECRETS
        assert all(name == word for name, word in opened.items())
        return keys_in_use(place)


def rotated_at_any_moment(office: Office, kills_of: int, give: Callable[[], str]) -> None:
    """Kill rotations; ``give`` puts a new key before the others where keys are given."""
    give()
    keep_many(office)
    before, outcomes = looked_over(office), set()
    for done in kills(kills_of, rotating, lambda: (office, give())):
        settle(office)
        after = looked_over(office)
        with office.place() as place:
            newest = ring_of(place).current
        moved = after.get(newest, 0) if newest not in before else 0
        assert not done or after == {newest: SECRETS}
        outcomes.add(min(moved, 1) + moved // SECRETS)
        before = after
    assert outcomes >= {0, 2}


@on_sqlite
def test_rotation_of_the_embedded_file(office: Office) -> None:
    rotated_at_any_moment(office, 60, str)


def test_rotation_of_given_keys(
    office: Office, backend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = list[str]()

    def give() -> str:
        keys.insert(0, as_text(new_key()))
        monkeypatch.setenv("MINDZIE_KEYS", ",".join(keys))
        return ",".join(keys)

    rotated_at_any_moment(office, 40 if backend == "sqlite" else MOMENTS[backend], give)
