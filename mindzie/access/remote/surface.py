"""What a workspace can be asked from afar: nothing but what is named here."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any, Final

from mindzie.access import importing, investigating, people, projects, services, work
from mindzie.access.account import Account
from mindzie.access.audit_log import AuditLog
from mindzie.access.collection import Collection
from mindzie.access.datasets import Dataset, Version
from mindzie.access.invitations import Invitation
from mindzie.access.items import Item
from mindzie.access.mappings import Mapping as MappingItem
from mindzie.access.roles import Assignment, Assignments, Role, Roles
from mindzie.access.secrets import Secret, Secrets
from mindzie.access.workspace import Workspace


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ROOTS: Final[Mapping[type[Item], str]] = {
    projects.Project: "projects",
    Dataset: "datasets",
    Version: "versions",
    work.Pipeline: "pipelines",
    work.FilterPreset: "filter_presets",
    work.ProcessModel: "process_models",
    work.ConformanceRule: "conformance_rules",
    investigating.Investigation: "investigations",
    investigating.Run: "runs",
    investigating.Schedule: "schedules",
    work.Dashboard: "dashboards",
    work.Connector: "connectors",
    MappingItem: "mappings",
    importing.ImportJob: "import_jobs",
    people.User: "users",
    people.Group: "groups",
    services.ServiceAccount: "service_accounts",
    Role: "roles",
    Assignment: "role_assignments",
    Secret: "secrets",
    Invitation: "invitations",
}
"""Where in a workspace each kind of object is found again."""

NESTED: Final[Mapping[type[Item], tuple[str, str, str]]] = {
    work.Panel: ("dashboards", "dashboard_id", "panels"),
    investigating.Notebook: ("investigations", "investigation_id", "notebooks"),
    services.ApiKey: ("service_accounts", "service_account_id", "keys"),
}
"""The same for what is found in another object only: its collection, the column that names it, and the collection inside."""

_INSIDE: Final = _words(
    "datasets pipelines filter_presets process_models conformance_rules investigations dashboards connectors mappings schedules"
)
_SHARED: Final = _words("share unshare shares")
_ADMITTED: Final = _words("stop admit")

# left out on purpose: what opens a workspace, what reads or writes files of the machine, what is a worker's to do
MEMBERS: Final[Mapping[type, frozenset[str]]] = {
    Workspace: frozenset(ROOTS.values())
    | _words("tenant describe me invite publish account audit __repr__ _repr_html_"),
    Collection: _words(
        "get names create __getitem__ __len__ __iter__ __contains__ __repr__ _repr_html_ _ipython_key_completions_"
    ),
    Roles: _words("built_in"),
    Secrets: _words("keep"),
    Assignments: _words("give"),
    Item: _words("refresh change delete to_json __repr__ _repr_html_"),
    projects.Project: _INSIDE | _SHARED | _words("archive restore"),
    Dataset: _words("versions version log publish imports request_import"),
    Version: _words("log use"),
    work.Dashboard: _SHARED | _words("panels publish unpublish log"),
    MappingItem: _words("versions version"),
    investigating.Investigation: _words("notebooks runs request_run save"),
    investigating.Run: _words("cancel"),
    importing.ImportJob: _words("cancel retry rejected"),
    people.User: _ADMITTED | _words("reset_account"),
    people.Group: _words("add remove members"),
    services.ServiceAccount: _ADMITTED | _words("keys new_key"),
    services.ApiKey: _words("revoke"),
    Invitation: _words("revoke"),
    Secret: _words("replace"),
    Account: _words(
        "facts change_password new_second_factor confirm_second_factor drop_second_factor"
    ),
    AuditLog: _words("entries verify export"),
}
"""What may be asked of an object, by its class and those above it."""

KINDS: Final[Mapping[str, type]] = {
    kind.__name__: kind for kind in (*MEMBERS, *ROOTS, *NESTED) if kind is not Item
}
"""What may be spoken of, by name."""


def allowed(kind: type, name: str) -> bool:
    """Return whether a member of a class may be asked for.

    Examples
    --------
    >>> allowed(Workspace, "projects"), allowed(Workspace, "open"), allowed(Workspace, "_door")
    (True, False, False)
    """
    return any(name in MEMBERS.get(base, ()) for base in kind.__mro__)


def is_act(kind: type, name: str) -> bool:
    """Return whether a member is called, not looked at."""
    found: Any = inspect.getattr_static(kind, name, None)
    return inspect.isfunction(found)
