"""Local accounts: closed after wrong attempts for longer and longer, codes good once, and one refusal for all."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import argon2
import pyotp
import pytest
from sqlalchemy import select

from mindzie.access import accounts
from mindzie.access.accounts import sign_in
from mindzie.access.entrance import Place
from mindzie.access.identity import Identity
from mindzie.access.invitations import accept
from mindzie.access.keyring import as_text, new_key
from mindzie.access.workspace import Workspace
from mindzie.core.errors import KeyRingError, NotFoundError, SettingError, SignInError
from mindzie.store.database import Scope
from mindzie.store.models import LocalAccount, Secret
from tests.access.installing import keys, place, tenant

__all__ = ["keys", "place"]
PASSWORD, WRONG = "correct horse battery", "wrong horse battery!"
LOGIN = "ben@acme.example"


class Clock:
    """The time that accounts go by: it stands still until it is moved."""

    def __init__(self) -> None:
        self.at = datetime(2024, 2, 29, 12, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def time(self) -> float:
        return self.at.timestamp()

    def passes(self, **span: float) -> None:
        self.at += timedelta(**span)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Return the clock of accounts, with hashes that are made fast."""
    clock = Clock()
    fast = argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "now", clock.now)
    monkeypatch.setattr(time, "time", clock.time)
    monkeypatch.setattr(accounts, "_HASHER", fast)
    monkeypatch.setattr(accounts, "_NOBODY", fast.hash("nobody"))
    return clock


@pytest.fixture
def ws(place: Place, clock: Clock) -> Workspace:
    """Return the workspace of the tenant admin, with Ben who has a local account."""
    ws = tenant(place)
    accept(ws.invite(LOGIN), name="Ben", password=PASSWORD, url=place)
    return ws


def comes(place: Place, password: str = PASSWORD, code: str = "", login: str = LOGIN) -> Identity:
    return sign_in("acme", login, password, code, url=place)


def refused(place: Place, *said: str, **more: str) -> str:
    with pytest.raises(SignInError) as caught:
        comes(place, *said, **more)
    return str(caught.value)


def bens(place: Place) -> Workspace:
    return Workspace.open(place, comes(place))


def row(place: Place) -> LocalAccount:
    with place.database.reading(Scope(None)) as session:
        return session.scalars(select(LocalAccount)).one()


def test_an_account_closes_for_longer_and_longer_up_to_an_hour(
    place: Place, ws: Workspace, clock: Clock
) -> None:
    for _ in range(4):
        refused(place, WRONG)
    comes(place)  # and the count begins anew
    for _ in range(4):
        refused(place, WRONG)
    assert row(place).locked_until is None
    waits = []
    for _ in range(9):
        refused(place, WRONG)
        until = row(place).locked_until
        assert until is not None
        waits.append(int((until - clock.now()).total_seconds() / 60))
        count = row(place).failures
        clock.at = until - timedelta(seconds=1)
        refused(place)  # the right one, too early: not let in, not counted
        assert (row(place).failures, row(place).locked_until) == (count, until)
        clock.passes(seconds=1)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert comes(place).tenant == "acme"
    assert (row(place).failures, row(place).locked_until) == (0, None)
    told = ws.audit.entries(action="users.refused")
    assert len(told) == 4 + 4 + 9  # attempts on a closed account do not fill the log
    assert sum("closed_until" in (entry["after"] or {}) for entry in told) == 9
    assert {entry["actor_name"] for entry in told} == {"Ben"}


def test_whoever_is_refused_reads_the_same(place: Place, ws: Workspace, clock: Clock) -> None:
    said = {
        refused(place, WRONG),
        refused(place, login="nobody@acme.example"),
        refused(place, "", login=""),
        refused(place, "x" * 5_000),
        refused(place, PASSWORD + "\0"),
        *(refused(place, WRONG) for _ in range(5)),
        refused(place),
    }
    clock.passes(hours=1)
    with pytest.raises(SignInError) as caught:
        sign_in("nowhere", LOGIN, PASSWORD, url=place)
    next(user for user in ws.users if user.name == "Ben").stop()
    said |= {str(caught.value), refused(place)}
    assert len(said) == 1, said


ODD: tuple[Any, ...] = (
    "\ud800",
    "\0",
    "1" * 100_000,
    "".join(chr(0xFF10 + each) for each in range(6)),
    "".join(chr(0x660 + each) for each in range(6)),
    None,
    123_456,
    b"1",
    [],
    "é",
)


def test_odd_codes_do_not_tell_that_the_password_was_right(
    place: Place, ws: Workspace, clock: Clock
) -> None:
    ben = bens(place)
    machine = pyotp.parse_uri(ben.account.new_second_factor(PASSWORD))
    assert isinstance(machine, pyotp.TOTP)
    for odd in ODD:
        with pytest.raises(SignInError, match="not the code"):
            ben.account.confirm_second_factor(odd)
    ben.account.confirm_second_factor(machine.at(clock.now()))
    clock.passes(minutes=1)
    wide = machine.at(clock.now()).translate({48 + each: 0xFF10 + each for each in range(10)})
    said = {refused(place, WRONG)}
    for odd in (*ODD, wide):
        clock.passes(hours=2)
        before = row(place).failures
        said |= {refused(place, PASSWORD, odd)}
        assert row(place).failures == before + 1
    clock.passes(hours=2)
    assert row(place).totp_last_step is not None
    for odd in ODD:
        said |= {refused(place, odd), refused(place, login=odd)}
        with pytest.raises(SignInError) as caught:
            sign_in(odd, LOGIN, PASSWORD, url=place)
        said.add(str(caught.value))
        clock.passes(hours=2)
    assert len(said) == 1
    comes(place, PASSWORD, machine.at(clock.now()))


def test_everybody_who_is_refused_waits_for_one_hash(
    place: Place, ws: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, hasher = list[str](), accounts._HASHER

    class Counting:
        check_needs_rehash = hasher.check_needs_rehash

        def verify(self, kept: str, password: str) -> bool:
            looked.append(kept)
            return hasher.verify(kept, password)

    monkeypatch.setattr(accounts, "_HASHER", Counting())
    kept = row(place).password_hash
    for _ in range(5):
        refused(place, WRONG)
    assert looked == [kept] * 5
    entries = len(ws.audit)
    for _ in range(3):
        refused(place)  # closed: the right password is not even looked at
        refused(place, login="nobody")
        refused(place, login="\ud800")
    assert looked[5:] == [accounts._NOBODY] * 9
    assert len(ws.audit) == entries


def test_the_password_of_ones_own_account_cannot_be_guessed_either(
    place: Place, ws: Workspace, clock: Clock
) -> None:
    ben, before = bens(place), row(place).password_hash
    acts: list[Any] = [
        lambda said: ben.account.change_password(said, PASSWORD + "2"),
        ben.account.new_second_factor,
        ben.account.drop_second_factor,
    ]
    said = set()
    for act in (*acts, *acts[:2]):
        with pytest.raises(SignInError) as caught:
            act(WRONG)
        said.add(str(caught.value))
    assert row(place).failures == 5
    for act in acts:
        with pytest.raises(SignInError) as caught:
            act(PASSWORD)
        said.add(str(caught.value))
    refused(place)  # closed here is closed there
    assert len(said) == 1
    assert row(place).password_hash == before
    clock.passes(minutes=1)
    acts[0](PASSWORD)
    assert row(place).failures == 0
    comes(place, PASSWORD + "2")
    assert ws.audit.verify()["whole"]
    with pytest.raises(SettingError, match="12 to"):
        ben.account.change_password(PASSWORD + "2", "short")


def test_a_code_is_good_once(place: Place, ws: Workspace, clock: Clock) -> None:
    ben = bens(place)
    first = pyotp.parse_uri(ben.account.new_second_factor(PASSWORD))
    comes(place)  # it is not asked for before it is confirmed
    machine = pyotp.parse_uri(ben.account.new_second_factor(PASSWORD))
    assert isinstance(first, pyotp.TOTP)
    assert isinstance(machine, pyotp.TOTP)
    for bad in (first.at(clock.now()), "000000", "", "nothing"):
        with pytest.raises(SignInError):
            ben.account.confirm_second_factor(bad)
    used = machine.at(clock.now())
    codes = ben.account.confirm_second_factor(used)
    refused(place)
    refused(place, PASSWORD, used)
    clock.passes(seconds=30)
    after = machine.at(clock.now())
    comes(place, PASSWORD, f"{after[:3]} {after[3:]}")
    refused(place, PASSWORD, after)
    clock.passes(minutes=10)
    late = machine.at(clock.now() - timedelta(minutes=1))
    refused(place, PASSWORD, late)
    comes(place, PASSWORD, machine.at(clock.now() + timedelta(seconds=30)))
    refused(place, PASSWORD, machine.at(clock.now()))  # older than the last one
    assert len(set(codes)) == 10
    assert ben.account.facts == {"login": LOGIN, "second_factor": True, "recovery_codes": 10}


def test_nobody_takes_the_name_of_a_second_factor(
    place: Place, ws: Workspace, clock: Clock
) -> None:
    ben = bens(place)
    names = [f"{new}second factor of {ben.me['id']}" for new in ("new ", "")]
    taken = [ws.secrets.keep(name, "mine") for name in names]
    machine = pyotp.parse_uri(ben.account.new_second_factor(PASSWORD))
    assert isinstance(machine, pyotp.TOTP)
    ben.account.confirm_second_factor(machine.at(clock.now()))
    assert sorted(ws.secrets.names()) == sorted(names)
    for secret in taken:
        secret.replace("other")
        secret.delete()
    for name in names:
        with pytest.raises(SettingError, match="name"):
            ws.secrets.keep(f"\x1f{name}", "mine")
    clock.passes(minutes=1)
    refused(place)
    comes(place, PASSWORD, machine.at(clock.now()))
    project = ws.projects.create("sales")
    with place.database.reading(Scope(None)) as session:
        own = session.scalars(select(Secret).where(Secret.own)).one().id
    for act in (
        lambda: ws.secrets[own],
        lambda: project.connectors.create("x", kind="x", settings={}, secret_id=own),
    ):
        with pytest.raises(NotFoundError):
            act()


def test_a_recovery_code_is_good_once(place: Place, ws: Workspace, clock: Clock) -> None:
    ben = bens(place)
    machine = pyotp.parse_uri(ben.account.new_second_factor(PASSWORD))
    assert isinstance(machine, pyotp.TOTP)
    codes = ben.account.confirm_second_factor(machine.at(clock.now()))
    refused(place, WRONG, codes[0])  # not spent by who has no password
    for code in codes:
        comes(place, PASSWORD, code.upper())
        refused(place, PASSWORD, code)
    assert ben.account.facts["recovery_codes"] == 0
    ben.account.drop_second_factor(PASSWORD)
    comes(place)
    with place.database.reading(Scope(None)) as session:
        assert session.scalars(select(Secret)).all() == []


def test_an_account_of_a_weaker_time_is_hashed_anew(
    place: Place, ws: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = row(place).password_hash
    stronger = argon2.PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(accounts, "_HASHER", stronger)
    refused(place, WRONG)
    assert row(place).password_hash == old
    comes(place)
    new = row(place).password_hash
    assert not stronger.check_needs_rehash(new)
    comes(place)
    assert row(place).password_hash == new


def test_a_reset_account_opens_without_its_second_factor(
    place: Place, ws: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = bens(place).account
    machine = pyotp.parse_uri(account.new_second_factor(PASSWORD))
    assert isinstance(machine, pyotp.TOTP)
    account.confirm_second_factor(machine.at(clock.now()))
    for _ in range(5):
        refused(place, WRONG)
    next(user for user in ws.users if user.name == "Ben").reset_account(PASSWORD + "3")
    refused(place)
    comes(place, PASSWORD + "3")
    with pytest.raises(SettingError, match="new_second_factor"):
        account.confirm_second_factor("000000")
    monkeypatch.setenv("MINDZIE_KEYS", "none")
    with pytest.raises(KeyRingError):
        account.new_second_factor(PASSWORD + "3")
    assert not account.facts["second_factor"]


def test_a_lost_key_does_not_tell_that_a_password_is_right(
    place: Place, ws: Workspace, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = bens(place).account
    machine = pyotp.parse_uri(account.new_second_factor(PASSWORD))
    assert isinstance(machine, pyotp.TOTP)
    codes = account.confirm_second_factor(machine.at(clock.now()))
    clock.passes(minutes=2)
    with monkeypatch.context() as lost:
        lost.setenv("MINDZIE_KEYS", as_text(new_key()))
        said = {refused(place, word, machine.at(clock.now())) for word in (WRONG, PASSWORD)}
        assert len(said) == 1
        assert row(place).failures == 2
        told = [entry["after"] for entry in ws.audit.entries(action="users.refused")]
        assert told == [{"second_factor": "no key opens it; `mindzie admin check` says more"}] * 2
        comes(place, PASSWORD, codes[0])  # which needs no key
        lost.setenv("MINDZIE_KEYS", "none")
        assert {refused(place, word, machine.at(clock.now())) for word in (WRONG, PASSWORD)} == said
    comes(place, PASSWORD, machine.at(clock.now()))
