"""People and programs of a tenant: users, directories, groups, roles, invitations, service accounts, shares."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from mindzie.store.base import GIVEN, HIDDEN, NAME, Named, TenantRecord, within


class User(TenantRecord):
    """A person of one tenant, known by who vouches for them and as whom, never by name or e-mail."""

    __tablename__ = "users"
    unique: ClassVar = (("provider", "subject"),)

    provider: Mapped[str] = mapped_column(String(NAME), doc="Who vouches: `local`, or an issuer.")
    subject: Mapped[str] = mapped_column(String(NAME), doc="Who it is to the provider; permanent.")
    name: Mapped[str] = mapped_column(String(NAME), info=GIVEN, doc="As shown.")
    email: Mapped[str | None] = mapped_column(String(320), info=GIVEN, doc="To write to.")
    active: Mapped[bool] = mapped_column(default=True, doc="Off: does not get in.")
    last_seen_at: Mapped[datetime | None]


class LocalAccount(TenantRecord):
    """How a user signs in where there is no single sign-on."""

    __tablename__ = "local_accounts"
    unique: ClassVar = (("user_id",), ("login",))
    refers: ClassVar = (
        within("users", "user_id"),
        within("secrets", "totp_secret_id", "RESTRICT"),
    )

    user_id: Mapped[UUID]
    login: Mapped[str] = mapped_column(String(320), doc="What is typed to sign in; may change.")
    password_hash: Mapped[str] = mapped_column(info=HIDDEN, doc="argon2id.")
    failures: Mapped[int] = mapped_column(default=0, doc="Wrong attempts in a row.")
    locked_until: Mapped[datetime | None]
    totp_secret_id: Mapped[UUID | None] = mapped_column(doc="The secret of the second factor.")
    totp_last_step: Mapped[int | None] = mapped_column(doc="The last code's step: used once only.")
    recovery_hashes: Mapped[list[str]] = mapped_column(default=list, info=HIDDEN)


class Directory(TenantRecord):
    """A directory of people, such as an organisation's, whose sign-in the tenant trusts."""

    __tablename__ = "directories"
    unique: ClassVar = (("provider",),)

    provider: Mapped[str] = mapped_column(
        String(NAME), info=GIVEN, doc="Who vouches: an issuer's address."
    )
    groups: Mapped[list[str]] = mapped_column(
        info=GIVEN, doc="Its groups or app roles of which people need one; empty: all its people."
    )
    newcomers: Mapped[str | None] = mapped_column(
        String(NAME), info=GIVEN, doc="The role that everybody gets who comes for the first time."
    )
    guests: Mapped[bool] = mapped_column(
        default=False, info=GIVEN, doc="Whether its guests get in, too."
    )


class Group(Named, TenantRecord):
    """People who share rights."""

    __tablename__ = "groups"
    unique: ClassVar = (("name",),)

    external_id: Mapped[str | None] = mapped_column(
        String(NAME), info=GIVEN, doc="The group or role of the provider that it mirrors."
    )


class Membership(TenantRecord):
    """A user in a group."""

    __tablename__ = "memberships"
    unique: ClassVar = (("group_id", "user_id"),)
    refers: ClassVar = (within("groups", "group_id"), within("users", "user_id"))

    group_id: Mapped[UUID]
    user_id: Mapped[UUID]


class Role(Named, TenantRecord):
    """A tenant's own set of permissions, beside the built-in roles."""

    __tablename__ = "roles"
    unique: ClassVar = (("name",),)

    permissions: Mapped[list[str]] = mapped_column(info=GIVEN, doc="Names of permissions.")


class RoleAssignment(TenantRecord):
    """A role of a user, a group or a service account, in the whole tenant or one project."""

    __tablename__ = "role_assignments"
    refers: ClassVar = (
        within("users", "user_id"),
        within("groups", "group_id"),
        within("service_accounts", "service_account_id"),
        within("projects", "project_id"),
        CheckConstraint(
            "CASE WHEN user_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN service_account_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_holder",
        ),
    )

    role: Mapped[str] = mapped_column(String(NAME), doc="A built-in role, or one of the tenant's.")
    user_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    service_account_id: Mapped[UUID | None]
    project_id: Mapped[UUID | None] = mapped_column(doc="Empty: in the whole tenant.")


class Invitation(TenantRecord):
    """A promise of a role to whoever holds the token."""

    __tablename__ = "invitations"

    email: Mapped[str] = mapped_column(String(320), info=GIVEN)
    role: Mapped[str] = mapped_column(String(NAME), info=GIVEN)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True, info=HIDDEN)
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ServiceAccount(Named, TenantRecord):
    """A program that works in the tenant with rights of its own."""

    __tablename__ = "service_accounts"
    unique: ClassVar = (("name",),)

    active: Mapped[bool] = mapped_column(default=True)


class ApiKey(TenantRecord):
    """How a service account shows who it is; the key itself is not kept."""

    called: ClassVar = "API key"
    __tablename__ = "api_keys"
    refers: ClassVar = (within("service_accounts", "service_account_id"),)

    service_account_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(NAME), info=GIVEN)
    prefix: Mapped[str] = mapped_column(String(24), unique=True, doc="What may be shown of it.")
    key_hash: Mapped[str] = mapped_column(String(64), info=HIDDEN)
    expires_at: Mapped[datetime | None] = mapped_column(info=GIVEN)
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Share(TenantRecord):
    """A project or a dashboard, open to a user or a group."""

    __tablename__ = "shares"
    refers: ClassVar = (
        within("projects", "project_id"),
        within("dashboards", "dashboard_id"),
        within("users", "user_id"),
        within("groups", "group_id"),
        CheckConstraint("(project_id IS NULL) <> (dashboard_id IS NULL)", name="one_object"),
        CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="one_holder"),
    )

    project_id: Mapped[UUID | None]
    dashboard_id: Mapped[UUID | None]
    user_id: Mapped[UUID | None]
    group_id: Mapped[UUID | None]
    level: Mapped[str] = mapped_column(String(16), info=GIVEN, doc="`view`, `edit` or `manage`.")
