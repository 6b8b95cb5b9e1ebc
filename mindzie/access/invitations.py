"""Invitations: a promise of a role to whoever holds the token, kept once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from mindzie.access import kinds
from mindzie.access.accounts import add_account
from mindzie.access.audit import facts, lock, write
from mindzie.access.door import Door, Visit
from mindzie.access.entrance import Place, place_of
from mindzie.access.fields import checked
from mindzie.access.identity import LOCAL, Actor, Identity
from mindzie.access.items import Item
from mindzie.access.limits import PEOPLE, within_limits
from mindzie.access.rights import rights_of
from mindzie.access.rising import guard_grant
from mindzie.core.errors import ConflictError, ForbiddenError, SettingError, SignInError
from mindzie.store.database import Scope
from mindzie.store.models import AuditEntry, RoleAssignment, ServiceAccount, Tenant, User
from mindzie.store.models import Invitation as InvitationRecord
from mindzie.store.types import now

DAYS: Final = 7
_LONGEST: Final = 90


class Invitation(Item):
    """A promise of a role."""

    kind = kinds.INVITATION
    named_by = "email"
    made_by = "workspace.invite(email, role)"
    fixed = "revoke it and invite anew"

    def revoke(self) -> None:
        """Take it back, where it has not been accepted."""
        with self._door.writing() as visit:
            row = visit.changeable(self.kind, self.id)
            if row.accepted_at is not None:
                raise ConflictError("The invitation has been accepted: stop the user instead.")
            row.revoked_at = row.revoked_at or now()
            visit.session.flush()
            visit.note("invitations.revoke", self.kind.title, row, name=row.email)
        self._row = row


def invite(door: Door, email: str, role: str, days: int = DAYS) -> str:
    """Make an invitation and return its token, as ``Workspace.invite`` says."""
    values = checked(InvitationRecord, {"email": email, "role": role}, new=True)
    if not isinstance(days, int) or not 1 <= days <= _LONGEST:
        raise SettingError(f"An invitation holds 1 to {_LONGEST} days.")
    token = secrets.token_urlsafe(32)
    with door.writing() as visit:
        visit.need(kinds.INVITATION.change)
        guard_grant(visit, role)
        _end_older(visit, values["email"])
        row = InvitationRecord(
            tenant_id=visit.tenant,
            token_hash=_hash(token),
            expires_at=now() + timedelta(days=days),
            **values,
        )
        visit.session.add(row)
        visit.session.flush()
        visit.note(
            "invitations.create", kinds.INVITATION.title, row, name=row.email, after=facts(row)
        )
    return token


def accept(
    token: str,
    *,
    name: str,
    identity: Identity | None = None,
    login: str | None = None,
    password: str = "",
    url: str | Place | None = None,
) -> Identity:
    """Become one of a tenant's people by an invitation.

    Parameters
    ----------
    token : str
        As ``Workspace.invite`` gave it.
    name : str
        As shown to others.
    identity : Identity, optional
        Who a provider vouches for; its tenant must be the invitation's.
    login, password : str, optional
        For a local account instead; the e-mail address is the login where none is given.
    url : str, optional
        Of the database.

    Returns
    -------
    Identity
        For ``Workspace.open``.

    Raises
    ------
    SignInError
        Where the token is unknown, used, revoked or expired.
    ConflictError
        Where the name to sign in with is taken, or the identity is one of the tenant's people already.
    LimitError
        Where the tenant has as many people as it may.
    """
    place = place_of(url)
    with place.database.reading(Scope(None)) as session:
        tenant = _found(session, token)[1].id
    # in a session of the tenant: its limits count its own people
    with place.database.writing(Scope(tenant)) as session:
        lock(session, tenant)
        return _joined(session, token, name=name, identity=identity, login=login, password=password)


def invited(token: str, url: str | Place | None = None) -> tuple[str, str]:
    """Return the tenant's name and the e-mail address of an invitation, for who has its token.

    Raises
    ------
    SignInError
        Where the token is unknown, used, revoked or expired.
    """
    with place_of(url).database.reading(Scope(None)) as session:
        row, tenant = _found(session, token)
        return tenant.name, row.email


def _joined(
    session: Any,
    token: str,
    *,
    name: str,
    identity: Identity | None,
    login: str | None,
    password: str,
) -> Identity:
    row, tenant = _found(session, token)
    _check_inviter(session, row)
    told = checked(User, {"name": name, "email": row.email}, new=True)
    with within_limits(session, tenant.id, *PEOPLE):
        if identity is None:
            _check_login(login, row.email)
            user = add_account(session, tenant.id, login or row.email, password, **told)
        else:
            user = _vouched(session, tenant, identity, told)
        session.add(RoleAssignment(tenant_id=tenant.id, user_id=user.id, role=row.role))
        row.accepted_at = now()
    actor = Actor("user", user.id, user.name)
    after = {**facts(user), "role": row.role}
    write(session, tenant.id, actor, "invitations.accept", kind="user", row=user, after=after)
    return Identity(tenant.name, user.provider, user.subject)


def _found(session: Any, token: str) -> tuple[InvitationRecord, Tenant]:
    chosen = (
        select(InvitationRecord, Tenant)
        .join(Tenant, Tenant.id == InvitationRecord.tenant_id)
        .where(InvitationRecord.token_hash == _hash(str(token)), Tenant.active)
    )
    found = session.execute(chosen).one_or_none()
    if found is None:
        raise _refused()
    _check_holds(found[0])
    return found[0], found[1]


def _check_holds(row: InvitationRecord) -> None:
    if row.accepted_at or row.revoked_at or row.expires_at <= now():
        raise _refused()


def _end_older(visit: Visit, email: str) -> None:
    same = func.lower(InvitationRecord.email) == email.lower()
    open_ = InvitationRecord.accepted_at.is_(None) & InvitationRecord.revoked_at.is_(None)
    for row in list(visit.session.scalars(select(InvitationRecord).where(same, open_))):
        row.revoked_at = now()
        visit.note("invitations.revoke", kinds.INVITATION.title, row, name=row.email)


def _check_inviter(session: Session, row: InvitationRecord) -> None:
    """Refuse a promise that its maker could not make any more: stopped, gone, or with fewer rights."""
    # the log, which nobody changes, knows who made it
    made = select(AuditEntry).filter_by(action="invitations.create", object_id=row.id)
    entry = session.scalars(made).first()
    records: dict[str, Any] = {"user": User, "service": ServiceAccount}
    if entry is None or entry.actor_kind not in records:
        return
    holder = session.get(records[entry.actor_kind], entry.actor_id)
    actor = Actor(entry.actor_kind, entry.actor_id, entry.actor_name)
    visit = Visit(session, row.tenant_id, actor, rights_of(session, actor))
    try:
        visit.need(kinds.INVITATION.change)
        guard_grant(visit, row.role)
        holds = holder is not None and holder.active
    except ForbiddenError:
        holds = False
    if not holds:
        raise _refused()


def _check_login(login: str | None, email: str) -> None:
    """Refuse an address of somebody else as a login: nobody could then give that person an account."""
    if isinstance(login, str) and "@" in login and login.strip().lower() != email.strip().lower():
        raise SettingError(
            "A login with an @ is one's own e-mail address: take that of the invitation, or a name without @."
        )


def _refused() -> SignInError:
    return SignInError(
        "This invitation does not hold: it was used, taken back, or is too old. Ask for a new one."
    )


def _vouched(session: Any, tenant: Tenant, identity: Identity, told: dict[str, Any]) -> User:
    if identity.tenant != tenant.name or identity.provider == LOCAL:
        raise _refused()
    user = User(tenant_id=tenant.id, **identity.facts(), **told)
    session.add(user)
    session.flush()
    return user


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()
