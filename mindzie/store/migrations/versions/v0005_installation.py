"""What tells an installation from all others: a storage of snapshots belongs to one, and keeps its identifier."""

from uuid import uuid4

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations import MARK_TABLE

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the table, and the identifier."""
    made = op.create_table(MARK_TABLE, sa.Column("id", sa.Uuid(), primary_key=True))
    op.bulk_insert(made, [{"id": uuid4()}])


def downgrade() -> None:
    """Take it away."""
    op.drop_table(MARK_TABLE)
