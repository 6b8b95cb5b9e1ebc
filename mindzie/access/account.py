"""One's own local account: its password and its second factor."""

from __future__ import annotations

from typing import Any

import pyotp
from sqlalchemy import select

from mindzie.access.accounts import hashed_password, matches, recovery_codes
from mindzie.access.door import Door, Visit
from mindzie.access.secrets import ring_of, seal, unsealed
from mindzie.core.errors import NotFoundError, SettingError, SignInError
from mindzie.store.models import LocalAccount, Secret, User
from mindzie.store.types import new_id

_ISSUER = "Mindzie"


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
            Where the old one is wrong.
        SettingError
            Where the new one is too short.
        """
        hashed = hashed_password(new)
        with self._door.writing() as visit:
            row = _proven(visit, old)
            row.password_hash = hashed
            visit.note("users.change_password", "user", visit.session.get(User, row.user_id))

    def new_second_factor(self) -> str:
        """Make a second factor, which is asked for once ``confirm_second_factor`` has seen a code of it.

        Returns
        -------
        str
            ``otpauth://...``, as an authenticator reads it from a picture; shown this once.
        """
        word = pyotp.random_base32()
        with self._door.writing() as visit:
            account = account_of(visit, visit.actor.id)
            _drop_waiting(visit, account)
            row = Secret(id=new_id(), tenant_id=visit.tenant, name=_waiting(account), own=True)
            seal(row, word.encode(), ring_of(self._door))
            visit.session.add(row)
            visit.session.flush()
            user = visit.session.get(User, account.user_id)
            visit.note("users.new_second_factor", "user", user)
            login = account.login
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
            machine = pyotp.TOTP(unsealed(waiting, ring_of(self._door)).decode())
            if not machine.verify(str(code).replace(" ", ""), valid_window=1):
                raise SignInError(
                    "This is not the code of the new second factor: see that the clock is right."
                )
            codes, kept = recovery_codes()
            _drop_factor(visit, account)
            waiting.name = f"second factor of {account.user_id}"
            account.totp_secret_id, account.recovery_hashes = waiting.id, kept
            visit.session.flush()
            visit.note("users.add_second_factor", "user", visit.session.get(User, account.user_id))
        return codes

    def drop_second_factor(self, password: str) -> None:
        """Ask for no second factor any more.

        Parameters
        ----------
        password : str
            To show that it is oneself.
        """
        with self._door.writing() as visit:
            row = _proven(visit, password)
            _drop_factor(visit, row)
            visit.note("users.drop_second_factor", "user", visit.session.get(User, row.user_id))


def account_of(visit: Visit, user: Any) -> LocalAccount:
    """Return the row of a user's local account."""
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


def _proven(visit: Visit, password: str) -> LocalAccount:
    row = account_of(visit, visit.actor.id)
    if not matches(row.password_hash, password):
        raise SignInError("The password is wrong, and nothing was changed.")
    return row


def _drop_factor(visit: Visit, account: LocalAccount) -> None:
    old, account.totp_secret_id, account.totp_last_step = account.totp_secret_id, None, None
    account.recovery_hashes = []
    visit.session.flush()
    if old is not None:
        visit.session.delete(visit.session.get_one(Secret, old))
        visit.session.flush()


def _waiting(account: LocalAccount) -> str:
    return f"new second factor of {account.user_id}"


def _find_waiting(visit: Visit, account: LocalAccount) -> Secret | None:
    chosen = select(Secret).where(Secret.name == _waiting(account), Secret.own)
    return visit.session.scalars(chosen).one_or_none()


def _drop_waiting(visit: Visit, account: LocalAccount) -> None:
    found = _find_waiting(visit, account)
    if found is not None:
        visit.session.delete(found)
        visit.session.flush()
