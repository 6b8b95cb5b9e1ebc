"""Single sign-on: who a directory vouches for becomes, and stays, one of a tenant's people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from mindzie.access import audit, own_log
from mindzie.access.entrance import Place
from mindzie.access.fields import checked, is_email
from mindzie.access.identity import Actor, Identity
from mindzie.access.invitations import accept
from mindzie.access.limits import PEOPLE, within_limits
from mindzie.access.permissions import ANALYSES
from mindzie.access.rights import rights_of
from mindzie.core.errors import SignInError
from mindzie.store.base import NAME
from mindzie.store.database import Scope
from mindzie.store.models import Directory, Group, Membership, RoleAssignment, Tenant, User
from mindzie.store.types import now

_UNSHOWN: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_NO_GROUP: Final = "This account is in none of the groups of your directory that may use it: ask who administers your directory to put it into one."
_NO_GUEST: Final = (
    "Guests of your directory may not use it: sign in with an account of your organisation."
)
_UNTOLD_GUEST: Final = "Your directory does not say whether this account is a guest: who administers it adds the optional claim 'acct' to the ID token."
_STOPPED: Final = "This account was stopped: ask an administrator of your organisation."
_UNINVITED: Final = "Nobody has let this account in yet: ask an administrator of your organisation to invite it, or to put it into a group that may use it."
_NO_INVITATION: Final = "This invitation does not hold for this account: it was used, taken back, is too old, or is of an organisation that your directory does not open."
_POWERLESS: Final = (
    "This account may see nothing here: ask an administrator of your organisation for a role."
)


@dataclass(frozen=True, slots=True)
class Vouched:
    """A person as a directory vouches for them, every claim verified.

    Parameters
    ----------
    provider : str
        The issuer's address.
    subject : str
        Who it is there; permanent.
    name : str
        As shown.
    email : str, optional
        To write to.
    groups : frozenset of str
        Groups and app roles.
    guest : bool, optional
        Whether they are a guest of the directory; None where it does not say.
    """

    provider: str
    subject: str
    name: str = ""
    email: str | None = None
    groups: frozenset[str] = frozenset()
    guest: bool | None = False


@dataclass(frozen=True, slots=True)
class Way:
    """A tenant that a directory is enrolled for, and what keeps a person out of it."""

    tenant: UUID
    name: str
    objection: str | None


@dataclass(frozen=True, slots=True)
class Entered:
    """One of a tenant's people, let in.

    Parameters
    ----------
    identity : Identity
        For ``Workspace.open``.
    tenant, user : UUID
        Their identifiers.
    name : str
        As shown.
    roles : tuple of str
        Roles in the whole tenant, own ones and those of groups.
    analyst : bool
        Whether they may make analyses anywhere; else they come to look at dashboards.
    """

    identity: Identity
    tenant: UUID
    user: UUID
    name: str
    roles: tuple[str, ...]
    analyst: bool


def ways(place: Place, who: Vouched) -> list[Way]:
    """Return the tenants that a person's directory is enrolled for, by name."""
    chosen = (
        select(Tenant, Directory)
        .join(Directory, Directory.tenant_id == Tenant.id)
        .where(Directory.provider == who.provider, Tenant.active)
        .order_by(Tenant.name)
    )
    with place.database.reading(Scope(None)) as session:
        return [
            Way(tenant.id, tenant.name, _objection(session, directory, who))
            for tenant, directory in session.execute(chosen).all()
        ]


def accept_invitation(place: Place, who: Vouched, token: str) -> None:
    """Make a person one of a tenant's people by an invitation; the directory must be enrolled for the tenant.

    Nothing happens where they are one of its people already.

    Raises
    ------
    SignInError
        Where the invitation does not hold, or not for this directory.
    LimitError
        Where the tenant has as many people as it may.
    """
    found = ways(place, who)
    for way in found:
        if way.objection == _UNINVITED:
            me = Identity(way.name, who.provider, who.subject)
            with suppress(SignInError):  # it may be another tenant's
                accept(token, name=_shown(who), identity=me, url=place)
                return
    if not any(way.objection is None for way in found):
        raise SignInError(_NO_INVITATION)


def enter(place: Place, who: Vouched, tenant: UUID, *, again: bool = False) -> Entered:
    """Let a person into a tenant: newcomers are made one of its people, and groups that mirror the directory's are followed.

    Parameters
    ----------
    place : Place
        The installation.
    who : Vouched
        The person.
    tenant : UUID
        One of ``ways``.
    again : bool
        For a look whether they still may; only what changed is written down.

    Returns
    -------
    Entered
        Who they are there.

    Raises
    ------
    SignInError
        Where something keeps them out; what the directory took away is gone nevertheless.
    LimitError
        Where the tenant has as many people as it may.
    """
    with place.database.writing(Scope(tenant)) as session:
        home = session.get(Tenant, tenant)
        row = session.scalars(select(Directory).filter_by(provider=who.provider)).one_or_none()
        if home is None or not home.active or row is None:
            raise SignInError("Your directory is not enrolled here any more.")
        audit.lock(session, tenant)
        objection, user = _objection(session, row, who), _user(session, tenant, who)
        entered = None
        if user is not None or objection is None:
            with within_limits(session, tenant, *PEOPLE):
                user = user or _joined(session, tenant, row, who)
                _follow(session, user, who)
            entered = _entered(session, home, user)
        if entered is not None and user is not None and objection is None and not again:
            user.last_seen_at = now()
            actor = Actor("user", user.id, user.name)
            audit.write(session, tenant, actor, "users.sign_in", kind="user", row=user)
    if objection is not None or entered is None:
        raise SignInError(objection or _POWERLESS)
    return entered


def still_in(place: Place, tenant: UUID, user: UUID) -> Entered | None:
    """Return who somebody is who was let in before, with the roles they have now; None where they may not enter any more."""
    with place.database.reading(Scope(tenant)) as session:
        home, row = session.get(Tenant, tenant), session.get(User, user)
        if home is None or row is None or not (home.active and row.active):
            return None
        return _entered(session, home, row)


def found(place: Place, identity: Identity) -> Entered | None:
    """Return who an identity is in its tenant; None where nobody."""
    chosen = (
        select(Tenant.id, User.id)
        .join(User, User.tenant_id == Tenant.id)
        .where(Tenant.name == identity.tenant, User.provider == identity.provider)
    )
    with place.database.reading(Scope(None)) as session:
        row = session.execute(chosen.where(User.subject == identity.subject)).one_or_none()
    return None if row is None else still_in(place, *row)


def note_refusal(place: Place, why: str, *, tenant: UUID | None = None, **told: str) -> None:
    """Write a refused sign-in into the tenant's audit log, or into the installation's own where no tenant is known."""
    after = {"why": why, **{name: _UNSHOWN.sub(" ", said)[:1_000] for name, said in told.items()}}
    called = after.get("name", "")[:NAME]
    with place.database.writing(Scope(None)) as session:
        if tenant is None or session.get(Tenant, tenant) is None:
            own_log.note(session, "users.refused", kind="user", name=called, after=after)
            return
        audit.lock(session, tenant)
        nobody = Actor("user", None, called)
        audit.write(session, tenant, nobody, "users.refused", kind="user", name=called, after=after)


def _objection(session: Session, directory: Directory, who: Vouched) -> str | None:
    if not directory.guests and who.guest is not False:
        return _UNTOLD_GUEST if who.guest is None else _NO_GUEST
    if directory.groups and not who.groups & set(directory.groups):
        return _NO_GROUP
    user = _user(session, directory.tenant_id, who)
    if user is not None:
        return None if user.active else _STOPPED
    if directory.newcomers or _mirrors(session, directory.tenant_id, who.groups):
        return None
    return _UNINVITED


def _user(session: Session, tenant: UUID, who: Vouched) -> User | None:
    chosen = select(User).where(User.tenant_id == tenant, User.provider == who.provider)
    return session.scalars(chosen.where(User.subject == who.subject)).one_or_none()


def _mirrors(session: Session, tenant: UUID, groups: Iterable[str] | None = None) -> list[Group]:
    chosen = select(Group).where(Group.tenant_id == tenant, Group.external_id.is_not(None))
    if groups is not None:
        chosen = chosen.where(Group.external_id.in_(sorted(groups)))
    return list(session.scalars(chosen))


def _joined(session: Session, tenant: UUID, directory: Directory, who: Vouched) -> User:
    fits = who.email and is_email(who.email) and len(who.email) <= 320  # noqa: PLR2004 - the column's
    email = who.email if fits else None
    facts = checked(User, {"name": _shown(who), "email": email}, new=True)
    identity = Identity("", who.provider, who.subject)
    user = User(tenant_id=tenant, active=True, **identity.facts(), **facts)
    session.add(user)
    session.flush()
    if directory.newcomers:
        given = RoleAssignment(tenant_id=tenant, user_id=user.id, role=directory.newcomers)
        session.add(given)
    told = {**audit.facts(user), "role": directory.newcomers}
    actor = Actor("user", user.id, user.name)
    audit.write(session, tenant, actor, "users.join", kind="user", row=user, after=told)
    return user


def _shown(who: Vouched) -> str:
    return _UNSHOWN.sub(" ", who.name).strip()[:NAME] or who.subject


def _follow(session: Session, user: User, who: Vouched) -> None:
    """Make the person's memberships of groups that mirror the directory's what the directory says."""
    groups = {group.id: group for group in _mirrors(session, user.tenant_id)}
    mine = select(Membership).where(Membership.user_id == user.id)
    now_in = {row.group_id: row for row in session.scalars(mine) if row.group_id in groups}
    for key, group in groups.items():
        wanted = group.external_id in who.groups
        if wanted == (key in now_in):
            continue
        if wanted:
            session.add(Membership(tenant_id=user.tenant_id, group_id=key, user_id=user.id))
        else:
            session.delete(now_in[key])
        _note_move(session, user, group, added=wanted)


def _note_move(session: Session, user: User, group: Group, *, added: bool) -> None:
    told = {"user_id": str(user.id), "name": user.name, "by": user.provider}
    actor = Actor("user", user.id, user.name)
    act, side = ("groups.add", "after") if added else ("groups.remove", "before")
    audit.write(session, user.tenant_id, actor, act, kind="group", row=group, **{side: told})  # type: ignore[arg-type]


def _entered(session: Session, home: Tenant, user: User) -> Entered | None:
    session.flush()
    rights = rights_of(session, Actor("user", user.id, user.name))
    if not (rights.everywhere or rights.projects or rights.dashboards):
        return None
    identity = Identity(home.name, user.provider, user.subject)
    groups = select(Membership.group_id).where(Membership.user_id == user.id)
    own = (RoleAssignment.user_id == user.id) | RoleAssignment.group_id.in_(groups)
    chosen = select(RoleAssignment.role).where(own, RoleAssignment.project_id.is_(None))
    roles = tuple(sorted(set(session.scalars(chosen))))
    analyst = rights.anywhere(ANALYSES)
    return Entered(identity, home.id, user.id, user.name, roles, analyst)
