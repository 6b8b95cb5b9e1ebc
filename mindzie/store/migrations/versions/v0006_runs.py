"""What it takes that runs are done by workers: who does one, when it is tried again, what it left, and which are the same."""

from alembic import op

from mindzie.store.migrations.tables import big, ident, json, moment, text, whole

revision = "0006"
down_revision = "0005"

COLUMNS = (
    *("reason", "key", "same_as", "attempts", "turns", "next_at", "worker", "beat_at", "progress"),
    *("kept", "files", "size", "accepted_at", "accepted_note"),
)


def upgrade() -> None:
    """Add the columns."""
    for column in (
        *(
            text("reason", 16, empty=True),
            text("key", 64, empty=True),
            ident("same_as", empty=True),
        ),
        *(whole("attempts", empty=True), whole("turns", empty=True), moment("next_at", empty=True)),
        *(text("worker", empty=True), moment("beat_at", empty=True), json("progress", empty=True)),
        *(whole("kept", empty=True), json("files", empty=True), big("size", empty=True)),
        *(moment("accepted_at", empty=True), text("accepted_note", empty=True)),
    ):
        op.add_column("runs", column)
    op.create_index("ix_runs_tenant_id_key", "runs", ["tenant_id", "key"])
    op.create_index("ix_runs_state", "runs", ["state"])


def downgrade() -> None:
    """Take them away."""
    op.drop_index("ix_runs_state", "runs")
    op.drop_index("ix_runs_tenant_id_key", "runs")
    for name in reversed(COLUMNS):
        op.drop_column("runs", name)
