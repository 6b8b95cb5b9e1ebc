"""Versions of dashboards, who looked at them, what a kernel that shows one holds, and public links."""

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations.tables import (
    big,
    column,
    drop,
    ident,
    json,
    moment,
    of_tenant,
    text,
    whole,
)

revision = "0010"
down_revision = "0009"

TABLES = ("dashboard_versions", "public_links", "dashboard_visits", "grants")
LASTING = ("dashboard_versions", "dashboard_visits")
"""Tables whose rows come and go, and never change."""
SEEN = (
    "tenant_id = NULLIF(current_setting('mindzie.tenant', true), '')::uuid"
    " OR current_setting('mindzie.operator', true) = 'on'"
)
REFUSED = "Published versions and visits do not change."


def upgrade() -> None:
    """Make the tables with their guards, and add the columns."""
    for table, added in (
        ("dashboards", ident("published_by", empty=True)),
        ("dashboards", whole("current", empty=True)),
        ("tenants", column("public_links", sa.Boolean(), empty=True)),
        ("tenants", json("origins", empty=True)),
        ("tenants", whole("visit_days", empty=True)),
    ):
        op.add_column(table, added)
    _versions()
    _readers()
    _guards()


def _versions() -> None:
    of_tenant(
        "dashboard_versions",
        *(ident("dashboard_id"), whole("number"), text("shown_by", 16), text("note")),
        *(text("content"), text("sha256", 64), big("size"), json("datasets")),
        column("picture", sa.LargeBinary(), empty=True),
        *(text("picture_type", 32, empty=True), ident("created_by", empty=True)),
        unique=("dashboard_id", "number"),
        refers=[("dashboard_id", "dashboards")],
    )


def _readers() -> None:
    of_tenant(
        "public_links",
        *(ident("dashboard_id"), text("name", 200), text("prefix", 24), text("token_hash", 64)),
        *(json("filters"), moment("expires_at"), moment("revoked_at", empty=True)),
        *(whole("visit_count"), moment("last_visit_at", empty=True)),
        ident("created_by", empty=True),
        *(sa.UniqueConstraint("prefix"), sa.UniqueConstraint("token_hash")),
        refers=[("dashboard_id", "dashboards")],
    )
    of_tenant(
        "dashboard_visits",
        *(ident("dashboard_id"), whole("number"), text("reader", 200)),
        *(ident("user_id", empty=True), ident("link_id", empty=True)),
        refers=[("dashboard_id", "dashboards")],
    )
    of_tenant(
        "grants",
        *(ident("version_id"), ident("user_id", empty=True), ident("link_id", empty=True)),
        *(text("token_hash", 64), moment("expires_at")),
        sa.UniqueConstraint("token_hash"),
        sa.CheckConstraint("(user_id IS NULL) <> (link_id IS NULL)", name="one_reader"),
        refers=[
            ("version_id", "dashboard_versions"),
            ("user_id", "users"),
            ("link_id", "public_links"),
        ],
    )
    for table, moment_of in (("dashboard_visits", "created_at"), ("grants", "expires_at")):
        op.create_index(f"ix_{table}_tenant_id_{moment_of}", table, ["tenant_id", moment_of])


def _guards() -> None:
    if op.get_context().dialect.name == "sqlite":
        for table in LASTING:
            op.execute(
                f"CREATE TRIGGER {table}_update BEFORE UPDATE ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    for table in TABLES:
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING ({SEEN})")
    op.execute(
        "CREATE FUNCTION lasting_refuse() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN RAISE EXCEPTION '{REFUSED}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    for table in LASTING:
        op.execute(
            f"CREATE TRIGGER {table}_refuse BEFORE UPDATE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION lasting_refuse()"
        )


def downgrade() -> None:
    """Take them away."""
    drop(*TABLES)
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION lasting_refuse()")
    for name in ("visit_days", "origins", "public_links"):
        op.drop_column("tenants", name)
    for name in ("current", "published_by"):
        op.drop_column("dashboards", name)
