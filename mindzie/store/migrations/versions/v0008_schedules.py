"""What it takes that schedules make each slot a run exactly once: what was seen already, and the slot that a run is for."""

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations.tables import column, ident, moment, text, whole

revision = "0008"
down_revision = "0007"

COLUMNS = ("on_new_data", "next_at", "seen_dataset", "seen_version", "runs_as", "error")
EACH_ONCE = "ix_runs_tenant_id_schedule_id_slot"


def upgrade() -> None:
    """Add the columns; older schedules wait for their next slot from the first look on."""
    for added in (
        *(column("on_new_data", sa.Boolean(), empty=True), moment("next_at", empty=True)),
        *(ident("seen_dataset", empty=True), whole("seen_version", empty=True)),
        *(ident("runs_as", empty=True), text("error", empty=True)),
    ):
        op.add_column("schedules", added)
    op.add_column("runs", text("slot", 64, empty=True))
    op.create_index(EACH_ONCE, "runs", ["tenant_id", "schedule_id", "slot"], unique=True)
    op.create_index("ix_schedules_next_at", "schedules", ["next_at"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_schedules_next_at", "schedules")
    op.drop_index(EACH_ONCE, "runs")
    op.drop_column("runs", "slot")
    for name in reversed(COLUMNS):
        op.drop_column("schedules", name)
