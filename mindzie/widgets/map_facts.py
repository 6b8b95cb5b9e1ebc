"""What a map's widget tells and asks beside the drawing: measures, what the sliders keep, what is selected."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from mindzie.core.errors import SettingError, unknown
from mindzie.core.limits import shortened
from mindzie.mining.coverage import Coverage
from mindzie.mining.simplify import Simplified
from mindzie.pictures.measures import MEASURES
from mindzie.widgets.map_actions import kind_of

Json = dict[str, Any]
_SHORT: Final = {"mean": "Mean", "median": "Median", "p90": "P90", "total": "Total"}


def offered(columns: Iterable[str]) -> list[Json]:
    """Return the measures that a map's paths have, for its switch."""
    known = set(columns)
    return [
        {"name": m.name, "title": m.title, "short": _SHORT.get(m.name, m.title), "scale": m.scale}
        for m in MEASURES.values()
        if m.name in known
    ]


def kept(part: Simplified, size: tuple[int, int], covered: Coverage | None) -> Json:
    """Return how much of a map of so many activities and paths is shown; ``None`` where it is unknown."""
    return {
        "activities": [part.nodes.height, size[0]],
        "paths": [part.edges.height, size[1]],
        "events": part.events_kept,
        "steps": part.steps_kept,
        "activity_cases": covered and covered.cases_of_activities(part.node_mask),
        "path_cases": covered and covered.cases_of_paths(part.edge_mask),
    }


def is_shown(selection: Json, part: Simplified) -> bool:
    """Return whether a selected activity or path is among what is shown."""
    if kind_of(selection) == "activity":
        return selection["activity"] in part.nodes["activity"].to_list()
    ends = part.edges.select("from_activity", "to_activity").rows()
    return kind_of(selection) == "path" and (selection["from"], selection["to"]) in ends


def checked_selection(value: Any, part: Simplified) -> Json:
    """Return a selection of what is shown, or raise what is wrong with it."""
    known = isinstance(value, Mapping) and all(_is_end(*end) for end in value.items())
    if not known or (value and kind_of(value) is None):
        raise SettingError(
            f'The selection {shortened(value)} is neither {{"activity": name}} nor {{"from": name, "to": name}}.'
        )
    selection = dict(value)
    if selection and not is_shown(selection, part):
        name = " → ".join(str(end) for end in selection.values())
        raise unknown("activity or path", name, part.nodes["activity"].to_list(), "the shown map")
    return selection


def _is_end(key: Any, name: Any) -> bool:
    return isinstance(key, str) and (isinstance(name, str) or (name is None and key != "activity"))


def checked_share(name: str, value: Any) -> float:
    """Return where a slider stands, or raise what is wrong with it."""
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise SettingError(f"{name} is {shortened(value)}: give a share between 0 and 1.")
    return float(value)


def checked_choice(value: Any) -> Json:
    """Return what was chosen from the menu, or raise what is wrong with it."""
    if not isinstance(value, Mapping) or (value and not isinstance(value.get("action"), str)):
        raise SettingError(f"The map does not understand the choice {shortened(value)}.")
    return dict(value)
