"""How many runs of an investigation keep what they left, and how long."""

from alembic import op

from mindzie.store.migrations.tables import whole

revision = "0012"
down_revision = "0011"

COLUMNS = ("keep_runs", "keep_days")


def upgrade() -> None:
    """Add the columns; where they are empty all is kept."""
    for name in COLUMNS:
        op.add_column("investigations", whole(name, empty=True))


def downgrade() -> None:
    """Take them away."""
    for name in reversed(COLUMNS):
        op.drop_column("investigations", name)
