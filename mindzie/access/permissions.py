"""Every permission, every built-in role and every level of a share: lists, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from mindzie.core.errors import unknown


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that may be allowed.

    Parameters
    ----------
    name : str
        ``area.act``.
    description : str
        What its holder may do.
    implies : tuple of str
        What its holder may do as well.
    """

    name: str
    description: str
    implies: tuple[str, ...] = ()


PERMISSIONS: Final = (
    Permission("tenant.read", "See the tenant's name and limits."),
    Permission("tenant.change", "Change the tenant's name and description.", ("tenant.read",)),
    Permission("people.read", "See people, groups, roles and who has which."),
    Permission("people.change", "Invite, enrol and stop people; groups; roles they have.", ("people.read",)),
    Permission("roles.change", "Make roles of the tenant's own.", ("people.read",)),
    Permission("services.read", "See service accounts and their keys' prefixes."),
    Permission("services.change", "Make service accounts, give and revoke keys.", ("services.read",)),
    Permission("audit.read", "Read, check and export who did what."),
    Permission("projects.read", "See projects that are shared."),
    Permission("projects.see_all", "See every project.", ("projects.read",)),
    Permission("projects.create", "Make projects.", ("projects.read",)),
    Permission("projects.change", "Rename, describe, archive projects.", ("projects.read",)),
    Permission("projects.share", "Open projects and dashboards to people and groups.", ("projects.read",)),
    Permission("projects.delete", "Remove projects with all that is in them.", ("projects.read",)),
    Permission("datasets.read", "Open data sets and look at their cases."),
    Permission("datasets.change", "Publish data sets and new versions, and describe them.", ("datasets.read",)),
    Permission("datasets.delete", "Remove data sets and versions.", ("datasets.read",)),
    Permission("analysis.read", "See investigations, notebooks, presets, models, rules, pipelines."),
    Permission("analysis.change", "Make and change these.", ("analysis.read", "datasets.read")),
    Permission("runs.read", "See runs and schedules, and what runs found."),
    Permission("runs.start", "Start and cancel runs, make schedules.", ("runs.read", "datasets.read")),
    Permission("dashboards.read", "Open dashboards."),
    Permission("dashboards.change", "Make, change and publish dashboards.", ("dashboards.read", "datasets.read")),
    Permission("publishing.change", "Allow public links of dashboards, pages of other hosts to show them, and say how long visits are kept.", ("tenant.read",)),
    Permission("connectors.read", "See connectors, mappings and imports, without secrets."),
    Permission("connectors.change", "Make and change mappings, and connectors; where one has a secret, only its name and description.", ("connectors.read",)),
    Permission("imports.start", "Import data by what connectors and mappings say.", ("connectors.read", "datasets.change")),
    Permission("secrets.change", "Keep, replace and remove secrets, which nobody reads back; say which connector or destination sends which secret where.", ("connectors.read",)),
)  # fmt: skip
NAMES: Final = tuple(item.name for item in PERMISSIONS)

_VIEWS = ("projects.read", "datasets.read", "runs.read", "dashboards.read")
_ANALYSES = (
    *_VIEWS,
    *("people.read", "projects.create", "projects.change", "projects.share", "datasets.change"),
    *("analysis.change", "runs.start", "dashboards.change", "imports.start"),
)
_DEVELOPS = (*_ANALYSES, "connectors.change", "secrets.change", "datasets.delete")
_ADMINISTERS = tuple(
    name for name in NAMES if name not in {"tenant.change", "roles.change", "publishing.change"}
)

ROLES: Final = {
    "tenant admin": ("Everything in the tenant.", NAMES),
    "administrator": ("People, projects and data; not the tenant itself.", _ADMINISTERS),
    "developer": ("What analysts do, and connectors with their secrets.", _DEVELOPS),
    "analyst": ("Data sets, investigations, runs and dashboards in projects.", _ANALYSES),
    "viewer": ("Dashboards and figures that are shared.", _VIEWS),
}
"""Built-in roles: what they are for, and their permissions."""
ADMIN: Final = "tenant admin"
"""The role that a tenant always has somebody for."""

ANALYSES: Final = "analysis.change"
"""Whoever has it works with notebooks; others come to look."""

OPERATES: Final = frozenset(
    name
    for name in NAMES
    if name.partition(".")[0] in {"tenant", "people", "roles", "services", "audit"}
)
"""What the operator of an installation may do in a tenant: look after its people, never see its data."""

_EDITS = (
    *_VIEWS,
    *("datasets.change", "analysis.change", "runs.start", "dashboards.change"),
    *("connectors.change", "imports.start", "secrets.change"),
)
LEVELS: Final = {
    "view": (*_VIEWS, "analysis.read", "connectors.read"),
    "edit": _EDITS,
    "manage": tuple(
        name
        for name in NAMES
        if name.partition(".")[0] not in {"tenant", "people", "roles", "publishing"}
    ),
}
"""How far a share opens a project: the most that a role's holder may do there."""


@cache
def all_of(names: tuple[str, ...]) -> frozenset[str]:
    """Return permissions with all that they imply.

    Parameters
    ----------
    names : tuple of str
        Permissions.

    Returns
    -------
    frozenset of str
        Never smaller.

    Examples
    --------
    >>> sorted(all_of(("roles.change",)))
    ['people.read', 'roles.change']
    """
    implied = {item.name: item.implies for item in PERMISSIONS}
    found, left = set[str](), list(names)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += implied[name]
    return frozenset(found)


def checked(names: Iterable[str]) -> tuple[str, ...]:
    """Return permissions in the list's order, each once; an unknown one is refused with the nearest."""
    asked = set(names)
    for name in sorted(asked - set(NAMES)):
        raise unknown("permission", name, NAMES, "Mindzie")
    return tuple(name for name in NAMES if name in asked)
