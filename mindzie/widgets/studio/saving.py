"""Save as investigation: what a studio shows, kept in the workspace as a notebook that runs by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from mindzie.core.errors import ConflictError, SettingError
from mindzie.core.families import Calculator
from mindzie.core.log import EventLog
from mindzie.core.operation import Operation
from mindzie.core.words import count, counted
from mindzie.operations import calculators
from mindzie.widgets.studio.state import State
from mindzie.widgets.studio.story import VARIANTS, histogram
from mindzie.widgets.where import own_notebook

if TYPE_CHECKING:
    from mindzie.access.dashboards import Dashboard
    from mindzie.access.datasets import Dataset
    from mindzie.access.investigating import Investigation
    from mindzie.access.workspace import Workspace

_MOST_NAMED: Final = 5


def save(
    log: EventLog,
    state: State,
    name: str,
    project: str | None,
    *,
    map_settings: dict[str, Any] | None = None,
) -> Investigation:
    """Keep what a studio shows as an investigation.

    Parameters
    ----------
    log : EventLog
        The log the studio was opened on.
    state : State
        What it is set to.
    name : str
        The investigation's; where the project has one of the name, it gets another version of its notebook.
    project : str or None
        Where it is kept; that of the data set where not given.
    map_settings : dict, optional
        Settings of the process map shown that differ from its defaults.

    Returns
    -------
    Investigation
        With its notebook and its data set.
    """
    from mindzie.access.installation import workspace
    from mindzie.investigations.written import written

    if not isinstance(name, str) or not name.strip():
        raise SettingError("An investigation has a name: say what it asks, such as 'Late orders'.")
    ws = workspace()
    data, recipe = data_of(ws, log, project)
    home = ws.projects[data.project_id]
    left = log.filter(*state.filters)
    notebook = written(
        name,
        _about(log, left, data.name, state),
        f"mz.workspace().projects[{home.name!r}].datasets[{data.name!r}].log()",
        (*recipe, *state.filters),
        shown(left, state, map_settings or {}),
    )
    kept = home.investigations
    made = kept[name] if name in kept else kept.create(name, dataset_id=data)
    if made.dataset_id != data.id:
        raise ConflictError(
            f"There is an investigation {name!r} of another data set in {home.name!r}: choose another name."
        )
    made.save(notebook)
    return made.refresh()


def shown(log: EventLog, state: State, map_settings: dict[str, Any]) -> tuple[Calculator, ...]:
    """Return the calculators of what is on screen: the open tab, then the results listed.

    Parameters
    ----------
    log : EventLog
        What the filters leave.
    state : State
        What the studio is set to.
    map_settings : dict
        As for ``save``.

    Returns
    -------
    tuple of Calculator
        Each once.
    """
    drawn = calculators.ProcessMap(**map_settings)
    tabs: dict[str, tuple[Calculator, ...]] = {
        "overview": (drawn, VARIANTS, histogram(log), calculators.Bottlenecks()),
        "map": (drawn,),
        "variants": (VARIANTS,),
        "cases": (calculators.DataInformation(),),
        "durations": (histogram(log),),
    }
    return tuple(dict.fromkeys((*tabs.get(state.tab, ()), *state.results)))


def home_of(made: Investigation | Dashboard) -> str:
    """Return the name of the project that something is in."""
    from mindzie.access.installation import workspace

    return str(workspace().projects[made.project_id].name)


def homes(log: EventLog) -> dict[str, Any]:
    """Return the projects in sight, and the one that holds the log's data set.

    Parameters
    ----------
    log : EventLog
        The log the studio was opened on.

    Returns
    -------
    dict
        ``names``, and ``own``: None where no data set in sight has the log yet. Nothing where the page is a published one.
    """
    if not own_notebook():
        return {"names": [], "own": None}
    from mindzie.access.installation import workspace

    ws = workspace()
    data = _holding(ws, log, None)
    own = None if data is None else ws.projects[data.project_id].name
    return {"names": [home.name for home in ws.projects if home.archived_at is None], "own": own}


def _holding(ws: Workspace, log: EventLog, project: str | None) -> Dataset | None:
    """Return the data set that the log was opened from."""
    found = ws.dataset_of(log.fingerprint, project)
    before = log.manifest.source.get("fingerprint")
    if found is not None or not isinstance(before, str):
        return found
    # with its pipeline's enrichments, the content is another than what was published
    found = ws.dataset_of(before, project)
    same = found is not None and found.log().fingerprint == log.fingerprint
    return found if same else None


def data_of(
    ws: Workspace, log: EventLog, project: str | None
) -> tuple[Dataset, tuple[Operation, ...]]:
    """Return the data set that holds the log, made where there is none, and what was applied to it before the studio had it.

    Raises
    ------
    ConflictError
        Where another data set has the log's name.
    """
    found = _holding(ws, log, project)
    if found is not None:
        return found, log.recipe
    among = ws.datasets if project is None else ws.projects[project].datasets
    if log.name in among:
        raise ConflictError(
            f"The workspace has another data set called {log.name!r}: publish this log under a name of its own, with mz.workspace().publish(log, name), open it from there, and try again."
        )
    version = ws.publish(log, log.name, project=project, note="Saved by a studio")
    # what was applied before is in the data now
    return ws.datasets[version.dataset_id], ()


def _about(log: EventLog, left: EventLog, data: str, state: State) -> str:
    size = f"{counted(left.case_count, 'case')} with {counted(left.event_count, 'event')}"
    chosen = [step.title for step in state.filters]
    if not chosen:
        return f"What the data set *{data}* tells: {size} when this was saved."
    said = "; ".join(one[:1].lower() + one[1:] for one in chosen[:_MOST_NAMED])
    more = f"; and {count(len(chosen) - _MOST_NAMED)} more" if len(chosen) > _MOST_NAMED else ""
    return f"A part of the data set *{data}*: {said}{more}. When this was saved, that left {size}, of {counted(log.case_count, 'case')} in all."
