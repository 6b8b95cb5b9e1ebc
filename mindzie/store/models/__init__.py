"""The tables, a module a subject."""

from mindzie.store.base import Base, Record, TenantRecord
from mindzie.store.models.alerting import Alert, Delivery, Destination
from mindzie.store.models.audit import AuditEntry, AuditHead
from mindzie.store.models.data import (
    Connector,
    Dataset,
    DatasetVersion,
    ImportJob,
    Mapping,
    MappingVersion,
    Pipeline,
    Project,
    Snapshot,
)
from mindzie.store.models.knowledge import ConformanceRule, FilterPreset, ProcessModel
from mindzie.store.models.people import (
    ApiKey,
    Directory,
    Group,
    Invitation,
    LocalAccount,
    Membership,
    Role,
    RoleAssignment,
    ServiceAccount,
    Share,
    User,
)
from mindzie.store.models.publishing import (
    DashboardVersion,
    DashboardVisit,
    Grant,
    PublicLink,
)
from mindzie.store.models.tenancy import Secret, Tenant
from mindzie.store.models.work import Dashboard, Investigation, Notebook, Panel, Run, Schedule

__all__ = [
    "Alert",
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "Base",
    "ConformanceRule",
    "Connector",
    "Dashboard",
    "DashboardVersion",
    "DashboardVisit",
    "Dataset",
    "DatasetVersion",
    "Delivery",
    "Destination",
    "Directory",
    "FilterPreset",
    "Grant",
    "Group",
    "ImportJob",
    "Investigation",
    "Invitation",
    "LocalAccount",
    "Mapping",
    "MappingVersion",
    "Membership",
    "Notebook",
    "Panel",
    "Pipeline",
    "ProcessModel",
    "Project",
    "PublicLink",
    "Record",
    "Role",
    "RoleAssignment",
    "Run",
    "Schedule",
    "Secret",
    "ServiceAccount",
    "Share",
    "Snapshot",
    "Tenant",
    "TenantRecord",
    "User",
]
