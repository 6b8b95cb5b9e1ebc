"""What the database itself refuses: a look at another tenant's rows, and a change of the audit log."""

from alembic import op

revision = "0003"
down_revision = "0002"

OF_TENANTS = (
    *("secrets", "users", "local_accounts", "groups", "memberships", "roles", "invitations"),
    *("service_accounts", "api_keys", "audit_entries", "audit_heads"),
    *("projects", "pipelines", "datasets", "dataset_versions", "snapshots"),
    *("connectors", "mappings", "import_jobs"),
    *("filter_presets", "process_models", "conformance_rules"),
    *("investigations", "notebooks", "schedules", "runs", "dashboards", "panels"),
    *("role_assignments", "shares"),
)
COLUMNS = {"tenants": "id", **dict.fromkeys(OF_TENANTS, "tenant_id")}
SEEN = (
    "{column} = NULLIF(current_setting('mindzie.tenant', true), '')::uuid"
    " OR current_setting('mindzie.operator', true) = 'on'"
)
REFUSED = "The audit log is only added to."
GOES = "EXISTS (SELECT 1 FROM tenants WHERE id = OLD.tenant_id AND removed)"
ACTS = {
    "update": "1",
    "delete": f"NOT {GOES}",
    # SQLite removes what INSERT OR REPLACE replaces without a word to the trigger above
    "insert": (
        "EXISTS (SELECT 1 FROM audit_entries WHERE tenant_id = NEW.tenant_id"
        " AND (number = NEW.number OR hash = NEW.hash))"
    ),
}


def upgrade() -> None:
    """Set the guards up."""
    if op.get_context().dialect.name == "sqlite":
        for act, when in ACTS.items():
            op.execute(
                f"CREATE TRIGGER audit_entries_{act} BEFORE {act} ON audit_entries"
                f" WHEN {when} BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
            )
        return
    for table, column in COLUMNS.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY tenant ON {table} USING ({SEEN.format(column=column)})")
    op.execute(
        "CREATE FUNCTION audit_entries_refuse() RETURNS trigger LANGUAGE plpgsql"
        f" AS $$ BEGIN IF TG_OP = 'DELETE' THEN IF {GOES} THEN RETURN OLD; END IF; END IF;"
        f" RAISE EXCEPTION '{REFUSED}'"
        " USING ERRCODE = 'integrity_constraint_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_refuse BEFORE UPDATE OR DELETE ON audit_entries"
        " FOR EACH ROW EXECUTE FUNCTION audit_entries_refuse()"
    )
    op.execute(
        "CREATE TRIGGER audit_entries_refuse_all BEFORE TRUNCATE ON audit_entries"
        " FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_refuse()"
    )


def downgrade() -> None:
    """Take the guards away."""
    if op.get_context().dialect.name == "sqlite":
        for act in ACTS:
            op.execute(f"DROP TRIGGER audit_entries_{act}")
        return
    op.execute("DROP TRIGGER audit_entries_refuse ON audit_entries")
    op.execute("DROP TRIGGER audit_entries_refuse_all ON audit_entries")
    op.execute("DROP FUNCTION audit_entries_refuse()")
    for table in COLUMNS:
        op.execute(f"DROP POLICY tenant ON {table}")
        op.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
        op.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")
