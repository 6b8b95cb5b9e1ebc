"""One's own local account: its password and its second factor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pyotp
from sqlalchemy import select

from mindzie.access.accounts import (
    closed,
    code_of,
    counted,
    hashed_password,
    matches,
    recovery_codes,
    step_of,
)
from mindzie.access.door import Door, Visit
from mindzie.access.secrets import ring_of, seal, unsealed
from mindzie.core.errors import ForbiddenError, NotFoundError, SettingError, SignInError
from mindzie.store.models import LocalAccount, Secret, User
from mindzie.store.types import new_id

T = TypeVar("T")
_ISSUER = "Mindzie"
_OWN = "\x1f"
"""Begins the names of the workspace's own secrets: people's have no such letter, so they never take one."""
_WRONG = "The password is wrong, or the account is closed for a while after wrong attempts: nothing was changed."


class Account:
    """How the workspace's user signs in, where that is with a local account.

    Parameters
    ----------
    door : Door
        Of the workspace.
    """

    def __init__(self, door: Door) -> None:
        self._door = door

    @property
    def facts(self) -> dict[str, Any]:
        """Name to sign in with, whether there is a second factor, and how many recovery codes are left."""
        with self._door.reading() as visit:
            row = account_of(visit, visit.actor.id)
            return {
                "login": row.login,
                "second_factor": row.totp_secret_id is not None,
                "recovery_codes": len(row.recovery_hashes),
            }

    def change_password(self, old: str, new: str) -> None:
        """Take another password.

        Parameters
        ----------
        old : str
            The one until now.
        new : str
            At least 12 letters.

        Raises
        ------
        SignInError
            Where the old one is wrong; it counts as at signing in, and closes the account for a while after five.
        SettingError
            Where the new one is too short.
        """
        hashed = hashed_password(new)

        def change(visit: Visit, row: LocalAccount) -> None:
            row.password_hash = hashed
            visit.note("users.change_password", "user", visit.session.get(User, row.user_id))

        self._proven(old, change)

    def _proven(self, password: str, act: Callable[[Visit, LocalAccount], T]) -> T:
        with self._door.writing() as visit:
            row = account_of(visit, visit.actor.id)
            was_closed = closed(row)
            if counted(row, right=matches(row.password_hash, password)):
                return act(visit, row)
            if not was_closed:  # else the log would grow with every attempt
                visit.note("users.refused", "user", visit.session.get(User, row.user_id))
        raise SignInError(_WRONG)  # after the attempt is kept

    def new_second_factor(self, password: str) -> str:
        """Make a second factor, which is asked for once ``confirm_second_factor`` has seen a code of it.

        Parameters
        ----------
        password : str
            To show that it is oneself.

        Returns
        -------
        str
            ``otpauth://...``, as an authenticator reads it from a picture; shown this once.

        Raises
        ------
        SignInError
            Where the password is wrong, as for ``change_password``.
        """
        word = pyotp.random_base32()

        def keep(visit: Visit, account: LocalAccount) -> str:
            _drop_waiting(visit, account)
            row = Secret(id=new_id(), tenant_id=visit.tenant, name=_waiting(account), own=True)
            seal(row, word.encode(), ring_of(self._door))
            visit.session.add(row)
            visit.session.flush()
            user = visit.session.get(User, account.user_id)
            visit.note("users.new_second_factor", "user", user)
            return account.login

        login = self._proven(password, keep)
        return pyotp.TOTP(word).provisioning_uri(name=login, issuer_name=_ISSUER)

    def confirm_second_factor(self, code: str) -> list[str]:
        """Ask for the second factor from now on.

        Parameters
        ----------
        code : str
            What the authenticator shows.

        Returns
        -------
        list of str
            Recovery codes, each good for one sign-in without the authenticator; shown this once.

        Raises
        ------
        SignInError
            Where the code is not that of the new second factor.
        """
        with self._door.writing() as visit:
            account = account_of(visit, visit.actor.id)
            waiting = _find_waiting(visit, account)
            if waiting is None:
                raise SettingError("Make a second factor first, with new_second_factor().")
            word = unsealed(waiting, ring_of(self._door)).decode()
            step = step_of(word, code_of(code))
            if step is None:
                raise SignInError(
                    "This is not the code of the new second factor: see that the clock is right."
                )
            codes, kept = recovery_codes()
            _drop_factor(visit, account)
            waiting.name = f"{_OWN}second factor of {account.user_id}"
            account.totp_secret_id, account.recovery_hashes = waiting.id, kept
            account.totp_last_step = step
            visit.session.flush()
            visit.note("users.add_second_factor", "user", visit.session.get(User, account.user_id))
        return codes

    def drop_second_factor(self, password: str) -> None:
        """Ask for no second factor any more.

        Parameters
        ----------
        password : str
            To show that it is oneself.

        Raises
        ------
        SignInError
            Where the password is wrong, as for ``change_password``.
        """

        def drop(visit: Visit, row: LocalAccount) -> None:
            _drop_factor(visit, row)
            visit.note("users.drop_second_factor", "user", visit.session.get(User, row.user_id))

        self._proven(password, drop)


def account_of(visit: Visit, user: Any) -> LocalAccount:
    """Return the row of a user's local account; what a dashboard runs does not learn how its reader signs in."""
    if visit.actor.grant is not None:
        raise ForbiddenError("A dashboard has nothing to do with how its reader signs in.")
    chosen = select(LocalAccount).where(LocalAccount.user_id == user)
    found = visit.session.scalars(chosen).one_or_none()
    if found is None:
        raise NotFoundError(
            "There is no local account: the organisation's sign-in is used, or it is a program."
        )
    return found


def reset(visit: Visit, user: Any, password: str) -> None:
    """Give a user's account a new password, no second factor, and open it."""
    account = account_of(visit, user)
    account.password_hash = hashed_password(password)
    account.failures, account.locked_until = 0, None
    _drop_factor(visit, account)


def forget(visit: Visit, user: Any) -> None:
    """Remove a user's local account with all secrets of it, where there is one."""
    chosen = select(LocalAccount).where(LocalAccount.user_id == user)
    account = visit.session.scalars(chosen).one_or_none()
    if account is not None:
        _drop_waiting(visit, account)
        _drop_factor(visit, account)
        visit.session.delete(account)
        visit.session.flush()


def _drop_factor(visit: Visit, account: LocalAccount) -> None:
    old, account.totp_secret_id, account.totp_last_step = account.totp_secret_id, None, None
    account.recovery_hashes = []
    visit.session.flush()
    if old is not None:
        visit.session.delete(visit.session.get_one(Secret, old))
        visit.session.flush()


def _waiting(account: LocalAccount) -> str:
    return f"{_OWN}new second factor of {account.user_id}"


def _find_waiting(visit: Visit, account: LocalAccount) -> Secret | None:
    chosen = select(Secret).where(Secret.name == _waiting(account), Secret.own)
    return visit.session.scalars(chosen).one_or_none()


def _drop_waiting(visit: Visit, account: LocalAccount) -> None:
    found = _find_waiting(visit, account)
    if found is not None:
        visit.session.delete(found)
        visit.session.flush()
