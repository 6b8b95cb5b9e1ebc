"""What it takes that imports run by themselves: who does one, when it is tried again, and versions of mappings."""

from alembic import op

from mindzie.store.migrations.tables import drop, ident, json, moment, of_tenant, text, whole

revision = "0004"
down_revision = "0003"

COLUMNS = ("mapping_version", "attempts", "next_at", "worker", "beat_at", "writing")
SEEN = (
    "tenant_id = NULLIF(current_setting('mindzie.tenant', true), '')::uuid"
    " OR current_setting('mindzie.operator', true) = 'on'"
)


def upgrade() -> None:
    """Add the columns, and the table with its guard."""
    for column in (
        *(whole("mapping_version", empty=True), whole("attempts", empty=True)),
        *(moment("next_at", empty=True), text("worker", empty=True)),
        *(moment("beat_at", empty=True), whole("writing", empty=True)),
    ):
        op.add_column("import_jobs", column)
    of_tenant(
        "mapping_versions",
        *(ident("mapping_id"), whole("number"), json("definition")),
        ident("created_by", empty=True),
        unique=("mapping_id", "number"),
        refers=[("mapping_id", "mappings")],
    )
    if op.get_context().dialect.name == "postgresql":
        op.execute("ALTER TABLE mapping_versions ENABLE ROW LEVEL SECURITY")
        op.execute("ALTER TABLE mapping_versions FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON mapping_versions USING ({SEEN})")


def downgrade() -> None:
    """Take them away."""
    drop("mapping_versions")
    for name in reversed(COLUMNS):
        op.drop_column("import_jobs", name)
