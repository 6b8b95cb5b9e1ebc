"""What an organisation allows of its dashboards beyond its own people: public links, pages that show them, and how long visits are kept."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

from annotated_types import Ge, Le

from mindzie.access.door import Visit
from mindzie.access.given import given
from mindzie.access.visits import DAYS
from mindzie.core.errors import SettingError
from mindzie.store.models import Tenant

CHANGE: Final = "publishing.change"
_ORIGIN: Final = re.compile(
    r"https://(?=.{1,253}(?::|$))[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)+(?::[1-9][0-9]{0,4})?"
)
_MOST: Final = 50
_LONGEST: Final = 3_660
VisitDays = Annotated[int, Ge(1), Le(_LONGEST)]


def settings_of(tenant: Tenant) -> dict[str, Any]:
    """Return what a tenant allows.

    Parameters
    ----------
    tenant : Tenant
        Its row.

    Returns
    -------
    dict
        ``public_links``, ``origins`` and ``visit_days``.
    """
    return {
        "public_links": bool(tenant.public_links),
        "origins": list(tenant.origins or ()),
        "visit_days": DAYS if tenant.visit_days is None else tenant.visit_days,
    }


def checked_settings(public_links: Any, origins: Any, visit_days: Any) -> dict[str, Any]:
    """Return what was given as it is kept, or say what is wrong.

    Examples
    --------
    >>> checked_settings(None, ["https://intranet.example"], None)
    {'origins': ['https://intranet.example']}
    """
    values = {
        "public_links": given(bool | None, public_links, "public_links"),
        "origins": None if origins is None else _origins(origins),
        "visit_days": given(VisitDays | None, visit_days, "visit_days"),
    }
    return {name: value for name, value in values.items() if value is not None}


def _origins(said: Any) -> list[str]:
    if not isinstance(said, list | tuple) or len(said) > _MOST:
        raise SettingError(f"origins is a list of {_MOST} hosts at most.")
    for one in said:
        if not isinstance(one, str) or not _ORIGIN.fullmatch(one):
            raise SettingError(
                "An origin is https:// and a host in small letters, with a port where it has one, such as https://intranet.example: no path, no *."
            )
    return sorted(set(said))


def change(visit: Visit, values: dict[str, Any]) -> None:
    """Change what the tenant allows, as ``Workspace.change_publishing`` says."""
    visit.need(CHANGE)
    row = visit.session.get_one(Tenant, visit.tenant)
    before = settings_of(row)
    for name, value in values.items():
        setattr(row, name, value)
    visit.session.flush()
    after = settings_of(row)
    moved = [name for name in after if after[name] != before[name]]
    if moved:
        visit.note(
            "tenant.publishing",
            "tenant",
            name=row.name,
            before={name: before[name] for name in moved},
            after={name: after[name] for name in moved},
        )
