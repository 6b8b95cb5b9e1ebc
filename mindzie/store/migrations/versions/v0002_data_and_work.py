"""Projects with their data, what analysts know and do, and who may see it."""

import sqlalchemy as sa

from mindzie.store.migrations.tables import (
    big,
    drop,
    flag,
    ident,
    json,
    moment,
    of_tenant,
    text,
    whole,
)

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    of_tenant(
        "projects",
        *(text("name", 200), text("description"), ident("created_by", empty=True)),
        moment("archived_at", empty=True),
        unique=["name"],
    )
    _data()
    _sources()
    _knowledge()
    _investigations()
    _runs()
    _dashboards()
    _rights()


def downgrade() -> None:
    """Drop the tables."""
    drop(
        *("projects", "pipelines", "datasets", "dataset_versions", "snapshots"),
        *("connectors", "mappings", "import_jobs"),
        *("filter_presets", "process_models", "conformance_rules"),
        *("investigations", "notebooks", "schedules", "runs", "dashboards", "panels"),
        *("role_assignments", "shares"),
    )


def _in_project(
    name: str, *parts: sa.schema.SchemaItem, refers: tuple[tuple[str, ...], ...] = ()
) -> None:
    of_tenant(
        name,
        *(ident("project_id"), text("name", 200), text("description")),
        ident("created_by", empty=True),
        *parts,
        unique=["project_id", "name"],
        refers=[("project_id", "projects"), *refers],
    )


def _data() -> None:
    _in_project("pipelines", json("enrichments"))
    _in_project(
        "datasets",
        *(ident("pipeline_id", empty=True), whole("current", empty=True)),
        refers=(("pipeline_id", "pipelines", "RESTRICT"),),
    )
    of_tenant(
        "dataset_versions",
        *(ident("dataset_id"), whole("number"), text("state", 16), text("note")),
        ident("created_by", empty=True),
        unique=["dataset_id", "number"],
        refers=[("dataset_id", "datasets")],
    )
    of_tenant(
        "snapshots",
        *(ident("version_id"), text("role", 16), text("fingerprint", 64), json("files")),
        *(big("size"), big("event_count"), big("case_count"), big("variant_count")),
        json("enrichments"),
        unique=["version_id", "role"],
        refers=[("version_id", "dataset_versions")],
    )


def _sources() -> None:
    _in_project(
        "connectors",
        *(text("kind", 200), json("settings"), ident("secret_id", empty=True)),
        refers=(("secret_id", "secrets", "RESTRICT"),),
    )
    _in_project("mappings", json("definition"))
    of_tenant(
        "import_jobs",
        *(ident("dataset_id"), ident("connector_id", empty=True)),
        *(ident("mapping_id", empty=True), text("state", 16), json("source"), json("progress")),
        *(text("error", empty=True), whole("version_number", empty=True)),
        *(moment("started_at", empty=True), moment("finished_at", empty=True)),
        ident("created_by", empty=True),
        refers=[
            ("dataset_id", "datasets"),
            ("connector_id", "connectors"),
            ("mapping_id", "mappings"),
        ],
    )


def _knowledge() -> None:
    _in_project("filter_presets", json("filters"))
    _in_project("process_models", text("format", 16), text("content"))
    _in_project("conformance_rules", json("enrichments"))


def _investigations() -> None:
    _in_project(
        "investigations",
        *(ident("dataset_id", empty=True), json("parameters"), whole("current", empty=True)),
        refers=(("dataset_id", "datasets", "RESTRICT"),),
    )
    of_tenant(
        "notebooks",
        *(ident("investigation_id"), whole("number"), json("content"), text("sha256", 64)),
        ident("created_by", empty=True),
        unique=["investigation_id", "number"],
        refers=[("investigation_id", "investigations")],
    )
    _in_project(
        "schedules",
        *(ident("investigation_id"), text("cron", 200), text("time_zone", 64)),
        *(json("parameters"), text("missed", 8), flag("active")),
        refers=(("investigation_id", "investigations"),),
    )


def _runs() -> None:
    of_tenant(
        "runs",
        *(ident("investigation_id"), ident("notebook_id"), ident("version_id", empty=True)),
        *(ident("schedule_id", empty=True), json("parameters"), text("state", 16)),
        *(json("results"), text("error", empty=True), moment("started_at", empty=True)),
        *(moment("finished_at", empty=True), ident("created_by", empty=True)),
        refers=[
            ("investigation_id", "investigations"),
            ("notebook_id", "notebooks"),
            ("version_id", "dataset_versions"),
            ("schedule_id", "schedules"),
        ],
    )


def _dashboards() -> None:
    _in_project(
        "dashboards",
        *(ident("dataset_id", empty=True), ident("notebook_id", empty=True)),
        *(json("filters"), moment("published_at", empty=True)),
        refers=(("dataset_id", "datasets", "RESTRICT"), ("notebook_id", "notebooks", "RESTRICT")),
    )
    of_tenant(
        "panels",
        *(ident("dashboard_id"), text("name", 200), json("position")),
        *(json("calculators"), json("filters")),
        unique=["dashboard_id", "name"],
        refers=[("dashboard_id", "dashboards")],
    )


def _rights() -> None:
    holders = (ident("user_id", empty=True), ident("group_id", empty=True))
    of_tenant(
        "role_assignments",
        *(text("role", 200), *holders, ident("service_account_id", empty=True)),
        ident("project_id", empty=True),
        sa.CheckConstraint(
            "CASE WHEN user_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN group_id IS NULL THEN 0 ELSE 1 END"
            " + CASE WHEN service_account_id IS NULL THEN 0 ELSE 1 END = 1",
            name="one_holder",
        ),
        refers=[
            *(("user_id", "users"), ("group_id", "groups")),
            *(("service_account_id", "service_accounts"), ("project_id", "projects")),
        ],
    )
    holders = (ident("user_id", empty=True), ident("group_id", empty=True))
    of_tenant(
        "shares",
        *(ident("project_id", empty=True), ident("dashboard_id", empty=True)),
        *(*holders, text("level", 16)),
        sa.CheckConstraint("(project_id IS NULL) <> (dashboard_id IS NULL)", name="one_object"),
        sa.CheckConstraint("(user_id IS NULL) <> (group_id IS NULL)", name="one_holder"),
        refers=[
            *(("project_id", "projects"), ("dashboard_id", "dashboards")),
            *(("user_id", "users"), ("group_id", "groups")),
        ],
    )
