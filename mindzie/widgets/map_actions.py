"""What a click on a map can become: filters in their stored form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One entry of the menu: where it is offered, its words, and the filter it makes of a selection."""

    id: str
    on: Literal["activity", "path"]
    label: str
    settings: Callable[[Json], Json]
    op: str

    def operation(self, selection: Json) -> Json:
        """Return the filter for a selection."""
        return {"kind": "filter", "op": self.op, "settings": self.settings(selection)}


def _activities(keep: bool) -> Callable[[Json], Json]:
    return lambda selection: {"activities": [selection["activity"]], "keep": keep}


def _values(selection: Json) -> Json:
    return {"values": [selection["activity"]]}


def _path(keep: bool) -> Callable[[Json], Json]:
    return lambda selection: {
        "from_activity": selection["from"],
        "to_activity": selection["to"],
        "keep": keep,
    }


ACTIONS: Final[dict[str, Action]] = {
    action.id: action
    for action in (
        Action(
            "keep_cases",
            "activity",
            "Keep cases with this activity",
            _activities(True),
            "cases_with_activity",
        ),
        Action(
            "remove_cases",
            "activity",
            "Remove cases with this activity",
            _activities(False),
            "cases_with_activity",
        ),
        Action("starting", "activity", "Keep cases starting with it", _values, "case_start"),
        Action("ending", "activity", "Keep cases ending with it", _values, "case_end"),
        Action("remove_events", "activity", "Remove its events", _activities(False), "activities"),
        Action("keep_path", "path", "Keep cases with this path", _path(True), "path"),
        Action("remove_path", "path", "Remove cases with this path", _path(False), "path"),
    )
}


def kind_of(selection: Json) -> Literal["activity", "path"] | None:
    """Return what is selected: an activity, a path, or nothing.

    Parameters
    ----------
    selection : dict
        ``{"activity": name}``, ``{"from": name, "to": name}`` or ``{}``.

    Returns
    -------
    str or None
        ``"activity"``, ``"path"`` or ``None``.

    Examples
    --------
    >>> kind_of({"from": None, "to": "Ship"})
    'path'
    """
    return {frozenset({"activity"}): "activity", frozenset({"from", "to"}): "path"}.get(  # type: ignore[return-value]
        frozenset(selection)
    )


def menu() -> list[Json]:
    """Return the entries as the browser shows them."""
    return [
        {"id": action.id, "on": action.on, "label": action.label} for action in ACTIONS.values()
    ]
