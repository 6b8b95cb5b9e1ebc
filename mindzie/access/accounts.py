"""Local accounts: signing in with a password, and a second factor, where there is no single sign-on."""

from __future__ import annotations

import hashlib
import secrets
import time
from datetime import timedelta
from typing import Any, Final

import argon2
import pyotp
from sqlalchemy import select

from mindzie.access import audit
from mindzie.access.entrance import Place, place_of
from mindzie.access.identity import LOCAL, Actor, Identity, storable
from mindzie.access.secrets import ring_of, unsealed
from mindzie.core.errors import ConflictError, KeyRingError, SettingError, SignInError
from mindzie.store.database import Scope
from mindzie.store.models import LocalAccount, Secret, Tenant, User
from mindzie.store.types import new_id, now

SHORTEST: Final = 12
LONGEST: Final = 1_024
FREE_TRIES: Final = 5
"""Wrong attempts before an account is closed for a while."""
FIRST_WAIT: Final = timedelta(minutes=1)
LAST_WAIT: Final = timedelta(hours=1)
CODES: Final = 10
_STEP: Final = 30
_HASHER: Final = argon2.PasswordHasher()
_NOBODY: Final = _HASHER.hash(secrets.token_urlsafe())
_REFUSED: Final = "The name, the password or the code is wrong, or the account is closed for a while after wrong attempts: try again later, or ask an administrator."


def sign_in(
    tenant: str, login: str, password: str, code: str = "", url: str | Place | None = None
) -> Identity:
    """Return who somebody is, where name, password and code are right.

    After five wrong attempts in a row the account is closed for a minute, then for two, up to an hour. Who is refused is not
    told which part was wrong.

    Parameters
    ----------
    tenant : str
        Name of the organisation.
    login : str
        What the person types as name.
    password : str
        The password.
    code : str
        Of the second factor, or one of the recovery codes; for accounts that have one.
    url : str, optional
        Of the database.

    Returns
    -------
    Identity
        For ``Workspace.open``.

    Raises
    ------
    SignInError
        Where anything is wrong.
    """
    place = place_of(url)
    with place.database.reading(Scope(None)) as session:
        found = _account(session, tenant, login)
        is_open = found is not None and not closed(found[1])
    if not is_open:
        matches(_NOBODY, password)  # it takes as long as where there is an account
    elif entered := _let_in(place, tenant, login, password, code):
        return entered
    raise SignInError(_REFUSED)


def _let_in(place: Place, tenant: str, login: str, password: str, code: object) -> Identity | None:
    with place.database.writing(Scope(None)) as session:
        found = _account(session, tenant, login)
        if found is None:
            return None
        user, account = found
        audit.lock(session, user.tenant_id)
        session.refresh(account)
        # of many who try at once, those after the last free one are not looked at
        was_closed = closed(account)
        right = matches(_NOBODY if was_closed else account.password_hash, password)
        if was_closed:
            return None
        word = _word(session, place, account)
        passed = _tried(account, right=right, code=code, password=password, word=word)
        told = _told(account, word)
        actor = Actor("user", user.id, user.name)
        action = "users.sign_in" if passed else "users.refused"
        audit.write(session, user.tenant_id, actor, action, kind="user", row=user, after=told)
    return Identity(tenant, LOCAL, user.subject) if passed else None


def _account(session: Any, tenant: str, login: str) -> tuple[User, LocalAccount] | None:
    if not (_typed(tenant) and _typed(login)):
        return None
    chosen = (
        select(User, LocalAccount)
        .join(LocalAccount, LocalAccount.user_id == User.id)
        .join(Tenant, Tenant.id == User.tenant_id)
        .where(Tenant.name == tenant, LocalAccount.login == _folded(login))
        .where(User.active, Tenant.active)
    )
    row = session.execute(chosen).one_or_none()
    return None if row is None else (row[0], row[1])


def _word(session: Any, place: Place, account: LocalAccount) -> str | None:
    """Return what the codes of a second factor are made of; None where there is none, or no key opens it."""
    if account.totp_secret_id is None:
        return None
    row = session.get_one(Secret, account.totp_secret_id)
    try:
        return unsealed(row, ring_of(place)).decode()
    except KeyRingError:  # an error of its own would say that the password was right
        return None


def _told(account: LocalAccount, word: str | None) -> dict[str, str] | None:
    said = {}
    if account.locked_until is not None:
        said["closed_until"] = account.locked_until.isoformat()
    if account.totp_secret_id is not None and word is None:
        said["second_factor"] = "no key opens it; `mindzie admin check` says more"
    return said or None


def _tried(
    account: LocalAccount, *, right: bool, code: object, password: str, word: str | None
) -> bool:
    # a code is good once: it is not spent where the rest is wrong
    if right and account.totp_secret_id is not None:
        right = _code_fits(account, code, word)
    if not counted(account, right=right):
        return False
    if _HASHER.check_needs_rehash(account.password_hash):
        account.password_hash = _HASHER.hash(password)
    return True


def counted(account: LocalAccount, *, right: bool) -> bool:
    """Count an attempt, and return whether it passes: never while the account is closed for a while."""
    moment = now()
    if closed(account):
        return False
    if right:
        account.failures, account.locked_until = 0, None
        return True
    account.failures += 1
    if account.failures >= FREE_TRIES:
        rounds = min(account.failures - FREE_TRIES, 16)
        account.locked_until = moment + min(FIRST_WAIT * 2**rounds, LAST_WAIT)
    return False


def closed(account: LocalAccount) -> bool:
    """Return whether an account is closed for a while after wrong attempts."""
    return account.locked_until is not None and account.locked_until > now()


def matches(kept: str, password: str) -> bool:
    """Return whether a password is the one that a hash was made of."""
    if not _typed(password):
        password = ""
    try:
        return _HASHER.verify(kept, password)
    except (argon2.exceptions.VerificationError, argon2.exceptions.InvalidHashError):
        return False


def code_of(said: object) -> str:
    """Return a code as it is compared, without spaces; empty for what is none, such as digits of other scripts."""
    found = said.replace(" ", "").strip() if isinstance(said, str) else ""
    return found if found.isascii() and len(found) <= LONGEST else ""


def _typed(said: object) -> bool:
    return isinstance(said, str) and len(said) <= LONGEST and storable(said)


def step_of(word: str, code: str, last: int | None = None) -> int | None:
    """Return the half minute that a code of a second factor is of, near now and after the last one used."""
    machine, step = pyotp.TOTP(word, interval=_STEP), int(time.time()) // _STEP
    for near in (step - 1, step, step + 1):
        fresh = last is None or near > last
        if fresh and pyotp.utils.strings_equal(machine.at(near * _STEP), code):
            return near
    return None


def _code_fits(account: LocalAccount, said: object, word: str | None) -> bool:
    code = code_of(said)
    step = None if word is None else step_of(word, code, account.totp_last_step)
    if step is not None:
        account.totp_last_step = step
        return True
    mark = _hash_of_code(code)
    if mark in account.recovery_hashes:
        account.recovery_hashes = [kept for kept in account.recovery_hashes if kept != mark]
        return True
    return False


def add_account(session: Any, tenant: Any, login: str, password: str, **facts: Any) -> User:
    """Make a user with a local account, in a transaction.

    Parameters
    ----------
    session : Session
        Of the tenant or the operator.
    tenant : UUID
        Whose user.
    login : str
        Unique in the tenant.
    password : str
        At least 12 letters.
    **facts
        ``name`` and ``email``.

    Returns
    -------
    User
        The row.
    """
    name = _folded(login)
    if not name or len(name) > 320 or not storable(name):  # noqa: PLR2004 - the column's
        raise SettingError("A name to sign in with has 1 to 320 letters.")
    taken = select(LocalAccount).where(LocalAccount.tenant_id == tenant, LocalAccount.login == name)
    if session.scalars(taken).first() is not None:
        raise ConflictError(f"The name {login!r} is taken: choose another one.")
    hashed = hashed_password(password)
    user = User(tenant_id=tenant, provider=LOCAL, subject=str(new_id()), **facts)
    session.add(user)
    session.flush()
    account = LocalAccount(
        tenant_id=tenant, user_id=user.id, login=name, password_hash=hashed, recovery_hashes=[]
    )
    session.add(account)
    session.flush()
    return user


def hashed_password(password: str) -> str:
    """Return what is kept of a new password (argon2id); a short one is refused."""
    if (
        not isinstance(password, str)
        or not SHORTEST <= len(password) <= LONGEST
        or not storable(password)
    ):
        raise SettingError(f"A password has {SHORTEST} to {LONGEST:,} letters.")
    return _HASHER.hash(password)


def recovery_codes() -> tuple[list[str], list[str]]:
    """Return new recovery codes, and what is kept of them."""
    codes = ["-".join(secrets.token_hex(3) for _ in range(3)) for _ in range(CODES)]
    return codes, [_hash_of_code(code) for code in codes]


def _hash_of_code(code: str) -> str:
    # 72 random bits: a slow hash would protect nothing
    return hashlib.sha256(code.lower().encode()).hexdigest()


def _folded(login: str) -> str:
    return str(login).strip().casefold()
