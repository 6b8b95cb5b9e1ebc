"""What a workspace can be asked from afar: nothing but what is named here."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping
from typing import Any, Final, get_args, get_type_hints

from mindzie.access.account import Account
from mindzie.access.audit_log import AuditLog
from mindzie.access.board_versions import DashboardVersion
from mindzie.access.collection import Collection, view
from mindzie.access.investigating import Notebook
from mindzie.access.items import Item
from mindzie.access.public_links import PublicLink
from mindzie.access.roles import Assignment, Assignments, Role, Roles
from mindzie.access.run_list import Runs
from mindzie.access.runs import Run
from mindzie.access.secrets import Secret, Secrets
from mindzie.access.services import ApiKey
from mindzie.access.work import Panel
from mindzie.access.workspace import Workspace

_OWN: Final = {Roles: Role, Assignments: Assignment, Secrets: Secret, Runs: Run}
NESTED: Final[Mapping[type[Item], tuple[str, str, str]]] = {
    Panel: ("dashboards", "dashboard_id", "panels"),
    DashboardVersion: ("dashboards", "dashboard_id", "versions"),
    PublicLink: ("dashboards", "dashboard_id", "links"),
    Notebook: ("investigations", "investigation_id", "notebooks"),
    ApiKey: ("service_accounts", "service_account_id", "keys"),
}
"""What is found in another object only: its collection, the column that names it, and the collection inside."""


def _roots() -> Iterator[tuple[type[Item], str]]:
    for name, member in vars(Workspace).items():
        if isinstance(member, view):
            gives = get_type_hints(member._look)["return"]  # noqa: SLF001 - what it is made of
            yield _OWN.get(gives) or get_args(gives)[0], name


ROOTS: Final[Mapping[type[Item], str]] = dict(_roots())
"""Where in a workspace each kind of object is found again."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHARED: Final = _words("share unshare shares")
_ADMITTED: Final = _words("stop admit")
# left out on purpose: what opens a workspace, what reads or writes files of the machine, what is a worker's to do
MEMBERS: Final[Mapping[str, frozenset[str]]] = {
    "Workspace": frozenset(ROOTS.values())
    | _words("tenant describe change_publishing me invite publish dataset_of gallery account audit")
    | _words("__repr__ _repr_html_"),
    "Collection": _words(
        "get names create __getitem__ __len__ __iter__ __contains__ __repr__ _repr_html_ _ipython_key_completions_"
    ),
    "Roles": _words("built_in"),
    "Runs": _words("latest"),
    "Secrets": _words("keep"),
    "Assignments": _words("give"),
    "Item": _words("refresh change delete to_json __repr__ _repr_html_"),
    "Project": _SHARED
    | _words("archive restore datasets pipelines filter_presets process_models conformance_rules")
    | _words("investigations dashboards connectors mappings schedules"),
    "Dataset": _words("versions version log publish imports request_import"),
    "Version": _words("log use"),
    "Dashboard": _SHARED
    | _words(
        "panels versions links publish_content roll_back unpublish picture visits new_link log"
    ),
    "DashboardVersion": _words("source"),
    "PublicLink": _words("revoke"),
    "Mapping": _words("versions version"),
    "Investigation": _words("notebooks runs alerts request_run save accepted known"),
    "Run": _words("cancel retry accept report pdf log notebook full_results changes changes_page"),
    "Alert": _words("deliveries test"),
    "Delivery": _words("cancel retry"),
    "Schedule": _words("words next pause resume run_now"),
    "ImportJob": _words("cancel retry rejected"),
    "User": _ADMITTED | _words("reset_account"),
    "Group": _words("add remove members"),
    "ServiceAccount": _ADMITTED | _words("keys new_key"),
    "ApiKey": _words("revoke"),
    "Invitation": _words("revoke"),
    "Secret": _words("replace"),
    "Account": _words(
        "facts change_password new_second_factor confirm_second_factor drop_second_factor"
    ),
    "AuditLog": _words("entries verify export __len__ __repr__ _repr_html_"),
}
"""What may be asked of an object, by its class and those above it."""

HERE: Final[Mapping[str, frozenset[str]]] = {
    "Project": _words("publish"),
    "Dashboard": _words("publish"),
}
"""What is done where it is called, since it reads files there; the rest of it is asked for."""
READING: Final[Mapping[str, frozenset[str]]] = {
    "Workspace": _words("dashboards datasets versions me gallery __repr__ _repr_html_"),
    "Collection": _words(
        "get names __getitem__ __len__ __iter__ __contains__ __repr__ _repr_html_ _ipython_key_completions_"
    ),
    "Item": _words("refresh to_json __repr__ _repr_html_"),
    "Dataset": _words("versions version log"),
    "Version": _words("log"),
    "Dashboard": _words("panels picture log"),
}
"""What a dashboard's kernel may ask for, by class; its rights allow no more either."""
_NOT_OF_RUNS: Final[Mapping[str, frozenset[str]]] = {
    "Workspace": _words("users groups service_accounts invitations roles assignments secrets")
    | _words("invite change_publishing account audit schedules"),
    "Project": _SHARED | _words("schedules"),
    "Investigation": _words("save change request_run"),
    "Dashboard": _SHARED | _words("links new_link"),
}
"""What the notebook of a run may not ask for, whatever who asked for it may do: a person decides who gets in, and whose code runs with their
rights later, and looks at the audit log."""
KINDS: Final[Mapping[str, type]] = {
    kind.__name__: kind
    for kind in (Workspace, Collection, *_OWN, *ROOTS, *NESTED, Account, AuditLog)
}
"""What may be spoken of, by name."""


def members(kind: type, *, reading: bool = False, running: bool = False) -> frozenset[str]:
    """Return what may be asked of objects of a class, by a dashboard's kernel that is, or by that of a run."""
    found = READING if reading else MEMBERS
    every = frozenset[str]().union(*(found.get(base.__name__, ()) for base in kind.__mro__))
    return every - _NOT_OF_RUNS.get(kind.__name__, frozenset()) if running else every


def allowed(kind: type, name: str, *, reading: bool = False, running: bool = False) -> bool:
    """Return whether a member of a class may be asked for, by a dashboard's kernel that is, or by that of a run.

    Examples
    --------
    >>> allowed(Workspace, "projects"), allowed(Workspace, "open"), allowed(Workspace, "_door")
    (True, False, False)
    """
    ours = KINDS.get(kind.__name__) is kind
    return ours and name in members(kind, reading=reading, running=running)


def is_act(kind: type, name: str) -> bool:
    """Return whether a member is called, not looked at."""
    found: Any = inspect.getattr_static(kind, name, None)
    return inspect.isfunction(found)
