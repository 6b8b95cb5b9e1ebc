"""What it takes that a run is compared with the one accepted last, and its figures with those of others."""

from alembic import op

from mindzie.store.migrations.tables import ident, json, whole

revision = "0009"
down_revision = "0008"

COLUMNS = ("compared_with", "changed", "figures")


def upgrade() -> None:
    """Add the columns; earlier runs were compared with none."""
    op.add_column("runs", ident("compared_with", empty=True))
    op.add_column("runs", whole("changed", empty=True))
    op.add_column("runs", json("figures", empty=True))


def downgrade() -> None:
    """Take them away."""
    for name in reversed(COLUMNS):
        op.drop_column("runs", name)
