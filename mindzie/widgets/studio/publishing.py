"""Publish: what a studio shows, as a dashboard for people who see no code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from mindzie.core.errors import SettingError
from mindzie.core.log import EventLog
from mindzie.pictures.log_picture import log_map
from mindzie.widgets.studio.saving import data_of, shown
from mindzie.widgets.studio.state import State
from mindzie.widgets.where import own_notebook

if TYPE_CHECKING:
    from mindzie.access.dashboards import Dashboard


def publish(
    log: EventLog,
    state: State,
    name: str,
    project: str | None,
    *,
    description: str | None = None,
    map_settings: dict[str, Any] | None = None,
) -> Dashboard:
    """Show what a studio shows as a dashboard.

    Parameters
    ----------
    log : EventLog
        The log the studio was opened on.
    state : State
        What it is set to: its filters are those that readers begin with.
    name : str
        The dashboard's; where the project has one of the name, it gets another version.
    project : str or None
        Where it lives; that of the data set where not given.
    description : str, optional
        What it shows.
    map_settings : dict, optional
        Settings of the process map shown that differ from its defaults.

    Returns
    -------
    Dashboard
        Published, open to those who could see it before.
    """
    from mindzie.access.installation import workspace
    from mindzie.investigations.written import written_board

    if not isinstance(name, str) or not name.strip():
        raise SettingError("A dashboard has a name: say what it shows, such as 'Late orders'.")
    ws = workspace()
    data, recipe = data_of(ws, log, project)
    left = log.filter(*state.filters)
    notebook = written_board(
        name,
        description or f"What the data set *{data.name}* tells.",
        f"mz.workspace().datasets[{data.name!r}].log()",
        steps=recipe,
        filters=state.filters,
        results=shown(left, state, map_settings or {}),
    )
    made: Dashboard = ws.projects[data.project_id].publish(
        notebook,
        name,
        description=description,
        datasets=[data.name],
        picture=log_map(left).encode() if left.case_count else False,
    )
    return made.refresh()


def holders(whom: Iterable[str | UUID] | str | UUID) -> list[dict[str, Any]]:
    """Return people and groups, by name, e-mail address or identifier, as ``share`` of a dashboard takes them."""
    from mindzie.access.installation import workspace
    from mindzie.access.whom import holder

    each = [whom] if isinstance(whom, str | UUID) else whom
    ws = workspace()
    return [holder(ws, who) for who in each]


def audience() -> dict[str, Any]:
    """Return with whom a dashboard can be shared, as ``whom.audience``; nobody where the page is a published one."""
    if not own_notebook():
        return {"people": [], "groups": []}
    from mindzie.access import whom
    from mindzie.access.installation import workspace

    return whom.audience(workspace())
