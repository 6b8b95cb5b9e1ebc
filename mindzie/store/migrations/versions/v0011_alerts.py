"""Alerts, where they are sent, and the messages on their way."""

import sqlalchemy as sa
from alembic import op

from mindzie.store.migrations.tables import drop, flag, ident, json, moment, of_tenant, text, whole

revision = "0011"
down_revision = "0010"

TABLES = ("destinations", "alerts", "deliveries")
SEEN = (
    "tenant_id = NULLIF(current_setting('mindzie.tenant', true), '')::uuid"
    " OR current_setting('mindzie.operator', true) = 'on'"
)


def upgrade() -> None:
    """Make the tables, with their guards."""
    of_tenant(
        "destinations",
        *(text("name", 200), text("description"), text("kind", 16), json("settings")),
        *(ident("secret_id", empty=True), ident("created_by", empty=True)),
        unique=("name",),
        refers=[("secret_id", "secrets", "RESTRICT")],
    )
    of_tenant(
        "alerts",
        *(text("name", 200), text("description"), ident("investigation_id")),
        *(ident("destination_id"), ident("schedule_id", empty=True), json("rule")),
        *(text("severity", 16), text("quiet", 16), text("time_zone", 64), flag("active")),
        *(moment("raised_at", empty=True), text("said", empty=True), text("error", empty=True)),
        *(json("seen", empty=True), moment("next_at", empty=True), ident("created_by", empty=True)),
        unique=("investigation_id", "name"),
        refers=[
            ("investigation_id", "investigations"),
            ("destination_id", "destinations", "RESTRICT"),
            ("schedule_id", "schedules"),
        ],
    )
    of_tenant(
        "deliveries",
        *(ident("alert_id"), ident("run_id", empty=True), text("occasion", 16), json("message")),
        *(text("state", 16), whole("attempts", empty=True), moment("next_at", empty=True)),
        *(text("worker", empty=True), moment("beat_at", empty=True), json("progress", empty=True)),
        *(text("error", empty=True), moment("started_at", empty=True)),
        moment("finished_at", empty=True),
        refers=[("alert_id", "alerts"), ("run_id", "runs")],
    )
    op.create_index("ix_deliveries_state", "deliveries", ["state"])
    op.create_index("ix_alerts_next_at", "alerts", ["next_at"])
    if op.get_context().dialect.name == "postgresql":
        for table in TABLES:
            for guard in (
                f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
                f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
                f"CREATE POLICY tenant ON {table} USING ({SEEN})",
            ):
                op.execute(sa.text(guard))


def downgrade() -> None:
    """Take them away."""
    drop(*TABLES)
