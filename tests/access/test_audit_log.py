"""The audit log: whoever touches it is found out, whatever they do; and what is taken from it is harmless."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.orm import Session

from mindzie.access.audit import digest
from mindzie.access.entrance import Place
from mindzie.access.workspace import Workspace
from mindzie.core.errors import SettingError, UnknownNameError
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, AuditHead
from tests.access.installing import keys, place, tenant

__all__ = ["keys", "place"]
ALTERED: dict[str, Any] = {
    "at": datetime(2024, 2, 29, tzinfo=UTC),
    "actor_kind": "operator",
    "actor_id": uuid4(),
    "actor_name": "Eve",
    "action": "projects.read",
    "object_kind": "dashboard",
    "object_id": uuid4(),
    "object_name": "another",
    "before": {"name": "x"},
    "after": None,
    "origin": {},
    "previous_hash": "0" * 64,
    "hash": "0" * 64,
}
Act = Callable[[Session], object]


@pytest.fixture
def ws(place: Place) -> Workspace:
    """Return the workspace of a tenant with some acts."""
    ws = tenant(place)
    tenant(place, "globex").projects.create("theirs")
    for name in ("a", "b", "c", "d"):
        ws.projects.create(name)
    ws.projects["b"].change(name="B")
    assert ws.audit.verify()["whole"]
    return ws


def tampered(place: Place, ws: Workspace, act: Act) -> None:
    """Act on the log as who may write to the database, its guards taken away."""
    database = place.database
    with database.engine.begin() as connection:
        if database.is_sqlite:
            found = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.scalars(text(found)).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            connection.execute(text("ALTER TABLE audit_entries DISABLE TRIGGER USER"))
    with database.writing(Scope(ws._door.tenant)) as session:
        act(session)


def renumbered(session: Session, number: int, to: int) -> None:
    session.execute(update(AuditEntry).where(AuditEntry.number == number).values(number=to))


def cut(session: Session, number: int) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.number == number))


def last(session: Session) -> int:
    return session.scalars(select(AuditHead)).one().number


def inserted(session: Session) -> None:
    for number in range(last(session), 3, -1):
        renumbered(session, number, number + 1)
    entry = session.scalars(select(AuditEntry).where(AuditEntry.number == 3)).one()
    session.expunge(entry)
    entry.number, entry.action, entry.previous_hash = 4, "projects.delete", entry.hash
    entry.hash = digest(entry)
    columns = AuditEntry.__table__.columns.keys()
    session.execute(insert(AuditEntry).values({key: getattr(entry, key) for key in columns}))


def swapped(session: Session) -> None:
    for number, to in ((3, 1_000), (4, 3), (1_000, 4)):
        renumbered(session, number, to)


def truncated(session: Session) -> None:
    session.execute(delete(AuditEntry).where(AuditEntry.number > 3))
    kept = session.scalars(select(AuditEntry).where(AuditEntry.number == 3)).one()
    session.execute(update(AuditHead).values(number=3, hash=kept.hash))


def emptied(session: Session) -> None:
    session.execute(delete(AuditEntry))
    session.execute(delete(AuditHead))


def rewritten(session: Session) -> None:
    before = ""
    for entry in session.scalars(select(AuditEntry).order_by(AuditEntry.number)).all():
        entry.actor_name, entry.previous_hash = "Eve", before
        entry.hash = before = digest(entry)
    session.execute(update(AuditHead).values(hash=before))


@pytest.mark.parametrize("column", ALTERED)
def test_an_altered_entry_is_found(place: Place, ws: Workspace, column: str) -> None:
    changed = update(AuditEntry).where(AuditEntry.number == 3).values({column: ALTERED[column]})
    tampered(place, ws, lambda session: session.execute(changed))
    told = ws.audit.verify()
    assert not told["whole"]
    assert "entry 3 was altered" in told["faults"]


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        (lambda session: cut(session, 1), "entry 1 is missing"),
        (lambda session: cut(session, 3), "entry 3 is missing"),
        (lambda session: cut(session, last(session)), "the chain ends at entry"),
        (inserted, "entry 5 does not follow the one before it"),
        (swapped, "entry 3 was altered"),
    ],
)
def test_what_was_removed_put_in_or_swapped_is_found(
    place: Place, ws: Workspace, act: Act, fault: str
) -> None:
    tampered(place, ws, act)
    told = ws.audit.verify()
    assert not told["whole"]
    assert any(said.startswith(fault) for said in told["faults"]), told["faults"]


@pytest.mark.parametrize("act", [truncated, emptied, rewritten])
def test_a_whole_new_chain_is_found_by_a_hash_noted_elsewhere(
    place: Place, ws: Workspace, act: Act
) -> None:
    noted = ws.audit.verify()["head"]
    ws.projects.create("later")
    assert ws.audit.verify(noted)["whole"]
    tampered(place, ws, act)
    assert ws.audit.verify()["whole"], "no chain tells this by itself"
    told = ws.audit.verify(noted)
    assert told["faults"] == [f"the hash {noted} is not in the chain"]
    ws.projects.create("much later")
    assert not ws.audit.verify(noted)["whole"]


def test_entries_are_chosen(place: Place, ws: Workspace) -> None:
    audit = ws.audit
    every = audit.entries()
    assert [entry["number"] for entry in every] == list(range(1, len(audit) + 1))
    assert "theirs" not in {entry["object_name"] for entry in every}
    made = audit.entries(action="projects.create")
    assert [entry["object_name"] for entry in made] == ["a", "b", "c", "d"]
    assert audit.entries(action="projects.")[-1]["before"] == {"name": "b"}
    assert audit.entries(action="projects.", last=True, limit=1)[0]["after"] == {"name": "B"}
    assert audit.entries(actor="Ada", kind="project", object_name="c") == [made[2]]
    assert audit.entries(actor="Eve") == audit.entries(action="%") == []
    assert audit.entries(after=3, limit=2) == every[3:5]
    at = datetime.fromisoformat(made[2]["at"])
    assert audit.entries(action="projects.create", until=at) == made[:2]
    assert audit.entries(action="projects.create", since=at) == made[2:]
    assert audit.entries(since=datetime.now(UTC) + timedelta(days=1)) == []
    for bad in ({"limit": 0}, {"limit": 10**6}, {"since": datetime(2024, 1, 1)}):  # noqa: DTZ001
        with pytest.raises(SettingError):
            audit.entries(**bad)


def test_an_export_is_harmless_complete_and_written_down(place: Place, ws: Workspace) -> None:
    for name in ("=1+2", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")', 'a"b,c'):
        ws.projects.create(name, description="=1")
    every = ws.audit.entries()
    lines = list(csv.reader(io.StringIO(ws.audit.export("csv"))))
    assert len(lines) == len(every) + 1
    cells = {cell for line in lines for cell in line}
    assert not {cell for cell in cells if cell[:1] in set("=+-@\t\r\n") and cell}
    assert {"'=1+2", "'+1", "'-1", "'@SUM(A1)", 'a"b,c'} <= cells
    told = ws.audit.entries(last=True, limit=1)[0]
    assert (told["action"], told["actor_name"]) == ("audit.export", "Ada")
    assert told["after"] == {"format": "csv", "entries": len(every)}
    found = [json.loads(line) for line in ws.audit.export("json").splitlines()]
    assert found == [*every, told]
    with pytest.raises(UnknownNameError, match="csv"):
        ws.audit.export("xlsx")
    assert len(ws.audit) == len(every) + 2


def test_an_entry_says_from_where(
    ws: Workspace, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = (
        ("/x/bin/mindzie", "command", "mindzie"),
        ("/x/mindzie/__main__.py", "command", "mindzie"),
        ("/x/ipykernel_launcher.py", "notebook", "ipykernel"),
        ("/x/nightly.py", "program", "nightly.py"),
        ("-c", "program", None),
        ("\ud800", "program", None),
    )
    for number, (program, surface, name) in enumerate(said):
        monkeypatch.setattr(sys, "argv", [program, "--password", "canary"])
        ws.projects.create(f"from {number}")
        origin = ws.audit.entries(last=True, limit=1)[0]["origin"]
        assert (origin["surface"], origin.get("program")) == (surface, name)
        assert origin["host"]
        assert "client" not in origin
        assert "canary" not in str(origin)
    monkeypatch.setenv("MINDZIE_CLIENT", " 198.51.100.7 ")
    ws.projects.create("from afar")
    assert ws.audit.entries(last=True, limit=1)[0]["origin"]["client"] == "198.51.100.7"
    rows = list(csv.DictReader(io.StringIO(ws.audit.export("csv"))))
    assert json.loads(rows[-1]["origin"])["client"] == "198.51.100.7"
    assert ws.audit.verify()["whole"]

    def moved(session: Session) -> None:
        entry = session.scalars(
            select(AuditEntry).order_by(AuditEntry.number.desc()).limit(2)
        ).all()[1]
        session.execute(
            update(AuditEntry)
            .where(AuditEntry.number == entry.number)
            .values(origin={**entry.origin, "client": "203.0.113.9"})
        )

    tampered(place, ws, moved)
    (fault,) = ws.audit.verify()["faults"]
    assert fault.endswith("was altered")


@pytest.mark.parametrize("year", [1, 9999])
def test_a_moment_of_no_year_is_refused(ws: Workspace, year: int) -> None:
    zone = timezone(timedelta(hours=14 if year == 1 else -14))
    moment = datetime(year, 1 if year == 1 else 12, 1 if year == 1 else 31, 12, tzinfo=zone)
    moment = moment.replace(hour=0 if year == 1 else 23)
    for name in ("since", "until"):
        with pytest.raises(SettingError, match=f"{name}.*outside of the years 1 to 9999"):
            ws.audit.entries(**{name: moment})
    with pytest.raises(
        SettingError, match=r"expires_at .*outside of the years 1 to 9999|moment to come"
    ):
        ws.service_accounts.create("robot").new_key("night", moment)
