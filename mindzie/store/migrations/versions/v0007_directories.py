"""Directories of people whose sign-in a tenant trusts."""

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations.tables import drop, flag, json, of_tenant, text

revision = "0007"
down_revision = "0006"

SEEN = (
    "tenant_id = NULLIF(current_setting('mindzie.tenant', true), '')::uuid"
    " OR current_setting('mindzie.operator', true) = 'on'"
)


def upgrade() -> None:
    """Make the table, with its guard."""
    of_tenant(
        "directories",
        *(text("provider", 200), json("groups"), text("newcomers", 200, empty=True)),
        flag("guests"),
        unique=("provider",),
    )
    if op.get_context().dialect.name == "postgresql":
        for guard in (
            "ALTER TABLE directories ENABLE ROW LEVEL SECURITY",
            "ALTER TABLE directories FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY tenant ON directories USING ({SEEN})",
        ):
            op.execute(sa.text(guard))


def downgrade() -> None:
    """Take it away."""
    drop("directories")
