"""Each kind of object: its table, and the permissions that its acts need."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from mindzie.access.fields import title_of
from mindzie.store import models
from mindzie.store.base import TenantRecord


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """A kind of object.

    Parameters
    ----------
    record : type of TenantRecord
        Its table.
    read, change, delete : str
        Permissions.
    parent : str, optional
        The column that says in what it lives; a parent in a project gives it its project.
    inside : str, optional
        The same, for what lives in no project.
    hides : ColumnElement, optional
        The condition without which nobody sees a row.
    """

    record: type[TenantRecord]
    read: str
    change: str
    delete: str
    parent: str | None = None
    inside: str | None = None
    hides: ColumnElement[bool] | None = None

    @property
    def title(self) -> str:
        """What one is called."""
        return title_of(self.record)

    @property
    def table(self) -> str:
        """The table's name."""
        return str(self.record.__tablename__)

    def project(self, session: Session, row: TenantRecord) -> UUID | None:
        """Return the project that a row lives in; None for what belongs to the whole tenant."""
        if isinstance(row, models.Project):
            return row.id
        if self.parent is None:
            return None
        found: UUID = getattr(row, self.parent)
        above = PARENTS[self.parent]
        holder = session.get(above.record, found)
        return None if holder is None else above.project(session, holder)


def _in_project(record: type[TenantRecord], area: str, delete: str | None = None) -> Kind:
    change = f"{area}.change"
    return Kind(record, f"{area}.read", change, delete or change, "project_id")


def _of_tenant(record: type[TenantRecord], area: str, change: str | None = None) -> Kind:
    act = change or f"{area}.change"
    return Kind(record, f"{area}.read", act, act)


PROJECT: Final = Kind(models.Project, "projects.read", "projects.change", "projects.delete")
DATASET: Final = _in_project(models.Dataset, "datasets", "datasets.delete")
VERSION: Final = Kind(
    models.DatasetVersion,
    "datasets.read",
    "datasets.change",
    "datasets.delete",
    "dataset_id",
    hides=models.DatasetVersion.state == "ready",
)
PIPELINE: Final = _in_project(models.Pipeline, "analysis")
PRESET: Final = _in_project(models.FilterPreset, "analysis")
MODEL: Final = _in_project(models.ProcessModel, "analysis")
RULE: Final = _in_project(models.ConformanceRule, "analysis")
INVESTIGATION: Final = _in_project(models.Investigation, "analysis")
NOTEBOOK: Final = Kind(
    models.Notebook, "analysis.read", "analysis.change", "analysis.change", "investigation_id"
)
DASHBOARD: Final = _in_project(models.Dashboard, "dashboards")
PANEL: Final = Kind(
    models.Panel, "dashboards.read", "dashboards.change", "dashboards.change", "dashboard_id"
)
# what was published is code: readers see what it shows
BOARD_VERSION: Final = Kind(
    models.DashboardVersion,
    "dashboards.change",
    "dashboards.change",
    "dashboards.change",
    "dashboard_id",
)
LINK: Final = Kind(
    models.PublicLink, "projects.share", "projects.share", "projects.share", "dashboard_id"
)
CONNECTOR: Final = _in_project(models.Connector, "connectors")
MAPPING: Final = _in_project(models.Mapping, "connectors")
IMPORT: Final = Kind(
    models.ImportJob, "connectors.read", "imports.start", "imports.start", "dataset_id"
)
SCHEDULE: Final = Kind(models.Schedule, "runs.read", "runs.start", "runs.start", "project_id")
RUN: Final = Kind(models.Run, "runs.read", "runs.start", "runs.start", "investigation_id")
ALERT: Final = Kind(models.Alert, "runs.read", "runs.start", "runs.start", "investigation_id")
DELIVERY: Final = Kind(models.Delivery, "runs.read", "runs.start", "runs.start", "alert_id")
# who makes no alerts need not know who is told
DESTINATION: Final = Kind(models.Destination, "runs.start", "secrets.change", "secrets.change")

USER: Final = _of_tenant(models.User, "people")
GROUP: Final = _of_tenant(models.Group, "people")
ROLE: Final = _of_tenant(models.Role, "people", "roles.change")
ASSIGNMENT: Final = _of_tenant(models.RoleAssignment, "people")
INVITATION: Final = _of_tenant(models.Invitation, "people")
SERVICE: Final = _of_tenant(models.ServiceAccount, "services")
KEY: Final = Kind(
    models.ApiKey,
    "services.read",
    "services.change",
    "services.change",
    inside="service_account_id",
)
SECRET: Final = Kind(
    models.Secret,
    "connectors.read",
    "secrets.change",
    "secrets.change",
    hides=models.Secret.own.is_(False),
)

PARENTS: Final = {
    "project_id": PROJECT,
    "dataset_id": DATASET,
    "investigation_id": INVESTIGATION,
    "alert_id": ALERT,
    "dashboard_id": DASHBOARD,
}
KINDS: Final = {kind.table: kind for kind in list(globals().values()) if isinstance(kind, Kind)}
"""Every kind by its table."""
