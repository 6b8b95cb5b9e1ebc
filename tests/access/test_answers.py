"""Every public member, called by everybody, on their own tenant's objects and on another's: as the table says."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from mindzie.access.entrance import Place
from mindzie.access.identity import Actor
from mindzie.core.errors import (
    ConflictError,
    ForbiddenError,
    MindzieError,
    NotFoundError,
    SettingError,
    SignInError,
)
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, AuditHead
from tests.access.calls import CALLS, Caller, expected
from tests.access.conftest import Built
from tests.access.world import ADMIN, COLUMNS, opened

TABLE = Path(__file__).with_name("answers.csv")
ELSEWHERE = "another tenant's"
OK, REFUSED, HIDDEN, CLOSED, NONE = "ok", "refused", "not found", "signed out", "-"
ANSWERS: dict[type[MindzieError], str] = {
    ForbiddenError: "forbidden",
    NotFoundError: HIDDEN,
    SignInError: CLOSED,
    SettingError: REFUSED,
    ConflictError: REFUSED,
}
COMPARED = {"operator", ADMIN, "shared manage"}
WITH_FILES = {"Workspace.publish"} | {
    f"{one}.delete" for one in ("version", "dataset", "project", "investigation")
}
WITH_FILES |= {"dataset.publish", "import job.run", "import job.mend"}
ENTRIES = {
    "import job.run": 2,
    "run.run": 2,
    "investigation.run": 3,
    "import job.mend": 4,
    "Workspace.open": 0,
    "Workspace.publish": 2,
    "project.publish": 2,
    "Account.confirm_second_factor": 2,
}
"""How many acts a call is, where it is not one."""
BOTH = [(backend, who) for backend in ("sqlite", "postgresql") for who in COLUMNS]
ROWS = list(csv.DictReader(io.StringIO(TABLE.read_text("utf-8"))))
EXPECTED = {row["member"]: row for row in ROWS}


def test_the_table_has_every_member_and_no_other() -> None:
    assert expected() <= set(CALLS), "a public member that no call is made of"
    assert set(CALLS) == set(EXPECTED), (
        "tests/access/answers.csv says nothing of these, or too much"
    )
    assert len(ROWS) == len(EXPECTED)
    for row in ROWS:
        assert set(row) == {"member", *COLUMNS, ELSEWHERE}
        assert set(row.values()) - {row["member"]} <= {*ANSWERS.values(), OK, NONE}


def answer(call: Any, caller: Caller) -> tuple[str, str]:
    """Return what somebody is answered, and in which words."""
    try:
        call(caller)
    except MindzieError as error:
        return ANSWERS[type(error)], f"{type(error).__name__}: {error}"
    return OK, ""


def heads(place: Place) -> dict[UUID, int]:
    """Return how many acts every tenant's audit log has."""
    with place.database.reading(Scope(None)) as session:
        return {head.tenant_id: head.number for head in session.scalars(select(AuditHead))}


def new_entries(place: Place, before: dict[UUID, int]) -> list[Actor]:
    """Return who is said to have done what was written since then, in any tenant."""
    found = list[Actor]()
    with place.database.reading(Scope(None)) as session:
        for tenant, number in before.items():
            later = AuditEntry.number > number, AuditEntry.tenant_id == tenant
            for entry in session.scalars(select(AuditEntry).where(*later)):
                found.append(Actor(entry.actor_kind, entry.actor_id, entry.actor_name))
    return found


def new_acts(place: Place, before: dict[UUID, int]) -> list[str]:
    """Return what was written since then, in any tenant."""
    with place.database.reading(Scope(None)) as session:
        rows = session.scalars(select(AuditEntry)) if heads(place) != before else ()
        return [row.action for row in rows if row.number > before.get(row.tenant_id, 0)]


def caller_of(built: Built, place: Place, who: str, tenant: str, **more: Any) -> Caller:
    """Return somebody of "acme" who calls for objects of a tenant."""
    caller = Caller(built.workspace(place, who), built.targets[tenant], built.log, **more)
    caller.reopen = lambda: opened(place, built.world, "acme", who)
    return caller


@pytest.mark.parametrize(("backend", "who"), BOTH, indirect=["backend"])
def test_answers_on_the_own_tenants_objects(built: Built, tmp_path: Path, who: str) -> None:
    said = {}
    with built.undone() as place:
        caller, before = caller_of(built, place, who, "acme"), heads(place)
        for name, (changes, call) in CALLS.items():
            if not changes or EXPECTED[name][who] != OK:
                said[name], _ = answer(call, caller)
        assert new_acts(place, before) == [], "something refused, or a mere look, changed something"
        assert heads(place) == before
    for name, (_, call) in CALLS.items():
        if name not in said:
            with built.undone(tmp_path / "copy" if name in WITH_FILES else None) as place:
                caller, before = caller_of(built, place, who, "acme"), heads(place)
                said[name], words = answer(call, caller)
                assert said[name] == OK, f"{name}: {words}"
                written = [replace(caller.ws._door.actor, key=None)] * ENTRIES.get(name, 1)
                assert new_entries(place, before) == written, f"{name} is not in the audit log"
    assert said == {name: row[who] for name, row in EXPECTED.items()}


@pytest.mark.parametrize(("backend", "who"), BOTH, indirect=["backend"])
def test_answers_on_another_tenants_objects(built: Built, who: str) -> None:
    said = {}
    with built.undone() as place:
        before = heads(place)
        theirs = caller_of(built, place, who, "globex")
        ghosts = caller_of(built, place, who, "globex", ghostly=True)
        for name, (_, call) in CALLS.items():
            if EXPECTED[name][ELSEWHERE] == NONE:
                continue
            theirs.used.clear()
            said[name], words = answer(call, theirs)
            assert theirs.used or who == "stopped", f"{name} asked for nothing of the other tenant"
            if who in COMPARED:
                never = answer(call, ghosts)[1]
                assert nameless(words) == nameless(never), "it tells what exists from what not"
        assert heads(place) == before
    assert said == {
        name: CLOSED if who == "stopped" else EXPECTED[name][ELSEWHERE] for name in said
    }


def nameless(words: str) -> str:
    """Return a message without identifiers."""
    return re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "ID", words)
