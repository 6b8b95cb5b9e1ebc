"""Tenants, their people and programs, their secrets, and who did what."""

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations.tables import (
    big,
    column,
    drop,
    exact,
    flag,
    ident,
    json,
    moment,
    of_tenant,
    record,
    text,
    whole,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    record(
        "tenants",
        *(text("name", 200), text("description"), flag("active"), flag("removed")),
        *(whole("max_users", empty=True), whole("max_analysts", empty=True)),
        *(big("max_cases", empty=True), big("max_bytes", empty=True)),
        sa.UniqueConstraint("name"),
    )
    of_tenant(
        "secrets",
        *(text("name", 200), text("description"), flag("own"), text("key_id", 16)),
        *(column("nonce", sa.LargeBinary()), column("ciphertext", sa.LargeBinary())),
        unique=["name"],
    )
    _people()
    _programs()
    _audit()


def downgrade() -> None:
    """Drop the tables."""
    drop(
        *("tenants", "secrets", "users", "local_accounts", "groups", "memberships", "roles"),
        *("invitations", "service_accounts", "api_keys", "audit_entries", "audit_heads"),
    )


def _people() -> None:
    of_tenant(
        "users",
        *(text("provider", 200), text("subject", 200), text("name", 200)),
        *(text("email", 320, empty=True), flag("active"), moment("last_seen_at", empty=True)),
        unique=["provider", "subject"],
    )
    of_tenant(
        "local_accounts",
        *(ident("user_id"), text("login", 320), text("password_hash"), whole("failures")),
        *(moment("locked_until", empty=True), ident("totp_secret_id", empty=True)),
        *(whole("totp_last_step", empty=True), json("recovery_hashes")),
        sa.UniqueConstraint("tenant_id", "login"),
        unique=["user_id"],
        refers=[("user_id", "users"), ("totp_secret_id", "secrets", "RESTRICT")],
    )
    of_tenant(
        "groups",
        *(text("name", 200), text("description"), text("external_id", 200, empty=True)),
        unique=["name"],
    )
    of_tenant(
        "memberships",
        *(ident("group_id"), ident("user_id")),
        unique=["group_id", "user_id"],
        refers=[("group_id", "groups"), ("user_id", "users")],
    )
    of_tenant(
        "roles",
        *(text("name", 200), text("description"), json("permissions")),
        unique=["name"],
    )
    of_tenant(
        "invitations",
        *(text("email", 320), text("role", 200), text("token_hash", 64), moment("expires_at")),
        *(moment("accepted_at", empty=True), moment("revoked_at", empty=True)),
        sa.UniqueConstraint("token_hash"),
    )


def _programs() -> None:
    of_tenant(
        "service_accounts",
        *(text("name", 200), text("description"), flag("active")),
        unique=["name"],
    )
    of_tenant(
        "api_keys",
        *(ident("service_account_id"), text("name", 200), text("prefix", 24)),
        *(text("key_hash", 64), moment("expires_at", empty=True)),
        *(moment("last_used_at", empty=True), moment("revoked_at", empty=True)),
        sa.UniqueConstraint("prefix"),
        refers=[("service_account_id", "service_accounts")],
    )


def _audit() -> None:
    op.create_table(
        "audit_entries",
        *(ident("tenant_id"), whole("number"), moment("at"), text("actor_kind", 16)),
        *(ident("actor_id", empty=True), text("actor_name", 200), text("action", 64)),
        *(text("object_kind", 64), ident("object_id", empty=True), text("object_name")),
        *(exact("before", empty=True), exact("after", empty=True), exact("origin")),
        *(text("previous_hash", 64), text("hash", 64)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("tenant_id", "number"),
        sa.UniqueConstraint("tenant_id", "hash"),
    )
    op.create_table(
        "audit_heads",
        *(ident("tenant_id"), whole("number"), text("hash", 64)),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"]),
        sa.PrimaryKeyConstraint("tenant_id"),
    )
